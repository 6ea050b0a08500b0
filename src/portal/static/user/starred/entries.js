// The entries of a list: shown, opened and taken out.

import { ApiError, command, errorText, records } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { fill } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { address, go } from "../../shared/router.js";
import { orTell, toast } from "../../shared/toast.js";
import { toEntry } from "../files/folder.js";
import { folderAddress } from "../files/paths.js";
import { STARS } from "../state.js";
import { isStars, loadLists } from "./lists.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {import("../views/starred.js").StarredView} StarredView */

/** @param {StarredView} view @param {Entry[]} entries */
export function showEntries(view, entries) {
  view.list.setItems(entries);
  if (entries.length === 0) {
    const sentences = isStars(view) ? { icon: "star", title: t("starred.empty"), text: t("starred.emptytext") } : { icon: "list", title: t("lists.empty"), text: t("lists.emptytext") };
    fill(view.stage, notice({ ...sentences, action: { label: t("starred.tofiles"), run: () => go(folderAddress(view.home, view.home)) } }));
  } else if (view.list.element.parentElement !== view.stage) {
    fill(view.stage, view.list.element);
  }
  view.status.textContent = entries.length === 0 ? "" : t(isStars(view) ? "starred.count" : "lists.count", { count: entries.length });
}

/** @param {StarredView} view @param {{ isQuiet?: boolean }} [how] `isQuiet`: nobody asked for it, so a failure leaves what is shown */
export async function loadEntries(view, how = {}) {
  try {
    const wanted = view.listId;
    const found = await records("getfavoritesinlist", "entry", { id: wanted }, { signal: view.stop.signal });
    if (wanted === view.listId) showEntries(view, found.map(toEntry));
  } catch (error) {
    if (view.stop.signal.aborted || how.isQuiet) return;
    // A list that is no more, from an old address.
    if (error instanceof ApiError && error.kind === "missing" && !isStars(view)) {
      go(address("starred"), { replace: true });
      return;
    }
    fill(view.stage, notice({ icon: "warning", title: t("files.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void loadEntries(view) } }));
  }
}

/** Shown at once, as taking out rarely fails. @param {StarredView} view @param {Entry} entry */
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
