// The menus of the files view: for entries, for the folder, and for new files and folders.

import { t } from "../../shared/i18n.js";
import { keysText } from "../../shared/keys.js";
import { orTell } from "../../shared/toast.js";
import { hasShortcut, toggleShortcut } from "../shell/shortcuts.js";
import { setOrder, setShape, setShowsHidden } from "../look.js";
import { isArchive, isDrawn, kindOf } from "./kinds.js";

/** @typedef {import("../../shared/menu.js").MenuEntry} MenuEntry */
/** @typedef {import("./file-view.js").FileView} FileView */
/** @typedef {import("./view/actions.js").Actions} Actions */

/** Maximum number of entries whose lists are loaded together. */
const LISTED_MAX = 20;

/** @param {FileView} fileView @param {Actions} actions @returns {MenuEntry[]} */
export function entryMenu(fileView, actions) {
  const { operations } = fileView.context;
  const entries = fileView.chosen();
  const [first] = entries;
  if (!first) return folderMenu(fileView, actions);
  const isOne = entries.length === 1;
  /** Restores the selection first: a new entry that appears while the menu is open is selected in its place. @param {() => void} run */
  const withThese = (run) => () => {
    fileView.list.select(entries.map((entry) => entry.name));
    run();
  };
  const isFixed = !entries.every((entry) => entry.canRename);
  const openLabel = !first.isFolder && kindOf(first).preview ? t("action.show") : t("action.open");
  return [
    isOne && { label: openLabel, icon: first.isFolder ? "folder" : "eye", keys: keysText("Enter"), run: () => fileView.open(first) },
    { label: isOne && !first.isFolder ? t("action.download") : t("action.downloadzip"), icon: "download", run: () => operations.download(entries) },
    isOne && first.canShare && { label: t("action.share"), icon: "share", run: () => operations.share(first) },
    null,
    { label: t("action.rename"), icon: "rename", keys: keysText("F2"), isDisabled: isFixed, run: withThese(actions.rename) },
    { label: t("action.moveto"), icon: "move", isDisabled: isFixed, run: () => orTell(operations.transferByPicking(entries, "move")) },
    { label: t("action.copyto"), icon: "copy", run: () => orTell(operations.transferByPicking(entries, "copy")) },
    fileView.canUpload() && { label: t("action.zip"), icon: "archive", run: () => operations.zip(entries) },
    isOne && fileView.canUpload() && isArchive(first) && { label: t("action.unzip"), icon: "archive", run: () => operations.unzip(first) },
    { label: t("action.cut"), icon: "cut", keys: keysText("Mod+X"), isDisabled: isFixed, run: () => operations.toClipboard(entries, "move") },
    { label: t("action.copy"), icon: "copy", keys: keysText("Mod+C"), run: () => operations.toClipboard(entries, "copy") },
    null,
    isOne && first.canLock && { label: t(first.isLocked ? "action.unlock" : "action.lock"), icon: "lock", run: () => orTell(operations.toggleLock(first)) },
    { label: t(entries.every((entry) => entry.isStarred) ? "action.unstar" : "action.star"), icon: "star", keys: keysText("Alt+S"), run: withThese(actions.star) },
    entries.length <= LISTED_MAX && { label: t("action.lists"), icon: "list", run: () => orTell(import("./lists.js").then(({ chooseLists }) => chooseLists(entries))) },
    isOne && { label: t(hasShortcut(first.path) ? "shortcuts.removeone" : "shortcuts.make"), icon: "link", run: () => orTell(toggleShortcut(first)) },
    isOne && isDrawn(first) && { label: t("avatar.use"), icon: "user", run: () => orTell(import("../account/own-avatar.js").then(({ setPicture }) => setPicture(fileView.context.store, first.path))) },
    { label: t("files.details"), icon: "info", keys: keysText("Alt+Enter"), run: withThese(actions.showDetails) },
    null,
    { label: t("action.delete"), icon: "trash", keys: keysText("Delete"), isDanger: true, isDisabled: isFixed, run: withThese(actions.remove) },
  ];
}

/** @param {FileView} fileView @param {Actions} actions @returns {MenuEntry[]} */
export function folderMenu(fileView, actions) {
  const { store, operations } = fileView.context;
  const { clipboard, look } = store.get();
  const canAdd = fileView.canUpload();
  return [
    canAdd && { label: t("new.folder"), icon: "new-folder", run: () => actions.make("folder") },
    canAdd && { label: t("new.text"), icon: "new-file", run: () => actions.make("text") },
    canAdd && { label: t("upload.files"), icon: "upload", run: () => actions.pick(false) },
    canAdd && clipboard && { label: t("action.paste", { count: clipboard.paths.length }), icon: "paste", keys: keysText("Mod+V"), run: () => orTell(operations.paste(fileView.path())) },
    null,
    fileView.all().length > 0 && { label: t("files.filter"), icon: "filter", keys: "/", run: actions.filter },
    { label: t("list.selectall"), icon: "select", keys: keysText("Mod+A"), run: () => fileView.list.select(fileView.shown().map((entry) => entry.name)) },
    { label: t("files.downloadall"), icon: "download", isDisabled: fileView.all().length === 0, run: () => operations.download(fileView.all()) },
    { label: t("files.details"), icon: "info", run: () => { fileView.list.select([]); actions.showDetails(); } },
    { label: t("action.refresh"), icon: "refresh", run: () => void fileView.load(fileView.path()) },
    null,
    { label: t("files.rows"), icon: "list", isChecked: look.shape === "rows", run: () => setShape(store, fileView.path(), "rows") },
    { label: t("files.cards"), icon: "grid", isChecked: look.shape === "cards", run: () => setShape(store, fileView.path(), "cards") },
    null,
    ...sortMenu(fileView),
  ];
}

/** @param {FileView} fileView @returns {MenuEntry[]} */
export function sortMenu(fileView) {
  const { store } = fileView.context;
  const { sort, isDescending, showsHidden } = store.get().look;
  /** @type {[import("../state.js").SortColumn, boolean, string][]} */
  const orders = [
    ["name", false, "sort.name"], ["name", true, "sort.nameback"], ["modified", true, "sort.newest"],
    ["modified", false, "sort.oldest"], ["size", true, "sort.largest"], ["size", false, "sort.smallest"],
  ];
  return [
    ...orders.map(([column, isBack, label]) => ({
      label: t(label),
      isChecked: column === sort && isBack === isDescending,
      run: () => setOrder(store, { sort: column, isDescending: isBack }),
    })),
    null,
    { label: t("files.showhidden"), isChecked: showsHidden, run: () => setShowsHidden(store, !showsHidden) },
  ];
}

/** @param {Pick<Actions, "pick" | "make">} actions @returns {MenuEntry[]} */
export function newMenu(actions) {
  return [
    { label: t("upload.files"), icon: "upload", run: () => actions.pick(false) },
    { label: t("upload.folder"), icon: "folder", run: () => actions.pick(true) },
    null,
    { label: t("new.folder"), icon: "new-folder", run: () => actions.make("folder") },
    { label: t("new.text"), icon: "new-file", run: () => actions.make("text") },
  ];
}
