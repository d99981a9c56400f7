// What every page does when scripts run: live updates, keys, copying ids, relative times.
// Without it every page still reads and decides; nothing here decides anything by itself.
"use strict";

// --- live: when the ledger moves, fetch this page again and swap the parts that say so ---------
// A part is an element with data-swap="name". One with focus inside a form, an open dialog or
// data-hold is left alone, so that nothing changes under a person's hands.
const offline = document.getElementById("offline");
let head = Number(document.body.dataset.head || 0);
let fetching = false;

function isHeld(part) {
  const active = document.activeElement;
  return part.hasAttribute("data-hold")
    || (part.contains(active) && active.matches("input, textarea, select"))
    || part.querySelector("dialog[open], details[data-hold][open]") !== null;
}

async function refresh() {
  if (fetching) return;
  fetching = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401) { location.reload(); return; }
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-swap]")) {
      const twin = fresh.querySelector(`[data-swap="${part.dataset.swap}"]`);
      if (twin && !isHeld(part) && part.innerHTML !== twin.innerHTML) swap(part, twin);
    }
    document.dispatchEvent(new CustomEvent("aios:swapped"));
  } finally { fetching = false; }
}

function swap(part, twin) {
  const active = document.activeElement;
  const focus = part.contains(active) ? active.dataset.focus || active.getAttribute("href") : null;
  const scroll = part.scrollTop;
  part.innerHTML = twin.innerHTML;
  part.scrollTop = scroll;
  if (focus) {
    const again = [...part.querySelectorAll("[data-focus], a[href]")]
      .find((one) => one.dataset.focus === focus || one.getAttribute("href") === focus);
    if (again) again.focus({ preventScroll: true });
  }
}

function listen() {
  if (!window.EventSource || !document.querySelector("header.nav")) return;
  const stream = new EventSource("/live");
  stream.addEventListener("open", () => { if (offline) offline.hidden = true; });
  stream.addEventListener("error", () => { if (offline) offline.hidden = false; });
  stream.addEventListener("moved", (event) => {
    const news = JSON.parse(event.data);
    const total = Object.values(news.waiting).reduce((sum, one) => sum + one, 0);
    for (const place of document.querySelectorAll('[data-live="total"]')) {
      place.textContent = String(total);
      place.hidden = total === 0;
    }
    if (news.head > head) { head = news.head; refresh(); }
  });
  window.addEventListener("pagehide", () => stream.close());
}

// --- keys --------------------------------------------------------------------------------------
// data-key="a" on a button or link is what the key does; j and k walk over [data-step].
function isTyping(target) {
  return target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select") || target.isContentEditable;
}

function step(by) {
  const stops = [...document.querySelectorAll("[data-step]")].filter((one) => one.offsetParent !== null);
  if (!stops.length) return;
  const at = stops.findIndex((one) => one === document.activeElement || one.hasAttribute("aria-current"));
  const next = stops[Math.min(stops.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  for (const one of stops) one.removeAttribute("data-here");
  next.setAttribute("data-here", "");
  next.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]") && event.key !== "?") return;
  if (event.key === "j" || event.key === "k") { step(event.key === "j" ? 1 : -1); event.preventDefault(); return; }
  if (event.key === "?") { document.getElementById("help")?.showModal?.(); event.preventDefault(); return; }
  if (event.key === "/") {
    const search = document.querySelector('input[type="search"]');
    if (search) { search.focus(); event.preventDefault(); }
    return;
  }
  const doer = document.querySelector(`[data-key="${CSS.escape(event.key)}"]:not([disabled])`);
  if (!doer || doer.offsetParent === null) return;
  if (doer.matches("input, textarea")) doer.focus(); else doer.click();
  event.preventDefault();
});

// --- small comforts ----------------------------------------------------------------------------
function tell(words) {
  const place = document.getElementById("told");
  if (!place) return;
  const line = document.createElement("p");
  line.textContent = words;
  place.replaceChildren(line);
  setTimeout(() => { if (place.contains(line)) line.remove(); }, 4000);
}

document.addEventListener("click", (event) => {
  const id = event.target.closest("[data-copy]");
  if (id && navigator.clipboard) navigator.clipboard.writeText(id.dataset.copy).then(() => tell("Copied."), () => {});
});

// A form is sent once: a second press does nothing until the answer is here.
document.addEventListener("submit", (event) => {
  if (event.target.method === "dialog") return;
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  event.target.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

window.aios = { refresh, tell };
listen();
