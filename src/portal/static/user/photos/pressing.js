// What the mouse and fingers do to a photo: open it, or select it.

/** Milliseconds of a long press, and the pixels that a finger may move meanwhile, as in lists. */
const LONG_PRESS = 450;
const STILL = 10;

/**
 * @param {HTMLElement} link
 * @param {{ isChoosing: () => boolean, toggle: () => void, extend: () => void, open: () => void }} options
 *   `isChoosing`: whether a click selects; `extend` selects all from the last one to this
 */
export function followPressing(link, { isChoosing, toggle, extend, open }) {
  let timer = 0;
  let pressedAt = { x: 0, y: 0 };
  let wasLong = false;
  let isTouched = false;
  link.addEventListener("pointerdown", (event) => {
    clearTimeout(timer);
    wasLong = false;
    isTouched = event.pointerType === "touch";
    // A second finger zooms.
    if (!isTouched || !event.isPrimary) return;
    pressedAt = { x: event.clientX, y: event.clientY };
    timer = setTimeout(() => {
      wasLong = true;
      navigator.vibrate?.(12);
      toggle();
    }, LONG_PRESS);
  });
  link.addEventListener("pointermove", (event) => {
    if (Math.hypot(event.clientX - pressedAt.x, event.clientY - pressedAt.y) > STILL) clearTimeout(timer);
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) link.addEventListener(name, () => clearTimeout(timer));
  // The menu of the browser for links would cover what a long press has selected.
  link.addEventListener("contextmenu", (event) => { if (isTouched) event.preventDefault(); });
  link.addEventListener("click", (event) => {
    const isMark = event.target instanceof Element && event.target.closest(".mark") !== null;
    if (!wasLong && !isMark && !isChoosing() && (event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (wasLong) wasLong = false;
    else if (event.shiftKey) extend();
    else if (isMark || isChoosing()) toggle();
    else open();
  });
}
