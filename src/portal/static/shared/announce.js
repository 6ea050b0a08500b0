// What screen readers hear: one polite live region for the whole page.

import { h } from "./h.js";

/** @type {HTMLElement | null} */
let region = null;
let timer = 0;

/** Says a sentence to those who cannot see what has changed. @param {string} text */
export function announce(text) {
  if (!region) {
    region = h("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });
    document.body.append(region);
  }
  const target = region;
  // Emptied first, so that the same sentence is heard twice when it happens twice.
  target.textContent = "";
  clearTimeout(timer);
  timer = setTimeout(() => { target.textContent = text; }, 60);
}
