// The place of a person in the files view: address, scroll position and active entry. And the ways
// to other places.

import { go, note, notes } from "../../../shared/router.js";
import { folderAddress, leafOf, parentOf, rootOf } from "../paths.js";

/** @typedef {import("../file-view.js").FileViewState} FileViewState */
/** @typedef {import("../../../shared/types.js").Entry} Entry */

/** Stores the scroll position and the active entry with the address. @param {FileViewState} view */
export function savePlace(view) {
  if (view.path) note({ scroll: view.list.scroll(), active: view.list.activeItem()?.name ?? null });
}

/** @param {FileViewState} view */
export function restorePlace(view) {
  const { scroll, active } = notes();
  if (typeof active === "string" && view.wanted === null) view.list.activateKey(active);
  view.list.scrollTo(typeof scroll === "number" ? scroll : 0);
}

/**
 * The present address of this folder.
 * @param {FileViewState} view
 * @param {{ open?: string, details?: string | null, filter?: string }} [query] the parts to change
 */
export function here(view, query = {}) {
  const details = view.events.hasDetails() ? chosen(view)[0]?.name ?? "." : null;
  return folderAddress(view.path, view.home, { details, filter: view.filter, ...query });
}

/** The selection; without one, the active entry. @param {FileViewState} view @returns {Entry[]} */
export function chosen(view) {
  const selected = view.list.selectedItems();
  const active = view.list.activeItem();
  return selected.length > 0 ? selected : active ? [active] : [];
}

/** Shows a file over the folder; going back closes it. @param {FileViewState} view @param {string} name */
export function showFile(view, name) {
  savePlace(view);
  go(here(view, { open: name }));
  note({ isOver: true });
}

/** @param {FileViewState} view @param {Entry} entry */
export async function openEntry(view, entry) {
  await view.pendingChange;
  if (!entry.isFolder) {
    showFile(view, entry.name);
    return;
  }
  savePlace(view);
  go(folderAddress(entry.path, view.home));
}

/** @param {FileViewState} view */
export function goUp(view) {
  if (view.path === rootOf(view.path, view.home)) return;
  const from = leafOf(view.path);
  savePlace(view);
  go(folderAddress(parentOf(view.path), view.home));
  view.wanted = from;
}
