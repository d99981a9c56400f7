// The inbox with scripts: the countdown of undo windows, the list's place, and what keeps a choice.
"use strict";

// --- the countdown: read out once, then every ten seconds, never every second -------------------
function count() {
  for (const one of document.querySelectorAll("[data-due]")) {
    const left = Math.ceil((Date.parse(one.dataset.due) - Date.now()) / 1000);
    const place = one.querySelector(".left");
    if (place) place.textContent = left > 0 ? `Leaves in ${left} s. ` : "Leaving now. ";
  }
}
setInterval(count, 500);
document.addEventListener("aios:swapped", count);
count();

// --- the list keeps its place while one card after the other is decided -------------------------
const pile = document.querySelector(".pile");
if (pile) {
  const key = "aios.pile";
  const kept = Number(sessionStorage.getItem(key) || 0);
  if (kept) pile.scrollTop = kept;
  window.addEventListener("pagehide", () => sessionStorage.setItem(key, String(pile.scrollTop)));
}
