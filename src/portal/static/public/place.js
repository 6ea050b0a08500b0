// The place of a visitor: the path of the link, and the folder or file below it. The part of the
// address after `#` contains both.

import { leafOf } from "../user/files/paths.js";

/** @typedef {{ base: string, path: string, open: string }} Place `path`: the folder; `open`: the name of the file that is shown, empty without one */

/**
 * The number of names in the path of a link: `/SHARED`, the word for the owner, and the link's own
 * name.
 */
const BASE_NAMES = 3;

/**
 * The place in an address; `null` if it leads to no link. FileCloud's addresses have words before
 * the path.
 * @param {string} hash
 * @returns {Place | null}
 */
export function placeIn(hash) {
  const start = hash.search(/\/SHARED\//i);
  if (start < 0) return null;
  const [path = "", query = ""] = hash.slice(start).split("?");
  const names = path.split("/").filter(Boolean).map(decode);
  if (names.length < BASE_NAMES) return null;
  const base = `/${names.slice(0, BASE_NAMES).join("/")}`;
  const below = names.slice(BASE_NAMES);
  return { base, path: [base, ...below].join("/"), open: new URLSearchParams(query).get("open") ?? "" };
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Shortened by hand.
  }
}

/** The address of a folder, or of a file that is open over it. @param {string} path @param {string} [open] */
export function addressOf(path, open = "") {
  const names = path.split("/").filter(Boolean).map(encodeURIComponent).join("/");
  return `#/${names}${open ? `?${new URLSearchParams({ open })}` : ""}`;
}

/** The paths of the folders from the link's own down to this one. @param {Place} place */
export function folders({ base, path }) {
  const below = path.slice(base.length).split("/").filter(Boolean);
  return below.map((_, at) => [base, ...below.slice(0, at + 1)].join("/")).map((folder) => ({ path: folder, name: leafOf(folder) }));
}
