// Moves from photo to photo with the keys.

/** @typedef {import("./layout.js").Line} Line */
/** @typedef {import("./grid.js").Spot} Spot */

/** @param {Line} line */
const isPhotos = (line) => line.first >= 0;

/**
 * The photo to which a key leads; `null` if there is none.
 * @param {Line[]} lines @param {number} index the line of the photo @param {Spot} spot the photo @param {string} key
 * @returns {Spot | null}
 */
export function moved(lines, index, spot, key) {
  const line = lines[index];
  if (!line) return null;
  const column = spot.at - line.first;
  const middle = middleOf(line, column);
  const end = (/** @type {Line | undefined} */ one, /** @type {number} */ place) => (one ? { day: one.day, at: one.first + Math.min(place, one.count - 1) } : null);
  const before = () => lines.slice(0, index).reverse().find(isPhotos);
  const after = () => lines.slice(index + 1).find(isPhotos);
  switch (key) {
    case "ArrowLeft": return column > 0 ? { ...spot, at: spot.at - 1 } : end(before(), Infinity);
    case "ArrowRight": return column < line.count - 1 ? { ...spot, at: spot.at + 1 } : end(after(), 0);
    case "ArrowUp": return nearest(before(), middle);
    case "ArrowDown": return nearest(after(), middle);
    case "Home": return end(lines.find(isPhotos), 0);
    case "End": return end([...lines].reverse().find(isPhotos), Infinity);
    default: return null;
  }
}

/** Pixels from the left edge to the middle of a photo. @param {Line} line @param {number} column */
function middleOf({ lefts, widths }, column) {
  return (lefts[column] ?? 0) + (widths[column] ?? 0) / 2;
}

/** The photo of a line that is nearest to a place. @param {Line | undefined} line @param {number} middle */
function nearest(line, middle) {
  if (!line) return null;
  let column = 0;
  for (let at = 1; at < line.count; at += 1) if (Math.abs(middleOf(line, at) - middle) < Math.abs(middleOf(line, column) - middle)) column = at;
  return { day: line.day, at: line.first + column };
}
