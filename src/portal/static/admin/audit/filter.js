// The filter of the audit log in three forms: the address of the view, the fields, and the
// parameters of the API.

import { address } from "../../shared/router.js";

/**
 * Empty texts do not filter. Times are those of date fields, such as `2024-07-19T14:32`, on the
 * clock of this browser.
 * @typedef {{ user: string, operation: string, outcome: string, ip: string, agent: string, path: string, from: string, to: string,
 *   changes: string, sort: string }} Filter `changes`: "1" leaves out calls that only read; `sort`: the column by which rows
 *   are sorted, with `-` before it for descending order, empty for the newest first
 */

/** The API's names for the columns by which it can sort. @type {Record<string, string>} */
const SORT_FIELDS = { time: "createdon", user: "username", operation: "operation", outcome: "outcome", ip: "ip" };

/** A field that filters. @typedef {Exclude<keyof Filter, "sort">} FilterField */
/** @type {FilterField[]} */
export const FIELDS = ["changes", "user", "operation", "outcome", "ip", "agent", "path", "from", "to"];

/** All outcomes, in the words of the API. */
export const OUTCOMES = [
  "ok", "invalid", "unauthenticated", "forbidden", "not found", "gone", "conflict", "too large", "unsupported", "full", "over limit", "offline",
  "busy", "locked", "not offered", "failed",
];
/** The outcomes of calls that were refused. */
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
  filter.sort = query.get("sort") ?? "";
  return filter;
}

/**
 * The column by which rows are sorted, and whether the order descends.
 * @param {Filter} filter @returns {[string, boolean]}
 */
export function sortOf({ sort }) {
  return sort === "" ? ["time", true] : [sort.replace(/^-/, ""), sort.startsWith("-")];
}

/**
 * The filter with the next order of a column, after a click on its heading.
 * @param {Filter} filter @param {string} column @returns {Filter}
 */
export function sortedBy(filter, column) {
  const [now, isDescending] = sortOf(filter);
  const next = now === column && !isDescending ? `-${column}` : column;
  return { ...filter, sort: next === "-time" ? "" : next };
}

/** @param {Filter} filter @param {{ row?: string | null, live?: boolean }} [more] */
export function auditAddress(filter, more = {}) {
  return address("audit", [], { ...filter, live: more.live ? "1" : null, row: more.row ?? null });
}

/** The number of fields that filter. @param {Filter} filter */
export function filterCount(filter) {
  return FIELDS.filter((field) => filter[field] !== "").length;
}

/** @param {Filter} a @param {Filter} b */
export function isSameFilter(a, b) {
  return a.sort === b.sort && FIELDS.every((field) => a[field] === b[field]);
}

/**
 * The parameters of `getaudit` and `exportaudit`.
 * @param {Filter} filter
 * @returns {import("../../shared/api.js").Params}
 */
export function filterParams(filter) {
  const [column, isDescending] = sortOf(filter);
  return {
    sortfield: filter.sort === "" ? null : SORT_FIELDS[column] ?? null,
    sortdir: filter.sort === "" ? null : isDescending ? -1 : 1,
    username: filter.user || null,
    operation: filter.operation || null,
    outcome: filter.outcome || null,
    ip: filter.ip || null,
    agent: filter.agent || null,
    path: filter.path || null,
    changes: filter.changes || null,
    startdate: utc(filter.from, 0),
    // The chosen minute counts completely.
    enddate: utc(filter.to, 59),
  };
}

/** @param {string} local @param {number} plus seconds */
function utc(local, plus) {
  const time = new Date(local);
  return local === "" || Number.isNaN(time.getTime()) ? null : Math.floor(time.getTime() / 1000) + plus;
}
