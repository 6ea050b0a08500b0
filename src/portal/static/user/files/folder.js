// The entries of folders. They are loaded in pieces, so that a large folder shows its beginning at
// once, and remembered for a while, so that going back is instant.

import { call } from "../../shared/api.js";
import { compareNames } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { STARS } from "../state.js";
import { nameProblem } from "./paths.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {{ path: string, entries: Entry[], total: number, canUpload: boolean }} Folder */

/** Number of entries in the first piece, which is shown while the rest is loaded. */
export const FIRST = 200;
const PIECE = 5000;
const FOLDERS_KEPT = 30;
const ENTRIES_KEPT = 5000;

/** @type {Map<string, Folder>} */
const kept = new Map();

/** @param {import("../../shared/types.js").EntryRecord} record @returns {Entry} */
export function toEntry(record) {
  return {
    path: record.path,
    name: record.name,
    isFolder: record.type === "dir",
    size: record.fullsize,
    folderSize: record.foldersize ?? 0,
    isFolderSizeExact: record.foldersizeexact === 1,
    modified: record.modifiedepochutc,
    canRename: record.canrename === 1,
    isStarred: record.favoritelistid === STARS,
    isCommented: record.commented === 1,
    canShow: record.showprev === 1,
    isLocked: record.locked === 1,
    canLock: record.showlockunlock === 1,
    isShared: record.isshared === "private" || record.isshared === "public" ? record.isshared : "",
    canShare: record.isshareable === 1,
    etag: record.etag,
    excerpt: record.highlight ?? "",
    // In a favorites list it is the position there.
    place: record.favoriteid === "0" ? Number(record.order) : 0,
  };
}

/** The remembered entries of a folder. @param {string} path */
export function remembered(path) {
  return kept.get(path) ?? null;
}

/** True if a remembered entry of a folder has this name. @param {string} folder @param {string} name */
export function isTaken(folder, name) {
  const wanted = name.normalize("NFC");
  return kept.get(folder)?.entries.some((entry) => entry.name === wanted) ?? false;
}

/**
 * The fault of a new name in a folder; `null` if it has none.
 * @param {string} folder @param {string} name @param {string} [own] the present name of the entry
 */
export function checkName(folder, name, own) {
  const problem = nameProblem(name);
  if (problem) return t(problem);
  return name !== own && isTaken(folder, name) ? t("name.taken") : null;
}

/** Forgets a folder, or all. @param {string} [path] */
export function forget(path) {
  if (path === undefined) kept.clear();
  else kept.delete(path);
}

/**
 * Loads a folder.
 * @param {string} path
 * @param {{ signal?: AbortSignal, onPiece?: (folder: Folder) => void }} [options]
 *   `onPiece` gets the loaded part of the folder while more is to come
 * @returns {Promise<Folder>}
 */
export async function loadFolder(path, options = {}) {
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  /** @type {Folder} */
  let folder = { path, entries: [], total: 0, canUpload: false };
  for (let start = 0, limit = FIRST; ; start += limit, limit = PIECE) {
    const reply = await call("getfilelist", { path, start, limit, sortby: "name", sortdir: 1 }, { signal: options.signal });
    /** @type {import("../../shared/types.js").ListMeta} */
    const meta = reply.meta;
    const records = reply.entry ?? [];
    // Somebody may add a file between two pieces, so an entry may come twice.
    for (const record of records) entries.set(record.name, toEntry(record));
    folder = { path, entries: [...entries.values()], total: meta.total, canUpload: meta.canupload === 1 };
    if (records.length < limit || entries.size >= meta.total) break;
    options.onPiece?.(folder);
  }
  folder.total = folder.entries.length;
  kept.delete(path);
  if (folder.total <= ENTRIES_KEPT) kept.set(path, folder);
  for (const oldest of kept.keys()) {
    if (kept.size <= FOLDERS_KEPT) break;
    kept.delete(oldest);
  }
  return folder;
}

/**
 * Entries in the order in which they are shown: folders first.
 * @param {Entry[]} entries
 * @param {import("../state.js").SortColumn} column
 * @param {boolean} isDescending
 */
export function sorted(entries, column, isDescending) {
  const sign = isDescending ? -1 : 1;
  return [...entries].sort((a, b) => {
    if (a.isFolder !== b.isFolder) return a.isFolder ? -1 : 1;
    const bySize = a.isFolder ? a.folderSize - b.folderSize : a.size - b.size;
    const order = column === "modified" ? a.modified - b.modified : column === "size" ? bySize : 0;
    // A shared album has its own order instead of that of names.
    return sign * (order || (a.place ?? 0) - (b.place ?? 0) || compareNames(a.name, b.name));
  });
}

/** A text without case and accents, for searching. @param {string} text */
export function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Names of hidden files of systems and programs, in lower case. */
const OF_SYSTEMS = new Set(["thumbs.db", "desktop.ini"]);
/** The beginnings of further names: Unix and LibreOffice use a dot; Word, Excel and PowerPoint put such a file beside an open one. */
const BEGINNINGS = [".", "~$"];

/** True if an entry is hidden unless the person wants to see hidden entries. @param {Entry} entry */
export function isHidden(entry) {
  return BEGINNINGS.some((beginning) => entry.name.startsWith(beginning)) || OF_SYSTEMS.has(entry.name.toLowerCase());
}

/** Entries whose names contain all words of a text. @param {Entry[]} entries @param {string} filter */
export function filtered(entries, filter) {
  const words = folded(filter).split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries;
  return entries.filter((entry) => {
    const name = folded(entry.name);
    return words.every((word) => name.includes(word));
  });
}
