// The files of a person: a folder as a list or as cards, with all operations. This module combines
// the parts, each of which has a module of its own in `../files`.

import { plainName } from "../../shared/format.js";
import { button, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { isTyping } from "../../shared/keys.js";
import { menuButton, openMenu } from "../../shared/menu.js";
import { route as routeNow } from "../../shared/router.js";
import { orTell } from "../../shared/toast.js";
import { createBar } from "../files/bar.js";
import { followClipboard } from "../files/clipboard.js";
import { createDropping } from "../files/drag-and-drop.js";
import { createFileView } from "../files/file-view.js";
import { createOverlays } from "../files/overlays.js";
import { pickFiles } from "../files/pick-files.js";
import { createPasteBar, createSelectionBar } from "../files/selection.js";
import { createActions } from "../files/view/actions.js";
import { followAddress, showRoots } from "../files/view/follow.js";
import { addKeys, onStrayKey } from "../files/view/keys.js";
import { createFilesList } from "../files/view/list.js";
import { showShapeOf } from "../look.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/**
 * @typedef {object} FilesView
 * @property {import("../state.js").Context} context
 * @property {AbortSignal} signal ends all listeners of the view
 * @property {{ name: string, input: HTMLInputElement } | null} editing the entry that is being renamed
 * @property {import("../../shared/list.js").List<Entry>} list
 * @property {import("../files/file-view.js").FileView} fileView
 * @property {ReturnType<typeof createOverlays>} overlays
 * @property {ReturnType<typeof createDropping>} dropping
 * @property {import("../files/view/actions.js").Actions} actions
 * @property {ReturnType<typeof createBar>} bar
 * @property {ReturnType<typeof createSelectionBar>} selectionBar
 * @property {ReturnType<typeof createPasteBar>} pasteBar
 * @property {HTMLElement} roots the choice of disks and team folders if there is no rail
 * @property {HTMLElement[]} newButtons
 * @property {HTMLElement} element
 */

/** Milliseconds after scrolling before the position is stored. */
const PLACE_PAUSE = 200;
const menus = () => import("../files/menus.js");

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} firstRoute
 * @returns {import("../../shared/views.js").View}
 */
export function open(context, firstRoute) {
  const stop = new AbortController();
  const view = createView(context, stop.signal);
  const { fileView } = view;
  const ends = [...followWorld(view), addKeys(view)];
  view.bar.applyLook();
  view.dropping.takeAtPlaces();
  followAddress(view, firstRoute);
  return {
    element: view.element,
    bar: [view.bar.path],
    tools: [view.bar.tools],
    primary: view.newButtons[0],
    title: () => plainName(routeNow().query.get("open") ?? view.bar.title()),
    update: (route) => followAddress(view, route),
    again() {
      void fileView.load(fileView.path(), { keepsPlace: true });
      view.overlays.again();
    },
    renew: () => { if (!view.editing) fileView.renew(); },
    leave() {
      fileView.stop();
      view.overlays.stop();
      view.list.stop();
      view.selectionBar.stop();
      view.pasteBar.stop();
      ends.forEach((end) => end());
      stop.abort();
    },
  };
}

/**
 * Creates the parts. Each reaches the others through the view.
 * @param {import("../state.js").Context} context @param {AbortSignal} signal
 */
function createView(context, signal) {
  const view = /** @type {FilesView} */ ({ context, signal, editing: null });
  view.overlays = createOverlays(() => view.fileView, (isOpen) => view.bar.setDetails(isOpen));
  view.dropping = createDropping(() => view.fileView, signal);
  view.list = createFilesList(view);
  view.fileView = createFileView(context, view.list, {
    onPath() {
      view.fileView.stage.classList.remove("is-over");
      view.bar.showPath();
      showShapeOf(context.store, view.fileView.path());
      showRoots(view);
      view.pasteBar.show();
    },
    onShown: view.overlays.refresh,
    onNew: (isOffered) => { for (const element of view.newButtons) element.hidden = !isOffered; },
    upload: () => pickFiles(view.fileView, false),
    hasDetails: view.overlays.hasDetails,
  });
  const { fileView } = view;
  view.actions = createActions(view);
  view.bar = createBar(fileView, {
    folderMenu: () => menus().then(({ folderMenu }) => folderMenu(fileView, view.actions)),
    sortMenu: () => menus().then(({ sortMenu }) => sortMenu(fileView)),
    toggleDetails: () => view.overlays.toggleDetails(),
    makeDropTarget: view.dropping.makeDropTarget,
  });
  view.selectionBar = createSelectionBar(fileView, {
    entryMenu: () => menus().then(({ entryMenu }) => entryMenu(fileView, view.actions)),
    rename: view.actions.rename,
    remove: view.actions.remove,
  });
  view.pasteBar = createPasteBar(fileView);
  const newMenu = () => menus().then((module) => module.newMenu(view.actions));
  const newButton = menuButton(button({ icon: "plus", text: t("files.new"), kind: "primary" }), newMenu);
  const phoneNewButton = menuButton(button({ icon: "plus", label: t("files.new"), kind: "primary", class: "fab" }), newMenu);
  view.newButtons = [newButton, phoneNewButton];
  view.roots = h("nav", { class: "shelf phone-only", "aria-label": t("roots.title"), hidden: true });
  view.element = h("div", { class: "files" }, view.roots,
    h("div", { class: "files-area" }, view.selectionBar.element, fileView.stage, phoneNewButton), fileView.status, view.pasteBar.element);
  view.dropping.makeDropZone(view.element);
  return view;
}

/** Follows changes outside of the view. @param {FilesView} view @returns {(() => void)[]} ends it */
function followWorld(view) {
  const { context: { store }, fileView, list, signal } = view;
  followClipboard(fileView, signal);
  // A person who touches the list is about to do something, so the modules for that are loaded now.
  for (const name of ["pointerdown", "keydown"]) list.element.addEventListener(name, warmUp, { once: true, signal });
  addEventListener("keydown", (event) => onStrayKey(view, event), { signal });
  // This is the last moment before a reload. The position in the list is stored with the entry of
  // the history.
  addEventListener("pagehide", fileView.savePlace, { signal });
  fileView.stage.addEventListener("contextmenu", (event) => {
    if (event.defaultPrevented || isTyping(event.target)) return;
    event.preventDefault();
    const place = { x: event.clientX, y: event.clientY };
    orTell(menus().then(({ folderMenu }) => openMenu(folderMenu(fileView, view.actions), place)));
  });
  let placeTimer = 0;
  list.element.addEventListener("scroll", () => {
    clearTimeout(placeTimer);
    placeTimer = setTimeout(() => { if (!signal.aborted) fileView.savePlace(); }, PLACE_PAUSE);
  }, { passive: true });
  return [
    store.watch((state) => state.changed, ({ paths }) => { if (paths.has(fileView.path())) void fileView.load(fileView.path(), { keepsPlace: true }); }),
    store.watch((state) => state.look, view.bar.applyLook),
    store.watch((state) => state.disks, () => { showRoots(view); view.dropping.takeAtPlaces(); }),
    store.watch((state) => state.teamFolders, () => { showRoots(view); view.dropping.takeAtPlaces(); }),
  ];
}

function warmUp() {
  for (const part of [menus(), import("../files/rename.js"), import("../files/operations/all.js"), import("../../shared/menu-open.js")]) {
    part.catch(() => { /* It is asked for again, and told, when it is needed. */ });
  }
}
