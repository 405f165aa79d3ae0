"use strict";
// Attributes and options cannot hold several languages as elements, so they are rewritten.
const chosenLanguage = () => document.querySelector("input[name=language]:checked").value;

function speak(part = document) {
  const language = chosenLanguage();
  document.documentElement.lang = language;
  for (const element of part.querySelectorAll("[data-says]")) {
    const text = JSON.parse(element.dataset.says)[language];
    for (const name of element.dataset.saysIn.split(" ")) {
      if (name === "textContent") element.textContent = text;
      else element.setAttribute(name, text);
    }
  }
}
for (const choice of document.getElementsByName("language")) {
  choice.addEventListener("change", () => speak());
}
speak();
