// What a person has marked with a star or put into lists of their own, wherever it lies; and on phones, their shortcuts.

import { ApiError, command, errorText, records } from "../../shared/api.js";
import { confirmDialog, notice } from "../../shared/dialog.js";
import { askText } from "../../shared/fields.js";
import { nameElement, plainName, shortName } from "../../shared/format.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { keysText } from "../../shared/keys.js";
import { createList } from "../../shared/list.js";
import { menuButton, openMenu } from "../../shared/menu.js";
import { address, go } from "../../shared/router.js";
import { orTell, toast } from "../../shared/toast.js";
import { toEntry } from "../files/folder.js";
import { makeList, named, ownLists } from "../files/lists.js";
import { folderAddress, folderName, homeOf, parentOf } from "../files/paths.js";
import { createRows } from "../files/rows.js";
import { loadShortcuts, showShortcuts } from "../shortcuts.js";
import { STARS } from "../state.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} firstRoute
 * @returns {import("../../shared/views.js").View}
 */
export function open(context, firstRoute) {
  const { store, actions } = context;
  const home = homeOf(store.get().account.name);
  const stage = h("div", { class: "files-list" });
  const status = h("p", { class: "files-status", role: "status" });
  const stop = new AbortController();
  const heading = h("h1", { class: "bar-title", tabIndex: -1 });
  const shelf = h("nav", { class: "shelf", "aria-label": t("lists.label"), hidden: true });
  // Where there is no rail; a list of one's own has the room for itself.
  const shortcuts = h("section", { class: "shortcuts phone-only", "aria-label": t("shortcuts.title"), hidden: true });
  const own = h("div", null, shortcuts);
  let listId = firstRoute.path[0] ?? STARS;
  /** @type {import("../files/lists.js").FavoriteList[]} */
  let lists = [];
  const isStars = () => listId === STARS;
  const listName = () => lists.find((one) => one.id === listId)?.name ?? "";
  const title = () => (isStars() ? t("place.starred") : plainName(listName()));

  /** @param {Entry} entry */
  const addressOf = (entry) => (entry.isFolder
    ? folderAddress(entry.path, home)
    : folderAddress(parentOf(entry.path), home, { open: entry.name }));
  const rows = createRows({
    addressOf,
    editorOf: () => null,
    openMenu: (entry, element) => list.openMenuOf(entry.path, element),
    star: (entry) => orTell(takeOut(entry)),
  });
  const [name, ...others] = rows.columns;

  /** @type {import("../../shared/list.js").Column<Entry>} */
  const place = {
    id: "place", label: t("starred.place"), width: "minmax(0, 14rem)", isWide: true,
    cell: (entry) => h("a", { class: "entry-link", href: folderAddress(parentOf(entry.path), home), tabIndex: -1, data: { own: "" } },
      nameElement(folderName(parentOf(entry.path), home))),
  };
  /** In a list of one's own, the column of the stars takes out of the list. @param {import("../../shared/list.js").Column<Entry>} column */
  const out = (column) => ({
    ...column,
    cell: (/** @type {Entry} */ entry) => (isStars() ? column.cell(entry) : button({
      icon: "close", label: t("lists.removeof", { name: plainName(entry.name) }), kind: "quiet", class: "row-star", props: { tabIndex: -1 },
      onclick: () => orTell(takeOut(entry)),
    })),
  });
  /** @type {import("../../shared/list.js").List<Entry>} */
  const list = createList({
    label: t("place.starred"),
    // In the order in which they were starred; here is nothing to sort.
    columns: [...(name ? [name] : []), place, ...others.map((column) => (column.id === "star" ? out(column) : column))].map((column) => ({ ...column, isSortable: false })),
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
      { label: t(isStars() ? "action.unstar" : "lists.removeone"), icon: isStars() ? "star" : "close", keys: keysText("Delete"), run: () => orTell(takeOut(entry)) },
      { label: t("action.lists"), icon: "list", run: () => orTell(chooseOf(entry)) },
    ], at, { label: entry.name }),
    onKey: (event) => {
      const entry = list.activeItem();
      if (!entry || (event.key !== "Delete" && !(event.altKey && event.code === "KeyS"))) return false;
      orTell(takeOut(entry));
      return true;
    },
  });

  /** @param {Entry[]} entries */
  const show = (entries) => {
    list.setItems(entries);
    if (entries.length === 0) {
      const words = isStars() ? { icon: "star", title: t("starred.empty"), text: t("starred.emptytext") } : { icon: "list", title: t("lists.empty"), text: t("lists.emptytext") };
      fill(stage, notice({ ...words, action: { label: t("starred.tofiles"), run: () => go(folderAddress(home, home)) } }));
    } else if (list.element.parentElement !== stage) {
      fill(stage, list.element);
    }
    status.textContent = entries.length === 0 ? "" : t(isStars() ? "starred.count" : "lists.count", { count: entries.length });
  };

  /** @param {{ isQuiet?: boolean }} [how] `isQuiet`: nobody asked for it, so a failure leaves what is shown */
  const load = async (how = {}) => {
    try {
      const wanted = listId;
      const found = await records("getfavoritesinlist", "entry", { id: wanted }, { signal: stop.signal });
      if (wanted === listId) show(found.map(toEntry));
    } catch (error) {
      if (stop.signal.aborted || how.isQuiet) return;
      // A list that is no more, from an old address.
      if (error instanceof ApiError && error.kind === "missing" && !isStars()) {
        go(address("starred"), { replace: true });
        return;
      }
      fill(stage, notice({ icon: "warning", title: t("files.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void load() } }));
    }
  };

  /** Shown at once, as taking out rarely fails. @param {Entry} entry */
  const takeOut = async (entry) => {
    const from = listId;
    const put = (/** @type {boolean} */ isIn) => (from === STARS ? actions.star([entry], isIn, () => undefined)
      : command(isIn ? "setfavorite" : "unsetfavorite", { id: from, name: entry.path }));
    show(list.items().filter((one) => one !== entry));
    if (list.items().length > 0) list.focus();
    await put(false);
    await load();
    toast(t(from === STARS ? "starred.removed" : "lists.taken"), {
      action: { run: () => orTell(put(true).then(() => load())) },
    });
  };

  // ---- the lists of one's own

  const drawShelf = () => {
    shelf.hidden = lists.length === 0;
    const chip = (/** @type {string} */ id, /** @type {import("../../shared/h.js").Child} */ text) => h("a", {
      class: "chip", href: address("starred", id === STARS ? [] : [id]), "aria-current": id === listId ? "page" : null,
    }, text);
    fill(shelf, chip(STARS, t("place.starred")), lists.map((one) => chip(one.id, nameElement(one.name))));
    heading.textContent = title();
    more.hidden = isStars();
    own.hidden = !isStars();
    context.titleChanged();
  };

  const loadLists = async () => {
    lists = await ownLists();
    drawShelf();
  };

  const create = async () => {
    const made = await makeList();
    if (!made) return;
    await loadLists();
    go(address("starred", [made.id]));
  };

  /** @param {Entry} entry */
  const chooseOf = async (entry) => {
    const { chooseLists } = await import("../files/lists.js");
    await chooseLists([entry]);
    await Promise.all([load(), loadLists()]);
  };

  const rename = async () => {
    const id = listId;
    const done = await askText({
      title: t("lists.rename"), label: t("name.label"), value: listName(), confirm: t("action.rename"),
      submit: (value) => named(value, async (wanted) => { await command("updatefavoritelist", { id, name: wanted }); }),
    });
    if (done !== null) await loadLists();
  };

  const removeList = async () => {
    const [id, called] = [listId, listName()];
    if (!await confirmDialog({ title: t("lists.deleteask", { name: shortName(called) }), text: t("lists.deletetext"), confirm: t("action.delete"), isDanger: true })) return;
    await command("removefavoritelist", { id });
    lists = lists.filter((one) => one.id !== id);
    go(address("starred"), { replace: true });
    await loadLists();
  };

  const more = menuButton(button({ icon: "more", label: t("lists.more"), kind: "quiet" }), () => [
    { label: t("lists.rename"), icon: "rename", run: () => orTell(rename()) },
    { label: t("lists.delete"), icon: "trash", isDanger: true, run: () => orTell(removeList()) },
  ]);

  /** @param {import("../../shared/router.js").Route} route */
  const update = (route) => {
    listId = route.path[0] ?? STARS;
    drawShelf();
    void load();
  };

  const stopWatching = store.watch((state) => state.look, (look) => list.setShape(look.shape));
  list.setShape(store.get().look.shape);
  const stopShortcuts = showShortcuts(shortcuts, store.get().account.name);
  drawShelf();
  void load();
  orTell(loadLists());
  // Known already where there is a rail.
  loadShortcuts().catch(() => { /* The stars do without. */ });
  return {
    element: h("div", { class: "files is-plain" }, own, shelf, h("div", { class: "files-area" }, stage), status),
    bar: [heading, more, h("div", { class: "tools bar-end" }, button({ icon: "plus", label: t("lists.new"), kind: "quiet", onclick: () => orTell(create()) }))],
    title,
    update,
    renew: () => void load({ isQuiet: true }),
    leave() {
      stop.abort();
      stopShortcuts();
      stopWatching();
      list.stop();
    },
  };
}
