// Asks for a folder or a file: shows the entries of a folder, and opens other folders.

import { errorText, isAbort } from "../../shared/api.js";
import { notice, openDialog } from "../../shared/dialog.js";
import { nameElement } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { createList } from "../../shared/list.js";
import { loadFolder, sorted } from "./folder.js";
import { folderName, homeOf, join, parentOf, rootOf } from "./paths.js";
import { rowPicture } from "./rows.js";

/** The place above all roots: the choice between the person's own files and the further disks. */
const ABOVE = "";

/** @typedef {Pick<import("../../shared/types.js").Entry, "path" | "name" | "isFolder">} Item */

/**
 * Asks for a folder. The person can also make a new one. `noteOf`: a note to read before choosing the folder.
 * @param {{ store: import("../state.js").UserStore, start: string, title: string, confirm: string,
 *   isRefused: (folder: string) => boolean, noteOf: (folder: string) => string, newFolder: (folder: string) => Promise<string | null> }} options
 * @returns {Promise<string | null>} the path; `null` if the person cancels
 */
export function pickFolder(options) {
  return pick({ ...options, label: t("picker.folders"), empty: t("picker.nofolders"), isOffered: () => false, actions: (picker) => {
    const confirm = button({ text: options.confirm, kind: "primary", onclick: () => picker.choose(picker.path()) });
    const create = button({ text: t("new.folder"), icon: "new-folder", kind: "quiet", class: "picker-new", onclick: async () => {
      const name = await options.newFolder(picker.path());
      if (name !== null) picker.show(join(picker.path(), name));
    } });
    const note = h("p", { class: "picker-note", role: "status" });
    return {
      note,
      first: create,
      last: confirm,
      follow(path) {
        create.disabled = path === ABOVE;
        confirm.disabled = path === ABOVE || options.isRefused(path);
        note.textContent = path === ABOVE ? "" : options.noteOf(path);
      },
    };
  } });
}

/**
 * Asks for a file of a kind. `other` makes the button for a file from elsewhere. It gets the shown folder, and
 * a function that chooses a path.
 * @param {{ store: import("../state.js").UserStore, start: string, title: string, label: string, empty: string,
 *   isOffered: (entry: import("../../shared/types.js").Entry) => boolean,
 *   other: (folder: () => string, choose: (path: string) => void) => HTMLButtonElement }} options
 * @returns {Promise<string | null>} the path; `null` if the person cancels
 */
export function pickFile(options) {
  return pick({ ...options, actions: (picker) => {
    const other = options.other(picker.path, picker.choose);
    return { note: null, first: other, last: null, follow: (path) => { other.hidden = path === ABOVE; } };
  } });
}

/**
 * @typedef {object} Picker
 * @property {() => string} path of the folder that is shown
 * @property {(path: string) => void} choose answers with a path and closes
 * @property {(path: string) => void} show another folder
 */

/**
 * @param {{ store: import("../state.js").UserStore, start: string, title: string, label: string, empty: string,
 *   isOffered: (entry: import("../../shared/types.js").Entry) => boolean,
 *   actions: (picker: Picker) => { note: HTMLElement | null, first: HTMLElement, last: HTMLElement | null, follow: (path: string) => void } }} options
 * @returns {Promise<string | null>}
 */
function pick(options) {
  return new Promise((resolve) => openPicker(options, resolve));
}
/**
 * @typedef {object} PickerState
 * @property {string} home
 * @property {string[]} disks
 * @property {string} path
 * @property {string | null} answer
 * @property {AbortController | null} loading
 * @property {HTMLButtonElement} up
 * @property {HTMLElement} where
 * @property {HTMLElement} empty
 * @property {import("../../shared/list.js").List<Item>} list
 * @property {{ note: HTMLElement | null, first: HTMLElement, last: HTMLElement | null, follow: (path: string) => void }} actions
 * @property {{ element: HTMLDialogElement, close: () => void }} dialog
 * @property {Parameters<typeof pick>[0]} options
 */

