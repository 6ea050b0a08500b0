// The calls of a visitor who uses a link without an account. Each begins with the path of the link.

import { call, command, record, url } from "../shared/api.js";
import { isDrawn, isForFewBrowsers, mayBeDrawn } from "../user/files/kinds.js";
import { toEntry } from "../user/files/folder.js";

/** @typedef {import("../shared/types.js").Entry} Entry */
/** @typedef {import("../shared/types.js").LinkRecord} LinkRecord */

/** The sizes in pixels of thumbnails in lists and cards, and of pictures in the viewer. */
export const CARD = 320;
const LARGE = 1920;

/**
 * The information about a link. Before the password is given, it only says that there is one.
 * @param {string} path @returns {Promise<LinkRecord>}
 */
export function linkAt(path) {
  return record("getpublicshareinfo", "link", { path });
}

/** The kinds of files of which the server draws no pictures. Where it does not tell, each file tells. */
export async function lackingKinds() {
  return record("serverinfo", "server").then(({ nothumbnailsof }) => nothumbnailsof, () => "");
}

/** Gives the password of a link. @param {string} path @param {string} password */
export function unlock(path, password) {
  return command("loginprotectedshare", { path, password, fullquerystring: location.hash.slice(1) });
}

/**
 * All entries of a folder, and the name of the file that is shown first, if there is one.
 * @param {string} path @returns {Promise<{ entries: Entry[], first: string }>}
 */
export async function folderAt(path) {
  const { entry = [], meta } = await call("getfilelist", { path, start: 0, limit: -1, sortby: "name", sortdir: 1 });
  return { entries: entry.map(toEntry), first: String(meta?.defaultfile ?? "") };
}

/** @param {string} path of a file @returns {Promise<Entry>} */
export async function entryAt(path) {
  return toEntry(await record("fileinfo", "entry", { file: path }));
}

/** The address of a thumbnail; empty if there is none. @param {Entry} entry */
export function pictureUrl(entry) {
  return mayBeDrawn(entry) ? thumbnailUrl(entry) : "";
}

/** The address of a thumbnail that is there. @param {Entry} entry */
export function thumbnailUrl(entry) {
  return url("getfsthumbimage", { name: entry.path, width: CARD, height: CARD, etag: entry.etag });
}

/** True if the viewer shows a picture that the server has drawn, so that the file itself is not sent. @param {Entry} entry */
export function isShownDrawn(entry) {
  return isDrawn(entry) || (isForFewBrowsers(entry) && mayBeDrawn(entry));
}

/** The address that shows a file. A large picture is drawn for the screen. @param {Entry} entry */
export function shownUrl(entry) {
  return isShownDrawn(entry) ? url("getfsslideimage", { name: entry.path, width: LARGE, height: LARGE, etag: entry.etag }) : wholeUrl(entry);
}

/** The address that shows a file unchanged. @param {Entry} entry */
export function wholeUrl(entry) {
  return url("docconvert", { name: entry.path, v: entry.etag });
}

/** The address that saves a file. @param {Entry} entry */
export function savedUrl(entry) {
  return url("downloadfile", { filepath: entry.path, filename: entry.name, disposition: "attachment" });
}
