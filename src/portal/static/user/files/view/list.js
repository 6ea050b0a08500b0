// The list of the files view.

import { t } from "../../../shared/i18n.js";
import { createList } from "../../../shared/list.js";
import { openMenu } from "../../../shared/menu.js";
import { orTell } from "../../../shared/toast.js";
import { folderAddress } from "../paths.js";
import { createRows, labelOf } from "../rows.js";
import { starAll } from "./actions.js";
import { onKey } from "./keys.js";

/** @typedef {import("../../../shared/types.js").Entry} Entry */
/** @typedef {import("../../views/files.js").FilesView} FilesView */

/** @param {FilesView} view @returns {import("../../../shared/list.js").List<Entry>} */
export function createFilesList(view) {
  const rows = createRows({
    addressOf: ({ path, name, isFolder }) => (isFolder
      ? folderAddress(path, view.fileView.home)
      : folderAddress(view.fileView.path(), view.fileView.home, { open: name })),
    editorOf: (entry) => (view.editing?.name === entry.name ? view.editing.input : null),
    openMenu: (entry, element) => view.list.openMenuOf(entry.name, element),
    star: (entry) => starAll(view, [entry]),
  });
  return createList({
    label: t("files.list"),
    columns: rows.columns,
    card: rows.card,
    keyOf: (entry) => entry.name,
    nameOf: (entry) => entry.name,
    labelOf,
    isSame: (a, b) => isSame(a, b) && view.editing?.name !== a.name,
    onOpen: (entry) => void view.fileView.open(entry),
    onSelect: () => { view.selectionBar.show(); view.overlays.follow(); },
    onMenu: (entry, place) => orTell(import("../menus.js").then(({ entryMenu }) => openMenu(entryMenu(view.fileView, view.actions), place, { label: entry.name }))),
    onSort: (column) => view.bar.sortBy(/** @type {import("../../state.js").SortColumn} */ (column)),
    onFocus: () => { if (view.list.selection().size === 0) view.overlays.follow(); },
    onKey: (event) => onKey(view, event),
    drag: view.dropping.drag,
  });
}

/** @type {(keyof Entry)[]} */
const SHOWN = ["name", "etag", "size", "folderSize", "isFolderSizeExact", "modified", "isLocked", "canLock", "isFolder", "isStarred", "isCommented", "isShared", "canShare"];

/** True if a row can stay as it is. @param {Entry} a @param {Entry} b */
function isSame(a, b) {
  return SHOWN.every((key) => a[key] === b[key]);
}
