// Going to the next file of the preview, back, and out of it.

import { index, showEntry } from "./show.js";

/** @typedef {import("./preview.js").Preview} Preview */

/** @param {Preview} preview @param {1 | -1} by */
export function step(preview, by) {
  const next = preview.options.entries[index(preview) + by];
  if (!next || !mayLeave(preview)) return;
  preview.entry = next;
  preview.options.onStep(next);
  void showEntry(preview);
}

/** @param {Preview} preview */
export function leave(preview) {
  if (mayLeave(preview)) preview.dialog.close();
}

/** @param {Preview} preview */
export function mayLeave(preview) {
  return preview.shown?.mayLeave?.() ?? true;
}

/** @param {Preview} preview @param {KeyboardEvent} event */
export function onKey(preview, event) {
  if (event.defaultPrevented || event.isComposing) return;
  if (preview.shown?.onKey?.(event)) {
    event.preventDefault();
    return;
  }
  const target = event.target;
  // Fields, players and menus have their own use for the arrows.
  const isOwn = target instanceof Element && target.closest("textarea, input, video, audio, [role=menu]") !== null;
  if (isOwn || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowLeft") step(preview, -1);
  else if (event.key === "ArrowRight") step(preview, 1);
  else return;
  event.preventDefault();
}

/** @param {Preview} preview @param {Event} event */
export function onClose(preview, event) {
  if (event.target !== preview.dialog) return;
  preview.stop.abort();
  preview.shown?.stop?.();
  preview.stopGuard();
  document.body.append(...preview.dialog.querySelectorAll(":scope > .toasts"));
  preview.dialog.remove();
  if (preview.isTold) preview.options.onClose();
}
