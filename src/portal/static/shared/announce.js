// Messages for screen readers: a single live region for the whole page, which interrupts nobody.

import { h } from "./h.js";

/** @type {HTMLElement | null} */
let region = null;
let timer = 0;

/** Tells people who use a screen reader what has changed. @param {string} text */
export function announce(text) {
  if (!region) {
    region = h("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });
    document.body.append(region);
  }
  const target = region;
  // The text is removed first, so that the same sentence is read again if it comes twice.
  target.textContent = "";
  clearTimeout(timer);
  timer = setTimeout(() => { target.textContent = text; }, 60);
}
