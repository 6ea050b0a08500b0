// Shows the recycle bin: its entries, the selection, and the bins of other disks.

import { ApiError, errorText } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { address } from "../../shared/router.js";
import { orTell } from "../../shared/toast.js";
import { loadDeleted } from "../files/deleted.js";
import { kindOf } from "../files/kinds.js";
import { binOf, folderName, leafOf, parentOf } from "../files/paths.js";
import { removeChosen, restoreEntries } from "./actions.js";

/** @typedef {import("../files/deleted.js").DeletedEntry} DeletedEntry */
/** @typedef {import("../views/bin.js").BinView} BinView */

/** Seconds of a day. */
const DAY = 24 * 3600;

/** @param {BinView} view @param {DeletedEntry} entry */
export function from(view, entry) {
  return folderName(parentOf(entry.deletedFrom), view.home);
}

/** The time that is left for an entry, unless the disk runs full before. @param {DeletedEntry} entry */
export function daysLeft(entry) {
  const count = Math.ceil((entry.keptUntil - Date.now() / 1000) / DAY);
  return count > 0 ? t("bin.daysleft", { count }) : t("bin.goes");
}

/** @param {DeletedEntry} entry */
export function kindIcon(entry) {
  return icon(kindOf(entry).icon, { class: `kind tint-${kindOf(entry).tint}`, label: t(`kind.${kindOf(entry).id}`) });
}

/** @param {BinView} view */
export function chosen(view) {
  const selected = view.list.selectedItems();
  const active = view.list.activeItem();
  return selected.length > 0 ? selected : active ? [active] : [];
}

/** @param {BinView} view */
export function showSelection(view) {
  const count = view.list.selection().size;
  view.selectionBar.hidden = count === 0;
  document.documentElement.classList.toggle("is-selecting", count > 0);
  if (count === 0) return;
  fill(view.selectionBar,
    button({ icon: "close", label: t("files.unselect"), kind: "quiet", onclick: () => { view.list.select([]); view.list.focus(); } }),
    h("span", { class: "selection-count", role: "status", text: t("files.selected", { count }) }),
    h("div", { class: "selection-actions" },
      button({ icon: "undo", text: t("bin.restore"), kind: "quiet", class: "bar-action", onclick: () => orTell(restoreEntries(view, chosen(view))) }),
      button({ icon: "trash", text: t("bin.remove"), kind: "quiet", class: "bar-action", onclick: () => orTell(removeChosen(view, chosen(view))) })));
}

/** @param {BinView} view */
export function showRoots(view) {
  view.roots.hidden = view.store.get().disks.length === 0;
  if (view.roots.hidden) return;
  orTell(import("../shell/disks.js").then((module) => module.showRoots(view.roots, view.store, view.root, (one) => address("bin", one === view.home ? [] : [leafOf(one)]))));
}

/** @param {BinView} view @param {{ isQuiet?: boolean }} [how] `isQuiet`: nobody asked for it, so a failure leaves what is shown */
export async function loadBin(view, how = {}) {
  const wanted = view.root;
  try {
    const found = await loadDeleted(binOf(wanted), view.stop.signal);
    if (wanted !== view.root) return;
    view.entries = found;
  } catch (error) {
    if (wanted !== view.root || view.stop.signal.aborted || how.isQuiet || (error instanceof ApiError && error.kind === "ended")) return;
    view.emptyButton.hidden = true;
    view.status.textContent = "";
    fill(view.place, notice({ icon: "warning", title: t("files.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void loadBin(view) } }));
    return;
  }
  view.list.setItems(view.entries);
  view.emptyButton.hidden = view.entries.length === 0;
  view.status.textContent = view.entries.length > 0 ? t("bin.count", { count: view.entries.length }) : "";
  if (view.entries.length > 0) fill(view.place, view.list.element);
  else fill(view.place, notice({ icon: "trash", title: t("bin.isempty"), text: t("bin.isemptytext") }));
}
