// The items of a list. Some of them may not be loaded yet.

import { measure, showMarks } from "./rows.js";

/**
 * @template Item
 * @typedef {import("./state.js").ListState<Item>} ListState
 */

/**
 * Shows items. The selection and the active item stay with their keys.
 * @template Item @param {ListState<Item>} list
 * @param {(Item | undefined)[]} next holes are shown as being loaded
 * @param {number} [count] of all, where not all are there yet
 */
export function setItems(list, next, count = next.length) {
  const activeItem = list.items[list.active];
  const activeKey = activeItem === undefined ? null : list.options.keyOf(activeItem);
  const before = list.items;
  const beforePerLine = list.perLine;
  list.items = next;
  list.count = count;
  list.places = new Map();
  list.items.forEach((item, index) => { if (item !== undefined) list.places.set(list.options.keyOf(item), index); });
  const kept = [...list.selection].filter((key) => list.places.has(key));
  const isFewer = kept.length !== list.selection.size;
  list.selection = new Set(kept);
  list.active = activeKey === null ? -1 : list.places.get(activeKey) ?? Math.min(list.active, list.count - 1);
  list.anchor = Math.min(list.anchor, Math.max(0, list.count - 1));
  list.scroller.setAttribute("aria-rowcount", String((list.isCards ? Math.ceil(list.count / list.perLine) : list.count + 1)));
  measure(list);
  const isKept = (/** @type {number} */ line) => {
    if (list.perLine !== beforePerLine) return false;
    for (let index = line * list.perLine; index < (line + 1) * list.perLine; index += 1) {
      const [old, now] = [before[index], list.items[index]];
      const isSame = old === now || (old !== undefined && now !== undefined && list.options.isSame?.(old, now));
      if (!isSame) return false;
    }
    // A gap may have become the end of the list.
    return (line + 1) * list.perLine <= Math.min(before.length, list.count) || before.length === list.count;
  };
  list.virtual.setCount(Math.ceil(list.count / list.perLine), isKept);
  showMarks(list);
  if (isFewer) list.options.onSelect?.(list.selection);
}
