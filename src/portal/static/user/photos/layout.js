// The positions of days and photos in the photos view. Each day has a heading and rows. In a narrow
// list these are rows of squares. In a wide one they have an even height and photos their own shape.

/** @typedef {{ day: string, count: number }} Day */
/**
 * A heading, or a row of photos.
 * @typedef {object} Line
 * @property {number} top pixels from the top of the list
 * @property {number} height pixels, with the gap below a row
 * @property {number} left pixels from the left edge of the list
 * @property {number} width pixels that the day has
 * @property {boolean} isNarrow whether other days are beside this one
 * @property {number} day the index of its day
 * @property {number} first the index of its first photo among those of the day; -1 for a heading
 * @property {number} count the number of photos in the row
 * @property {number[]} lefts pixels from the left edge of the list to each photo
 * @property {number[]} widths pixels of each photo
 */
/**
 * The photos of a row.
 * @typedef {object} Row
 * @property {number} first the index of its first photo among those of the day
 * @property {number} count
 * @property {number} height pixels
 * @property {number[]} lefts pixels from the left edge of the row to each photo
 * @property {number[]} widths pixels of each photo
 */
/** @typedef {{ rows: Row[], height: number, width: number }} Shape the rows of a day, and the pixels they take; `width` is that of a single row */
/**
 * One day, or several with few photos side by side.
 * @typedef {object} Block
 * @property {number} top pixels from the top of the list
 * @property {number} height pixels
 * @property {{ day: number, left: number, width: number, shape: Shape }[]} days
 */
/**
 * @typedef {object} Layout
 * @property {Block[]} blocks from top to bottom
 * @property {number[]} blockOf the index of each day's block
 * @property {number} width
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
/** Between days that stand side by side, and the least width of one of them, for its heading. */
const DAY_GAP = 24;
const DAY_LEAST = 152;
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
 * Makes the function that places all photos. It remembers the rows of days, because each call of
 * the server changes those of a few only.
 * @returns {(days: Day[], width: number, size: Size, ratiosOf: (day: number) => number[]) => Layout}
 *   `width`: pixels of the list; `ratiosOf`: the known ratios of a day's photos, in their order
 */
export function createLayouter() {
  let present = "";
  /** @type {WeakMap<number[], Shape>} */
  let known = new WeakMap();
  /** Of days whose photos are not known, by their number. @type {Map<number, Shape>} */
  let usual = new Map();
  return (days, width, size, ratiosOf) => {
    if (present !== `${width} ${size}`) [present, known, usual] = [`${width} ${size}`, new WeakMap(), new Map()];
    const shapeOf = shaper(width, size);
    return place(days, width, (day) => {
      const { count } = /** @type {Day} */ (days[day]);
      const ratios = width >= NARROW ? ratiosOf(day) : [];
      // What was changed meanwhile has another number, until the days are asked for again.
      if (ratios.length !== count) return usual.get(count) ?? kept(usual, count, shapeOf(Array.from({ length: count }, (_, at) => ratios[at] ?? RATIO_USUAL)));
      return known.get(ratios) ?? kept(known, ratios, shapeOf(ratios));
    });
  };
}

/** @template Key @param {{ set: (key: Key, shape: Shape) => unknown }} memory @param {Key} key @param {Shape} shape */
function kept(memory, key, shape) {
  memory.set(key, shape);
  return shape;
}

/** @param {number} width */
const gapOf = (width) => (width >= NARROW ? GAP_WIDE : GAP_NARROW);

/** Divides the photos of a day into rows. @param {number} width @param {Size} size @returns {(ratios: number[]) => Shape} */
function shaper(width, size) {
  const [isEven, gap] = [width >= NARROW, gapOf(width)];
  const squares = isEven ? [] : squaresOf(width, gap, PER_LINE[size]);
  const rowHeight = Math.round(Math.max(ROW_LEAST, Math.min(ROW_MOST, width * ROW_PART)) * ROW_FACTOR[size]);
  return (ratios) => {
    const rows = isEven ? evenRows(ratios, width, gap, rowHeight) : squareRows(ratios.length, squares);
    const last = rows[0] ? rows[0].count - 1 : -1;
    return { rows, height: rows.reduce((all, row) => all + row.height + gap, 0), width: (rows[0]?.lefts[last] ?? 0) + (rows[0]?.widths[last] ?? 0) };
  };
}

/**
 * Puts the days below each other. In a wide list those of a single row that leave room beside them
 * share it.
 * @param {Day[]} days @param {number} width @param {(day: number) => Shape} shapeOf
 * @returns {Layout}
 */
