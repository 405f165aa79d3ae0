"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const sections = [...document.querySelectorAll(".account")];
  const filter = $("filter");

  // ---- who ----

  const cookie = (name) =>
    decodeURIComponent(document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1] ?? "");
  function keep(name, value) {
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; samesite=strict; max-age=31536000`;
  }
  let reviewer = cookie("reviewer"), then = null;
  function showReviewer() {
    $("reviewer").hidden = !reviewer;
    $("reviewer").querySelector("bdi").textContent = reviewer;
  }
  function askWho(next = null) {
    then = next;
    $("who").querySelector("input").value = reviewer;
    $("who").showModal();
  }
  $("who").querySelector("form").addEventListener("submit", (event) => {
    const name = new FormData(event.target).get("name").trim();
    if (!name) return event.preventDefault();
    reviewer = name;
    keep("reviewer", name);
    showReviewer();
    then?.();
  });
  $("reviewer").addEventListener("click", () => askWho());

  // ---- warned on ----

  async function warn(field) {
    const { account } = field.closest(".account").dataset;
    field.dataset.saving = "";
    const failed = document.querySelector("[data-saved=failed]");
    try {
      const answer = await fetch("/warned", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ account, day: field.value, reviewer }),
      });
      if (!answer.ok) throw new Error(answer.status);
      failed.hidden = true;
      delete field.dataset.saving;
    } catch {
      failed.hidden = false;
    }
  }
  for (const field of document.querySelectorAll("input[type=date]")) {
    // A year is typed digit by digit, and each is a change.
    field.addEventListener("change", () => {
      if (field.value && field.value < "2000-01-01") return;
      if (reviewer) warn(field);
      else askWho(() => warn(field));
    });
  }

  // ---- which are shown ----

  function choose() {
    const words = filter.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const section of sections) {
      const text = section.textContent.toLowerCase();
      const warned = section.querySelector("input[type=date]")?.value;
      section.hidden =
        !words.every((word) => text.includes(word)) ||
        (filter.elements.follow.checked && section.dataset.follow === "0") ||
        (filter.elements.unwarned.checked && Boolean(warned));
    }
  }
  filter.addEventListener("input", choose);
  filter.addEventListener("submit", (event) => event.preventDefault());
  for (const choice of document.getElementsByName("language")) {
    choice.addEventListener("change", () => keep("language", chosenLanguage()));
  }
  showReviewer();
  choose();
  document.body.dataset.ready = "";
})();
