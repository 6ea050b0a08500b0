// The actions on results of a search: on one, or on all that are selected, in any folders.

import { t } from "../../shared/i18n.js";
import { keysText } from "../../shared/keys.js";
import { orTell } from "../../shared/toast.js";
import { openResult, showInFolder } from "./results.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {import("../views/search.js").SearchView} SearchView */

/** The selection, or the active entry without one. @param {SearchView} view @returns {Entry[]} */
export function chosen(view) {
  const selected = view.list.selectedItems();
  const active = view.list.activeItem();
  return selected.length > 0 ? selected : active ? [active] : [];
}

/** @param {SearchView} view @returns {import("../../shared/menu.js").MenuEntry[]} */
export function resultMenu(view) {
  const { operations } = view.context;
  const entries = chosen(view);
  const [first] = entries;
  if (!first) return [];
  const isOne = entries.length === 1;
  const isFixed = !entries.every((entry) => entry.canRename);
  return [
    isOne && { label: t("action.open"), icon: first.isFolder ? "folder" : "eye", keys: keysText("Enter"), run: () => openResult(view, first) },
    isOne && { label: t("search.infolder"), icon: "folder", keys: keysText("Alt+Enter"), run: () => showInFolder(view, first) },
    { label: isOne && !first.isFolder ? t("action.download") : t("action.downloadzip"), icon: "download", run: () => operations.download(entries) },
    null,
    { label: t("action.moveto"), icon: "move", isDisabled: isFixed, run: () => orTell(operations.transferByPicking(entries, "move")) },
    { label: t("action.copyto"), icon: "copy", run: () => orTell(operations.transferByPicking(entries, "copy")) },
    { label: t(entries.every((entry) => entry.isStarred) ? "action.unstar" : "action.star"), icon: "star", keys: keysText("Alt+S"), run: () => starChosen(view) },
    null,
    { label: t("action.delete"), icon: "trash", keys: keysText("Delete"), isDanger: true, isDisabled: isFixed, run: () => removeChosen(view) },
  ];
}

/** @param {SearchView} view */
export function starChosen(view) {
  const entries = chosen(view);
  const isStarred = !entries.every((entry) => entry.isStarred);
  orTell(view.context.operations.star(entries, isStarred, () => entries.forEach((entry) => view.list.refreshKey(entry.path))));
}

/** @param {SearchView} view */
export function removeChosen(view) {
  const entries = chosen(view);
  if (entries.every((entry) => entry.canRename)) orTell(view.context.operations.remove(entries));
}
