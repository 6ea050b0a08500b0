// Steps to the next or previous file in the preview, and closes it.

import { onActionKey } from "./actions.js";
import { showEntry } from "./show.js";
import { stopSlideshow } from "./slideshow.js";

/** @typedef {import("./preview.js").Preview} Preview */

/** The entries of the list that is below the preview. @param {Preview} preview */
export function shownEntries(preview) {
  return preview.options.entries().filter((one) => !preview.gone.has(one.path));
}

/** @param {Preview} preview */
export function index(preview) {
  return shownEntries(preview).findIndex((one) => one.path === preview.entry.path);
}

/** The next and the previous entry. @param {Preview} preview */
export function neighbours(preview) {
  const entries = shownEntries(preview);
  const at = index(preview);
  return at < 0 ? [] : [entries[at + 1], entries[at - 1]].filter((one) => one !== undefined);
}

/** @param {Preview} preview @param {1 | -1} by */
export function step(preview, by) {
  const next = shownEntries(preview)[index(preview) + by];
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
  if (preview.slideshow && event.key === " ") {
    stopSlideshow(preview);
    event.preventDefault();
    return;
  }
  if (preview.shown?.onKey?.(event)) {
    event.preventDefault();
    return;
  }
  const target = event.target;
  // Fields, players and menus use the arrow keys themselves. Other dialogs and menus have their own
  // keys.
  const isOwn = target instanceof Element && (target.closest("textarea, input, video, audio, [role=menu]") !== null || target.closest("dialog") !== preview.dialog);
  if (isOwn || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowLeft") step(preview, -1);
  else if (event.key === "ArrowRight") step(preview, 1);
  else if (!onActionKey(preview, event)) return;
  event.preventDefault();
}

/** @param {Preview} preview @param {Event} event */
export function onClose(preview, event) {
  if (event.target !== preview.dialog) return;
  stopSlideshow(preview);
  preview.stop.abort();
  preview.shown?.stop?.();
  preview.stopGuard();
  document.body.append(...preview.dialog.querySelectorAll(":scope > .toasts"));
  preview.dialog.remove();
  if (preview.isTold) preview.options.onClose();
}
