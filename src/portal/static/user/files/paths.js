// Paths of the cloud, `/anna/Photos`, and the addresses under which the portal shows them, `#/files/Photos`.

import { t } from "../../shared/i18n.js";
import { address } from "../../shared/router.js";

/** @param {string} folder @param {string} name */
export function join(folder, name) {
  return folder === "/" ? `/${name}` : `${folder}/${name}`;
}

/** @param {string} path */
export function parentOf(path) {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** @param {string} path */
export function leafOf(path) {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** True if a path is a folder or lies beneath it. @param {string} path @param {string} folder */
export function isWithin(path, folder) {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The folder of a person's files. @param {string} account */
export function homeOf(account) {
  return `/${account}`;
}

/** The folder of the further disks, each by its name. */
export const DISKS = "/EXTERNAL";

/** The folder of entries that others share with this person. It has a folder for each of them. */
export const SHARED = "/SHARED";

/** The root of a path: others' shares, a further disk, or the home folder. @param {string} path @param {string} home */
export function rootOf(path, home) {
  if (isWithin(path, SHARED)) return SHARED;
  return isWithin(path, DISKS) ? path.split("/").slice(0, 3).join("/") : home;
}

/** True if more people can see the entries in the new folder than before. @param {string[]} paths @param {string} folder */
export function isShowing(paths, folder) {
  return isWithin(folder, DISKS) && paths.some((path) => !isWithin(path, DISKS));
}

/** The recycle bin of a root. @param {string} root */
export function binOf(root) {
  return `${root}/recyclebin`;
}

/** The name of a folder for people. @param {string} folder @param {string} home */
export function folderName(folder, home) {
  if (folder === DISKS) return t("disks.title");
  if (folder === SHARED) return t("shared.with");
  return folder === home ? t("files.home") : leafOf(folder);
}

/** The names from a root down to a path. @param {string} path @param {string} root */
export function partsBelow(path, root) {
  return isWithin(path, root) ? path.slice(root.length + 1).split("/").filter(Boolean) : [];
}

/**
 * The address of a folder, or of an entry in it.
 * @param {string} folder
 * @param {string} home
 * @param {{ open?: string | null, details?: string | null, filter?: string | null, tab?: string }} [query]
 *   `open`: the name of the shown file; `details`: the name of the entry with open details; `tab`: the tab of the details
 */
export function folderAddress(folder, home, query = {}) {
  if (folder === SHARED) return address("shared");
  if (isWithin(folder, SHARED)) return address("with", partsBelow(folder, SHARED), query);
  return isWithin(folder, DISKS) ? address("disk", partsBelow(folder, DISKS), query) : address("files", partsBelow(folder, home), query);
}

/** The folder of such an address. @param {import("../../shared/router.js").Route} route @param {string} home */
export function folderOf(route, home) {
  return route.path.reduce(join, route.view === "with" ? SHARED : route.view === "disk" ? DISKS : home);
}

/** The two parts of a name: the part before the last dot, and the ending with the dot. @param {string} name */
export function splitName(name) {
  const at = name.lastIndexOf(".");
  return at > 0 ? [name.slice(0, at), name.slice(at)] : [name, ""];
}

/**
 * The name with a number: `tax (2).pdf`. It has at most 255 bytes, as many as a name may have.
 * @param {string} name
 * @param {number} count
 */
export function numbered(name, count) {
  const [stem = "", ending = ""] = splitName(name);
  const base = stem.replace(/ \(\d+\)$/, "");
  const tail = ` (${count})${ending}`;
  return trimBytes(base, 255 - bytesOf(tail)) + tail;
}

/** @param {string} text */
export function bytesOf(text) {
  return new TextEncoder().encode(text).length;
}

/** @param {string} text @param {number} bytes */
function trimBytes(text, bytes) {
  const letters = [...text];
  while (letters.length > 0 && bytesOf(letters.join("")) > bytes) letters.pop();
  return letters.join("");
}

/**
 * The first of the numbered names that is not taken.
 * @param {string} name
 * @param {(name: string) => boolean} isTaken
 */
export function freeName(name, isTaken) {
  let free = name;
  for (let count = 2; isTaken(free); count += 1) free = numbered(name, count);
  return free;
}

/** The fault of a name, as the key of a message; `null` if it has none. @param {string} name */
export function nameProblem(name) {
  if (name.trim() === "") return "name.empty";
  if (name === "." || name === "..") return "name.dots";
  if (name.includes("/")) return "name.slash";
  if (bytesOf(name.normalize("NFC")) > 255) return "name.long";
  return null;
}
