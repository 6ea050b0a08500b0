// Finds out which files the person has already in the cloud, before any byte of them is sent: first
// by their sizes, and then by the checksums of those whose size is there.

import { records } from "../../shared/api.js";

/** Number of files in one call. */
const SLICE = 200;

/**
 * The paths of the same contents in a folder and below it, by the number of the file.
 * @param {File[]} files @param {string} folder
 * @returns {Promise<Map<number, string>>}
 */
export async function heldFiles(files, folder) {
  /** @type {Map<number, string>} */
  const held = new Map();
  for (let start = 0; start < files.length; start += SLICE) {
    const some = files.slice(start, start + SLICE).map((file, at) => ({ file, number: start + at })).filter(({ file }) => file.size > 0);
    const likely = await ask(folder, some.map((one) => ({ ...one, line: String(one.file.size) })));
    if (likely.length === 0) continue;
    const hashed = [];
    for (const { one } of likely) {
      const checksum = await checksumOf(one.file);
      if (checksum) hashed.push({ ...one, line: `${one.file.size} ${checksum}` });
    }
    for (const { one, path } of await ask(folder, hashed)) held.set(one.number, path);
  }
  worker?.terminate();
  worker = null;
  return held;
}

/**
 * @template One
 * @param {string} folder @param {(One & { line: string })[]} all
 * @returns {Promise<{ one: One, path: string }[]>} those that are there
 */
async function ask(folder, all) {
  if (all.length === 0) return [];
  /** @type {import("../../shared/types.js").HeldFile[]} */
  const found = await records("findheldfiles", "heldfile", { path: folder, files: all.map(({ line }) => line).join("\n") });
  return found.flatMap(({ line, path }) => {
    const one = all[line - 1];
    return one ? [{ one, path }] : [];
  });
}

/** @type {Worker | null} */
let worker = null;

/** @param {File} file @returns {Promise<string | null>} `null` if it cannot be read */
function checksumOf(file) {
  worker ??= new Worker(new URL("checksum-worker.js", import.meta.url), { type: "module" });
  const own = worker;
  return new Promise((resolve) => {
    own.onmessage = ({ data }) => resolve(data.checksum);
    own.onerror = () => resolve(null);
    own.postMessage({ file });
  });
}
