"use strict";
(() => {
  const card = document.querySelector(".card");
  const filter = document.getElementById("filter");
  const candidates = [...document.querySelectorAll(".candidate")];
  let current = card ? Number(card.dataset.current) - 1 : -1;
  let leaving = false;

  for (const choice of document.getElementsByName("language")) {
    choice.addEventListener("change", () => {
      document.cookie = `language=${chosenLanguage()}; path=/; samesite=strict; max-age=31536000`;
      // Who clicked goes on with the keys of the page; who came by keyboard stays here.
      if (!choice.matches(":focus-visible")) choice.blur();
    });
  }
  filter.addEventListener("change", () => filter.submit());

  function select(number) {
    if (!candidates[number]) return;
    for (const [i, candidate] of candidates.entries()) {
      candidate.classList.toggle("current", i === number);
      if (i === number) candidate.setAttribute("aria-current", "true");
      else candidate.removeAttribute("aria-current");
    }
    current = number;
    candidates[number].scrollIntoView({ block: "nearest" });
  }
  for (const [i, candidate] of candidates.entries()) {
    candidate.addEventListener("focusin", () => select(i));
    candidate.addEventListener("click", () => select(i));
  }
  select(current);

  // One decision for one press: what comes while the next photo loads would be about this one.
  function press(element) {
    if (!element || element.disabled || leaving) return;
    leaving = true;
    element.click();
  }
  const keys = {
    j: () => press(document.getElementById("next")),
    k: () => press(document.getElementById("previous")),
    u: () => press(document.getElementById("undo")),
    y: () => press(candidates[current]?.querySelector("[value=right]")),
    n: () => press(candidates[current]?.querySelector("[value=wrong]")),
    Y: () => press((document.querySelector(".all") ?? candidates[current])?.querySelector("[value=right]")),
    N: () => press((document.querySelector(".all") ?? candidates[current])?.querySelector("[value=wrong]")),
    ArrowDown: () => select(current + 1),
    ArrowUp: () => select(current - 1),
  };
  keys.ArrowRight = keys.j;
  keys.ArrowLeft = keys.k;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const field = event.target;
    if (field.matches("select, input:not([type=radio])")) return;
    if (field.matches("[type=radio]") && event.key.startsWith("Arrow")) return;
    // With caps lock on, a letter without shift is still one candidate.
    const name = event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
    const act = keys[event.shiftKey && name.length === 1 ? name.toUpperCase() : name];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // The server draws the next photo while this one is looked at.
  const next = document.getElementById("next");
  if (next) fetch(next.href).catch(() => {});
})();
