"use strict";
// Options and hints cannot hold both languages as elements, so they are rewritten.
const chosenLanguage = () => (document.getElementById("language-en").checked ? "en" : "id");

function speak() {
  const language = chosenLanguage();
  document.documentElement.lang = language;
  for (const option of document.querySelectorAll("option[data-id]")) {
    option.textContent = option.getAttribute("data-" + language);
  }
  for (const field of document.querySelectorAll("[data-id-label]")) {
    const label = field.getAttribute("data-" + language + "-label");
    field.setAttribute("aria-label", label);
    if (field.placeholder !== undefined) field.placeholder = label;
  }
}
for (const choice of document.getElementsByName("language")) {
  choice.addEventListener("change", speak);
}
speak();
