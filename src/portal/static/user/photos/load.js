// Loads the photos of visible days: a few days with each call, and each of them once.

import { records } from "../../shared/api.js";
import { daysOf, piecesOf } from "./layout.js";

/** @typedef {import("../../../replies.js").PhotoRecord} PhotoRecord */
/** @typedef {import("./layout.js").Day} Day */
/** @typedef {{ path: string, kind: string }} Question the folder, and which kinds of files, as the server calls them */

/** A call loads about this many photos. */
const CALL_PHOTOS = 300;
/** The server sends at most this many at once. */
const PAGE = 1000;
/** The first view shows about as many. */
const NEWEST = 120;

/** The newest photos. They can be asked for while the days are not known yet. @param {Question} question @returns {Promise<PhotoRecord[]>} */
export function newestPhotos(question) {
  return records("getphotos", "photo", { ...question, limit: NEWEST });
}

/**
 * @param {Day[]} days
 * @param {Question} question
 * @param {PhotoRecord[]} newest those that are known already
 * @param {() => void} onLoaded
 * @param {(error: unknown) => void} onError
 */
export function createLoader(days, question, newest, onLoaded, onError) {
  const head = wholeDays(days, newest);
  const pieces = piecesOf(days, CALL_PHOTOS, head);
  const pieceOf = pieceOfDay(pieces);
  const known = byDay(newest);
  /** The call for each piece. @type {Map<number, Promise<void>>} */
  const asked = new Map();
  /** @type {Set<number>} */
  const loaded = new Set(head > 0 ? [0] : []);
  if (head > 0) asked.set(0, Promise.resolve());

  /** @param {number} piece */
  async function load(piece) {
    const { first, last } = /** @type {{ first: number, last: number }} */ (pieces[piece]);
    const found = await photosOf(question, days[last]?.day ?? "", days[first]?.day ?? "");
    for (const [day, photos] of found) known.set(day, photos);
    loaded.add(piece);
  }

  /** @param {number} piece */
  function ask(piece) {
    let work = asked.get(piece);
    if (!work && pieces[piece]) {
      work = load(piece).then(onLoaded, (error) => {
        asked.delete(piece);
        onError(error);
      });
      asked.set(piece, work);
    }
    return work;
  }

  /** @param {number} day */
  const of = (day) => known.get(days[day]?.day ?? "") ?? [];

  return {
    /** The photos of a day that are known. */
    of,
    /** Loads the missing photos of some days. @param {number} first @param {number} last */
    async want(first, last) {
      const work = [];
      for (let piece = pieceOf[first] ?? 0; piece <= (pieceOf[last] ?? -1); piece += 1) work.push(ask(piece));
      await Promise.all(work);
    },
    /** The known photos around a day, in order and without a gap. Loads more. @param {number} day */
    around(day) {
      const middle = pieceOf[day] ?? 0;
      let [first, last] = [middle, middle];
      while (loaded.has(first - 1)) first -= 1;
      while (loaded.has(last + 1)) last += 1;
      void ask(first - 1);
      void ask(last + 1);
      /** @type {PhotoRecord[]} */
      const photos = [];
      for (let at = pieces[first]?.first ?? 0; at <= (pieces[last]?.last ?? -1); at += 1) photos.push(...of(at));
      return photos;
    },
  };
}

/** The index of each day's piece. @param {{ first: number, last: number }[]} pieces */
function pieceOfDay(pieces) {
  /** @type {number[]} */
  const pieceOf = [];
  pieces.forEach(({ first, last }, piece) => { for (let day = first; day <= last; day += 1) pieceOf[day] = piece; });
  return pieceOf;
}

/** The number of first days of which all photos are known. @param {Day[]} days @param {PhotoRecord[]} newest */
function wholeDays(days, newest) {
  const known = daysOf(newest);
  const at = days.findIndex(({ day, count }, index) => known[index]?.day !== day || known[index]?.count !== count);
  return at < 0 ? days.length : at;
}

/** @param {PhotoRecord[]} photos in their order */
function byDay(photos) {
  /** @type {Map<string, PhotoRecord[]>} */
  const found = new Map();
  for (const photo of photos) {
    const day = photo.taken.slice(0, 10);
    const others = found.get(day);
    if (others) others.push(photo);
    else found.set(day, [photo]);
  }
  return found;
}

/** The photos of some days, by their day. @param {Question} question @param {string} from the first day @param {string} to the last */
async function photosOf(question, from, to) {
  /** @type {PhotoRecord[]} */
  const found = [];
  for (let start = 0; ; start += PAGE) {
    /** @type {PhotoRecord[]} */
    const page = await records("getphotos", "photo", { ...question, from, to, start, limit: PAGE });
    found.push(...page);
    if (page.length < PAGE) return byDay(found);
  }
}
