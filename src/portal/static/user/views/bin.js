// The recycle bin: what was deleted, where it was and when. It goes back there, or for good. Each further disk has its own.

import { ApiError, command, errorText } from "../../shared/api.js";
import { confirmDialog, notice } from "../../shared/dialog.js";
import { nameElement, plainName, shortName, size, timeElement, when } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { createList } from "../../shared/list.js";
import { address } from "../../shared/router.js";
import { errorToast, orTell, toast } from "../../shared/toast.js";
import { loadDeleted } from "../files/deleted.js";
import { kindOf } from "../files/kinds.js";
import { DISKS, binOf, folderAddress, folderName, homeOf, join, leafOf, parentOf } from "../files/paths.js";
import { folderChanged } from "../state.js";

/** @typedef {import("../files/deleted.js").DeletedEntry} DeletedEntry */

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} firstRoute
 * @returns {import("../../shared/views.js").View}
 */
export function open(context, firstRoute) {
  const { store } = context;
  const home = homeOf(store.get().account.name);
  /** @param {import("../../shared/router.js").Route} route */
  const rootIn = (route) => (route.path[0] ? join(DISKS, route.path[0]) : home);
  let root = rootIn(firstRoute);
  /** @type {DeletedEntry[]} */
  let entries = [];
  const stop = new AbortController();

  /** @param {DeletedEntry} entry */
  const from = (entry) => folderName(parentOf(entry.deletedFrom), home);
  /** @param {DeletedEntry} entry */
  const kindIcon = (entry) => icon(kindOf(entry).icon, { class: `kind tint-${kindOf(entry).tint}`, label: t(`kind.${kindOf(entry).id}`) });

  /** @type {import("../../shared/list.js").List<DeletedEntry>} */
  const list = createList({
    label: t("place.bin"),
    columns: [
      {
        id: "name", label: t("column.name"), width: "minmax(0, 1fr)",
        cell: (entry) => [kindIcon(entry), h("span", { class: "entry-text" }, nameElement(entry.name),
          h("span", { class: "entry-facts", "aria-hidden": "true", text: `${from(entry)} \u00b7 ${when(entry.deletedAt)}` }))],
      },
      { id: "from", label: t("bin.from"), width: "minmax(0, 12rem)", isWide: true, cell: (entry) => h("span", { class: "cut", title: entry.deletedFrom, text: from(entry) }) },
      { id: "modified", label: t("bin.deleted"), width: "minmax(0, 11rem)", isWide: true, cell: (entry) => timeElement(entry.deletedAt) },
      { id: "size", label: t("column.size"), width: "minmax(0, 6.5rem)", isWide: true, isNumber: true, cell: (entry) => (entry.isFolder ? "\u2013" : size(entry.size)) },
      {
        id: "more", label: t("bin.restore"), width: "var(--touch)", isLabelHidden: true,
        cell: (entry) => button({ icon: "undo", label: t("bin.restoreof", { name: plainName(entry.name) }), kind: "quiet", props: { tabIndex: -1 }, onclick: () => orTell(restore([entry])) }),
      },
    ],
    keyOf: (entry) => entry.name,
    nameOf: (entry) => entry.name,
    onOpen: (entry) => list.select([entry.name]),
    onSelect: () => showSelection(),
    onKey: (event) => {
      if (event.key !== "Delete") return false;
      orTell(remove(chosen()));
      return true;
    },
  });

  const chosen = () => {
    const selected = list.selectedItems();
    const active = list.activeItem();
    return selected.length > 0 ? selected : active ? [active] : [];
  };

  const place = h("div", { class: "files-list" });
  const status = h("p", { class: "files-status", role: "status" });
  const selectionBar = h("div", { class: "selection-bar", role: "toolbar", "aria-label": t("files.selection"), hidden: true });
  const emptyButton = button({ icon: "trash", text: t("bin.empty"), kind: "quiet", onclick: () => orTell(empty()) });
  emptyButton.hidden = true;

  function showSelection() {
    const count = list.selection().size;
    selectionBar.hidden = count === 0;
    document.documentElement.classList.toggle("is-selecting", count > 0);
    if (count === 0) return;
    fill(selectionBar,
      button({ icon: "close", label: t("files.unselect"), kind: "quiet", onclick: () => { list.select([]); list.focus(); } }),
      h("span", { class: "selection-count", role: "status", text: t("files.selected", { count }) }),
      h("div", { class: "selection-actions" },
        button({ icon: "undo", text: t("bin.restore"), kind: "quiet", class: "bar-action", onclick: () => orTell(restore(chosen())) }),
        button({ icon: "trash", text: t("bin.remove"), kind: "quiet", class: "bar-action", onclick: () => orTell(remove(chosen())) })));
  }

  const roots = h("nav", { class: "shelf", "aria-label": t("disks.title"), hidden: true });
  function showRoots() {
    roots.hidden = store.get().disks.length === 0;
    if (roots.hidden) return;
    orTell(import("../disks.js").then((module) => module.showRoots(roots, store, root, (one) => address("bin", one === home ? [] : [leafOf(one)]))));
  }

  /** @param {{ isQuiet?: boolean }} [how] `isQuiet`: nobody asked for it, so a failure leaves what is shown */
  async function load(how = {}) {
    const wanted = root;
    try {
      const found = await loadDeleted(binOf(wanted), stop.signal);
      if (wanted !== root) return;
      entries = found;
    } catch (error) {
      if (wanted !== root || stop.signal.aborted || how.isQuiet || (error instanceof ApiError && error.kind === "ended")) return;
      emptyButton.hidden = true;
      status.textContent = "";
      fill(place, notice({ icon: "warning", title: t("files.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void load() } }));
      return;
    }
    list.setItems(entries);
    emptyButton.hidden = entries.length === 0;
    status.textContent = entries.length > 0 ? t("bin.count", { count: entries.length }) : "";
    if (entries.length > 0) fill(place, list.element);
    else fill(place, notice({ icon: "trash", title: t("bin.isempty"), text: t("bin.isemptytext") }));
  }

  /**
   * Does something with each entry, and tells how it went.
   * @param {DeletedEntry[]} which @param {(entry: DeletedEntry) => Promise<void>} act
   * @returns {Promise<number>} how many were done
   */
  async function forEach(which, act) {
    let done = 0;
    for (const entry of which) {
      try {
        await act(entry);
        done += 1;
      } catch (error) {
        if (error instanceof ApiError && error.kind === "ended") return done;
        errorToast(t("bin.failed", { name: shortName(entry.name), reason: errorText(error) }));
      }
    }
    await load();
    list.select([]);
    list.focus();
    return done;
  }

  /** @param {DeletedEntry[]} which */
  async function restore(which) {
    /** @type {string[]} */
    const places = [];
    const done = await forEach(which, async (entry) => {
      const { message } = await command("restorefromrecyclebin", { path: entry.path });
      places.push(message);
    });
    const [first] = places;
    if (first === undefined) return;
    folderChanged(store, ...places.map(parentOf));
    const folder = parentOf(first);
    toast(done === 1 ? t("bin.restoredone", { name: shortName(first.slice(folder.length + 1)), folder: shortName(folderName(folder, home)) }) : t("bin.restored", { count: done }), {
      action: { label: t("bin.show"), run: () => { location.hash = folderAddress(folder, home); } },
    });
  }

  /** @param {DeletedEntry[]} which */
  async function remove(which) {
    const [first] = which;
    if (!first) return;
    const isSure = await confirmDialog({
      title: which.length === 1 ? t("bin.removeone", { name: shortName(first.name) }) : t("bin.removemany", { count: which.length }),
      text: t("bin.removetext"), confirm: t("bin.remove"), isDanger: true,
    });
    if (!isSure) return;
    const done = await forEach(which, async (entry) => { await removeForGood(entry); });
    if (done > 0) toast(t("bin.removed", { count: done }));
    folderChanged(store);
  }

  /** @param {DeletedEntry} entry */
  const removeForGood = (entry) => command("deletefile", { path: parentOf(entry.path), name: entry.name });

  async function empty() {
    const isSure = await confirmDialog({
      title: t("bin.emptysure", { count: entries.length }), text: t("bin.removetext"), confirm: t("bin.empty"), isDanger: true,
    });
    if (!isSure) return;
    if (root !== home) {
      // Others may have deleted more by now; what goes is what was shown.
      const count = entries.length;
      const done = await forEach(entries, async (entry) => { await removeForGood(entry); });
      if (done === count) toast(t("bin.emptied"));
      return;
    }
    try {
      await command("emptyrecyclebin");
      toast(t("bin.emptied"));
    } finally {
      await load();
      folderChanged(store);
    }
  }

  const stopWatching = store.watch((state) => state.disks, showRoots);
  showRoots();
  void load();
  return {
    element: h("div", { class: "files" }, h("h1", { class: "visually-hidden", tabIndex: -1, text: t("place.bin") }), roots,
      selectionBar, h("div", { class: "files-area" }, place), status),
    bar: [h("span", { class: "bar-title", text: t("place.bin") }), emptyButton],
    title: () => t("place.bin"),
    update(route) {
      root = rootIn(route);
      list.select([]);
      // What is still shown is of another bin.
      emptyButton.hidden = true;
      showRoots();
      void load();
    },
    renew: () => void load({ isQuiet: true }),
    leave() {
      stop.abort();
      stopWatching();
      list.stop();
      document.documentElement.classList.remove("is-selecting");
    },
  };
}
