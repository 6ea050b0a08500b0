// The files of a person: a folder as a list or as cards, with everything that can be done there. This module puts the
// parts together; each of them has its own in `../files`.

import { plainName } from "../../shared/format.js";
import { button, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { addShortcuts, isTyping } from "../../shared/keys.js";
import { createList } from "../../shared/list.js";
import { announce } from "../../shared/live.js";
import { menuButton, openMenu } from "../../shared/menu.js";
import { route as routeNow } from "../../shared/router.js";
import { orTell } from "../../shared/toast.js";
import { createBar } from "../files/bar.js";
import { createDesk } from "../files/desk.js";
import { createOver } from "../files/over.js";
import { folderAddress, folderName, folderOf, rootOf } from "../files/paths.js";
import { createRows } from "../files/rows.js";
import { createPasteBar, createSelectionBar } from "../files/selection.js";
import { createTraffic } from "../files/traffic.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/** Milliseconds after scrolling before the place is noted. */
const PLACE_PAUSE = 200;
const menus = () => import("../files/menus.js");
const renaming = () => import("../files/rename.js");

function warmUp() {
  for (const part of [menus(), renaming(), import("../files/act.js"), import("../../shared/menu-open.js")]) {
    part.catch(() => { /* It is asked for again, and told, when it is needed. */ });
  }
}

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} firstRoute
 * @returns {import("../../shared/views.js").View}
 */
