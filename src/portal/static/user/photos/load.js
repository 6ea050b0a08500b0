// Loads the photos of visible days: a few days with each call, and each of them once.

import { records } from "../../shared/api.js";
import { piecesOf } from "./layout.js";

/** @typedef {import("../../../replies.js").PhotoRecord} PhotoRecord */
/** @typedef {import("./layout.js").Day} Day */
/** @typedef {{ path: string, kind: string }} Question the folder, and which kinds of files, as the server calls them */

/** A call loads about this many photos. */
const CALL_PHOTOS = 300;
/** The server sends at most this many at once. */
const PAGE = 1000;

/**
 * @param {Day[]} days
 * @param {Question} question
 * @param {() => void} onLoaded
 * @param {(error: unknown) => void} onError
 */
export function createLoader(days, question, onLoaded, onError) {
  const pieces = piecesOf(days, CALL_PHOTOS);
  /** The index of each day's piece. @type {number[]} */
  const pieceOf = [];
  pieces.forEach(({ first, last }, piece) => { for (let day = first; day <= last; day += 1) pieceOf[day] = piece; });
  /** @type {Map<string, PhotoRecord[]>} */
  const known = new Map();
  /** The call for each piece. @type {Map<number, Promise<void>>} */
  const asked = new Map();
  /** @type {Set<number>} */
  const loaded = new Set();

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

/** The photos of some days, by their day. @param {Question} question @param {string} from the first day @param {string} to the last */
async function photosOf(question, from, to) {
  /** @type {Map<string, PhotoRecord[]>} */
  const found = new Map();
  for (let start = 0; ; start += PAGE) {
    /** @type {PhotoRecord[]} */
    const page = await records("getphotos", "photo", { ...question, from, to, start, limit: PAGE });
    for (const photo of page) {
      const day = photo.taken.slice(0, 10);
      const photos = found.get(day);
      if (photos) photos.push(photo);
      else found.set(day, [photo]);
    }
    if (page.length < PAGE) return found;
  }
}
