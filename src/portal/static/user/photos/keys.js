// Moves from photo to photo with the keys.

import { lineOf, linesOf } from "./layout.js";

/** @typedef {import("./layout.js").Day} Day */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./layout.js").Line} Line */
/** @typedef {import("./grid.js").Spot} Spot */

/**
 * The photo to which a key leads; `null` if there is none.
 * @param {Day[]} days @param {Layout} layout @param {Spot} spot the photo @param {string} key
 * @returns {Spot | null}
 */
export function moved(days, layout, spot, key) {
  const end = (/** @type {number} */ day) => (days[day] ? { day, at: /** @type {Day} */ (days[day]).count - 1 } : null);
  switch (key) {
    case "ArrowLeft": return spot.at > 0 ? { ...spot, at: spot.at - 1 } : end(spot.day - 1);
    case "ArrowRight":
      if (spot.at + 1 < (days[spot.day]?.count ?? 0)) return { ...spot, at: spot.at + 1 };
      return days[spot.day + 1] ? { day: spot.day + 1, at: 0 } : null;
    case "ArrowUp": return beyond(layout, spot, -1);
    case "ArrowDown": return beyond(layout, spot, 1);
    case "Home": return days[0] ? { day: 0, at: 0 } : null;
    case "End": return end(days.length - 1);
    default: return null;
  }
}

/** The nearest photo in the row above or below. @param {Layout} layout @param {Spot} spot @param {-1 | 1} way @returns {Spot | null} */
function beyond(layout, spot, way) {
  const line = lineOf(layout, spot);
  if (!line) return null;
  const middle = middleOf(line, spot.at - line.first);
  const block = layout.blockOf[spot.day] ?? 0;
  const lines = [block - 1, block, block + 1].flatMap((one) => linesOf(layout, one)).filter(({ first, top }) => first >= 0 && (top - line.top) * way > 0);
  const distance = Math.min(...lines.map(({ top }) => (top - line.top) * way));
  /** @type {Spot | null} */
  let nearest = null;
  let least = Infinity;
  // Days can stand side by side, so that a row has photos of several.
  for (const one of lines.filter(({ top }) => (top - line.top) * way === distance)) {
    for (let column = 0; column < one.count; column += 1) {
      const away = Math.abs(middleOf(one, column) - middle);
      if (away < least) [least, nearest] = [away, { day: one.day, at: one.first + column }];
    }
  }
  return nearest;
}

/** Pixels from the left edge of the list to the middle of a photo. @param {Line} line @param {number} column */
function middleOf({ lefts, widths }, column) {
  return (lefts[column] ?? 0) + (widths[column] ?? 0) / 2;
}
