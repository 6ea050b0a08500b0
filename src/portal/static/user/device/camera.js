// Sorts photos and videos into `Camera/2026/07` by the day on which they were taken: as the camera
// wrote it into the file, or else as the name has it, or else when the file was last modified.

/** @typedef {import("../upload/collect.js").Source} Source */

/** The folder in the person's own files. */
export const CAMERA = "Camera";
const ENDINGS = /\.(jpe?g|png|gif|webp|heic|heif|avif|dng|cr2|nef|arw|mp4|mov|m4v|3gp|webm|mkv|avi)$/i;
/** Cameras write their facts into the first bytes of a file. */
const HEAD_BYTES = 128 * 1024;
/** Number of files that are read at the same time. */
const AT_ONCE = 8;
const EXIF = 0x8769;
const TAKEN = 0x9003;
/** The facts in a directory of Exif, at most. */
const FACTS_MAX = 512;
/** No camera has made a file before. */
const FIRST_YEAR = 1990;

/** @param {File} file */
export function isOfCamera(file) {
  return /^(image|video)\//.test(file.type) || ENDINGS.test(file.name);
}

/** Photos and videos that came without a folder get one of their month; everything else stays. @param {Source[]} sources @returns {Promise<Source[]>} */
export async function byMonth(sources) {
  const placed = [...sources];
  for (let at = 0; at < placed.length; at += AT_ONCE) {
    await Promise.all(placed.slice(at, at + AT_ONCE).map(async (source, index) => {
      if (source.below !== "" || !isOfCamera(source.file)) return;
      placed[at + index] = { ...source, below: `${CAMERA}/${await monthTaken(source.file)}` };
    }));
  }
  return placed;
}

/** The year and the month, `2026/07`. @param {File} file */
export async function monthTaken(file) {
  const now = new Date();
  const written = await exifMonth(file).catch(() => null);
  const known = [written, nameMonth(file.name)].find((one) => one && one.year >= FIRST_YEAR && one.year <= now.getFullYear() + 1 && one.month >= 1 && one.month <= 12);
  const modified = new Date(file.lastModified);
  const { year, month } = known ?? { year: modified.getFullYear(), month: modified.getMonth() + 1 };
  return `${year}/${String(month).padStart(2, "0")}`;
}

/** The month in a name like `IMG_20260722_032000.jpg` or `2026-07-22 14.03.png`. @param {string} name */
function nameMonth(name) {
  const found = /(?<!\d)(\d{4})([-._]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)/.exec(name);
  return found ? { year: Number(found[1]), month: Number(found[3]) } : null;
}

/** The month that a camera wrote into a JPEG. @param {File} file */
async function exifMonth(file) {
  const view = new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const start = tiffStart(view);
  if (start === null) return null;
  const isLittle = view.getUint16(start) === 0x4949;
  const first = start + view.getUint32(start + 4, isLittle);
  const directory = valueOf(view, first, EXIF, isLittle);
  const place = directory === null ? null : valueOf(view, start + directory, TAKEN, isLittle);
  if (place === null) return null;
  const text = String.fromCharCode(...new Uint8Array(view.buffer, start + place, 7));
  const found = /^(\d{4}):(\d{2})$/.exec(text);
  return found ? { year: Number(found[1]), month: Number(found[2]) } : null;
}

/** Where the directories of Exif begin in a JPEG; `null` if there are none. @param {DataView} view */
function tiffStart(view) {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 < view.byteLength;) {
    const marker = view.getUint16(at);
    if (marker < 0xffc0 || marker === 0xffda) return null;
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return at + 10;
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** The value of a fact, or where it is. @param {DataView} view @param {number} at of the directory @param {number} wanted @param {boolean} isLittle */
function valueOf(view, at, wanted, isLittle) {
  const count = Math.min(view.getUint16(at, isLittle), FACTS_MAX);
  for (let number = 0; number < count; number += 1) {
    const entry = at + 2 + number * 12;
    if (view.getUint16(entry, isLittle) === wanted) return view.getUint32(entry + 8, isLittle);
  }
  return null;
}
