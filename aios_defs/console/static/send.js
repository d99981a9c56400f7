// Sends the one form of a page that only stands between two addresses; its button does the same.
"use strict";
document.querySelector("form[data-send]")?.requestSubmit();
