// What the pages of the house add: while something slow goes on (data-poll), look again by itself.
"use strict";
const POLL_MS = 1500;
setInterval(() => {
  if (document.querySelector("[data-poll]") && !document.hidden && window.aios) window.aios.refresh();
}, POLL_MS);
