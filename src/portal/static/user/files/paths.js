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

/** Whether a path is a folder or lies beneath it. @param {string} path @param {string} folder */
export function isWithin(path, folder) {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The folder of a person's files. @param {string} account */
export function homeOf(account) {
  return `/${account}`;
}

/** Below it are the further disks, each by its name. */
export const DISKS = "/EXTERNAL";

/** Below it is what others share with this person: their names, and below each what they share. */
export const SHARED = "/SHARED";

/** What a path lies in: what others share, a further disk, else the home folder. @param {string} path @param {string} home */
export function rootOf(path, home) {
  if (isWithin(path, SHARED)) return SHARED;
  return isWithin(path, DISKS) ? path.split("/").slice(0, 3).join("/") : home;
}

/** Whether everybody can see what is put there, and could not see it before. @param {string[]} paths @param {string} folder */
export function isShowing(paths, folder) {
  return isWithin(folder, DISKS) && paths.some((path) => !isWithin(path, DISKS));
}

/** Where what was deleted from a root lies. @param {string} root */
export function binOf(root) {
  return `${root}/recyclebin`;
}

/** What a folder is called. @param {string} folder @param {string} home */
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
 * The address of a folder, or of something in it.
 * @param {string} folder
 * @param {string} home
 * @param {{ open?: string | null, details?: string | null, filter?: string | null, tab?: string }} [query]
 *   `open`: the name of a file that is shown; `details`: of an entry whose details are, `tab`: at which of them
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

/** A name in two: what is before the last dot, and the ending with it. @param {string} name */
export function splitName(name) {
  const at = name.lastIndexOf(".");
  return at > 0 ? [name.slice(0, at), name.slice(at)] : [name, ""];
}

/**
 * A name for one more of the same: `tax (2).pdf`. Keeps within the 255 bytes that a name may have.
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
 * A name that is not among others.
 * @param {string} name
 * @param {(name: string) => boolean} isTaken
 */
export function freeName(name, isTaken) {
  let free = name;
  for (let count = 2; isTaken(free); count += 1) free = numbered(name, count);
  return free;
}

/** What is wrong with a name, as the key of a message; `null` when nothing is. @param {string} name */
export function nameProblem(name) {
  if (name.trim() === "") return "name.empty";
  if (name === "." || name === "..") return "name.dots";
  if (name.includes("/")) return "name.slash";
  if (bytesOf(name.normalize("NFC")) > 255) return "name.long";
  return null;
}
