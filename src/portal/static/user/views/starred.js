// The favorites of a person: entries with a star, entries in the person's own lists, and on phones
// the shortcuts.

import { nameElement, plainName } from "../../shared/format.js";
import { button, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { keysText } from "../../shared/keys.js";
import { createList } from "../../shared/list.js";
import { menuButton, openMenu } from "../../shared/menu.js";
import { address, go } from "../../shared/router.js";
import { orTell } from "../../shared/toast.js";
import { isDrawn } from "../files/kinds.js";
import { folderAddress, folderName, homeOf, parentOf } from "../files/paths.js";
import { createRows, labelOf } from "../files/rows.js";
import { createOver } from "../preview/over.js";
import { loadShortcuts, showShortcuts } from "../shell/shortcuts.js";
import { moveTo } from "../starred/albums.js";
import { chooseOf, loadEntries, takeOut } from "../starred/entries.js";
import { createOwnList, drawShelf, followAddress, isStars, loadLists, removeList, renameList, shareList, title } from "../starred/lists.js";
import { STARS } from "../state.js";

/**
 * @typedef {object} StarredView
 * @property {import("../files/operations.js").Operations} operations
 * @property {string} home
 * @property {HTMLDivElement} stage
 * @property {HTMLParagraphElement} status
 * @property {AbortController} stop
 * @property {HTMLHeadingElement} heading
 * @property {HTMLElement} shelf
 * @property {HTMLDivElement} own
 * @property {string} listId
 * @property {import("../files/lists.js").FavoriteList[]} lists
 * @property {Map<string, "private" | "public">} shared the lists that are shared as albums, by their ids
 * @property {import("../../shared/list.js").List<Entry>} list
 * @property {HTMLButtonElement} more
 * @property {import("../state.js").Context} context
 * @property {ReturnType<typeof createOver>} over the file that is shown over the list
 */

/** @typedef {import("../../shared/types.js").Entry} Entry */

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} firstRoute
 * @returns {import("../../shared/views.js").View}
 */
export function open(context, firstRoute) {
  const { store, operations } = context;
  const home = homeOf(store.get().account.name);
  const stage = h("div", { class: "files-list" });
  const status = h("p", { class: "files-status", role: "status" });
  const stop = new AbortController();
  const heading = h("h1", { class: "bar-title", tabIndex: -1 });
  const shelf = h("nav", { class: "shelf", "aria-label": t("lists.label"), hidden: true });
  // Only without a rail, and not above a person's own list.
  const shortcuts = h("section", { class: "shortcuts phone-only", "aria-label": t("shortcuts.title"), hidden: true });
  const own = h("div", null, shortcuts);
  const more = menuButton(button({ icon: "more", label: t("lists.more"), kind: "quiet" }), () => [
    { label: t("action.share"), icon: "share", run: () => shareList(view) },
    { label: t("lists.rename"), icon: "rename", run: () => orTell(renameList(view)) },
    { label: t("lists.delete"), icon: "trash", isDanger: true, run: () => orTell(removeList(view)) },
  ]);
  const view = /** @type {StarredView} */ ({
    operations, home, stage, status, stop, heading, shelf, own, listId: firstRoute.path[0] ?? STARS,
    lists: /** @type {import("../files/lists.js").FavoriteList[]} */ ([]), shared: new Map(), more, context,
  });
  view.over = createOver({
    context,
    entries: () => list.items().filter((one) => !one.isFolder),
    addressOf: (path) => address("starred", isStars(view) ? [] : [view.listId], { open: path }),
    focus(path) {
      list.activateKey(path);
      list.focus();
    },
  });
  const list = createStarredList(view);
  view.list = list;
  const stopShortcuts = showShortcuts(shortcuts, store.get().account.name);
  drawShelf(view);
  void loadEntries(view);
  orTell(loadLists(view));
  // With a rail they are loaded already.
  loadShortcuts().catch(() => { /* The favorites work without shortcuts. */ });
  return {
    element: h("div", { class: "files is-plain" }, own, shelf, h("div", { class: "files-area" }, stage), status),
    bar: [heading, more],
    tools: [button({ icon: "plus", label: t("lists.new"), kind: "quiet", onclick: () => orTell(createOwnList(view)) })],
    title: () => title(view),
    update: (route) => followAddress(view, route),
    renew: () => void loadEntries(view, { isQuiet: true }),
    leave() {
      stop.abort();
      view.over.stop();
      stopShortcuts();
      list.stop();
    },
  };
}

/** @param {StarredView} view @param {Entry} entry */
function addressOf(view, entry) {
  return entry.isFolder ? folderAddress(entry.path, view.home) : folderAddress(parentOf(entry.path), view.home, { open: entry.name });
}

