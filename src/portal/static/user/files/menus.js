// The menus of the files view: what can be done with entries, with the folder, and what can be made.

import { t } from "../../shared/i18n.js";
import { keysText } from "../../shared/keys.js";
import { orTell } from "../../shared/toast.js";
import { hasShortcut, toggleShortcut } from "../shortcuts.js";
import { setLook } from "../state.js";
import { isDrawn, kindOf } from "./kinds.js";

/** @typedef {import("../../shared/menu.js").MenuEntry} MenuEntry */
/** @typedef {import("./desk.js").Desk} Desk */

/**
 * What the menus reach besides the desk.
 * @typedef {object} Hands
 * @property {() => void} rename
 * @property {() => void} remove
 * @property {() => void} star gives what is chosen a star, or takes it away where all have one
 * @property {() => void} showDetails
 * @property {(isFolder: boolean) => void} pick
 * @property {(what: "folder" | "text") => void} make
 * @property {() => void} filter
 */

/** Entries whose lists are asked for together. */
const LISTED_MAX = 20;

/** @param {Desk} desk @param {Hands} hands @returns {MenuEntry[]} */
export function entryMenu(desk, hands) {
  const { actions } = desk.context;
  const entries = desk.chosen();
  const [first] = entries;
  if (!first) return folderMenu(desk, hands);
  const isOne = entries.length === 1;
  /** What is new in the folder is selected when it comes, maybe while the menu is open. @param {() => void} act */
  const withThese = (act) => () => {
    desk.list.select(entries.map((entry) => entry.name));
    act();
  };
  const isFixed = !entries.every((entry) => entry.canRename);
  const openLabel = !first.isFolder && kindOf(first).preview ? t("action.show") : t("action.open");
  return [
    isOne && { label: openLabel, icon: first.isFolder ? "folder" : "eye", keys: keysText("Enter"), run: () => desk.open(first) },
    { label: isOne && !first.isFolder ? t("action.download") : t("action.downloadzip"), icon: "download", run: () => actions.download(entries) },
    null,
    isOne && { label: t("action.rename"), icon: "rename", keys: keysText("F2"), isDisabled: isFixed, run: withThese(hands.rename) },
    { label: t("action.moveto"), icon: "move", isDisabled: isFixed, run: () => orTell(actions.transferByPicking(entries, "move")) },
    { label: t("action.copyto"), icon: "copy", run: () => orTell(actions.transferByPicking(entries, "copy")) },
    { label: t("action.cut"), icon: "cut", keys: keysText("Mod+X"), isDisabled: isFixed, run: () => actions.toClipboard(entries, "move") },
    { label: t("action.copy"), icon: "copy", keys: keysText("Mod+C"), run: () => actions.toClipboard(entries, "copy") },
    null,
    isOne && first.canLock && { label: t(first.isLocked ? "action.unlock" : "action.lock"), icon: "lock", run: () => orTell(actions.toggleLock(first)) },
    { label: t(entries.every((entry) => entry.isStarred) ? "action.unstar" : "action.star"), icon: "star", keys: keysText("Alt+S"), run: withThese(hands.star) },
    entries.length <= LISTED_MAX && { label: t("action.lists"), icon: "list", run: () => orTell(import("./lists.js").then(({ chooseLists }) => chooseLists(entries))) },
    isOne && { label: t(hasShortcut(first.path) ? "shortcuts.removeone" : "shortcuts.make"), icon: "link", run: () => orTell(toggleShortcut(first)) },
    isOne && isDrawn(first) && { label: t("face.use"), icon: "user", run: () => orTell(import("../own-face.js").then(({ setPicture }) => setPicture(desk.context.store, first.path))) },
    { label: t("files.details"), icon: "info", keys: keysText("Alt+Enter"), run: withThese(hands.showDetails) },
    null,
    { label: t("action.delete"), icon: "trash", keys: keysText("Delete"), isDanger: true, isDisabled: isFixed, run: withThese(hands.remove) },
  ];
}

/** @param {Desk} desk @param {Hands} hands @returns {MenuEntry[]} */
export function folderMenu(desk, hands) {
  const { store, actions } = desk.context;
  const { clipboard, look } = store.get();
  const canAdd = desk.canUpload();
  return [
    canAdd && { label: t("new.folder"), icon: "new-folder", run: () => hands.make("folder") },
    canAdd && { label: t("new.text"), icon: "new-file", run: () => hands.make("text") },
    canAdd && { label: t("upload.files"), icon: "upload", run: () => hands.pick(false) },
    canAdd && clipboard && { label: t("action.paste", { count: clipboard.paths.length }), icon: "paste", keys: keysText("Mod+V"), run: () => orTell(actions.paste(desk.path())) },
    null,
    desk.all().length > 0 && { label: t("files.filter"), icon: "filter", keys: "/", run: hands.filter },
    { label: t("list.selectall"), icon: "select", keys: keysText("Mod+A"), run: () => desk.list.select(desk.shown().map((entry) => entry.name)) },
    { label: t("files.downloadall"), icon: "download", isDisabled: desk.all().length === 0, run: () => actions.download(desk.all()) },
    { label: t("files.details"), icon: "info", run: () => { desk.list.select([]); hands.showDetails(); } },
    { label: t("action.refresh"), icon: "refresh", run: () => void desk.load(desk.path()) },
    null,
    { label: t("files.rows"), icon: "list", isChecked: look.shape === "rows", run: () => setLook(store, { shape: "rows" }) },
    { label: t("files.cards"), icon: "grid", isChecked: look.shape === "cards", run: () => setLook(store, { shape: "cards" }) },
    null,
    ...sortMenu(desk),
  ];
}

/** @param {Desk} desk @returns {MenuEntry[]} */
export function sortMenu(desk) {
  const { store } = desk.context;
  const { sort, isDescending } = store.get().look;
  /** @type {[import("../state.js").SortColumn, boolean, string][]} */
  const orders = [
    ["name", false, "sort.name"], ["name", true, "sort.nameback"], ["modified", true, "sort.newest"],
    ["modified", false, "sort.oldest"], ["size", true, "sort.largest"], ["size", false, "sort.smallest"],
  ];
  return orders.map(([column, isBack, label]) => ({
    label: t(label),
    isChecked: column === sort && isBack === isDescending,
    run: () => setLook(store, { sort: column, isDescending: isBack }),
  }));
}

/** @param {Hands} hands @returns {MenuEntry[]} */
export function newMenu(hands) {
  return [
    { label: t("upload.files"), icon: "upload", run: () => hands.pick(false) },
    { label: t("upload.folder"), icon: "folder", run: () => hands.pick(true) },
    null,
    { label: t("new.folder"), icon: "new-folder", run: () => hands.make("folder") },
    { label: t("new.text"), icon: "new-file", run: () => hands.make("text") },
  ];
}
