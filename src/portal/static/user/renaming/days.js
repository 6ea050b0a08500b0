// The days on which the photos and videos of a folder were taken.

import { call, records } from "../../shared/api.js";

/** @typedef {import("../../../replies.js").PhotoRecord} PhotoRecord */

/** The maximum number of photos that the server sends at once. */
const PAGE = 1000;

/**
 * The days on which entries of a folder were taken, by their names. Days that are known only from the time of the file are left
 * out.
 * @param {string} folder @param {ReadonlySet<string>} wanted names
 * @returns {Promise<Map<string, string>>}
 */
export async function daysTaken(folder, wanted) {
  // This call comes first, because it makes the server read new photos.
  await call("getphotodays", { path: folder });
  /** @type {Map<string, string>} */
  const days = new Map();
  let seen = 0;
  for (let start = 0; seen < wanted.size; start += PAGE) {
    /** @type {PhotoRecord[]} */
    const page = await records("getphotos", "photo", { path: folder, start, limit: PAGE });
    for (const { path, name, taken, takenfrom } of page) {
      if (path !== `${folder}/${name}` || !wanted.has(name)) continue;
      seen += 1;
      if (takenfrom !== "file") days.set(name, taken.slice(0, 10));
    }
    if (page.length < PAGE) break;
  }
  return days;
}
