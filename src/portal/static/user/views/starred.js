// What a person has marked with a star, wherever it lies.

import { errorText, records } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { nameElement } from "../../shared/format.js";
import { fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { keysText } from "../../shared/keys.js";
import { createList } from "../../shared/list.js";
import { openMenu } from "../../shared/menu.js";
import { go } from "../../shared/router.js";
import { orTell, toast } from "../../shared/toast.js";
import { toEntry } from "../files/folder.js";
import { folderAddress, folderName, homeOf, parentOf } from "../files/paths.js";
import { createRows } from "../files/rows.js";
import { STARS } from "../state.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/**
 * @param {import("../state.js").Context} context
 * @returns {import("../../shared/views.js").View}
 */
export function open(context) {
  const { store, actions } = context;
  const home = homeOf(store.get().account.name);
  const stage = h("div", { class: "files-list" });
  const status = h("p", { class: "files-status", role: "status" });
  const stop = new AbortController();

  /** @param {Entry} entry */
  const addressOf = (entry) => (entry.isFolder
    ? folderAddress(entry.path, home)
    : folderAddress(parentOf(entry.path), home, { open: entry.name }));
  const rows = createRows({
    addressOf,
    editorOf: () => null,
    openMenu: (entry, element) => list.openMenuOf(entry.path, element),
    star: (entry) => orTell(unstar(entry)),
  });
  const [name, ...others] = rows.columns;

  /** @type {import("../../shared/list.js").Column<Entry>} */
  const place = {
    id: "place", label: t("starred.place"), width: "minmax(0, 14rem)", isWide: true,
    cell: (entry) => h("a", { class: "entry-link", href: folderAddress(parentOf(entry.path), home), tabIndex: -1 },
      nameElement(folderName(parentOf(entry.path), home))),
  };
  /** @type {import("../../shared/list.js").List<Entry>} */
  const list = createList({
    label: t("place.starred"),
    // In the order in which they were starred; here is nothing to sort.
    columns: [...(name ? [name] : []), place, ...others].map((column) => ({ ...column, isSortable: false })),
    card: rows.card,
    keyOf: (entry) => entry.path,
    nameOf: (entry) => entry.name,
    isPlain: true,
    onOpen: (entry) => go(addressOf(entry)),
    onMenu: (entry, at) => void openMenu([
      { label: t("action.open"), icon: entry.isFolder ? "folder" : "eye", run: () => go(addressOf(entry)) },
      { label: t("starred.showplace"), icon: "folder", run: () => go(folderAddress(parentOf(entry.path), home, { details: entry.name })) },
      { label: entry.isFolder ? t("action.downloadzip") : t("action.download"), icon: "download", run: () => actions.download([entry]) },
      null,
      { label: t("action.unstar"), icon: "star", keys: keysText("Delete"), run: () => orTell(unstar(entry)) },
    ], at, { label: entry.name }),
    onKey: (event) => {
      const entry = list.activeItem();
      if (!entry || (event.key !== "Delete" && !(event.altKey && event.code === "KeyS"))) return false;
      orTell(unstar(entry));
      return true;
    },
  });

  /** @param {Entry[]} entries */
  const show = (entries) => {
    list.setItems(entries);
    if (entries.length === 0) {
      fill(stage, notice({ icon: "star", title: t("starred.empty"), text: t("starred.emptytext"), action: { label: t("starred.tofiles"), run: () => go(folderAddress(home, home)) } }));
    } else if (list.element.parentElement !== stage) {
      fill(stage, list.element);
    }
    status.textContent = entries.length === 0 ? "" : t("starred.count", { count: entries.length });
  };

  const load = async () => {
    try {
      const found = await records("getfavoritesinlist", "entry", { id: STARS }, { signal: stop.signal });
      show(found.map(toEntry));
    } catch (error) {
      if (stop.signal.aborted) return;
      fill(stage, notice({ icon: "warning", title: t("files.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void load() } }));
    }
  };

  /** Shown at once, as taking a star away rarely fails. @param {Entry} entry */
  const unstar = async (entry) => {
    show(list.items().filter((one) => one !== entry));
    if (list.items().length > 0) list.focus();
    await actions.star([entry], false, () => undefined);
    await load();
    toast(t("starred.removed"), {
      action: { label: t("action.undo"), run: () => orTell(actions.star([entry], true, () => undefined).then(load)) },
    });
  };

  const stopWatching = store.watch((state) => state.look, (look) => list.setShape(look.shape));
  list.setShape(store.get().look.shape);
  void load();
  return {
    element: h("div", { class: "files is-plain" }, h("div", { class: "files-area" }, stage), status),
    bar: [h("h1", { class: "bar-title", tabIndex: -1, text: t("place.starred") })],
    title: () => t("place.starred"),
    leave() {
      stop.abort();
      stopWatching();
      list.stop();
    },
  };
}
