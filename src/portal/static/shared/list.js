// The list of both portals, as rows with columns or as cards. It can have any number of items, of
// which only the visible ones are in the page. Items are selected by click, Shift, Ctrl, keyboard
// and long press, sorted by the headings, and dragged.
//
// For screen readers it is a grid that has the focus itself and names its active row, so that rows
// may come and go.

import { h, uniqueId } from "./h.js";
import { t } from "./i18n.js";
import { followDragging } from "./list/dragging.js";
import { setItems } from "./list/items.js";
import { followKeyboard, takeKey } from "./list/keyboard.js";
import { followPointer } from "./list/pointer.js";
import { cardLine, headCell, remeasure, rowHeight, rowId, rowLine, setShape, setSort, showMarks } from "./list/rows.js";
import { activate, allKeys, openMenuFor, select, selectedItems } from "./list/selection.js";
import { createVirtual } from "./virtual.js";

/** Milliseconds for which an item is highlighted. */
const FLASH = 1600;

/**
 * @template Item
 * @typedef {import("./list/state.js").Column<Item>} Column
 */
/**
 * @template Item
 * @typedef {import("./list/state.js").ListOptions<Item>} ListOptions
 */
/**
 * @template Item
 * @typedef {import("./list/state.js").ListState<Item>} ListState
 */

/**
 * @template Item
 * @param {ListOptions<Item>} options
 */
export function createList(options) {
  const list = createState(options);
  const { scroller, virtual } = list;
  const observer = new ResizeObserver(() => remeasure(list));
  observer.observe(scroller);
  followPointer(list);
  followKeyboard(list);
  followDragging(list);
  return {
    element: scroller,
    ...contents(list),
    ...oneItem(list),
    focus: () => scroller.focus({ preventScroll: true }),
    scroll: () => scroller.scrollTop,
    /** @param {number} top */
    scrollTo(top) { scroller.scrollTop = top; },
    pointer: () => list.pointer,
    stop() {
      virtual.stop();
      observer.disconnect();
    },
  };
}

/**
 * @template Item
 * @typedef {ReturnType<typeof createList<Item>>} List
 */

/** @template Item @param {ListOptions<Item>} options @returns {ListState<Item>} */
function createState(options) {
  const head = h("div", { class: "list-head", role: "row" });
  const body = h("div", { class: "list-body", role: "rowgroup" });
  const scroller = h("div", {
    class: "list",
    role: "grid",
    tabIndex: 0,
    "aria-label": options.label,
    "aria-multiselectable": options.isPlain ? null : "true",
  }, h("div", { class: "list-headgroup", role: "rowgroup" }, head), body);
  const mark = options.isPlain ? "" : "var(--mark) ";
  scroller.style.setProperty("--columns", mark + options.columns.map((column) => column.width).join(" "));
  scroller.style.setProperty("--columns-narrow",
    mark + options.columns.filter((column) => !column.isWide).map((column) => column.width).join(" "));
  const selectAll = h("input", { type: "checkbox", class: "check", "aria-label": t("list.selectall") });
  selectAll.addEventListener("change", () => select(list, selectAll.checked ? allKeys(list) : []));
  const virtual = createVirtual({
    scroller,
    body,
    lineHeight: rowHeight(),
    covered: () => head.offsetHeight,
    render: (line) => (list.isCards ? cardLine(list, line) : rowLine(list, line)),
    onRange: (first, last) => options.onRange?.(first * list.perLine, (last + 1) * list.perLine - 1),
  });
  /** @type {ListState<Item>} */
  const list = {
    id: uniqueId("list"), options, scroller, body, selectAll, heads: new Map(), virtual,
    items: [], places: new Map(), count: 0, selection: new Set(), active: -1, anchor: 0,
    isCards: false, perLine: 1, lastWidth: 0,
    pointer: "mouse", isTouched: false, isPressed: false, pressTimer: 0, pressedAt: { x: 0, y: 0 }, wasLongPress: false,
    typed: "", typedAt: 0, dropTarget: null,
  };
  if (!options.isPlain) head.append(h("div", { class: "cell cell-mark", role: "columnheader" }, selectAll));
  for (const column of options.columns) head.append(headCell(list, column));
  return list;
}

/** Actions on all items. @template Item @param {ListState<Item>} list */
function contents(list) {
  return {
    /**
     * Shows items. The selection and the active item stay with their keys.
     * @param {(Item | undefined)[]} items holes are shown as being loaded
     * @param {number} [count] of all, where not all are there yet
     */
    setItems: (items, count) => setItems(list, items, count),
    /** @param {"rows" | "cards"} shape */
    setShape: (shape) => setShape(list, shape),
    /** @param {string} column @param {boolean} isDescending */
    setSort: (column, isDescending) => setSort(list, column, isDescending),
    /** @param {Iterable<string>} keys */
    select: (keys) => select(list, keys),
    selectedItems: () => selectedItems(list),
    /**
     * Handles a key that was pressed near the list as if it was pressed in the list.
     * @param {KeyboardEvent} event
     */
    takeKey: (event) => takeKey(list, event),
    /** @returns {ReadonlySet<string>} */
    selection: () => list.selection,
    activeItem: () => list.items[list.active] ?? null,
    /** The items in their order, without gaps. @returns {Item[]} */
    items: () => list.items.filter((item) => item !== undefined).map((item) => /** @type {Item} */ (item)),
    refresh() {
      list.virtual.refresh();
      showMarks(list);
    },
  };
}

/** Actions on one item, which its key names. @template Item @param {ListState<Item>} list */
function oneItem(list) {
  /** The row or card of an item, if it is in the page. @param {string} key */
  const elementOf = (key) => {
    const index = list.places.get(key);
    return index === undefined ? null : document.getElementById(rowId(list, index));
  };
  return {
    elementOf,
    /** Makes an item the active one and scrolls to it. @param {string} key */
    activateKey(key) {
      const index = list.places.get(key);
      if (index === undefined) return false;
      list.anchor = index;
      activate(list, index);
      return true;
    },
    /** Highlights an item for a moment. @param {string} key */
    flash(key) {
      const element = elementOf(key);
      element?.classList.add("is-new");
      setTimeout(() => element?.classList.remove("is-new"), FLASH);
    },
    /** Shows the menu of an item. @param {string} key @param {Element} place */
    openMenuOf(key, place) {
      const index = list.places.get(key);
      if (index !== undefined) openMenuFor(list, index, place);
    },
    /** Draws the row of an item again. @param {string} key */
    refreshKey(key) {
      const index = list.places.get(key);
      if (index !== undefined) list.virtual.refreshLine(Math.floor(index / list.perLine));
      showMarks(list);
    },
  };
}
