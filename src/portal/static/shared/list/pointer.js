// The mouse and fingers in a list: clicks, long presses and the menu.

import { rowId } from "./rows.js";
import { activate, openMenuFor, select, selectRange, toggle } from "./selection.js";

/**
 * @template Item
 * @typedef {import("./state.js").ListState<Item>} ListState
 */

/** Milliseconds of a long press. */
const LONG_PRESS = 450;
/** A finger may move this many pixels during a long press. */
const STILL = 10;

/** @template Item @param {ListState<Item>} list */
export function followPointer(list) {
  const { scroller } = list;
  scroller.addEventListener("pointerdown", (event) => onPointerDown(list, event));
  scroller.addEventListener("pointermove", (event) => onPointerMove(list, event));
  for (const name of ["pointerup", "pointercancel", "scroll"]) scroller.addEventListener(name, () => endPress(list));
  scroller.addEventListener("click", (event) => onClick(list, event));
  scroller.addEventListener("dblclick", (event) => onDoubleClick(list, event));
  scroller.addEventListener("contextmenu", (event) => onContextMenu(list, event));
  scroller.addEventListener("focusin", (event) => takeFocus(list, event.target));
}

/**
 * The position of the item to which an element belongs; -1 if there is none.
 * @template Item @param {ListState<Item>} list @param {EventTarget | null} target
 */
export function indexAt(list, target) {
  const element = target instanceof Element ? target.closest("[data-key]") : null;
  const key = element instanceof HTMLElement && list.body.contains(element) ? element.dataset.key : undefined;
  return key === undefined ? -1 : list.places.get(key) ?? -1;
}

/** True if an element in a row handles clicks itself. @param {EventTarget | null} target */
function hasOwnMeaning(target) {
  return target instanceof Element && target.closest("button, input, select, textarea, label, [data-own]") !== null;
}

/** @template Item @param {ListState<Item>} list @param {PointerEvent} event */
function onPointerDown(list, event) {
  list.pointer = event.pointerType;
  list.isTouched = list.pointer === "touch";
  list.wasLongPress = false;
  holdFocus(list);
  const row = event.target instanceof Element ? event.target.closest("[data-key]") : null;
  // A finger selects a row by a long press. Only a mouse drags.
  if (row instanceof HTMLElement) row.draggable = !list.isTouched && list.options.drag !== undefined && !hasOwnMeaning(event.target);
  if (!list.isTouched || list.options.isPlain || hasOwnMeaning(event.target)) return;
  const index = indexAt(list, event.target);
  if (index < 0) return;
  list.pressedAt = { x: event.clientX, y: event.clientY };
  clearTimeout(list.pressTimer);
  list.pressTimer = setTimeout(() => {
    list.wasLongPress = true;
    navigator.vibrate?.(12);
    list.anchor = index;
    activate(list, index, { isQuiet: true });
    toggle(list, list.options.keyOf(/** @type {Item} */ (list.items[index])));
  }, LONG_PRESS);
}

/** @template Item @param {ListState<Item>} list */
function endPress(list) {
  clearTimeout(list.pressTimer);
}

/** @template Item @param {ListState<Item>} list @param {PointerEvent} event */
function onPointerMove(list, event) {
  if (Math.hypot(event.clientX - list.pressedAt.x, event.clientY - list.pressedAt.y) > STILL) endPress(list);
}

/** @template Item @param {ListState<Item>} list @param {MouseEvent} event */
function onClick(list, event) {
  const target = event.target;
  if (list.wasLongPress) {
    list.wasLongPress = false;
    event.preventDefault();
    return;
  }
  if (hasOwnMeaning(target)) return;
  const index = indexAt(list, target);
  const item = list.items[index];
  if (item === undefined) {
    if (list.body.contains(/** @type {Node} */ (target)) || target === list.scroller) select(list, []);
    return;
  }
  const key = list.options.keyOf(item);
  const isMark = target instanceof Element && target.closest(".mark, .cell-mark") !== null;
  const isLink = target instanceof Element && target.closest("a[href]") !== null;
  const isExtending = event.shiftKey && !list.options.isPlain;
  const isAdding = (event.ctrlKey || event.metaKey) && !list.options.isPlain;
  event.preventDefault();
  activate(list, index, { isQuiet: true });
  if (list.options.isPlain) list.options.onOpen(item);
  else if (isExtending) selectRange(list, index, isAdding);
  else if (isMark || isAdding || (list.isTouched && list.selection.size > 0)) {
    list.anchor = index;
    toggle(list, key);
  } else if (list.isTouched || isLink || list.isCards) list.options.onOpen(item);
  else {
    list.anchor = index;
    select(list, [key]);
  }
}

/** @template Item @param {ListState<Item>} list @param {MouseEvent} event */
function onDoubleClick(list, event) {
  const item = list.items[indexAt(list, event.target)];
  const isPart = event.target instanceof Element && event.target.closest(".mark, .cell-mark, a[href]") !== null;
  if (item !== undefined && !list.isTouched && !list.isCards && !list.options.isPlain && !hasOwnMeaning(event.target) && !isPart) list.options.onOpen(item);
}

/** @template Item @param {ListState<Item>} list @param {MouseEvent} event */
function onContextMenu(list, event) {
  if (hasOwnMeaning(event.target) && event.target instanceof HTMLInputElement) return;
  const isKey = event.button !== 2 && !list.isTouched;
  if (list.isTouched) {
    // The long press has already selected the row. The browser's own menu for links would cover it.
    event.preventDefault();
    return;
  }
  const index = isKey ? list.active : indexAt(list, event.target);
  const item = list.items[index];
  if (item === undefined || !list.options.onMenu) return;
  event.preventDefault();
  const element = document.getElementById(rowId(list, index));
  openMenuFor(list, index, isKey && element ? element : { x: event.clientX, y: event.clientY });
}

/**
 * Gives the focus to the list, even after a click on a link in a row.
 * @template Item @param {ListState<Item>} list
 * @param {EventTarget | null} target what got the focus
 */
function takeFocus(list, target) {
  if (target instanceof HTMLAnchorElement && list.body.contains(target) && !list.isPressed) list.scroller.focus({ preventScroll: true });
}

/**
 * Leaves the focus where it is until the press ends, because Chromium does not drag an element that
 * loses the focus meanwhile.
 * @template Item @param {ListState<Item>} list
 */
function holdFocus(list) {
  list.isPressed = true;
  const over = new AbortController();
  // A press may end outside of the list. A drag ends with `pointercancel`.
  for (const name of ["pointerup", "pointercancel"]) {
    document.addEventListener(name, () => {
      over.abort();
      list.isPressed = false;
      takeFocus(list, document.activeElement);
    }, { signal: over.signal, capture: true });
  }
}
