// Dragging items of a list, and dropping onto them.

import { indexAt } from "./pointer.js";
import { rowId } from "./rows.js";
import { selectedItems } from "./selection.js";

/**
 * @template Item
 * @typedef {import("./state.js").ListState<Item>} ListState
 */

/** @template Item @param {ListState<Item>} list */
export function followDragging(list) {
  const { scroller, options: { drag } } = list;
  if (!drag) return;
  scroller.addEventListener("dragstart", (event) => onDragStart(list, drag, event));
  scroller.addEventListener("dragover", (event) => onDragOver(list, drag, event));
  scroller.addEventListener("dragleave", (event) => onDragLeave(list, event));
  scroller.addEventListener("dragend", () => onDragEnd(list));
  scroller.addEventListener("drop", (event) => onDrop(list, drag, event));
}

/** @template Item @param {ListState<Item>} list @param {Element | null} element */
function setDropTarget(list, element) {
  list.dropTarget?.classList.remove("is-over");
  list.dropTarget = element;
  list.dropTarget?.classList.add("is-over");
}

/** @template Item @param {ListState<Item>} list @param {import("./state.js").Dragging<Item>} drag @param {DragEvent} event */
function onDragStart(list, drag, event) {
  const index = indexAt(list, event.target);
  const item = list.items[index];
  if (item === undefined) {
    event.preventDefault();
    return;
  }
  document.documentElement.classList.add("is-dragging");
  drag.start(list.selection.has(list.options.keyOf(item)) ? selectedItems(list) : [item], event);
}

/** @template Item @param {ListState<Item>} list @param {import("./state.js").Dragging<Item>} drag @param {DragEvent} event */
function onDragOver(list, drag, event) {
  const index = indexAt(list, event.target);
  const item = list.items[index];
  if (item !== undefined && drag.accepts(item, event)) {
    event.preventDefault();
    setDropTarget(list, document.getElementById(rowId(list, index)));
  } else if (drag.accepts(null, event)) {
    event.preventDefault();
    setDropTarget(list, list.scroller);
  } else {
    setDropTarget(list, null);
  }
}

/** @template Item @param {ListState<Item>} list @param {DragEvent} event */
function onDragLeave(list, event) {
  if (!list.scroller.contains(/** @type {Node | null} */ (event.relatedTarget))) setDropTarget(list, null);
}

/** @template Item @param {ListState<Item>} list */
function onDragEnd(list) {
  document.documentElement.classList.remove("is-dragging");
  setDropTarget(list, null);
}

/** @template Item @param {ListState<Item>} list @param {import("./state.js").Dragging<Item>} drag @param {DragEvent} event */
function onDrop(list, drag, event) {
  const item = list.items[indexAt(list, event.target)];
  setDropTarget(list, null);
  const target = item !== undefined && drag.accepts(item, event) ? item : null;
  if (target === null && !drag.accepts(null, event)) return;
  event.preventDefault();
  event.stopPropagation();
  drag.drop(target, event);
}
