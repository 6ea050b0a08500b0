// The positions of days and photos in the photos view. Each day has a heading and rows of squares.

/** @typedef {{ day: string, count: number }} Day */
/**
 * A heading, or a row of squares.
 * @typedef {object} Line
 * @property {number} top pixels from the top of the list
 * @property {number} height pixels
 * @property {number} day the index of its day
 * @property {number} first the index of its first photo among those of the day; -1 for a heading
 * @property {number} count the number of photos in the row
 */

/** Sizes in pixels. */
const NARROW = 600;
const PER_LINE_NARROW = 3;
const SIDE_WIDE = 160;
const GAP_NARROW = 2;
const GAP_WIDE = 4;
const HEADING = 48;

/**
 * @param {Day[]} days
 * @param {number} width pixels of the list
 * @returns {{ lines: Line[], height: number, side: number, gap: number }}
 */
export function layOut(days, width) {
  const isNarrow = width < NARROW;
  const gap = isNarrow ? GAP_NARROW : GAP_WIDE;
  const perLine = isNarrow ? PER_LINE_NARROW : Math.max(PER_LINE_NARROW, Math.round((width + gap) / (SIDE_WIDE + gap)));
  const side = Math.floor((width - (perLine - 1) * gap) / perLine);
  /** @type {Line[]} */
  const lines = [];
  let top = 0;
  days.forEach(({ count }, day) => {
    lines.push({ top, height: HEADING, day, first: -1, count: 0 });
    top += HEADING;
    for (let first = 0; first < count; first += perLine) {
      lines.push({ top, height: side + gap, day, first, count: Math.min(perLine, count - first) });
      top += side + gap;
    }
  });
  return { lines, height: top, side, gap };
}

/** The index of the line at a height. @param {Line[]} lines in their order @param {number} top */
export function lineAt(lines, top) {
  let [low, high] = [0, lines.length];
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (/** @type {Line} */ (lines[middle]).top <= top) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Divides the days into pieces, each of which one call loads.
 * @param {Day[]} days @param {number} most photos of a piece, if it has more than one day
 */
export function piecesOf(days, most) {
  /** @type {{ first: number, last: number }[]} */
  const pieces = [];
  let sum = Infinity;
  days.forEach(({ count }, day) => {
    sum += count;
    const piece = pieces.at(-1);
    if (piece && sum <= most) piece.last = day;
    else {
      pieces.push({ first: day, last: day });
      sum = count;
    }
  });
  return pieces;
}

/** The months, each with its first day in the list and its number of photos. @param {Day[]} days */
export function monthsOf(days) {
  /** @type {{ month: string, first: number, count: number }[]} */
  const months = [];
  days.forEach(({ day, count }, at) => {
    const month = day.slice(0, 7);
    const last = months.at(-1);
    if (last?.month === month) last.count += count;
    else months.push({ month, first: at, count });
  });
  return months;
}

/** The same day and month in earlier years. @param {Day[]} days @param {string} today `2026-07-22` */
export function onThisDay(days, today) {
  return days.flatMap(({ day, count }, at) => (day !== today && day.slice(5) === today.slice(5) && day < today ? [{ day, count, at }] : []));
}