/** @param {Parameters<typeof pick>[0]} options @param {(path: string | null) => void} resolve */
function openPicker(options, resolve) {
  const home = homeOf(options.store.get().account.name);
  const { disks } = options.store.get();
  const up = button({ icon: "chevron-left", label: t("picker.up"), kind: "quiet", onclick: () => goUp(picker) });
  const where = h("span", { class: "picker-where" });
  const empty = h("div", { class: "picker-empty", hidden: true });
  /** @type {import("../../shared/list.js").List<Item>} */
  const list = createList({
    label: options.label,
    isPlain: true,
    columns: [{ id: "name", label: t("column.name"), width: "minmax(0, 1fr)", isLabelHidden: true,
      cell: (entry) => (entry.isFolder
        ? [icon(disks.includes(entry.path) ? "disk" : "folder", { class: "kind tint-folder" }), nameElement(entry.name), icon("chevron-right", { class: "picker-into" })]
        : [rowPicture(/** @type {import("../../shared/types.js").Entry} */ (entry)), nameElement(entry.name)]) }],
    keyOf: (entry) => entry.path,
    nameOf: (entry) => entry.name,
    onOpen: (entry) => { if (entry.isFolder) void showFolder(picker, entry.path); else answerWith(picker, entry.path); },
    onKey: (event) => {
      if (event.key !== "Backspace" || isTop(picker)) return false;
      goUp(picker);
      return true;
    },
  });
  const actions = options.actions({ path: () => picker.path, choose: (chosen) => answerWith(picker, chosen), show: (next) => void showFolder(picker, next) });
  const dialog = openDialog({
    title: options.title,
    class: "picker",
    body: [h("div", { class: "picker-head" }, up, where), h("div", { class: "picker-list" }, list.element, empty), actions.note],
    actions: [actions.first, button({ text: t("dialog.cancel"), onclick: () => dialog.close() }), ...(actions.last ? [actions.last] : [])],
    onClose: () => {
      picker.loading?.abort();
      list.stop();
      resolve(picker.answer);
    },
  });
  /** @type {PickerState} */
  const picker = {
    home, disks, path: options.start, answer: null, loading: null, up, where, empty, list, actions, dialog, options,
  };
  void showFolder(picker, picker.path);
}

/** @param {PickerState} picker */
function isTop(picker) {
  return picker.path === ABOVE || (picker.disks.length === 0 && picker.path === picker.home);
}

/** @param {PickerState} picker */
function goUp(picker) {
  return void showFolder(picker, picker.path === rootOf(picker.path, picker.home) ? ABOVE : parentOf(picker.path));
}

/** @param {PickerState} picker @param {string} chosen */
function answerWith(picker, chosen) {
  picker.answer = chosen;
  picker.dialog.close();
}

/** @param {PickerState} picker @param {string} next */
async function showFolder(picker, next) {
  picker.loading?.abort();
  picker.loading = new AbortController();
  const { signal } = picker.loading;
  picker.path = next;
  picker.up.disabled = isTop(picker);
  picker.actions.follow(picker.path);
  picker.empty.hidden = true;
  if (picker.path === ABOVE) {
    fill(picker.where, t("shell.places"));
    picker.list.setItems([picker.home, ...picker.disks].map((root) => ({ path: root, name: folderName(root, picker.home), isFolder: true })));
    picker.list.activateKey(picker.home);
    picker.list.focus();
    return;
  }
  fill(picker.where, picker.path === picker.home ? t("files.home") : nameElement(folderName(picker.path, picker.home)));
  try {
    const folder = await loadFolder(picker.path, { signal });
    const offered = sorted(folder.entries.filter((entry) => entry.isFolder || picker.options.isOffered(entry)), "name", false);
    picker.list.setItems(offered);
    if (offered[0]) picker.list.activateKey(offered[0].path);
    fill(picker.empty, h("p", { class: "quiet", text: picker.options.empty }));
    picker.empty.hidden = offered.length > 0;
    picker.list.focus();
  } catch (error) {
    if (isAbort(error)) return;
    picker.list.setItems([]);
    fill(picker.empty, notice({ title: errorText(error), action: { label: t("action.retry"), run: () => void showFolder(picker, next) } }));
    picker.empty.hidden = false;
  }
}
