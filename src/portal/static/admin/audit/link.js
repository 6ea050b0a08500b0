// A link to the rows of the audit log about something.

import { h, icon } from "../../shared/h.js";
import { address } from "../../shared/router.js";

/**
 * A link that is only an icon.
 * @param {Partial<import("./filter.js").Filter>} filter @param {string} label
 */
export function auditLink(filter, label) {
  return h("a", { class: "button quiet bare", href: address("audit", [], filter), "aria-label": label, title: label }, icon("audit"));
}