/** @param {StarredView} view @param {Entry} entry */
function openEntry(view, entry) {
  if (entry.isFolder) go(addressOf(view, entry));
  else view.over.open(entry.path);
}

/** @param {StarredView} view @returns {import("../../shared/list.js").List<Entry>} */
function createStarredList(view) {
  const rows = createRows({
    addressOf: (entry) => addressOf(view, entry),
    editorOf: () => null,
    openMenu: (entry, element) => view.list.openMenuOf(entry.path, element),
    star: (entry) => orTell(takeOut(view, entry)),
  });
  return createList({
    label: t("place.starred"),
    columns: columnsOf(view, rows.columns),
    card: rows.card,
    keyOf: (entry) => entry.path,
    nameOf: (entry) => entry.name,
    labelOf,
    isPlain: true,
    onOpen: (entry) => openEntry(view, entry),
    onMenu: (entry, at) => void openMenu(menuOf(view, entry), at, { label: entry.name }),
    onKey: (event) => {
      const entry = view.list.activeItem();
      if (!entry || (event.key !== "Delete" && !(event.altKey && event.code === "KeyS"))) return false;
      orTell(takeOut(view, entry));
      return true;
    },
  });
}

/** @param {StarredView} view @param {Entry} entry @returns {import("../../shared/menu.js").MenuEntry[]} */
function menuOf(view, entry) {
  return [
    { label: t("action.open"), icon: entry.isFolder ? "folder" : "eye", run: () => openEntry(view, entry) },
    { label: t("starred.showplace"), icon: "folder", run: () => go(folderAddress(parentOf(entry.path), view.home, { details: entry.name })) },
    { label: entry.isFolder ? t("action.downloadzip") : t("action.download"), icon: "download", run: () => view.operations.download([entry]) },
    ...orderMenu(view, entry),
    null,
    { label: t(isStars(view) ? "action.unstar" : "lists.removeone"), icon: isStars(view) ? "star" : "close", keys: keysText("Delete"), run: () => orTell(takeOut(view, entry)) },
    { label: t("action.lists"), icon: "list", run: () => orTell(chooseOf(view, entry)) },
  ];
}

/**
 * The other positions of an entry in a person's own list.
 * @param {StarredView} view @param {Entry} entry @returns {import("../../shared/menu.js").MenuEntry[]}
 */
function orderMenu(view, entry) {
  const entries = view.list.items();
  const at = entries.findIndex((one) => one.path === entry.path);
  if (isStars(view) || entries.length < 2) return [];
  const to = (/** @type {string} */ label, /** @type {string} */ name, /** @type {number} */ place, /** @type {boolean} */ isThere) => (
    { label: t(label), icon: name, isDisabled: isThere, run: () => orTell(moveTo(view, entry, place)) });
  return [
    null,
    to(isDrawn(entry) ? "lists.cover" : "lists.first", "image", 0, at === 0),
    to("lists.forward", "arrow-up", at - 1, at === 0),
    to("lists.back", "arrow-down", at + 1, at === entries.length - 1),
  ];
}

/**
 * The columns of the files list, and one for the folder. Entries have the order in which they were
 * starred, so no column can be sorted.
 * @param {StarredView} view @param {import("../../shared/list.js").Column<Entry>[]} columns
 * @returns {import("../../shared/list.js").Column<Entry>[]}
 */
function columnsOf(view, columns) {
  /** @type {import("../../shared/list.js").Column<Entry>} */
  const place = {
    id: "place", label: t("starred.place"), width: "minmax(0, 14rem)", isWide: true,
    cell: (entry) => h("a", { class: "entry-link", href: folderAddress(parentOf(entry.path), view.home), tabIndex: -1, data: { own: "" } },
      nameElement(folderName(parentOf(entry.path), view.home))),
  };
  /** In a person's own list, the column of the stars removes entries from that list. @param {import("../../shared/list.js").Column<Entry>} column */
  const out = (column) => ({
    ...column,
    cell: (/** @type {Entry} */ entry) => (isStars(view) ? column.cell(entry) : button({
      icon: "close", label: t("lists.removeof", { name: plainName(entry.name) }), kind: "quiet", class: "row-star", props: { tabIndex: -1 },
      onclick: () => orTell(takeOut(view, entry)),
    })),
  });
  const [name, ...others] = columns;
  return [...(name ? [name] : []), place, ...others.map((column) => (column.id === "star" ? out(column) : column))]
    .map((column) => ({ ...column, isSortable: false }));
}
