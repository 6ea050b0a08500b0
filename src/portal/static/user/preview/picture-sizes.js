// The sizes of a picture: a thumbnail from memory or the server, one that fits the screen, and the
// whole picture. The pictures before and after it are loaded in advance, so that they appear at
// once.

import { fileUrl, noteDownload, url } from "../../shared/api.js";
import { isForFewBrowsers, isRaw, mayBeDrawn } from "../files/kinds.js";
import { picture } from "../files/pictures.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/** The sizes of thumbnails in lists in pixels, the largest first. One of them may be in memory. */
const SMALL = [640, 320, 160];
/** The size in pixels of the thumbnail that is loaded if none is in memory. */
const SMALL_ASKED = 320;
/** The sizes in pixels of pictures for screens. */
const SCREENS = [1280, 2048];
/** Pictures of up to this many bytes are loaded whole at once. */
const WHOLE_BYTES = 256 * 1024;
/** The number of drawn pictures in memory. */
const HELD_MAX = 6;

/**
 * Pictures that are loaded or being loaded, by their address, the latest last.
 * @type {Map<string, Promise<HTMLImageElement>>}
 */
const held = new Map();

/** True if the picture is loaded whole at once: it is small, or it is animated. @param {Entry} entry */
export function isWholeAtOnce(entry) {
  return (entry.size <= WHOLE_BYTES && !isForFewBrowsers(entry)) || !mayBeDrawn(entry) || /\.gif$/i.test(entry.name);
}

/** True if this browser may be able to show the format of a picture. Some browsers report this, and others have to try. @param {Entry} entry */
export async function mayKnow(entry) {
  if (!isForFewBrowsers(entry)) return true;
  if (isRaw(entry)) return false;
  const { ImageDecoder } = /** @type {{ ImageDecoder?: { isTypeSupported: (type: string) => Promise<boolean> } }} */ (globalThis);
  return ImageDecoder?.isTypeSupported("image/heic") ?? true;
}

/** @param {Entry} entry @param {number} side */
const drawnParams = (entry, side) => ({ name: entry.path, width: side, height: side, etag: entry.etag });

/** The address of the whole picture. @param {Entry} entry */
export function wholeAddress(entry) {
  return fileUrl(entry.path, { isShown: true, version: entry.etag });
}

/** The address of the thumbnail: one in memory or, if there is none, the server's. @param {Entry} entry */
export function smallAddress(entry) {
  for (const side of SMALL) {
    const known = picture(entry, side);
    if (known) return known;
  }
  return url("getfsthumbimage", drawnParams(entry, SMALL_ASKED));
}

/**
 * The size of the picture for this screen: the smallest size that is sharp, or the largest one.
 * @param {Element} stage
 */
export function screenSide(stage) {
  const wanted = Math.max(stage.clientWidth, stage.clientHeight) * devicePixelRatio;
  return SCREENS.find((side) => side >= wanted) ?? /** @type {number} */ (SCREENS.at(-1));
}

/** @param {Entry} entry @param {number} side */
export function screenAddress(entry, side) {
  return url("getfsthumbimage", drawnParams(entry, side));
}

/**
 * Tells the call inspector that a picture is being loaded, because no script makes this call.
 * @param {Entry} entry @param {number} [side] without one, the whole file
 */
export function noteCall(entry, side) {
  if (side === undefined) noteDownload("downloadfile", { filepath: entry.path, disposition: "inline" });
  else noteDownload("getfsthumbimage", drawnParams(entry, side));
}

/**
 * Resolves to a picture when it can be drawn.
 * @param {string} address @returns {Promise<HTMLImageElement>}
 */
export function load(address) {
  const known = held.get(address);
  if (known) {
    // This picture was just used, so it will be removed last.
    held.delete(address);
    held.set(address, known);
    return known;
  }
  const image = new Image();
  const loading = new Promise((/** @type {(image: HTMLImageElement) => void} */ resolve, reject) => {
    // The pixels are decoded before the picture replaces another one, so that nothing flickers.
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

/** Loads a picture in advance that may be shown next. @param {Entry} entry @param {Element} stage */
export function fetchAhead(entry, stage) {
  const { connection } = /** @type {Navigator & { connection?: { saveData?: boolean } }} */ (navigator);
  // If only few browsers know the format, the picture is loaded in advance only if the server can draw it.
  if (connection?.saveData || (isForFewBrowsers(entry) && !mayBeDrawn(entry))) return;
  load(isWholeAtOnce(entry) ? wholeAddress(entry) : screenAddress(entry, screenSide(stage))).catch(() => {
    // When the picture is shown, it is loaded again, and then a failure is reported.
  });
}
