// The entries of a list of favorites: showing, opening and removing them.

import { ApiError, command, errorText, records } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { fill } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { address, go } from "../../shared/router.js";
import { orTell, toast } from "../../shared/toast.js";
import { toEntry } from "../files/folder.js";
import { folderAddress } from "../files/paths.js";
import { shapeOf } from "../look.js";
import { STARS } from "../state.js";
import { isAlbum, noteCover } from "./albums.js";
import { drawShelf, isStars, loadLists } from "./lists.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {import("../views/starred.js").StarredView} StarredView */

/** @param {StarredView} view @param {Entry[]} entries */
export function showEntries(view, entries) {
  if (!isStars(view)) {
    noteCover(view.listId, entries);
    drawShelf(view);
  }
  view.list.setShape(!isStars(view) && isAlbum(entries) ? "cards" : shapeOf(view.home));
  view.list.setItems(entries);
  if (entries.length === 0) {
    const sentences = isStars(view) ? { icon: "star", title: t("starred.empty"), text: t("starred.emptytext") } : { icon: "list", title: t("lists.empty"), text: t("lists.emptytext") };
    fill(view.stage, notice({ ...sentences, action: { label: t("starred.tofiles"), run: () => go(folderAddress(view.home, view.home)) } }));
  } else if (view.list.element.parentElement !== view.stage) {
    fill(view.stage, view.list.element);
  }
  view.status.textContent = entries.length === 0 ? "" : t(isStars(view) ? "starred.count" : "lists.count", { count: entries.length });
}

/** @param {StarredView} view @param {{ isQuiet?: boolean }} [how] `isQuiet`: the person did not ask for it, so a failure changes nothing on the page */
export async function loadEntries(view, how = {}) {
  try {
    const wanted = view.listId;
    const found = await records("getfavoritesinlist", "entry", { id: wanted }, { signal: view.stop.signal });
    if (wanted !== view.listId) return;
    showEntries(view, found.map(toEntry));
    view.over.steps();
    view.over.follow();
  } catch (error) {
    if (view.stop.signal.aborted || how.isQuiet) return;
    // The address is old, and the list no longer exists.
    if (error instanceof ApiError && error.kind === "missing" && !isStars(view)) {
      go(address("starred"), { replace: true });
      return;
    }
    fill(view.stage, notice({ icon: "warning", title: t("files.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void loadEntries(view) } }));
  }
}

/** Removes an entry. The page shows it at once, because this rarely fails. @param {StarredView} view @param {Entry} entry */
export async function takeOut(view, entry) {
  const from = view.listId;
  const put = (/** @type {boolean} */ isIn) => (from === STARS ? view.operations.star([entry], isIn, () => undefined)
    : command(isIn ? "setfavorite" : "unsetfavorite", { id: from, name: entry.path }));
  showEntries(view, view.list.items().filter((one) => one !== entry));
  if (view.list.items().length > 0) view.list.focus();
  await put(false);
  await loadEntries(view);
  toast(t(from === STARS ? "starred.removed" : "lists.taken"), {
    action: { run: () => orTell(put(true).then(() => loadEntries(view))) },
  });
}

/** @param {StarredView} view @param {Entry} entry */
export async function chooseOf(view, entry) {
  const { chooseLists } = await import("../files/lists.js");
  await chooseLists([entry]);
  await Promise.all([loadEntries(view), loadLists(view)]);
}
