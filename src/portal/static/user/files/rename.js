// Renaming in place: a field replaces the name. The new name is shown at once. If the server
// refuses it, the old one returns.

import { errorText } from "../../shared/api.js";
import { shortName } from "../../shared/format.js";
import { h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { errorToast } from "../../shared/toast.js";
import { checkName } from "./folder.js";
import { join, splitName } from "./paths.js";

/**
 * @typedef {object} RenameField
 * @property {{ focus: () => void, scroll: () => number, scrollTo(top: number): void, pointer: () => string, stop(): void, elementOf: (key: string) => HTMLElement | null, activateKey(key: string): boolean, flash(key: string): void, openMenuOf(key: string, place: Element): void, refreshKey(key: string): void, setItems: (items: (Entry | undefined)[], count?: number | undefined) => void, setShape: (shape: "rows" | "cards") => void, setSort: (column: string, isDescending: boolean) => void, select: (keys: Iterable<string>) => void, selectedItems: () => Entry[], takeKey: (event: KeyboardEvent) => void, selection: () => ReadonlySet<string>, activeItem: () => Entry | null, items: () => Entry[], refresh(): void, element: HTMLElement }} list
 * @property {import("./operations.js").Operations} operations
 * @property {string} folder
 * @property {HTMLInputElement} input
 * @property {boolean} isDone
 * @property {import("./file-view.js").FileView} fileView
 * @property {Entry} entry
 * @property {(input: HTMLInputElement | null) => void} place
 */

/** @typedef {import("../../shared/types.js").Entry} Entry */

/**
 * @param {import("./file-view.js").FileView} fileView
 * @param {Entry} entry
 * @param {(input: HTMLInputElement | null) => void} place puts the field into the row, or removes it
 */
export function startRename(fileView, entry, place) {
  const { list } = fileView;
  const { operations } = fileView.context;
  const folder = fileView.path();
  const input = h("input", { class: "input rename", value: entry.name, "aria-label": t("name.label"), maxlength: 255, spellcheck: false, autocomplete: "off" });
  /** @type {RenameField} */
  const field = { list, operations, folder, input, isDone: false, fileView, entry, place };
  list.activateKey(entry.name);
  place(input);
  input.focus();
  input.setSelectionRange(0, entry.isFolder ? entry.name.length : splitName(entry.name)[0]?.length ?? 0);
  input.addEventListener("input", () => {
    input.setCustomValidity("");
    input.removeAttribute("aria-invalid");
  });
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter") void finish(field, true);
    else if (event.key === "Escape") void finish(field, false);
  });
  // When the field loses the focus, a valid name is kept and an invalid one is dropped.
  input.addEventListener("blur", () => void finish(field, problem(field) === null));
}

/** @param {RenameField} field */
function problem(field) {
  const name = field.input.value.trim();
  return name === field.entry.name ? null : checkName(field.folder, name, field.entry.name);
}

/** @param {RenameField} field @param {boolean} isKept whether to apply the new name, instead of keeping the old one */
async function finish(field, isKept) {
  if (field.isDone) return;
  const wrong = isKept ? problem(field) : null;
  if (wrong) {
    field.input.setCustomValidity(wrong);
    field.input.reportValidity();
    field.input.setAttribute("aria-invalid", "true");
    announce(wrong);
    return;
  }
  field.isDone = true;
  const hadFocus = document.activeElement === field.input || document.activeElement === document.body;
  const name = field.input.value.trim().normalize("NFC");
  field.place(null);
  if (isKept && name !== field.entry.name) await applyName(field, name, hadFocus);
  else if (hadFocus) field.list.focus();
}

/** @param {RenameField} field @param {string} name @param {boolean} hadFocus */
async function applyName(field, name, hadFocus) {
  const before = field.fileView.all();
  const change = field.operations.rename(field.entry, name);
  field.fileView.want(name);
  field.fileView.showNow(before.map((one) => (one.name === field.entry.name ? { ...field.entry, name, path: join(field.folder, name) } : one)), change);
  if (hadFocus) field.list.focus();
  try {
    await change;
  } catch (error) {
    if (field.fileView.path() === field.folder) {
      field.fileView.want(field.entry.name);
      void field.fileView.load(field.folder, { keepsPlace: true });
    }
    errorToast(t("rename.failed", { name: shortName(field.entry.name), reason: errorText(error) }));
  }
}
