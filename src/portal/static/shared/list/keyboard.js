// The keyboard in a list: moving, selecting, opening, and going to a name by typing it.

import { activate, allKeys, select, selectRange, toggle } from "./selection.js";

/**
 * @template Item
 * @typedef {import("./state.js").ListState<Item>} ListState
 */

/** After this many milliseconds, a letter begins another name. */
const TYPING_PAUSE = 700;

/** @template Item @param {ListState<Item>} list */
export function followKeyboard(list) {
  const { scroller } = list;
  scroller.addEventListener("focus", () => {
    if (list.active < 0 && list.count > 0) activate(list, 0, { isQuiet: true });
  });
  scroller.addEventListener("keydown", (event) => {
    if (event.target === scroller && !event.isComposing) takeKey(list, event);
  });
}

/** Handles a key. @template Item @param {ListState<Item>} list @param {KeyboardEvent} event */
export function takeKey(list, event) {
  if (list.options.onKey?.(event) || onKey(list, event)) event.preventDefault();
}

/**
 * The position to which a key moves, which may be outside of the list; `undefined` if it does not
 * move.
 * @template Item @param {ListState<Item>} list @param {KeyboardEvent} event
 */
function goalOf(list, event) {
  const page = list.virtual.linesPerPage() * list.perLine;
  /** @type {Record<string, number>} */
  const moves = {
    ArrowDown: list.active + list.perLine, ArrowUp: list.active - list.perLine,
    PageDown: list.active + page, PageUp: list.active - page, Home: 0, End: list.count - 1,
  };
  if (list.isCards) Object.assign(moves, { ArrowRight: list.active + 1, ArrowLeft: list.active - 1 });
  return event.altKey ? undefined : moves[event.key];
}

/** @template Item @param {ListState<Item>} list @param {KeyboardEvent} event @returns {boolean} whether it meant something here */
function onKey(list, event) {
  const mod = event.ctrlKey || event.metaKey;
  const to = goalOf(list, event);
  if (to !== undefined) {
    if (list.count === 0) return true;
    // The up key in the first line and the down key in the last line move nowhere.
    const goal = to < 0 && list.perLine > 1 && event.key !== "PageUp" ? list.active : Math.max(0, Math.min(list.count - 1, to));
    if (event.shiftKey && !list.options.isPlain) {
      activate(list, goal);
      selectRange(list, list.active);
    } else {
      activate(list, goal);
      if (!mod) list.anchor = list.active;
    }
    return true;
  }
  const item = list.items[list.active];
  // While a name is being typed, a space belongs to it.
  if (event.key === " " && !mod && isTypingName(list)) typeAhead(list, " ");
  else if (event.key === "Enter" && item !== undefined && !mod && !event.altKey) list.options.onOpen(item);
  else if (event.key === " " && item !== undefined && !list.options.isPlain) {
    list.anchor = list.active;
    toggle(list, list.options.keyOf(item));
  } else if (event.key.toLowerCase() === "a" && mod && !list.options.isPlain) select(list, allKeys(list));
  else if (event.key === "Escape" && list.selection.size > 0) select(list, []);
  else if (event.key.length === 1 && !mod && !event.altKey && /[\p{L}\p{N}._-]/u.test(event.key)) typeAhead(list, event.key);
  else return false;
  return true;
}

/** @template Item @param {ListState<Item>} list */
function isTypingName(list) {
  return list.typed !== "" && Date.now() - list.typedAt < TYPING_PAUSE;
}

/**
 * Goes to the next name that begins with the typed letters.
 * @template Item @param {ListState<Item>} list @param {string} letter
 */
function typeAhead(list, letter) {
  const now = Date.now();
  list.typed = isTypingName(list) ? list.typed + letter.toLowerCase() : letter.toLowerCase();
  list.typedAt = now;
  const start = Math.max(0, list.typed.length > 1 ? list.active : list.active + 1);
  for (let step = 0; step < list.count; step += 1) {
    const index = (start + step) % list.count;
    const item = list.items[index];
    if (item !== undefined && list.options.nameOf(item).toLowerCase().startsWith(list.typed)) {
      activate(list, index);
      list.anchor = index;
      return;
    }
  }
}