function place(days, width, shapeOf) {
  const isEven = width >= NARROW;
  /** @type {Layout} */
  const layout = { blocks: [], blockOf: [], width, height: 0, gap: gapOf(width), isEven };
  /** Where the next day of the last block begins. */
  let free = Infinity;
  for (let day = 0; day < days.length; day += 1) {
    const shape = shapeOf(day);
    const column = isEven && shape.rows.length === 1 ? Math.max(shape.width, DAY_LEAST) : Infinity;
    const beside = layout.blocks.at(-1);
    if (beside && free + column <= width) {
      beside.days.push({ day, left: free, width: column, shape });
      layout.height += Math.max(0, HEADING + shape.height - beside.height);
      beside.height = Math.max(beside.height, HEADING + shape.height);
    } else {
      free = 0;
      const block = { top: layout.height, height: HEADING + shape.height, days: [{ day, left: 0, width: Math.min(column, width), shape }] };
      layout.blocks.push(block);
      layout.height += block.height;
    }
    layout.blockOf.push(layout.blocks.length - 1);
    free += column + DAY_GAP;
  }
  return layout;
}

/** The headings and rows of a block, in the order of reading. @param {Layout} layout @param {number} index @returns {Line[]} */
export function linesOf(layout, index) {
  const block = layout.blocks[index];
  if (!block) return [];
  const isNarrow = block.days.length > 1;
  return block.days.flatMap(({ day, left, width, shape }) => {
    const common = { left, width: isNarrow ? width : layout.width, isNarrow, day };
    let top = block.top + HEADING;
    return [{ ...common, top: block.top, height: HEADING, first: -1, count: 0, lefts: [], widths: [] }, ...shape.rows.map((row) => {
      const line = { ...row, ...common, top, height: row.height + layout.gap, lefts: row.lefts.map((one) => left + one) };
      top += line.height;
      return line;
    })];
  });
}

/** The row of a photo, or the heading of its day if the place is -1. @param {Layout} layout @param {{ day: number, at: number }} spot */
export function lineOf(layout, { day, at }) {
  return linesOf(layout, layout.blockOf[day] ?? -1).find((line) => line.day === day && (at < 0 ? line.first < 0 : line.first >= 0 && at >= line.first && at < line.first + line.count));
}

/** The squares of a full row. They fill the width to the pixel. @param {number} width @param {number} gap @param {number} count */
function squaresOf(width, gap, count) {
  const edge = (/** @type {number} */ at) => Math.round((at * (width + gap)) / count);
  return Array.from({ length: count }, (_, at) => ({ left: edge(at), width: edge(at + 1) - gap - edge(at) }));
}

/** @param {number} count @param {{ left: number, width: number }[]} squares */
function squareRows(count, squares) {
  const [lefts, widths] = [squares.map(({ left }) => left), squares.map(({ width }) => width)];
  /** @type {Row[]} */
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
  /** @type {Row[]} */
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

/** The index of the block at a height. @param {Block[]} blocks @param {number} top */
export function blockAt(blocks, top) {
  let [low, high] = [0, blocks.length];
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (/** @type {Block} */ (blocks[middle]).top <= top) low = middle;
    else high = middle;
  }
  return low;
}

/** The lines between two heights, in the order of reading. @param {Layout} layout @param {number} from @param {number} to */
export function linesBetween(layout, from, to) {
  /** @type {Line[]} */
  const lines = [];
  for (let index = blockAt(layout.blocks, from); index < layout.blocks.length && /** @type {Block} */ (layout.blocks[index]).top < to; index += 1) {
    for (const line of linesOf(layout, index)) if (line.top < to && line.top + line.height > from) lines.push(line);
  }
  return lines;
}

/**
 * Divides the days into pieces, each of which one call loads.
 * @param {Day[]} days @param {number} most photos of a piece, if it has more than one day
 * @param {number} [head] the number of first days that are a piece of their own
 */
export function piecesOf(days, most, head = 0) {
  /** @type {{ first: number, last: number }[]} */
  const pieces = head > 0 ? [{ first: 0, last: head - 1 }] : [];
  let sum = Infinity;
  for (let day = head; day < days.length; day += 1) {
    const { count } = /** @type {Day} */ (days[day]);
    sum += count;
    const piece = pieces.at(-1);
    if (piece && sum <= most) piece.last = day;
    else {
      pieces.push({ first: day, last: day });
      sum = count;
    }
  }
  return pieces;
}

/** The days of photos. @param {{ taken: string }[]} photos in their order @returns {Day[]} */
export function daysOf(photos) {
  /** @type {Day[]} */
  const days = [];
  for (const { taken } of photos) {
    const day = taken.slice(0, 10);
    const last = days.at(-1);
    if (last?.day === day) last.count += 1;
    else days.push({ day, count: 1 });
  }
  return days;
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
