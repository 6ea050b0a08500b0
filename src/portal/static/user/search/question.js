// What is searched for, as the address tells it and the server understands it.

import { address } from "../../shared/router.js";

/** @typedef {import("../views/search.js").Question} Question */

const DAY = 24 * 3600 * 1000;
const MEGABYTE = 1024;
/** What the filters mean to the server. @type {Record<"kind" | "size" | "date" | "text", Record<string, () => import("../../shared/api.js").Params>>} */
export const FILTERS = {
  kind: {
    files: () => ({ searchscope: "files" }),
    folders: () => ({ searchscope: "folders" }),
  },
  size: {
    small: () => ({ maxsize: MEGABYTE }),
    medium: () => ({ minsize: MEGABYTE, maxsize: 100 * MEGABYTE }),
    large: () => ({ minsize: 100 * MEGABYTE }),
  },
  date: {
    week: () => ({ modifiedstart: daysAgo(7) }),
    month: () => ({ modifiedstart: daysAgo(31) }),
    year: () => ({ modifiedstart: daysAgo(365) }),
    older: () => ({ modifiedend: daysAgo(365) }),
  },
  text: {
    also: () => ({ intext: 1 }),
  },
};
export const NAMES = /** @type {("kind" | "size" | "date" | "text")[]} */ (Object.keys(FILTERS));

/** @param {number} days */
function daysAgo(days) {
  return `${new Date(Date.now() - days * DAY).toISOString().slice(0, 19)}Z`;
}

/** @param {Question} question */
export function addressOf(question) {
  return address("search", [], question);
}

/** @param {import("../../shared/router.js").Route} route @returns {Question} */
export function questionOf(route) {
  const value = (/** @type {string} */ key) => route.query.get(key) ?? "";
  const choice = (/** @type {"kind" | "size" | "date" | "text"} */ key) => (value(key) in FILTERS[key] ? value(key) : "");
  return { q: value("q"), kind: choice("kind"), size: choice("size"), date: choice("date"), text: choice("text") };
}
