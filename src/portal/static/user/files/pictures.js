// Small pictures of files, drawn by the server: only of those that can be seen, a few at a time. Who scrolls on does not
// wait for what has gone by: its call is called off.

import { begin, end, url } from "../../shared/api.js";
import { h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { kindOf } from "./kinds.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

const OPERATION = "getfsthumbimage";
/** Calls at the same time: the server draws one after the other. */
const CALLS_MAX = 3;
/** Pictures that are remembered, so that scrolling back shows them at once. */
const KEPT_MAX = 300;
/** Files whose pictures are not asked for again. */
const FAILED_MAX = 1000;
/** Milliseconds after which a server that was busy is asked again. */
const BUSY_PAUSE = 1500;
/** What the server says about a picture that will not get better. */
const FINAL = new Set([403, 404, 413, 415, 501]);

/** @typedef {{ box: Element, key: string, params: import("../../shared/api.js").Params, label: string, onGone: (() => void) | undefined, stop: AbortController | null }} Place */

/** @type {Map<Element, Place>} */
const places = new Map();
/** Those that can be seen and wait for their turn. @type {Set<Place>} */
const waiting = new Set();
/** Addresses of pictures in memory, the last used at the end. @type {Map<string, string>} */
const kept = new Map();
/** @type {Set<string>} */
const failed = new Set();
let calls = 0;

// An element that has left the page is not seen either.
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

/** Begins with the next ones in the order in which they are read. */
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
    // Called off, or no answer: when it is seen again, it is asked for again.
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
  // Used just now, so it is the last to go.
  kept.delete(key);
  kept.set(key, address);
  const image = h("img", { src: address, alt: label, decoding: "async", draggable: false });
  // What was let go meanwhile stays the icon that it was.
  image.addEventListener("error", () => image.remove());
  image.addEventListener("load", () => box.classList.add("is-drawn"));
  box.append(image);
}

/**
 * Puts the picture of a file into a box that holds its icon, as soon as it can be seen.
 * @param {Element} box
 * @param {Entry} entry
 * @param {number} side of the square it is to fit into, in pixels
 * @param {() => void} [onGone] there is none
 */
export function show(box, entry, side, onGone) {
  const key = `${entry.path}\n${entry.etag}\n${side}`;
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
