// The question of a search, in the form of the address and in that of the server.

import { compareNames } from "../../shared/format.js";
import { address } from "../../shared/router.js";
import { kindOf } from "../files/kinds.js";

/** @typedef {import("../views/search.js").Question} Question */
/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {"kind" | "size" | "date" | "text"} FilterName */

const DAY = 24 * 3600 * 1000;
const MEGABYTE = 1024;
/**
 * The parameters for each choice of a filter.
 * @type {Record<FilterName, Record<string, () => import("../../shared/api.js").Params>>}
 */
export const FILTERS = {
  kind: {
    files: () => ({ searchscope: "files" }),
    folders: () => ({ searchscope: "folders" }),
    // The server returns files; the portal tells these kinds apart by name.
    pictures: () => ({ searchscope: "files" }),
    videos: () => ({ searchscope: "files" }),
    sounds: () => ({ searchscope: "files" }),
    documents: () => ({ searchscope: "files" }),
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
export const NAMES = /** @type {FilterName[]} */ (Object.keys(FILTERS));

/** @param {number} days */
function daysAgo(days) {
  return `${new Date(Date.now() - days * DAY).toISOString().slice(0, 19)}Z`;
}

/** @param {Question} question @param {string} [open] the path of a file that is shown over the results */
export function addressOf(question, open = "") {
  return address("search", [], { ...question, open });
}

/** @param {import("../../shared/router.js").Route} route @returns {Question} */
export function questionOf(route) {
  const value = (/** @type {string} */ key) => route.query.get(key) ?? "";
  const choice = (/** @type {FilterName} */ key) => (value(key) in FILTERS[key] ? value(key) : "");
  const sort = value("sort") in ORDERS ? value("sort") : "";
  return { q: value("q"), kind: choice("kind"), size: choice("size"), date: choice("date"), text: choice("text"), sort };
}

/** The kinds of files of each choice. @type {Record<string, string[]>} */
const KINDS = {
  pictures: ["image"],
  videos: ["video"],
  sounds: ["sound"],
  documents: ["pdf", "text", "sheet"],
};

/**
 * The orders of results, apart from the best match first.
 * @type {Record<string, (a: Entry, b: Entry) => number>}
 */
export const ORDERS = {
  newest: (a, b) => b.modified - a.modified,
  oldest: (a, b) => a.modified - b.modified,
  name: (a, b) => compareNames(a.name, b.name),
  nameback: (a, b) => compareNames(b.name, a.name),
  largest: (a, b) => bytesOf(b) - bytesOf(a),
  smallest: (a, b) => bytesOf(a) - bytesOf(b),
};

/** @param {Entry} entry */
function bytesOf(entry) {
  return entry.isFolder ? entry.folderSize : entry.size;
}

/** Words that choose a kind: `kind:pictures`, `kind:folder`. */
const KIND_WORD = /(?:^|\s)(?:kind|type|art|typ|genre|tipo):(\p{L}+)(?=\s|$)/iu;
/** The beginnings of words for kinds, in every language of the portal. @type {[RegExp, string][]} */
const KIND_WORDS = [
  [/^(picture|photo|image|bild|foto|imagen|imágen)/i, "pictures"], [/^(v[ií]d[eé]o|film|pel[ií]cula)/i, "videos"],
  [/^(sound|audio|musi[ckq]|músic|ton|son)/i, "sounds"], [/^(document|dokument|text)/i, "documents"],
  [/^(folder|ordner|dossier|carpeta)/i, "folders"], [/^(file|datei|fichier|archivo)/i, "files"],
];

/**
 * The meaning of a question. A kind that was typed is removed from the text.
 * @param {Question} question @returns {Question}
 */
export function meaningOf(question) {
  const typed = KIND_WORD.exec(question.q);
  const kind = typed ? KIND_WORDS.find(([pattern]) => pattern.test(typed[1] ?? ""))?.[1] : undefined;
  return kind ? { ...question, q: question.q.replace(KIND_WORD, " ").trim(), kind } : question;
}

/**
 * True if the page must filter or sort the results itself, for which it needs all of them.
 * @param {Question} question
 */
export function needsAll({ kind, sort }) {
  return kind in KINDS || sort !== "";
}

/**
 * The results of the chosen kind, in the chosen order.
 * @param {Question} question @param {Entry[]} entries
 */
export function arranged({ kind, sort }, entries) {
  const kinds = KINDS[kind];
  const order = ORDERS[sort];
  const found = kinds ? entries.filter((entry) => kinds.includes(kindOf(entry).id)) : entries;
  return order ? [...found].sort((a, b) => order(a, b) || compareNames(a.name, b.name)) : found;
}
