// The names of the metadata sets and attributes that every cloud has, in the person's language.

import { plainName } from "./format.js";
import { t } from "./i18n.js";

/** The kind of the sets whose values the server computes. */
export const BUILT_IN = 1;

/** @type {Record<string, string>} */
const SETS = { "Image (EXIF)": "metadata.image", "Document Life Cycle": "metadata.lifecycle" };

/** @type {Record<string, string>} */
const ATTRIBUTES = {
  Taken: "metadata.taken", Camera: "metadata.camera", Width: "metadata.width", Height: "metadata.height", Latitude: "metadata.latitude",
  Longitude: "metadata.longitude", Created: "metadata.created", Modified: "metadata.modified", "Modified by": "metadata.modifiedby",
  Checked: "metadata.checked",
};

/** The name of a built-in set. @param {string} name */
export function builtInName(name) {
  const text = SETS[name];
  return text ? t(text) : plainName(name);
}

/** The name of an attribute of a built-in set. @param {string} name */
export function builtInAttribute(name) {
  const text = ATTRIBUTES[name];
  return text ? t(text) : plainName(name);
}
