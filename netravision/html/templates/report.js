"use strict";
(() => {
  const filter = document.getElementById("filter");
  if (!filter) return;

  const photos = Array.from(document.querySelectorAll("[data-rules]"), (element) => ({
    element,
    detectors: element.dataset.detectors.split(" "),
    rules: element.dataset.rules.split(" "),
    account: element.dataset.account,
    text: element.dataset.text.toLowerCase(),
    findings: element.querySelectorAll(".finding"),
    others: element.querySelector(".others"),
  }));

  function apply() {
    const { detector, rule, account, text } = Object.fromEntries(new FormData(filter));
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const photo of photos) {
      const fits =
        (!detector || photo.detectors.includes(detector)) &&
        (!rule || photo.rules.includes(rule)) &&
        (!account || photo.account === account) &&
        words.every((word) => photo.text.includes(word));
      photo.element.hidden = !fits;
      shown += fits ? 1 : 0;
      // What was not asked for stays readable beside what was: the numbers in the picture count
      // all of them.
      for (const finding of photo.findings) {
        const asked =
          (!detector || finding.dataset.detector === detector) &&
          (!rule || finding.dataset.rule === rule);
        finding.classList.toggle("aside", !asked);
        if (fits && asked && (detector || rule) && photo.others?.contains(finding)) {
          photo.others.open = true;
        }
      }
    }
    for (const number of filter.querySelectorAll("output b")) {
      number.textContent = shown.toLocaleString(number.closest("[lang]").lang);
    }
  }
  // Nothing is folded on paper.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of folded) details.open = false; });
  filter.addEventListener("input", apply);
  filter.addEventListener("submit", (event) => event.preventDefault());
  filter.hidden = false;
  apply();
})();
