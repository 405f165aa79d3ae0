"use strict";
(() => {
  for (const choice of document.getElementsByName("language")) {
    choice.addEventListener("change", () => {
      document.cookie = `language=${chosenLanguage()}; path=/; samesite=strict; max-age=31536000`;
    });
  }
  const bar = document.querySelector("progress");
  if (!bar) return;

  // What has ended, well or not, the same address shows.
  async function follow() {
    try {
      const { state, done, total } = await (await fetch("/progress")).json();
      if (state !== "screening") return location.reload();
      for (const [name, value] of Object.entries({ done, total })) {
        for (const shown of document.querySelectorAll(`[data-number=${name}]`)) {
          shown.textContent = value.toLocaleString(document.documentElement.lang);
        }
      }
      if (total) bar.value = done / total;
    } catch {
      // The program may be busy, or have ended; its window says so.
    }
    setTimeout(follow, 500);
  }
  follow();
})();
