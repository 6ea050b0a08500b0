// Which rows of the audit log are wanted: in the view's address, in the fields, and as the API takes it.

import { address } from "../../shared/router.js";

/**
 * Empty texts do not restrict. Times are those of date fields, `2024-07-19T14:32`, on the clock of this browser.
 * @typedef {{ user: string, operation: string, outcome: string, ip: string, path: string, from: string, to: string,
 *   changes: string }} Filter `changes`: "1" without what only reads
 */

/** @type {(keyof Filter)[]} */
export const FIELDS = ["changes", "user", "operation", "outcome", "ip", "path", "from", "to"];

/** Every outcome there is, in the server's words. */
export const OUTCOMES = [
  "ok", "invalid", "unauthenticated", "forbidden", "not found", "gone", "conflict", "too large", "unsupported", "full", "over limit", "offline",
  "busy", "locked", "not offered", "failed",
];
/** What was kept from somebody, and what went wrong. */
const REFUSED = new Set(["unauthenticated", "forbidden"]);
const FAILED = new Set(["failed", "full", "offline"]);

/** @param {string} outcome @returns {"ok" | "refused" | "failed" | "other"} */
export function outcomeKind(outcome) {
  if (outcome === "ok") return "ok";
  if (REFUSED.has(outcome)) return "refused";
  return FAILED.has(outcome) ? "failed" : "other";
}

/** @param {URLSearchParams} query @returns {Filter} */
export function filterOf(query) {
  const filter = /** @type {Filter} */ ({});
  for (const field of FIELDS) filter[field] = query.get(field) ?? "";
  return filter;
}

/** @param {Filter} filter @param {{ row?: string | null, live?: boolean }} [more] */
export function auditAddress(filter, more = {}) {
  return address("audit", [], { ...filter, live: more.live ? "1" : null, row: more.row ?? null });
}

/** How many fields restrict. @param {Filter} filter */
export function filterCount(filter) {
  return FIELDS.filter((field) => filter[field] !== "").length;
}

/** @param {Filter} a @param {Filter} b */
export function isSameFilter(a, b) {
  return FIELDS.every((field) => a[field] === b[field]);
}

/**
 * The parameters of `getaudit` and `exportaudit`.
 * @param {Filter} filter
 * @returns {import("../../shared/api.js").Params}
 */
export function filterParams(filter) {
  return {
    username: filter.user || null,
    operation: filter.operation || null,
    outcome: filter.outcome || null,
    ip: filter.ip || null,
    path: filter.path || null,
    changes: filter.changes || null,
    startdate: utc(filter.from, 0),
    // To the end of the minute that was chosen.
    enddate: utc(filter.to, 59),
  };
}

/** @param {string} local @param {number} plus seconds */
function utc(local, plus) {
  const time = new Date(local);
  return local === "" || Number.isNaN(time.getTime()) ? null : Math.floor(time.getTime() / 1000) + plus;
}
