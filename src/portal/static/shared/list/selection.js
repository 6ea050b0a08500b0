// The selected items of a list, and its active item.

import { showMarks } from "./rows.js";

/**
 * @template Item
 * @typedef {import("./state.js").ListState<Item>} ListState
 */

/** @template Item @param {ListState<Item>} list */
export function allKeys(list) {
  return list.items.flatMap((item) => (item === undefined ? [] : [list.options.keyOf(item)]));
}

/** @template Item @param {ListState<Item>} list @param {Iterable<string>} keys */
export function select(list, keys) {
  const next = new Set(keys);
  if (next.size === list.selection.size && [...next].every((key) => list.selection.has(key))) return;
  list.selection = next;
  showMarks(list);
  list.options.onSelect?.(list.selection);
}

/** @template Item @param {ListState<Item>} list @param {string} key */
export function toggle(list, key) {
  const next = new Set(list.selection);
  if (!next.delete(key)) next.add(key);
  select(list, next);
}

/** @template Item @param {ListState<Item>} list @param {number} to @param {boolean} [adds] */
export function selectRange(list, to, adds = false) {
  const [from, until] = list.anchor < to ? [list.anchor, to] : [to, list.anchor];
  const keys = list.items.slice(from, until + 1).flatMap((item) => (item === undefined ? [] : [list.options.keyOf(item)]));
  select(list, adds ? [...list.selection, ...keys] : keys);
}

/** @template Item @param {ListState<Item>} list @param {number} index @param {{ isQuiet?: boolean }} [how] */
export function activate(list, index, how = {}) {
  if (list.count === 0) return;
  list.active = Math.max(0, Math.min(list.count - 1, index));
  if (!how.isQuiet) list.virtual.reveal(Math.floor(list.active / list.perLine));
  showMarks(list);
  list.options.onFocus?.(list.items[list.active] ?? null);
}

/** @template Item @param {ListState<Item>} list @param {number} index @param {{ x: number, y: number } | Element} place */
export function openMenuFor(list, index, place) {
  const item = list.items[index];
  if (item === undefined) return;
  activate(list, index, { isQuiet: true });
  if (!list.options.isPlain && !list.selection.has(list.options.keyOf(item))) {
    list.anchor = index;
    select(list, [list.options.keyOf(item)]);
  }
  list.options.onMenu?.(item, place);
}

/** @template Item @param {ListState<Item>} list @returns {Item[]} */
export function selectedItems(list) {
  return list.items.filter((item) => item !== undefined && list.selection.has(list.options.keyOf(item))).map((item) => /** @type {Item} */ (item));
}
