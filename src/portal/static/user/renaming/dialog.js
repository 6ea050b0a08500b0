// The dialog that renames several entries by a pattern. It shows the new names before they are given.

import { errorText } from "../../shared/api.js";
import { openDialog } from "../../shared/dialog.js";
import { choice, field } from "../../shared/fields.js";
import { nameElement } from "../../shared/format.js";
import { addStyle, button, fill, h, icon } from "../../shared/h.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { orTell } from "../../shared/toast.js";
import { daysTaken } from "./days.js";
import { inOrder, plan, real } from "./plan.js";
import { renameMany } from "./rename-many.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {import("./plan.js").Pattern} Pattern */
/** @typedef {import("./plan.js").Change} Change */
/** @typedef {Pattern["mode"]} Mode */

/** The maximum number of names that the preview shows. Names with faults are shown first. */
const SHOWN_MAX = 100;
/** The greatest first number. */
const FIRST_MAX = 999_999;

/**
 * @typedef {object} Renaming
 * @property {import("../files/file-view.js").FileView} fileView
 * @property {Entry[]} entries
 * @property {string} folder
 * @property {string[]} others names in the folder that stay
 * @property {Mode} mode
 * @property {Map<string, string> | null} days once they are known
 * @property {Change[]} changes
 * @property {ReturnType<typeof fieldsOf>} fields
 * @property {HTMLElement} form
 * @property {HTMLElement} preview
 * @property {HTMLElement} status
 * @property {HTMLButtonElement} confirm
 */

/** @param {import("../files/file-view.js").FileView} fileView @param {Entry[]} entries */
export async function openRenaming(fileView, entries) {
  await loadBundle("rename");
  addStyle(new URL("renaming.css", import.meta.url));
  const own = new Set(entries.map(({ name }) => name));
  /** @type {Renaming} */
  const renaming = {
    fileView, entries, folder: fileView.path(), others: fileView.all().map(({ name }) => name.normalize("NFC")).filter((name) => !own.has(name)),
    mode: "number", days: null, changes: [], fields: fieldsOf(() => showPlan(renaming)),
    form: h("div", { class: "form" }), preview: h("ol", { class: "renaming-list", tabIndex: 0, "aria-label": t("renaming.preview") }),
    status: h("p", { class: "quiet", role: "status" }),
    confirm: button({ text: t("action.rename"), kind: "primary", props: { type: "submit" } }),
  };
  const modes = choice({
    label: t("renaming.how"), value: renaming.mode,
    options: [
      { value: "number", label: t("renaming.number") }, { value: "replace", label: t("renaming.replace") }, { value: "date", label: t("renaming.date") },
    ],
    onchange: (value) => orTell(setMode(renaming, /** @type {Mode} */ (value))),
  });
  const form = h("form", { class: "form renaming", on: { submit: (/** @type {Event} */ event) => {
    event.preventDefault();
    if (renaming.confirm.disabled) return;
    dialog.close();
    orTell(apply(renaming));
  } } },
  modes, renaming.form, renaming.preview, renaming.status,
  h("div", { class: "dialog-actions" }, button({ text: t("dialog.cancel"), onclick: () => dialog.close() }), renaming.confirm));
  const dialog = openDialog({ title: t("renaming.title", { count: entries.length }), body: [form], class: "is-wide", onClose: () => fileView.list.focus() });
  await setMode(renaming, "number");
  renaming.fields.name.input.focus();
}

/** @param {() => void} onInput */
function fieldsOf(onInput) {
  const on = { input: onInput };
  return {
    name: field({ label: t("name.label"), props: { maxlength: 200, autocomplete: "off", on } }),
    first: field({ label: t("renaming.first"), type: "number", value: "1", props: { min: "0", max: String(FIRST_MAX), step: "1", inputMode: "numeric", on } }),
    find: field({ label: t("renaming.find"), props: { maxlength: 200, autocomplete: "off", on } }),
    by: field({ label: t("renaming.by"), props: { maxlength: 200, autocomplete: "off", on } }),
  };
}

/** @param {Renaming} renaming @param {Mode} mode */
async function setMode(renaming, mode) {
  renaming.mode = mode;
  const { name, first, find, by } = renaming.fields;
  const shown = { number: [name, first], replace: [find, by], date: [] }[mode];
  fill(renaming.form, shown.map(({ element }) => element));
  showPlan(renaming);
  if (mode !== "date" || renaming.days) return;
  renaming.status.textContent = t("view.loading");
  try {
    renaming.days = await daysTaken(renaming.folder, new Set(renaming.entries.map((entry) => entry.name)));
  } catch (error) {
    if (renaming.mode === "date") renaming.status.textContent = errorText(error);
    return;
  }
  showPlan(renaming);
}

/** @param {Renaming} renaming @returns {Pattern} */
function patternOf({ mode, fields, days }) {
  if (mode === "number") {
    const first = Math.trunc(Number(fields.first.input.value));
    return { mode, name: fields.name.input.value, first: Math.min(Math.max(Number.isFinite(first) ? first : 1, 0), FIRST_MAX) };
  }
  if (mode === "replace") return { mode, find: fields.find.input.value, by: fields.by.input.value };
  return { mode, days: days ?? new Map() };
}

/** @param {Renaming} renaming */
function showPlan(renaming) {
  const changes = plan(renaming.entries, renaming.others, patternOf(renaming));
  renaming.changes = changes;
  const wrong = changes.filter(({ problem }) => problem);
  const others = changes.filter(({ problem }) => !problem);
  const shown = [...wrong, ...others].slice(0, SHOWN_MAX);
  fill(renaming.preview, shown.map(line), changes.length > shown.length ? h("li", { class: "quiet", text: t("renaming.more", { count: changes.length - shown.length }) }) : null);
  const count = real(changes).length;
  renaming.confirm.disabled = wrong.length > 0 || count === 0;
  renaming.status.classList.toggle("form-error", wrong.length > 0);
  renaming.status.textContent = wrong.length > 0 ? t("renaming.wrong", { count: wrong.length }) : t("renaming.count", { count });
}

/** An entry with its name before and after. @param {Change} change */
function line({ entry, name, problem }) {
  const isSame = name === entry.name;
  return h("li", { class: ["renaming-line", problem ? "is-wrong" : ""] },
    h("span", { class: "renaming-name quiet" }, nameElement(entry.name)),
    icon("chevron-right", { label: t("renaming.becomes") }),
    h("span", { class: "renaming-name" }, isSame ? h("span", { class: "quiet", text: t("renaming.stays") }) : nameElement(name)),
    problem ? h("span", { class: "renaming-problem", text: t(problem) }) : null);
}

/** @param {Renaming} renaming */
async function apply({ fileView, folder, changes, others }) {
  const changed = real(changes);
  const stay = [...others, ...changes.filter((change) => !changed.includes(change)).map(({ name }) => name)];
  await renameMany(fileView.context.store, folder, inOrder(changed, stay));
}
