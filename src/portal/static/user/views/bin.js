// The recycle bin: deleted entries, where they were, and when they were deleted. They can be
// restored or permanently removed. Each further disk has its own bin.

import { day, nameElement, plainName, timeElement } from "../../shared/format.js";
import { addStyle, button, h } from "../../shared/h.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { createList } from "../../shared/list.js";
import { orTell } from "../../shared/toast.js";
import { emptyBin, removeChosen, restoreEntries } from "../bin/actions.js";
import { chosen, daysLeft, from, kindIcon, loadBin, showRoots, showSelection } from "../bin/show.js";
import { DISKS, homeOf, join } from "../files/paths.js";
import { sizeCell } from "../files/rows.js";

/** @typedef {import("../state.js").UserStore} UserStore */

/**
 * @typedef {object} BinView
 * @property {UserStore} store
 * @property {string} home
 * @property {string} root
 * @property {DeletedEntry[]} entries
 * @property {AbortController} stop
 * @property {import("../../shared/list.js").List<DeletedEntry>} list
 * @property {HTMLDivElement} place
 * @property {HTMLParagraphElement} status
 * @property {HTMLDivElement} selectionBar
 * @property {HTMLButtonElement} emptyButton
 * @property {HTMLElement} roots
 */

/** @typedef {import("../files/deleted.js").DeletedEntry} DeletedEntry */

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} firstRoute
 * @returns {Promise<import("../../shared/views.js").View>}
 */
export async function open(context, firstRoute) {
  addStyle(new URL("../bin/bin.css", import.meta.url));
  await loadBundle("bin");
  const { store } = context;
  const home = homeOf(store.get().account.name);
  /** @param {import("../../shared/router.js").Route} route */
  const rootIn = (route) => (route.path[0] ? join(DISKS, route.path[0]) : home);
  const stop = new AbortController();
  const place = h("div", { class: "files-list" });
  const status = h("p", { class: "files-status", role: "status" });
  const selectionBar = h("div", { class: "selection-bar", role: "toolbar", "aria-label": t("files.selection"), hidden: true });
  const emptyButton = button({ icon: "trash", text: t("bin.empty"), kind: "quiet", class: "bin-empty", props: { title: t("bin.empty") }, onclick: () => orTell(emptyBin(view)) });
  emptyButton.hidden = true;
  const roots = h("nav", { class: "shelf", "aria-label": t("disks.title"), hidden: true });
  const view = /** @type {BinView} */ ({
    store, home, root: rootIn(firstRoute), entries: /** @type {DeletedEntry[]} */ ([]), stop, place, status, selectionBar, emptyButton, roots,
  });
  view.list = createBinList(view);
  const stopWatching = store.watch((state) => state.disks, () => showRoots(view));
  showRoots(view);
  void loadBin(view);
  return {
    element: h("div", { class: "files" }, h("h1", { class: "visually-hidden", tabIndex: -1, text: t("place.bin") }), roots,
      h("div", { class: "files-area" }, selectionBar, place), status),
    bar: [h("span", { class: "bar-title", text: t("place.bin") }), emptyButton],
    title: () => t("place.bin"),
    update(route) {
      view.root = rootIn(route);
      view.list.select([]);
      // The entries on the page still belong to the other bin.
      emptyButton.hidden = true;
      showRoots(view);
      void loadBin(view);
    },
    renew: () => void loadBin(view, { isQuiet: true }),
    leave() {
      stop.abort();
      stopWatching();
      view.list.stop();
      document.documentElement.classList.remove("is-selecting");
    },
  };
}

/** @param {BinView} view @returns {import("../../shared/list.js").List<DeletedEntry>} */
function createBinList(view) {
  return createList({
    label: t("place.bin"),
    columns: [
      {
        id: "name", label: t("column.name"), width: "minmax(0, 3fr)",
        cell: (entry) => [kindIcon(entry), h("span", { class: "entry-text" }, nameElement(entry.name),
          h("span", { class: "entry-facts", "aria-hidden": "true", text: `${from(view, entry)} \u00b7 ${daysLeft(entry)}` }))],
      },
      { id: "from", label: t("bin.from"), width: "minmax(0, 2fr)", isWide: true, cell: (entry) => h("span", { class: "cut", title: entry.deletedFrom, text: from(view, entry) }) },
      { id: "modified", label: t("bin.deleted"), width: "minmax(0, 9rem)", isWide: true, cell: (entry) => timeElement(entry.deletedAt) },
      {
        id: "left", label: t("bin.left"), width: "minmax(0, 8rem)", isWide: true,
        cell: (entry) => h("span", { class: "cut quiet", title: t("bin.until", { time: day(entry.keptUntil) }), text: daysLeft(entry) }),
      },
      { id: "size", label: t("column.size"), width: "minmax(0, 5.5rem)", isWide: true, isNumber: true, cell: (entry) => sizeCell(entry) },
      {
        id: "more", label: t("bin.restore"), width: "var(--touch)", isLabelHidden: true,
        cell: (entry) => button({ icon: "undo", label: t("bin.restoreof", { name: plainName(entry.name) }), kind: "quiet", props: { tabIndex: -1 }, onclick: () => orTell(restoreEntries(view, [entry])) }),
      },
    ],
    keyOf: (entry) => entry.name,
    nameOf: (entry) => entry.name,
    onOpen: (entry) => view.list.select([entry.name]),
    onSelect: () => showSelection(view),
    onKey: (event) => {
      if (event.key !== "Delete") return false;
      orTell(removeChosen(view, chosen(view)));
      return true;
    },
  });
}
