// The operations that the administrator may call, as the server tells them. A button for any other
// operation is hidden, or disabled with the reason.

import { h } from "../shared/h.js";
import { t } from "../shared/i18n.js";

/** @typedef {import("../../replies.js").AdminOperationRecord} AreaRights */

/** Operations on people's files, which administrators call on the user side. */
const FILES = "Files of users";
const CONTROLS = "button, input, select, textarea";

/**
 * The operations that the server would refuse (those of the user side begin with `core/`), each
 * with the area whose rights are missing.
 * @type {Map<string, string>}
 */
let refused = new Map();

/** Stores the rights of the administrator. @param {AreaRights[]} areas */
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
 * Adapts an element that calls an operation to the rights of the administrator. Without the right,
 * a button with only an icon is hidden, because it cannot show a reason. All other elements are
 * disabled, and a form says why.
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
 * Does the same for an element that only administrators with all rights may use.
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
