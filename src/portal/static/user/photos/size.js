// How large the photos are: a choice in a menu, or a pinch with two fingers. The browser remembers it.

import { announce } from "../../shared/announce.js";
import { button } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { remember, remembered } from "../../shared/memory.js";
import { menuButton } from "../../shared/menu.js";

/** @typedef {import("./layout.js").Size} Size */

/** @type {Size[]} from small to large */
const SIZES = ["small", "medium", "large"];
const NAME = "photosize";
/** Fingers that are this much further apart, or nearer, choose the next size. */
const PINCH = 1.35;

/** @returns {Size} */
export function savedSize() {
  return SIZES.find((size) => size === remembered(NAME)) ?? "medium";
}

/** @param {() => Size} now @param {(size: Size) => void} choose */
export function sizeButton(now, choose) {
  return menuButton(button({ icon: "grid", label: t("photos.size"), kind: "quiet" }), () => SIZES.map((size) => ({
    label: t(`photos.size${size}`), isChecked: size === now(), run: () => pick(size, choose),
  })));
}

/** @param {Size} size @param {(size: Size) => void} choose */
function pick(size, choose) {
  remember(NAME, size);
  choose(size);
  announce(t(`photos.size${size}`));
}

/** Two fingers on the list choose another size. @param {HTMLElement} list @param {() => Size} now @param {(size: Size) => void} choose */
export function followPinch(list, now, choose) {
  let apart = 0;
  const distance = (/** @type {TouchEvent} */ { touches: { 0: one, 1: two } }) => (one && two ? Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY) : 0);
  list.addEventListener("touchstart", (event) => { apart = distance(event); }, { passive: true });
  list.addEventListener("touchmove", (event) => {
    const present = distance(event);
    if (apart === 0 || present === 0) return;
    // The page itself must not be zoomed at the same time.
    event.preventDefault();
    const step = present > apart * PINCH ? 1 : present < apart / PINCH ? -1 : 0;
    if (step === 0) return;
    apart = present;
    const next = SIZES[SIZES.indexOf(now()) + step];
    if (next) pick(next, choose);
  }, { passive: false });
}
