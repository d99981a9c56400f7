// The inbox with scripts: the countdown of undo windows, the list's place, and what keeps a choice.
// Without them everything can still be read and decided; nothing here decides anything by itself.
"use strict";

// --- the countdown: seen every second, read out at its beginning and its end --------------------
function count() {
  for (const one of document.querySelectorAll("[data-due]")) {
    const left = Math.ceil((Date.parse(one.dataset.due) - Date.now()) / 1000);
    const place = one.querySelector(".left");
    if (place) place.textContent = left > 0 ? ` Leaves in ${left} s. ` : " Leaving now. ";
    one.classList.toggle("late", left <= 0);
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
  const open = pile.querySelector("[aria-current='true'].line");
  if (open) {
    const line = open.getBoundingClientRect(), frame = pile.getBoundingClientRect();
    if (line.bottom > frame.bottom || line.top < frame.top) pile.scrollTop += line.top - frame.top - frame.height / 2;
  }
  window.addEventListener("pagehide", () => sessionStorage.setItem(key, String(pile.scrollTop)));
}

// --- coming back from a card, the focus is where it was ------------------------------------------
const opened = "aios.opened";
document.addEventListener("click", (event) => {
  const line = event.target.closest("a.line");
  if (line) sessionStorage.setItem(opened, line.dataset.focus);
});
if (!document.querySelector(".detail")) {
  const last = sessionStorage.getItem(opened);
  const line = last && document.querySelector(`[data-focus="${CSS.escape(last)}"]`);
  if (line && document.activeElement === document.body) line.focus({ preventScroll: true });
}

// --- what is ticked stays ticked: no swap while something is -------------------------------------
function hold() {
  const form = document.querySelector(".batching");
  if (!form) return;
  const ticked = form.querySelectorAll('input[name="item"]:checked').length;
  form.closest("[data-swap]").toggleAttribute("data-hold", ticked > 0);
  for (const button of form.querySelectorAll(".acts button")) {
    const words = button.value === "approve" ? "Approve" : "Reject";
    button.textContent = ticked ? `${words} ${ticked}` : `${words} ticked`;
  }
}
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) {
    for (const one of document.querySelectorAll('.batching input[name="item"]')) one.checked = event.target.checked;
  }
  hold();
});
hold();

// --- a folded form: the first choice has the focus, Escape folds it again -------------------------
document.addEventListener("toggle", (event) => {
  if (event.target.matches(".drop[open]")) event.target.querySelector("button, textarea, input:not([type=hidden])")?.focus();
}, true);
document.addEventListener("keydown", (event) => {
  const drop = document.querySelector(".drop[open]");
  if (event.key !== "Escape" || !drop) return;
  drop.open = false;
  drop.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  for (const drop of document.querySelectorAll(".drop[open]")) if (!drop.contains(event.target)) drop.open = false;
});

// --- an edit begins in its text -------------------------------------------------------------------
(document.querySelector(".editing textarea:not(.few)") ?? document.querySelector(".editing input:not([type=hidden])"))?.focus();

// --- a search goes on by itself until it has looked through everything -----------------------------
const more = document.querySelector("[data-unread] a");
if (more) setTimeout(() => { if (!document.querySelector("input[type=search]:focus")) location.replace(more.href); }, 150);
