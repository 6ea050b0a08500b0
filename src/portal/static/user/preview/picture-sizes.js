// The sizes in which a picture comes: small from memory or the server, fitted to the screen, and whole. Those beside it are
// fetched ahead, so that stepping shows them at once.

import { fileUrl, noteDownload, url } from "../../shared/api.js";
import { isForFewBrowsers, mayBeDrawn } from "../files/kinds.js";
import { picture } from "../files/pictures.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/** Pixels of the pictures of lists, the largest first: one of them may be in memory. */
const SMALL = [640, 320, 160];
/** Pixels of the small picture that is asked for if none is. */
const SMALL_ASKED = 320;
/** Pixels of the pictures for screens. */
const SCREENS = [1280, 2048];
/** Pictures up to this size are sent whole at once, in bytes. */
const WHOLE_BYTES = 256 * 1024;
/** Pictures that are held in memory, drawn. */
const HELD_MAX = 6;

/** Pictures that are there or on their way, by their address, the latest last. @type {Map<string, Promise<HTMLImageElement>>} */
const held = new Map();

/** Whether a picture is shown as it is in its file: nothing is smaller, or it would not move. @param {Entry} entry */
export function isWholeAtOnce(entry) {
  return (entry.size <= WHOLE_BYTES && !isForFewBrowsers(entry)) || !mayBeDrawn(entry) || /\.gif$/i.test(entry.name);
}

/** Whether this browser may know the format of a picture. Some tell; the others have to try. @param {Entry} entry */
export async function mayKnow(entry) {
  if (!isForFewBrowsers(entry)) return true;
  const { ImageDecoder } = /** @type {{ ImageDecoder?: { isTypeSupported: (type: string) => Promise<boolean> } }} */ (globalThis);
  return ImageDecoder?.isTypeSupported("image/heic") ?? true;
}

/** @param {Entry} entry @param {number} side */
const drawnParams = (entry, side) => ({ name: entry.path, width: side, height: side, etag: entry.etag });

/** The address of the whole picture. @param {Entry} entry */
export function wholeAddress(entry) {
  return fileUrl(entry.path, { isShown: true, version: entry.etag });
}

/** The address of the small picture: of one in memory, else of the server's. @param {Entry} entry */
export function smallAddress(entry) {
  for (const side of SMALL) {
    const known = picture(entry, side);
    if (known) return known;
  }
  return url("getfsthumbimage", drawnParams(entry, SMALL_ASKED));
}

/** The side of a picture for this screen: the smallest size that the server draws and that is sharp, or the largest one. @param {Element} stage */
export function screenSide(stage) {
  const wanted = Math.max(stage.clientWidth, stage.clientHeight) * devicePixelRatio;
  return SCREENS.find((side) => side >= wanted) ?? /** @type {number} */ (SCREENS.at(-1));
}

/** @param {Entry} entry @param {number} side */
export function screenAddress(entry, side) {
  return url("getfsthumbimage", drawnParams(entry, side));
}

/** Tells the list of calls that a picture is asked for, which no script receives. @param {Entry} entry @param {number} [side] without one, the whole file */
export function noteCall(entry, side) {
  if (side === undefined) noteDownload("downloadfile", { filepath: entry.path, disposition: "inline" });
  else noteDownload("getfsthumbimage", drawnParams(entry, side));
}

/** A picture, as soon as it can be drawn. @param {string} address @returns {Promise<HTMLImageElement>} */
export function load(address) {
  const known = held.get(address);
  if (known) {
    // Just used, so it is given up last.
    held.delete(address);
    held.set(address, known);
    return known;
  }
  const image = new Image();
  const loading = new Promise((/** @type {(image: HTMLImageElement) => void} */ resolve, reject) => {
    // Its pixels are there before it takes the place of another: nothing flashes.
    image.addEventListener("load", () => image.decode().then(() => resolve(image), () => resolve(image)));
    image.addEventListener("error", () => reject(new Error("The browser could not show the picture.")));
    image.src = address;
  });
  held.set(address, loading);
  loading.catch(() => held.delete(address));
  for (const oldest of held.keys()) {
    if (held.size <= HELD_MAX) break;
    held.delete(oldest);
  }
  return loading;
}

/** Fetches a picture that may be shown next. @param {Entry} entry @param {Element} stage */
export function fetchAhead(entry, stage) {
  const { connection } = /** @type {Navigator & { connection?: { saveData?: boolean } }} */ (navigator);
  // What only few browsers know is fetched ahead if the server makes it a picture for all.
  if (connection?.saveData || (isForFewBrowsers(entry) && !mayBeDrawn(entry))) return;
  load(isWholeAtOnce(entry) ? wholeAddress(entry) : screenAddress(entry, screenSide(stage))).catch(() => {
    // When it is looked at, it is asked for again, and a failure is told.
  });
}
