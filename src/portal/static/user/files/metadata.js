// The metadata of one entry, in its details: the values of its sets, and sets that can be added.

import { command, errorText, records } from "../../shared/api.js";
import { announce } from "../../shared/announce.js";
import { confirmDialog } from "../../shared/dialog.js";
import { choice, errorLine, field } from "../../shared/fields.js";
import { day, dayTime, plainName } from "../../shared/format.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { BUILT_IN, builtInAttribute, builtInName } from "../../shared/metadata-names.js";
import { properties } from "../../shared/panel.js";
import { orTell } from "../../shared/toast.js";

/** @typedef {import("../../../replies.js").MetadataSetValues} SetValues */
/** @typedef {import("../../../replies.js").MetadataSetRecord} SetRecord */
/** @typedef {{ id: string, label: string, hint: string, type: number, value: string, choices: string[], isDisabled: boolean }} Attribute */
/** @typedef {{ attribute: Attribute, element: HTMLElement, value: () => string }} AttributeField */

const BOOLEAN = 4;
const DATE = 5;
const ENUMERATION = 6;
const LIST = 7;
/** The kind of the set that every entry has. */
const DEFAULT = 2;

/** @param {HTMLElement} content @param {string} path */
export async function showMetadata(content, path) {
  try {
    /** @type {[SetValues[], SetRecord[]]} */
    const [sets, available] = await Promise.all([
      records("getmetadatavalues", "metadatasetvalue", { fullpath: path }),
      records("getavailablemetadatasets", "metadataset", { fullpath: path }),
    ]);
    fill(content, sets.map((set) => setPart(content, path, set)), available.length > 0 ? adding(content, path, available) : null);
  } catch (error) {
    fill(content, h("p", { class: "form-error", role: "alert", text: errorText(error) }));
  }
}

/** @param {SetValues} set @returns {Attribute[]} */
function attributesOf(set) {
  return Array.from({ length: set.attributes_total }, (_, number) => ({
    id: set[`attribute${number}_attributeid`] ?? "",
    label: attributeName(set, set[`attribute${number}_name`] ?? ""),
    hint: set[`attribute${number}_description`] ?? "",
    type: set[`attribute${number}_datatype`] ?? 1,
    value: set[`attribute${number}_value`] ?? "",
    choices: (set[`attribute${number}_enumvalues`] ?? "").split(",").filter(Boolean),
    isDisabled: set[`attribute${number}_disabled`] === "1",
  }));
}

/** The names in the sets that every cloud has are translated. @param {SetValues} set @param {string} name */
function attributeName(set, name) {
  if (set.settype === BUILT_IN) return builtInAttribute(name);
  return name === "Tags" ? t("metadata.tags") : plainName(name);
}

/** @param {HTMLElement} content @param {string} path @param {SetValues} set */
function setPart(content, path, set) {
  const attributes = attributesOf(set);
  const isDefault = set.settype === DEFAULT;
  const heading = isDefault ? null : h("h3", { class: "details-heading" }, h("bdi", { dir: "auto", text: set.settype === BUILT_IN ? builtInName(set.name) : plainName(set.name) }));
  if (set.write !== "1") {
    const values = attributes.filter((one) => one.value);
    return values.length === 0 ? null : h("section", { class: "metadata-set" }, heading, properties(values.map((one) => [one.label, valueText(one)])));
  }
  return h("section", { class: "metadata-set" }, heading, setForm(content, path, set, attributes));
}

/** @param {Attribute} attribute */
function valueText({ type, value }) {
  if (type === BOOLEAN) return t(value === "true" ? "metadata.yes" : "metadata.no");
  if (type === LIST) return value.split(",").join(", ");
  return type === DATE && value ? dateText(value) : value;
}

/** A date in the words of the rest of the page. Without a time it is a day. @param {string} value such as `2026-07-22 10:00:00` */
function dateText(value) {
  const iso = value.replace(" ", "T");
  return value.endsWith(" 00:00:00") ? day(Date.parse(iso) / 1000) : dayTime(iso);
}

/** @param {HTMLElement} content @param {string} path @param {SetValues} set @param {Attribute[]} attributes */
function setForm(content, path, set, attributes) {
  const fields = attributes.filter((one) => !one.isDisabled).map(attributeField);
  const fixed = attributes.filter((one) => one.isDisabled && one.value);
  const wrong = errorLine();
  const save = button({ text: t("metadata.save"), props: { type: "submit" } });
  const remove = set.settype === DEFAULT ? null : button({ text: t("metadata.remove"), kind: "quiet", onclick: () => void orTell(removeSet(content, path, set)) });
  return h("form", { class: "form", novalidate: true, on: { submit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    const changed = fields.filter((one) => one.value() !== one.attribute.value);
    if (changed.length === 0) return;
    wrong.textContent = "";
    save.disabled = true;
    try {
      const values = changed.flatMap((one, number) => [[`attribute${number}_attributeid`, one.attribute.id], [`attribute${number}_value`, one.value()]]);
      await command("saveattributevalues", { fullpath: path, setid: set.id, ...Object.fromEntries(values), attributes_total: changed.length });
      announce(t("metadata.saved"));
      await showMetadata(content, path);
    } catch (error) {
      wrong.textContent = errorText(error);
      save.disabled = false;
    }
  } } }, fields.map((one) => one.element), fixed.length > 0 ? properties(fixed.map((one) => [one.label, valueText(one)])) : null, wrong,
  h("div", { class: "card-actions" }, save, remove));
}

/** @param {HTMLElement} content @param {string} path @param {SetValues} set */
async function removeSet(content, path, set) {
  const name = plainName(set.name);
  if (!await confirmDialog({ title: t("metadata.removetitle", { name }), text: t("metadata.removetext"), confirm: t("metadata.remove"), isDanger: true })) return;
  await command("removesetfromfileobject", { fullpath: path, setid: set.id });
  await showMetadata(content, path);
}

/** @param {Attribute} attribute @returns {AttributeField} */
function attributeField(attribute) {
  const { type, value, label } = attribute;
  if (type === BOOLEAN || type === ENUMERATION) {
    const words = type === BOOLEAN
      ? [{ value: "true", label: t("metadata.yes") }, { value: "false", label: t("metadata.no") }]
      : withValue(attribute.choices, value).map((one) => ({ value: one, label: one }));
    let chosen = value;
    const element = choice({ label, value, options: [{ value: "", label: t("metadata.none") }, ...words], onchange: (now) => { chosen = now; } });
    return { attribute, element, value: () => chosen };
  }
  // The time of a date stays unless the day changes.
  const shown = type === DATE ? value.slice(0, 10) : valueText(attribute);
  const hint = type === LIST ? t("metadata.list") : attribute.hint;
  const input = field({ label, value: shown, type: type === DATE ? "date" : "text", hint, props: { autocomplete: "off", maxlength: 4000 } });
  const initial = input.input.value;
  return { attribute, element: input.element, value: () => (input.input.value === initial ? value : input.input.value.trim()) };
}

/** The choices, with a present value that is no longer among them. @param {string[]} choices @param {string} value */
function withValue(choices, value) {
  return value === "" || choices.includes(value) ? choices : [value, ...choices];
}

/** @param {HTMLElement} content @param {string} path @param {SetRecord[]} available */
function adding(content, path, available) {
  return h("div", { class: "card-actions" }, available.map((set) => button({
    text: t("metadata.add", { name: plainName(set.name) }),
    icon: "plus",
    kind: "quiet",
    onclick: () => void orTell(command("addsettofileobject", { fullpath: path, setid: set.id }).then(() => showMetadata(content, path))),
  })));
}
