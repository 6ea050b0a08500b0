// Ranges of bytes that the server has. They are sorted and do not touch each other; the second
// number is the first byte after the range.

/** @typedef {[number, number][]} Ranges */

/** Reads `0-10 20-30`. @param {string} text @returns {Ranges} */
export function parseRanges(text) {
  /** @type {Ranges} */
  let ranges = [];
  for (const part of text.split(" ")) {
    const [start, end] = part.split("-").map(Number);
    if (start !== undefined && end !== undefined && start < end) ranges = addRange(ranges, start, end);
  }
  return ranges;
}

/** @param {Ranges} ranges @param {number} start @param {number} end @returns {Ranges} */
export function addRange(ranges, start, end) {
  if (start >= end) return ranges;
  const apart = ranges.filter(([from, to]) => to < start || from > end);
  const joined = ranges.filter(([from, to]) => to >= start && from <= end);
  const from = Math.min(start, ...joined.map((range) => range[0]));
  const to = Math.max(end, ...joined.map((range) => range[1]));
  return [...apart, /** @type {[number, number]} */ ([from, to])].sort((a, b) => a[0] - b[0]);
}

/** The first missing range of bytes below a size; `null` if nothing is missing. @param {Ranges} ranges @param {number} size */
export function firstGap(ranges, size) {
  const start = ranges[0]?.[0] === 0 ? ranges[0][1] : 0;
  if (start >= size) return null;
  const next = ranges.find(([from]) => from > start);
  return { start, end: Math.min(next?.[0] ?? size, size) };
}

/** @param {Ranges} ranges */
export function bytesIn(ranges) {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0);
}
