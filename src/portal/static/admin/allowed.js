// Which operations the administrator may call, as the server tells it: what it would refuse is hidden, or disabled with the
// reason.

import { h } from "../shared/h.js";
import { t } from "../shared/i18n.js";

/** @typedef {import("../../replies.js").AdminOperationRecord} AreaRights */

/** Operations on people's files, which administrators call on the user side. */
const FILES = "Files of users";
const CONTROLS = "button, input, select, textarea";

/** What would be refused, by operation (those of the user side begin with `core/`): the area whose rights are missing. @type {Map<string, string>} */
let refused = new Map();

/** Learns what the administrator may do. @param {AreaRights[]} areas */
export function learnRights(areas) {
  refused = new Map(areas.flatMap((area) => {
    const names = [...(area.read === 1 ? [] : namesIn(area.reading)), ...(area.update === 1 ? [] : namesIn(area.changing))];
    return names.map((name) => /** @type {[string, string]} */ ([area.opname === FILES ? `core/${name}` : name, area.opname]));
  }));
}

/** @param {string} list */
function namesIn(list) {
  return list.split(",").filter(Boolean);
}

/** @param {string} operation */
export function mayCall(operation) {
  return !refused.has(operation);
}

/**
 * An element that calls an operation, as the administrator may use it. Without the right, a button that is an icon alone is
 * hidden, as its reason could not be seen; all else is disabled, and a form says why.
 * @template {HTMLElement} E
 * @param {string} operation
 * @param {E} element
 * @returns {E}
 */
export function needs(operation, element) {
  const area = refused.get(operation);
  return area === undefined ? element : closed(element, t("rights.lacking", { area: t(`rightsarea.${area}`) }));
}

/**
 * As `needs`, for what only administrators with all rights may do.
 * @template {HTMLElement} E
 * @param {E} element
 * @returns {E}
 */
export function needsAllRights(element) {
  return refused.size === 0 ? element : closed(element, t("rights.only"));
}

/** @template {HTMLElement} E @param {E} element @param {string} reason @returns {E} */
function closed(element, reason) {
  if (element.matches(".button.bare")) {
    element.hidden = true;
    return element;
  }
  for (const control of element.matches(CONTROLS) ? [element] : element.querySelectorAll(CONTROLS)) {
    /** @type {HTMLButtonElement} */ (control).disabled = true;
    /** @type {HTMLElement} */ (control).title = reason;
  }
  if (element.matches("form, .endings")) element.append(h("p", { class: "field-hint", text: reason }));
  return element;
}