export function open(context, firstRoute) {
  const { store, actions } = context;
  /** The entry that is being renamed. @type {{ name: string, input: HTMLInputElement } | null} */
  let editing = null;

  const over = createOver(() => desk, (isOpen) => bar.setDetails(isOpen));
  const traffic = createTraffic(() => desk);
  const rows = createRows({
    addressOf: (entry) => (entry.isFolder ? folderAddress(entry.path, desk.home) : folderAddress(desk.path(), desk.home, { open: entry.name })),
    editorOf: (entry) => (editing?.name === entry.name ? editing.input : null),
    openMenu: (entry, element) => list.openMenuOf(entry.name, element),
    star: (entry) => star([entry]),
  });

  /** @type {import("../../shared/list.js").List<Entry>} */
  const list = createList({
    label: t("files.list"),
    columns: rows.columns,
    card: rows.card,
    keyOf: (entry) => entry.name,
    nameOf: (entry) => entry.name,
    isSame: (a, b) => a.name === b.name && a.etag === b.etag && a.size === b.size && a.modified === b.modified
      && a.isLocked === b.isLocked && a.canLock === b.canLock && a.isFolder === b.isFolder && a.isStarred === b.isStarred
      && a.isCommented === b.isCommented && editing?.name !== a.name,
    onOpen: (entry) => void desk.open(entry),
    onSelect: () => { selectionBar.show(); over.follow(); },
    onMenu: (entry, place) => orTell(menus().then(({ entryMenu }) => openMenu(entryMenu(desk, hands), place, { label: entry.name }))),
    onSort: (column) => bar.sortBy(/** @type {import("../state.js").SortColumn} */ (column)),
    onFocus: () => { if (list.selection().size === 0) over.follow(); },
    onKey,
    drag: traffic.drag,
  });

  const desk = createDesk(context, list, {
    onPath: () => { desk.stage.classList.remove("is-over"); bar.showPath(); showRoots(); pasteBar.show(); },
    onShown: over.refresh,
    onNew: (isOffered) => {
      newButton.hidden = !isOffered;
      phoneNewButton.hidden = !isOffered;
    },
    upload: () => traffic.pick(false),
    hasDetails: over.hasDetails,
  });

  /** @type {import("../files/menus.js").Hands} */
  const hands = {
    rename: () => orTell(rename()),
    remove: () => orTell(remove()),
    star: () => star(desk.chosen()),
    showDetails: () => over.toggleDetails(true),
    pick,
    make: (what) => orTell(make(what)),
    filter: () => bar.showFilter(true),
  };

  const bar = createBar(desk, {
    folderMenu: () => menus().then(({ folderMenu }) => folderMenu(desk, hands)),
    sortMenu: () => menus().then(({ sortMenu }) => sortMenu(desk)),
    toggleDetails: () => over.toggleDetails(),
    makeDropTarget: traffic.makeDropTarget,
  });
  const selectionBar = createSelectionBar(desk, {
    entryMenu: () => menus().then(({ entryMenu }) => entryMenu(desk, hands)),
    rename: hands.rename,
    remove: hands.remove,
  });
  const pasteBar = createPasteBar(desk);
  const newMenu = () => menus().then((module) => module.newMenu(hands));
  const newButton = menuButton(button({ icon: "plus", text: t("files.new"), kind: "primary" }), newMenu);
  const phoneNewButton = menuButton(button({ icon: "plus", label: t("files.new"), kind: "primary", class: "fab" }), newMenu);
  // Where there is no rail: at the top of each disk, the way to the others.
  const roots = h("nav", { class: "shelf phone-only", "aria-label": t("disks.title"), hidden: true });
  const element = h("div", { class: "files" }, roots, selectionBar.element,
    h("div", { class: "files-area" }, desk.stage, phoneNewButton), desk.status, pasteBar.element);
  traffic.makeDropZone(element);

  function showRoots() {
    const path = desk.path();
    roots.hidden = store.get().disks.length === 0 || path !== rootOf(path, desk.home);
    if (!roots.hidden) orTell(import("../disks.js").then((module) => module.showRoots(roots, store, path, folderAddress)));
  }

  // ---- what needs more than one part

  async function rename() {
    const [entry] = desk.chosen();
    if (!entry?.canRename || editing) return;
    const { startRename } = await renaming();
    startRename(desk, entry, (input) => {
      editing = input ? { name: entry.name, input } : null;
      list.refreshKey(entry.name);
    });
  }

  /** @param {Entry[]} entries */
  function star(entries) {
    const isStarred = !entries.every((entry) => entry.isStarred);
    orTell(actions.star(entries, isStarred, () => entries.forEach((entry) => list.refreshKey(entry.name))));
  }

  /** @param {boolean} isFolder */
  function pick(isFolder) {
    if (desk.canUpload()) traffic.pick(isFolder);
  }

  /** @param {"folder" | "text"} what */
  async function make(what) {
    if (!desk.canUpload()) return;
    const folder = desk.path();
    const name = await (what === "folder" ? actions.newFolder(folder) : actions.newTextFile(folder));
    if (name === null || desk.path() !== folder) return;
    desk.want(name);
    list.focus();
    // A new text is made to be written.
    if (what === "text") desk.openWhenThere(name);
  }

  async function remove() {
    const entries = desk.chosen();
    if (!entries.every((entry) => entry.canRename)) return;
    const items = list.items();
    const at = items.findIndex((entry) => entry.name === entries[entries.length - 1]?.name);
    const next = [...items.slice(at + 1), ...items.slice(0, Math.max(0, at)).reverse()].find((entry) => !entries.includes(entry));
    if (!await actions.remove(entries)) return;
    list.select([]);
    if (next) list.activateKey(next.name);
    list.focus();
  }

  // ---- keyboard

  /** @param {KeyboardEvent} event @returns {boolean} */
  function onKey(event) {
    if (event.altKey && event.key === "Enter") over.toggleDetails();
    else if (event.altKey && event.code === "KeyS") hands.star();
    else if (event.key === "F2") hands.rename();
    else if (event.key === "Delete") hands.remove();
    else if (event.key === "Backspace" || (event.altKey && event.key === "ArrowUp")) desk.goUp();
    else return false;
    return true;
  }

  /** Keys that nothing else has asked for, and those of the bar over the selection, are meant for the list. @param {KeyboardEvent} event */
  function onStrayKey(event) {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open], .menu")) return;
    const isForList = ["F2", "Delete", "Escape"].includes(event.key) || (event.key === "a" && (event.ctrlKey || event.metaKey));
    if (document.activeElement !== document.body && !(selectionBar.hasFocus() && isForList)) return;
    list.takeKey(event);
    if (event.defaultPrevented && !isTyping(document.activeElement)) list.focus();
  }

  const stopShortcuts = addShortcuts([
    { keys: "/", label: "keys.filter", group: "keys.everywhere", run: () => bar.showFilter(true) },
    { keys: "Alt+N", label: "keys.newfolder", group: "keys.everywhere", run: () => hands.make("folder") },
    { keys: "Alt+U", label: "keys.upload", group: "keys.everywhere", run: () => pick(false) },
    { keys: "Alt+V", label: "keys.shape", group: "keys.everywhere", run: bar.switchShape },
    { keys: "ArrowUp ArrowDown", label: "keys.move", group: "keys.list" },
    { keys: "Enter", label: "keys.open", group: "keys.list" },
    { keys: "Backspace Alt+ArrowUp", label: "keys.up", group: "keys.list" },
    { keys: "A\u2013Z", label: "keys.jump", group: "keys.list" },
    { keys: "Space", label: "keys.select", group: "keys.list" },
    { keys: "Shift+ArrowDown", label: "keys.extend", group: "keys.list" },
    { keys: "Mod+A", label: "list.selectall", group: "keys.list" },
    { keys: "Escape", label: "files.unselect", group: "keys.list" },
    { keys: "F2", label: "action.rename", group: "keys.list" },
    { keys: "Delete", label: "action.delete", group: "keys.list" },
    { keys: "Alt+S", label: "action.star", group: "keys.list" },
    { keys: "Mod+C Mod+X", label: "keys.copycut", group: "keys.list" },
    { keys: "Mod+V", label: "keys.paste", group: "keys.list" },
    { keys: "Alt+Enter", label: "files.details", group: "keys.list" },
    { keys: "ArrowLeft ArrowRight", label: "keys.step", group: "keys.preview" },
    { keys: "Escape", label: "keys.close", group: "keys.preview" },
  ]);

  // ---- life

  const stop = new AbortController();
  const { signal } = stop;
  // Whoever touches the list is about to do something: what does it is fetched meanwhile.
  for (const name of ["pointerdown", "keydown"]) list.element.addEventListener(name, warmUp, { once: true, signal });
  addEventListener("keydown", onStrayKey, { signal });
  // The last moment before a reload: the place in the list goes with the entry of the history.
  addEventListener("pagehide", desk.savePlace, { signal });
  desk.stage.addEventListener("contextmenu", (event) => {
    if (event.defaultPrevented || isTyping(event.target)) return;
    event.preventDefault();
    const place = { x: event.clientX, y: event.clientY };
    orTell(menus().then(({ folderMenu }) => openMenu(folderMenu(desk, hands), place)));
  });
  let placeTimer = 0;
  list.element.addEventListener("scroll", () => {
    clearTimeout(placeTimer);
    placeTimer = setTimeout(() => { if (!signal.aborted) desk.savePlace(); }, PLACE_PAUSE);
  }, { passive: true });
  const stopWatching = [
    store.watch((state) => state.changed, ({ paths }) => { if (paths.has(desk.path())) void desk.load(desk.path(), { keepsPlace: true }); }),
    store.watch((state) => state.look, bar.applyLook),
    store.watch((state) => state.disks, () => { showRoots(); traffic.takeAtPlaces(); }),
  ];

  /** @param {import("../../shared/router.js").Route} route */
  function update(route) {
    const path = folderOf(route, desk.home);
    const filter = route.query.get("filter") ?? "";
    const isHere = path === desk.path();
    over.followDetails(route, isHere);
    if (!isHere) {
      list.select([]);
      desk.presetFilter(filter);
      bar.showFilter(false);
      bar.setFilter(filter);
      const name = route.query.get("details");
      if (name && name !== ".") desk.want(name);
      void desk.load(path);
      announce(plainName(folderName(path, desk.home)));
      return;
    }
    if (filter !== desk.filter() && !bar.isFiltering()) {
      bar.setFilter(filter);
      desk.setFilter(filter);
    }
    over.followFile(route);
  }

  bar.applyLook();
  traffic.takeAtPlaces();
  update(firstRoute);

  return {
    element,
    bar: bar.elements,
    primary: newButton,
    title: () => plainName(routeNow().query.get("open") ?? folderName(desk.path(), desk.home)),
    update,
    again() {
      void desk.load(desk.path(), { keepsPlace: true });
      over.again();
    },
    renew: () => { if (!editing) desk.renew(); },
    leave() {
      desk.stop();
      over.stop();
      traffic.stop();
      list.stop();
      selectionBar.stop();
      pasteBar.stop();
      stopShortcuts();
      stopWatching.forEach((end) => end());
      stop.abort();
    },
  };
}
