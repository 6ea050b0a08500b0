// Thumbnails of files, drawn by the server. Only visible ones are loaded, a few at a time. If a
// file is scrolled out of view, its call is cancelled, so that it delays no other.

import { begin, end, url } from "../../shared/api.js";
import { h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { kindOf } from "./kinds.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

const OPERATION = "getfsthumbimage";
/** Number of calls at the same time. The server draws one thumbnail after the other. */
const CALLS_MAX = 3;
/** Number of thumbnails that are remembered, so that scrolling back shows them at once. */
const KEPT_MAX = 300;
/** Number of files that are remembered because they have no thumbnail. */
const FAILED_MAX = 1000;
/** Milliseconds before a busy server is asked again. */
const BUSY_PAUSE = 1500;
/** The statuses for files that will never have a thumbnail. */
const FINAL = new Set([403, 404, 413, 415, 501]);

/** @typedef {{ box: Element, key: string, params: import("../../shared/api.js").Params, label: string, onGone: (() => void) | undefined, stop: AbortController | null }} Place */

/** @type {Map<Element, Place>} */
const places = new Map();
/** The visible places that wait for their turn. @type {Set<Place>} */
const waiting = new Set();
/** The addresses of thumbnails in memory, the last used at the end. @type {Map<string, string>} */
const kept = new Map();
/** @type {Set<string>} */
const failed = new Set();
let calls = 0;

// An element that was removed from the page is not visible either.
const observer = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) {
    const place = places.get(target);
    if (!place) continue;
    if (isIntersecting) waiting.add(place);
    else hide(place);
  }
  next();
});

/** @param {Place} place */
function hide(place) {
  waiting.delete(place);
  place.stop?.abort();
  if (!place.box.isConnected) forget(place);
}

/** @param {Place} place */
function forget(place) {
  observer.unobserve(place.box);
  places.delete(place.box);
}

/** Starts the next calls, in the order of the page. */
function next() {
  if (calls >= CALLS_MAX || waiting.size === 0) return;
  const isBefore = (/** @type {Place} */ a, /** @type {Place} */ b) =>
    (a.box.compareDocumentPosition(b.box) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  const inOrder = [...waiting].sort((a, b) => (isBefore(a, b) ? -1 : 1));
  for (const place of inOrder.slice(0, CALLS_MAX - calls)) {
    waiting.delete(place);
    void load(place);
  }
}

/** @param {Place} place */
async function load(place) {
  const stop = new AbortController();
  place.stop = stop;
  calls += 1;
  const noted = begin("core", OPERATION, place.params, { method: "GET" });
  try {
    const response = await fetch(url(OPERATION, place.params), { credentials: "same-origin", signal: stop.signal });
    end(noted, response.status, "", response.ok);
    if (response.ok) {
      keep(place.key, URL.createObjectURL(await response.blob()));
      forget(place);
      draw(place);
    } else if (response.status === 503) {
      setTimeout(() => { if (!stop.signal.aborted && places.has(place.box)) { waiting.add(place); next(); } }, BUSY_PAUSE);
    } else {
      if (FINAL.has(response.status)) {
        if (failed.size >= FAILED_MAX) failed.clear();
        failed.add(place.key);
      }
      forget(place);
      place.onGone?.();
    }
  } catch (cause) {
    end(noted, 0, String(cause), false);
    // The call was cancelled or had no answer. It is made again when the place is visible again.
  } finally {
    calls -= 1;
    next();
  }
}

/** @param {string} key @param {string} address */
function keep(key, address) {
  kept.set(key, address);
  for (const [oldest, gone] of kept) {
    if (kept.size <= KEPT_MAX) break;
    kept.delete(oldest);
    URL.revokeObjectURL(gone);
  }
}

/** @param {Place} place */
function draw({ box, key, label }) {
  const address = kept.get(key);
  if (!address) return;
  // It was just used, so it will be removed last.
  kept.delete(key);
  kept.set(key, address);
  const image = h("img", { src: address, alt: label, decoding: "async", draggable: false });
  // If its address was released in the meantime, the icon stays.
  image.addEventListener("error", () => image.remove());
  image.addEventListener("load", () => box.classList.add("is-drawn"));
  box.append(image);
}

/** @param {Entry} entry @param {number} side */
const keyOf = (entry, side) => `${entry.path}\n${entry.etag}\n${side}`;

/** The address of a picture in memory; `null` if there is none. @param {Entry} entry @param {number} side of the square that it fits into, in pixels */
export function picture(entry, side) {
  return kept.get(keyOf(entry, side)) ?? null;
}

/**
 * Puts the thumbnail of a file over the icon in a box as soon as the box is visible.
 * @param {Element} box
 * @param {Entry} entry
 * @param {number} side of the square for it, in pixels
 * @param {() => void} [onGone] called if there is no thumbnail
 */
export function show(box, entry, side, onGone) {
  const key = keyOf(entry, side);
  if (failed.has(key)) {
    onGone?.();
    return;
  }
  const params = { name: entry.path, width: side, height: side, etag: entry.etag };
  /** @type {Place} */
  const place = { box, key, params, label: t(`kind.${kindOf(entry).id}`), onGone, stop: null };
  if (kept.has(key)) {
    draw(place);
    return;
  }
  places.set(box, place);
  observer.observe(box);
}
