// A metadata set in the form that the portal uses, and the call that changes it.

import { command } from "../../shared/api.js";
import { plainName } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { BUILT_IN, builtInAttribute, builtInName } from "../../shared/metadata-names.js";

/** @typedef {import("../../../replies.js").DefinedMetadataSetRecord} MetadataSet */
/** @typedef {{ id: string, name: string, type: number, isRequired: boolean, isDisabled: boolean, description: string, defaultValue: string, choices: string[] }} Attribute */
/** @typedef {{ key: string, name: string, isGroup: boolean, mayWrite: boolean }} Member */

/** The kind of the set that every entry has. */
const DEFAULT = 2;
export const ENUMERATION = 6;
/** The types of attributes, the most common first. */
export const TYPES = [1, 7, 6, 5, 2, 3, 4];

/** @param {MetadataSet} set */
export function setName(set) {
  if (isBuiltIn(set)) return builtInName(set.name);
  return isDefault(set) && set.name === "Default" ? t("metadatasets.default") : plainName(set.name);
}

/** @param {MetadataSet} set */
export function isDefault(set) {
  return set.type === DEFAULT;
}

/** A set whose values the server knows. @param {MetadataSet} set */
export function isBuiltIn(set) {
  return set.type === BUILT_IN;
}

/** @param {MetadataSet} set @param {Attribute} attribute */
export function attributeName(set, attribute) {
  return isBuiltIn(set) ? builtInAttribute(attribute.name) : plainName(attribute.name);
}

/** @param {MetadataSet} set @returns {Attribute[]} */
export function attributesOf(set) {
  return Array.from({ length: set.attributes_total }, (_, number) => ({
    id: set[`attribute${number}_attributeid`] ?? "",
    name: set[`attribute${number}_name`] ?? "",
    type: set[`attribute${number}_type`] ?? 1,
    isRequired: set[`attribute${number}_required`] === "1",
    isDisabled: set[`attribute${number}_disabled`] === "1",
    description: set[`attribute${number}_description`] ?? "",
    defaultValue: set[`attribute${number}_defaultvalue`] ?? "",
    choices: Array.from({ length: set[`attribute${number}_predefinedvalues_total`] ?? 0 }, (_one, choice) => set[`attribute${number}_predefinedvalue${choice}`] ?? ""),
  }));
}

/** @param {MetadataSet} set @returns {Member[]} */
export function membersOf(set) {
  const groups = Array.from({ length: set.groups_total }, (_, number) => ({
    key: set[`group${number}_id`] ?? "", name: set[`group${number}_name`] ?? "", isGroup: true, mayWrite: set[`group${number}_write`] === "1",
  }));
  const users = Array.from({ length: set.users_total }, (_, number) => ({
    key: set[`user${number}_name`] ?? "", name: set[`user${number}_name`] ?? "", isGroup: false, mayWrite: set[`user${number}_write`] === "1",
  }));
  return [...groups, ...users];
}

/**
 * Changes a set. Values that are not given stay as they are.
 * @param {MetadataSet} set @param {import("../../shared/api.js").Params} change
 */
export function changeSet(set, change) {
  const head = { id: set.id, name: set.name, description: set.description, disabled: String(set.disabled === "1"), allowallpaths: String(set.allowallpaths === "1") };
  return command("updatemetadataset", { ...head, ...change }, { side: "admin" });
}

/** All attributes of a set as parameters. @param {Attribute[]} attributes */
export function attributeParams(attributes) {
  /** @type {Record<string, string | number>} */
  const params = { attributes_total: attributes.length };
  attributes.forEach((one, number) => {
    const values = {
      attributeid: one.id, name: one.name, description: one.description, type: one.type, required: String(one.isRequired),
      disabled: String(one.isDisabled), defaultvalue: one.defaultValue, predefinedvalues_total: one.choices.length,
    };
    for (const [name, value] of Object.entries(values)) params[`attribute${number}_${name}`] = value;
    one.choices.forEach((choice, at) => { params[`attribute${number}_predefinedvalue${at}`] = choice; });
  });
  return params;
}

/** All members of a set as parameters. @param {Member[]} members */
export function memberParams(members) {
  /** @type {Record<string, string | number>} */
  const params = {};
  for (const [prefix, isGroup, key] of /** @type {const} */ ([["group", true, "id"], ["user", false, "name"]])) {
    const some = members.filter((one) => one.isGroup === isGroup);
    params[`${prefix}s_total`] = some.length;
    some.forEach((one, number) => {
      params[`${prefix}${number}_${key}`] = one.key;
      params[`${prefix}${number}_read`] = "true";
      params[`${prefix}${number}_write`] = String(one.mayWrite);
    });
  }
  return params;
}
