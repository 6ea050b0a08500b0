// Thumbnails of videos on a server that draws none: frames that browsers have drawn and given to
// it. The server is asked which of the shown videos have one, many at a time, and never in vain for
// a thumbnail itself.

import { records } from "../../shared/api.js";
import { show as showPicture } from "./pictures.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {{ box: Element, entry: Entry, side: number }} Place */

/** Milliseconds in which the videos for one call are gathered. */
const PAUSE = 60;
/** Number of videos in one call. */
const ASKED_MAX = 100;
/** Number of videos of which is remembered whether they have a frame. */
const KNOWN_MAX = 5000;

/** The places of videos that are asked about next. @type {Place[]} */
let waiting = [];
/** The places of videos without a frame, which may get one. @type {Set<Place>} */
const without = new Set();
/** Whether a content of a video has a frame. @type {Map<string, boolean>} */
const known = new Map();
/** The times when this page has given frames, by the paths of their videos. @type {Map<string, number>} */
const givenAt = new Map();
let timer = 0;

/** @param {Entry} entry */
const keyOf = (entry) => `${entry.path}\n${entry.etag}`;

/**
 * Puts the frame of a video over the icon in a box, if there is one or as soon as there is.
 * @param {Element} box @param {Entry} entry @param {number} side of the square for it, in pixels
 */
export function show(box, entry, side) {
  const place = { box, entry, side };
  const has = known.get(keyOf(entry));
  if (has !== undefined) {
    put(place, has);
    return;
  }
  waiting.push(place);
  timer ||= setTimeout(ask, PAUSE);
}

/** @param {Place} place @param {boolean} has */
function put(place, has) {
  if (has) {
    showPicture(place.box, place.entry, place.side);
    return;
  }
  // Boxes that a list has removed are not filled any more.
  if (without.size > KNOWN_MAX) for (const one of without) if (!one.box.isConnected) without.delete(one);
  without.add(place);
}

async function ask() {
  timer = 0;
  const places = waiting.filter(({ box }) => box.isConnected);
  waiting = [];
  for (let at = 0; at < places.length; at += ASKED_MAX) {
    const part = places.slice(at, at + ASKED_MAX);
    const began = performance.now();
    // If the question fails, the icons stay, and it is asked again when the videos are shown again.
    const found = await framesOf(part.map(({ entry }) => entry.path)).catch(() => null);
    if (!found) continue;
    if (known.size > KNOWN_MAX) known.clear();
    for (const place of part) {
      const has = found.has(place.entry.path) || (givenAt.get(place.entry.path) ?? -1) > began;
      known.set(keyOf(place.entry), has);
      put(place, has);
    }
  }
}

/** Those of some videos that have a frame. @param {string[]} paths @returns {Promise<Set<string>>} */
export async function framesOf(paths) {
  const params = Object.fromEntries([...new Set(paths)].map((path, at) => [`path${at + 1}`, path]));
  /** @type {import("../../../replies.js").VideoThumbnailRecord[]} */
  const found = await records("findvideothumbnails", "videothumbnail", params, { isQuiet: true });
  return new Set(found.map(({ path }) => path));
}

/** Shows a frame that this page has given to the server, wherever its video is shown. @param {string} path */
export function given(path) {
  givenAt.set(path, performance.now());
  for (const key of known.keys()) if (key.startsWith(`${path}\n`)) known.delete(key);
  for (const place of [...without]) {
    if (place.entry.path !== path) continue;
    without.delete(place);
    if (place.box.isConnected) show(place.box, place.entry, place.side);
  }
}
