// The actions on the file that is shown: star, share, delete, details and download, with buttons
// and keys.

import { button, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { singleKeys } from "../../shared/keys.js";
import { orTell } from "../../shared/toast.js";
import { parentOf } from "../files/paths.js";
import { folderChanged } from "../state.js";
import { toggleInfo } from "./info.js";
import { showEntry } from "./show.js";
import { canStartSlideshow, startSlideshow } from "./slideshow.js";
import { index, leave, mayLeave, shownEntries } from "./steps.js";

/** @typedef {import("./preview.js").Preview} Preview */

/**
 * @typedef {object} Actions
 * @property {HTMLElement} element
 * @property {HTMLButtonElement} star
 * @property {HTMLButtonElement} share
 * @property {HTMLButtonElement} info
 * @property {HTMLButtonElement} remove
 */

/** @param {() => Preview} previewOf @returns {Actions} */
export function createActions(previewOf) {
  const quiet = (/** @type {string} */ name, /** @type {string} */ label, /** @type {() => void} */ onclick) => button({ icon: name, label, kind: "quiet", onclick });
  const star = quiet("star", t("action.star"), () => toggleStar(previewOf()));
  const share = quiet("share", t("action.share"), () => {
    const { entry, options } = previewOf();
    options.context.operations.share(entry);
  });
  const info = quiet("info", t("files.details"), () => toggleInfo(previewOf()));
  const remove = quiet("trash", t("action.delete"), () => orTell(removeShown(previewOf())));
  return { element: h("div", { class: "preview-actions", role: "group", "aria-label": t("files.more") }, star, share, info, remove), star, share, info, remove };
}

/** Shows the actions that are allowed, as far as the rights are known. @param {Preview} preview */
export function showActions(preview) {
  const { entry, isKnown, actions: { star, share, remove } } = preview;
  star.classList.toggle("is-starred", entry.isStarred);
  star.setAttribute("aria-label", t(entry.isStarred ? "action.unstar" : "action.star"));
  star.title = t(entry.isStarred ? "action.unstar" : "action.star");
  star.disabled = !isKnown;
  share.hidden = isKnown && !entry.canShare;
  share.disabled = !entry.canShare;
  remove.hidden = isKnown && !entry.canRename;
  remove.disabled = !entry.canRename;
}

/** @param {Preview} preview */
function toggleStar(preview) {
  const { entry, options: { context, onStarred } } = preview;
  if (!preview.isKnown) return;
  orTell(context.operations.star([entry], !entry.isStarred, () => {
    showActions(preview);
    onStarred?.(entry);
  }).then(() => {
    showActions(preview);
    // The view below the preview shows the change too.
    folderChanged(context.store, parentOf(entry.path));
  }));
}

/** Deletes the entry and shows the next one or, after the last, the one before. @param {Preview} preview */
async function removeShown(preview) {
  const { entry, options } = preview;
  if (!entry.canRename || preview.isRemoving || !mayLeave(preview)) return;
  preview.isRemoving = true;
  const entries = shownEntries(preview);
  const at = index(preview);
  const next = entries[at + 1] ?? entries[at - 1];
  try {
    const isRemoved = await options.context.operations.remove([entry], { onRestored: () => bringBack(preview, entry) });
    if (!isRemoved) return;
  } finally {
    preview.isRemoving = false;
  }
  preview.gone.add(entry.path);
  if (preview.entry !== entry) return;
  if (next) goTo(preview, next);
  else leave(preview);
}

/**
 * Shows an entry again that was restored.
 * @param {Preview} preview @param {import("../../shared/types.js").Entry} entry
 */
function bringBack(preview, entry) {
  preview.gone.delete(entry.path);
  if (preview.dialog.open) goTo(preview, entry);
}

/** @param {Preview} preview @param {import("../../shared/types.js").Entry} entry */
function goTo(preview, entry) {
  preview.entry = entry;
  preview.options.onStep(entry);
  void showEntry(preview);
}

/** @param {Preview} preview @param {KeyboardEvent} event @returns {boolean} whether it took the key */
export function onActionKey(preview, event) {
  // While somebody writes, a key must not delete the file.
  if (preview.stage.querySelector(".is-editing")) return false;
  const isOnButton = event.target instanceof Element && event.target.closest("button, a") !== null;
  if (event.key === "Delete") orTell(removeShown(preview));
  else if (event.key === " " && !isOnButton && canStartSlideshow(preview)) startSlideshow(preview);
  else if (event.key === "i" && singleKeys()) toggleInfo(preview);
  else if (event.key === "s" && singleKeys()) toggleStar(preview);
  else return false;
  return true;
}
