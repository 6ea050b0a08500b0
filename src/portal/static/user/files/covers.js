// Covers of folders, each made from four pictures in it, or from one. Only covers of visible
// folders are loaded, a few at a time.

import { records } from "../../shared/api.js";
import { addStyle, h } from "../../shared/h.js";
import { toEntry } from "./folder.js";
import { isDrawn } from "./kinds.js";
import { show } from "./pictures.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/** The number of pictures in a cover, and their size in pixels. */
const PARTS = 4;
const PICTURE = 160;
/** The pictures are searched among this many entries. */
const LOOKED_AT = 40;
/** The number of folders that are loaded at the same time, and of those that are remembered. */
const CALLS_MAX = 2;
const KEPT_MAX = 200;

/** @type {Map<Element, Entry>} */
const folders = new Map();
/** Visible boxes that wait for their turn. @type {Set<Element>} */
const waiting = new Set();
/** The pictures of folders, by path and time. @type {Map<string, Entry[]>} */
const kept = new Map();
let calls = 0;

addStyle(new URL("covers.css", import.meta.url));

const observer = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) {
    if (isIntersecting) {
      waiting.add(target);
      continue;
    }
    waiting.delete(target);
    if (!target.isConnected) forget(target);
  }
  next();
});

/** @param {Element} box */
function forget(box) {
  observer.unobserve(box);
  folders.delete(box);
}

function next() {
  for (const box of waiting) {
    if (calls >= CALLS_MAX) return;
    waiting.delete(box);
    const folder = folders.get(box);
    forget(box);
    if (folder) void load(box, folder);
  }
}

/** @param {Entry} folder */
const keyOf = (folder) => `${folder.path}\n${folder.modified}`;

/** @param {Element} box @param {Entry} folder */
async function load(box, folder) {
  calls += 1;
  try {
    /** @type {import("../../shared/types.js").EntryRecord[]} */
    const found = await records("getfilelist", "entry", { path: folder.path, start: 0, limit: LOOKED_AT, sortby: "name", sortdir: 1 }, { isQuiet: true });
    kept.set(keyOf(folder), found.map(toEntry).filter(isDrawn).slice(0, PARTS));
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_MAX) break;
      kept.delete(oldest);
    }
    draw(box, folder);
  } catch {
    // Without a cover, the icon is shown.
  } finally {
    calls -= 1;
    next();
  }
}

/** @param {Element} box @param {Entry} folder */
function draw(box, folder) {
  const pictures = kept.get(keyOf(folder)) ?? [];
  if (pictures.length === 0) return;
  const isOne = pictures.length < PARTS;
  const cover = h("span", { class: ["cover", isOne && "is-one"], "aria-hidden": "true" });
  for (const picture of pictures.slice(0, isOne ? 1 : PARTS)) {
    const part = h("span", { class: "cover-part" });
    show(part, picture, isOne ? 2 * PICTURE : PICTURE);
    cover.append(part);
  }
  box.append(cover);
  box.classList.add("is-covered");
}

/**
 * Puts the cover of a folder over its icon when the icon becomes visible.
 * @param {Element} box @param {Entry} folder
 */
export function showCover(box, folder) {
  if (kept.has(keyOf(folder))) {
    draw(box, folder);
    return;
  }
  folders.set(box, folder);
  observer.observe(box);
}
