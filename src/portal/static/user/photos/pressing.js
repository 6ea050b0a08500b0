// What the mouse and fingers do to the photos in a list: open them, or select them.

import { addMark } from "./tile.js";

/** Milliseconds of a long press, and the pixels that a finger may move meanwhile, as in lists. */
const LONG_PRESS = 450;
const STILL = 10;

/** The photo at an event. @param {Event} event */
export function linkAt(event) {
  const link = event.target instanceof Element ? event.target.closest("a.photo") : null;
  return link instanceof HTMLAnchorElement ? link : null;
}

/**
 * @param {HTMLElement} list
 * @param {{ isChoosing: () => boolean, toggle: (link: HTMLElement) => void, extend: (link: HTMLElement) => void, open: (link: HTMLElement) => void }} options
 *   `isChoosing`: whether a click selects; `extend` selects all from the last one to this
 */
export function followPressing(list, { isChoosing, toggle, extend, open }) {
  let timer = 0;
  let pressedAt = { x: 0, y: 0 };
  let wasLong = false;
  let isTouched = false;
  list.addEventListener("pointerover", (event) => {
    const link = linkAt(event);
    if (link && event.pointerType !== "touch") addMark(link);
  });
  list.addEventListener("pointerdown", (event) => {
    clearTimeout(timer);
    wasLong = false;
    isTouched = event.pointerType === "touch";
    const link = linkAt(event);
    // A second finger zooms.
    if (!link || !isTouched || !event.isPrimary) return;
    pressedAt = { x: event.clientX, y: event.clientY };
    timer = setTimeout(() => {
      wasLong = true;
      navigator.vibrate?.(12);
      toggle(link);
    }, LONG_PRESS);
  });
  list.addEventListener("pointermove", (event) => {
    if (Math.hypot(event.clientX - pressedAt.x, event.clientY - pressedAt.y) > STILL) clearTimeout(timer);
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) list.addEventListener(name, () => clearTimeout(timer));
  // The menu of the browser for links would cover what a long press has selected.
  list.addEventListener("contextmenu", (event) => { if (isTouched && linkAt(event)) event.preventDefault(); });
  list.addEventListener("click", (event) => {
    const link = linkAt(event);
    if (!link) return;
    const isMark = event.target instanceof Element && event.target.closest(".mark") !== null;
    if (!wasLong && !isMark && !isChoosing() && (event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (wasLong) wasLong = false;
    else if (event.shiftKey) extend(link);
    else if (isMark || isChoosing()) toggle(link);
    else open(link);
  });
}
