// The positions of days and photos in the photos view. Each day has a heading and rows. In a narrow
// list these are rows of squares. In a wide one they have an even height and photos their own shape.

/** @typedef {{ day: string, count: number }} Day */
/**
 * A heading, or a row of photos.
 * @typedef {object} Line
 * @property {number} top pixels from the top of the list
 * @property {number} height pixels, with the gap below a row
 * @property {number} day the index of its day
 * @property {number} first the index of its first photo among those of the day; -1 for a heading
 * @property {number} count the number of photos in the row
 * @property {number[]} lefts pixels from the left edge to each photo
 * @property {number[]} widths pixels of each photo
 */
/**
 * @typedef {object} Layout
 * @property {Line[]} lines
 * @property {number} height
 * @property {number} gap pixels between photos
 * @property {boolean} isEven whether photos have their own shape, in rows of even height
 */
/** @typedef {"small" | "medium" | "large"} Size how large photos are */

/** Sizes in pixels. */
const NARROW = 600;
const GAP_NARROW = 2;
const GAP_WIDE = 4;
const HEADING = 48;
/** Photos in a row of squares. */
const PER_LINE = { small: 5, medium: 3, large: 2 };
/** The height of even rows: this part of the width within these bounds, times a factor. */
const ROW_PART = 1 / 7;
const ROW_LEAST = 128;
const ROW_MOST = 208;
const ROW_FACTOR = { small: 0.65, medium: 1, large: 1.6 };
/** A photo is never shown narrower or wider than this, as parts of its height. Panoramas would fill a row alone. */
const RATIO_LEAST = 0.5;
const RATIO_MOST = 3;
/** The width by height of a photo that is not loaded, or whose size is unknown. */
const RATIO_USUAL = 4 / 3;

/** The width of a photo by its height, as it is shown. @param {{ width: number, height: number }} photo */
export function ratioOf({ width, height }) {
  return width > 0 && height > 0 ? Math.max(RATIO_LEAST, Math.min(RATIO_MOST, width / height)) : RATIO_USUAL;
}

/**
 * @param {Day[]} days
 * @param {number} width pixels of the list
 * @param {Size} size
 * @param {(day: number) => number[]} ratiosOf the known ratios of a day's photos, in their order
 * @returns {Layout}
 */
export function layOut(days, width, size, ratiosOf) {
  const isEven = width >= NARROW;
  const gap = isEven ? GAP_WIDE : GAP_NARROW;
  const squares = isEven ? [] : squaresOf(width, gap, PER_LINE[size]);
  const rowHeight = Math.round(Math.max(ROW_LEAST, Math.min(ROW_MOST, width * ROW_PART)) * ROW_FACTOR[size]);
  /** @type {Line[]} */
  const lines = [];
  let top = 0;
  days.forEach(({ count }, day) => {
    lines.push({ top, height: HEADING, day, first: -1, count: 0, lefts: [], widths: [] });
    top += HEADING;
    const ratios = isEven ? ratiosOf(day) : [];
    const rows = isEven ? evenRows(Array.from({ length: count }, (_, at) => ratios[at] ?? RATIO_USUAL), width, gap, rowHeight) : squareRows(count, squares);
    for (const row of rows) {
      lines.push({ ...row, top, height: row.height + gap, day });
      top += row.height + gap;
    }
  });
  return { lines, height: top, gap, isEven };
}

/** The squares of a full row. They fill the width to the pixel. @param {number} width @param {number} gap @param {number} count */
function squaresOf(width, gap, count) {
  const edge = (/** @type {number} */ at) => Math.round((at * (width + gap)) / count);
  return Array.from({ length: count }, (_, at) => ({ left: edge(at), width: edge(at + 1) - gap - edge(at) }));
}

/** @param {number} count @param {{ left: number, width: number }[]} squares */
function squareRows(count, squares) {
  const [lefts, widths] = [squares.map(({ left }) => left), squares.map(({ width }) => width)];
  const rows = [];
  for (let first = 0; first < count; first += squares.length) {
    const here = Math.min(squares.length, count - first);
    rows.push({ first, count: here, height: widths[0] ?? 0, lefts: lefts.slice(0, here), widths: widths.slice(0, here) });
  }
  return rows;
}

/**
 * Divides photos into rows that fill the width and whose heights are as near as possible to the
 * wanted one. The last row is not stretched.
 * @param {number[]} ratios @param {number} width @param {number} gap @param {number} height the wanted one
 */
function evenRows(ratios, width, gap, height) {
  /** @type {Omit<Line, "top" | "day">[]} */
  const rows = [];
  let first = 0;
  let sum = 0;
  const filling = (/** @type {number} */ count, /** @type {number} */ ratio) => (width - (count - 1) * gap) / ratio;
  const close = (/** @type {number} */ end, /** @type {number} */ most) => {
    const own = ratios.slice(first, end);
    const fitting = filling(own.length, own.reduce((all, ratio) => all + ratio, 0));
    rows.push({ first, count: own.length, ...rowOf(own, Math.min(most, fitting), gap) });
    first = end;
    sum = 0;
  };
  ratios.forEach((ratio, at) => {
    const count = at - first + 1;
    const low = filling(count, sum + ratio);
    const isFull = low <= height;
    const isNearerWithout = isFull && count > 1 && filling(count - 1, sum) - height < height - low;
    if (isNearerWithout) close(at, Infinity);
    sum += ratio;
    if (isFull && !isNearerWithout) close(at + 1, Infinity);
  });
  if (first < ratios.length) close(ratios.length, height);
  return rows;
}

/** The photos of a row, of whole pixels. @param {number[]} ratios @param {number} height @param {number} gap */
function rowOf(ratios, height, gap) {
  const [lefts, widths] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  let left = 0;
  for (const ratio of ratios) {
    const right = left + ratio * height;
    lefts.push(Math.round(left));
    widths.push(Math.round(right) - Math.round(left));
    left = right + gap;
  }
  return { height: Math.round(height), lefts, widths };
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
