// The actions of menus, keys and bars in the files view that concern several of its parts.

import { orTell } from "../../../shared/toast.js";
import { pickFiles } from "../pick-files.js";

/** @typedef {import("../../../shared/types.js").Entry} Entry */
/** @typedef {import("../../views/files.js").FilesView} FilesView */

/**
 * @typedef {object} Actions
 * @property {() => void} rename
 * @property {() => void} remove
 * @property {() => void} star gives the chosen entries a star, or removes it if all have one
 * @property {() => void} showDetails
 * @property {(isFolder: boolean) => void} pick uploads files or a folder of the device
 * @property {(what: "folder" | "text") => void} make
 * @property {() => void} filter
 */

/** @param {FilesView} view @returns {Actions} */
export function createActions(view) {
  return {
    rename: () => orTell(renameChosen(view)),
    remove: () => orTell(removeChosen(view)),
    star: () => starAll(view, view.fileView.chosen()),
    showDetails: () => view.overlays.toggleDetails(true),
    pick: (isFolder) => { if (view.fileView.canUpload()) pickFiles(view.fileView, isFolder); },
    make: (what) => orTell(makeHere(view, what)),
    filter: () => view.bar.showFilter(true),
  };
}

/** @param {FilesView} view */
async function renameChosen(view) {
  const entries = view.fileView.chosen();
  const [entry] = entries;
  if (!entry || !entries.every((one) => one.canRename) || view.editing) return;
  if (entries.length > 1) {
    const { openRenaming } = await import("../../renaming/dialog.js");
    await openRenaming(view.fileView, entries);
    return;
  }
  const { startRename } = await import("../rename.js");
  startRename(view.fileView, entry, (input) => {
    view.editing = input ? { name: entry.name, input } : null;
    view.list.refreshKey(entry.name);
  });
}

/** @param {FilesView} view @param {Entry[]} entries */
export function starAll(view, entries) {
  const isStarred = !entries.every((entry) => entry.isStarred);
  orTell(view.context.operations.star(entries, isStarred, () => entries.forEach((entry) => view.list.refreshKey(entry.name))));
}

/** @param {FilesView} view @param {"folder" | "text"} what */
async function makeHere(view, what) {
  if (!view.fileView.canUpload()) return;
  const folder = view.fileView.path();
  const name = await (what === "folder" ? view.context.operations.newFolder(folder) : view.context.operations.newTextFile(folder));
  if (name === null || view.fileView.path() !== folder) return;
  view.fileView.want(name);
  view.list.focus();
  // A new text file opens for writing.
  if (what === "text") view.fileView.openWhenThere(name);
}

/** @param {FilesView} view */
async function removeChosen(view) {
  const entries = view.fileView.chosen();
  if (!entries.every((entry) => entry.canRename)) return;
  const items = view.list.items();
  const at = items.findIndex((entry) => entry.name === entries[entries.length - 1]?.name);
  const next = [...items.slice(at + 1), ...items.slice(0, Math.max(0, at)).reverse()].find((entry) => !entries.includes(entry));
  if (!await view.context.operations.remove(entries)) return;
  view.list.select([]);
  if (next) view.list.activateKey(next.name);
  view.list.focus();
}
