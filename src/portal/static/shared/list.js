// The list of both portals: rows with columns, or cards. Any number of items, of which only the visible ones are in the
// page; selection by click, Shift, Ctrl, keyboard and long press; sorting by its headers; dragging.
//
// For screen readers it is a grid that has the focus itself and names its active row, so that rows may come and go.

import { button, fill, h, icon, uniqueId } from "./h.js";
import { t } from "./i18n.js";
import { createVirtual } from "./virtual.js";

const LONG_PRESS = 450;
const TYPING_PAUSE = 700;
/** Milliseconds for which an item is shown as new. */
const FLASH = 1600;
/** Pixels that a finger may move during a long press. */
const STILL = 10;
const CARD_WIDTH_MIN = 150;
const CARD_TEXT_HEIGHT = 56;
const CARD_GAP = 12;

/**
 * @template Item
 * @typedef {object} Column
 * @property {string} id
 * @property {string} label
 * @property {string} width of the CSS grid
 * @property {(item: Item) => import("./h.js").Child | import("./h.js").Child[]} cell
 * @property {boolean} [isSortable]
 * @property {boolean} [isWide] left out on phones
 * @property {boolean} [isNumber] aligned at the end
 * @property {boolean} [isLabelHidden] the header is only heard
 */

/**
 * @template Item
 * @typedef {object} ListOptions
 * @property {string} label
 * @property {Column<Item>[]} columns
 * @property {(item: Item) => string} keyOf
 * @property {(item: Item) => string} nameOf what typed letters find, and what the selection mark is called
 * @property {(item: Item) => void} onOpen
 * @property {(item: Item) => import("./h.js").Child[]} [card] makes cards possible
 * @property {(a: Item, b: Item) => boolean} [isSame] whether two items look the same, so that a row can stay as it is
 * @property {boolean} [isPlain] nothing can be selected; a click opens
 * @property {(keys: ReadonlySet<string>) => void} [onSelect]
 * @property {(item: Item, place: { x: number, y: number } | Element) => void} [onMenu] the item is part of the selection by then
 * @property {(column: string) => void} [onSort]
 * @property {(item: Item | null) => void} [onFocus] another item is the active one
 * @property {(first: number, last: number) => void} [onRange] the items in the page
 * @property {(event: KeyboardEvent) => boolean} [onKey] takes a key before the list does
 * @property {Dragging<Item>} [drag]
 */

/**
 * @template Item
 * @typedef {object} Dragging
 * @property {(items: Item[], event: DragEvent) => void} start
 * @property {(item: Item | null, event: DragEvent) => boolean} accepts whether it may be dropped there; `null`: beside all items
 * @property {(item: Item | null, event: DragEvent) => void} drop
 */

/**
 * @template Item
 * @param {ListOptions<Item>} options
 */
export function createList(options) {
  const id = uniqueId("list");
  const { keyOf } = options;
  /** What is not loaded yet is a hole. @type {(Item | undefined)[]} */
  let items = [];
  /** @type {Map<string, number>} */
  let places = new Map();
  let total = 0;
  /** @type {Set<string>} */
  let selection = new Set();
  let active = -1;
  let anchor = 0;
  let isCards = false;
  let perLine = 1;
  let pointer = "mouse";
  let isTouched = false;
  let typed = "";
  let typedAt = 0;

  const head = h("div", { class: "list-head", role: "row" });
  const body = h("div", { class: "list-body", role: "rowgroup" });
  const scroller = h("div", {
    class: "list",
    role: "grid",
    tabIndex: 0,
    "aria-label": options.label,
    "aria-multiselectable": options.isPlain ? null : "true",
  }, h("div", { class: "list-headgroup", role: "rowgroup" }, head), body);
  const mark = options.isPlain ? "" : "var(--touch) ";
  scroller.style.setProperty("--columns", mark + options.columns.map((column) => column.width).join(" "));
  scroller.style.setProperty("--columns-narrow",
    mark + options.columns.filter((column) => !column.isWide).map((column) => column.width).join(" "));
  const selectAll = h("input", { type: "checkbox", class: "check", "aria-label": t("list.selectall") });
  selectAll.addEventListener("change", () => select(selectAll.checked ? allKeys() : []));

  /** @type {Map<string, HTMLElement>} */
  const heads = new Map();
  if (!options.isPlain) head.append(h("div", { class: "cell cell-mark", role: "columnheader" }, selectAll));
  for (const column of options.columns) head.append(headCell(column));

  /** @param {Column<Item>} column */
  function headCell(column) {
    const cell = h("div", { class: cellClass(column), role: "columnheader" });
    if (column.isSortable) {
      const sort = button({ text: column.label, kind: "quiet", class: "list-sort", onclick: () => options.onSort?.(column.id) });
      sort.append(icon("none", { class: "list-arrow" }));
      cell.append(sort);
    } else {
      cell.append(h("span", { class: column.isLabelHidden ? "visually-hidden" : "", text: column.label }));
    }
    heads.set(column.id, cell);
    return cell;
  }

  /** @param {Column<Item>} column */
  function cellClass(column) {
    return ["cell", `cell-${column.id}`, column.isWide && "is-wide", column.isNumber && "is-number"];
  }

  const virtual = createVirtual({
    scroller,
    body,
    lineHeight: rowHeight(),
    covered: () => (isCards ? 0 : head.offsetHeight),
    render: (line) => (isCards ? cardLine(line) : rowLine(line)),
    onRange: (first, last) => options.onRange?.(first * perLine, (last + 1) * perLine - 1),
  });

  function rowHeight() {
    return matchMedia("(max-width: 599px)").matches ? 56 : matchMedia("(pointer: fine)").matches ? 36 : 44;
  }

  /** @param {number} index */
  const rowId = (index) => `${id}-${index}`;

  /** @param {Item} item */
  function markOf(item) {
    return h("span", { class: "mark", "aria-hidden": "true", data: { mark: keyOf(item) } }, icon("check"));
  }

  /** @param {number} index */
  function rowLine(index) {
    const item = items[index];
    const row = h("div", { class: "list-row list-line", role: "row", id: rowId(index), "aria-rowindex": index + 2 });
    if (item === undefined) {
      row.classList.add("is-missing");
      row.append(h("div", { class: "cell skeleton", role: "gridcell" }));
      return row;
    }
    row.dataset.key = keyOf(item);
    if (!options.isPlain) row.append(h("div", { class: "cell cell-mark", role: "gridcell" }, markOf(item)));
    for (const column of options.columns) {
      const cell = h("div", { class: cellClass(column), role: "gridcell" });
      fill(cell, column.cell(item));
      row.append(cell);
    }
    dress(row, index);
    return row;
  }

  /** @param {number} line */
  function cardLine(line) {
    const row = h("div", { class: "list-cards list-line", role: "row", "aria-rowindex": line + 1 });
    for (let index = line * perLine; index < Math.min(total, (line + 1) * perLine); index += 1) {
      const item = items[index];
      const card = h("div", { class: "list-card", role: "gridcell", id: rowId(index) });
      if (item === undefined) {
        card.classList.add("skeleton");
      } else {
        card.dataset.key = keyOf(item);
        fill(card, options.card?.(item) ?? [], options.isPlain ? null : markOf(item));
        dress(card, index);
      }
      row.append(card);
    }
    return row;
  }

  /** What selection and activity change on a row or card. @param {HTMLElement} element @param {number} index */
  function dress(element, index) {
    const isSelected = selection.has(element.dataset.key ?? "");
    if (!options.isPlain) element.setAttribute("aria-selected", String(isSelected));
    element.classList.toggle("is-active", index === active);
  }

  function redress() {
    for (const element of body.querySelectorAll("[data-key]")) {
      const index = places.get(/** @type {HTMLElement} */ (element).dataset.key ?? "") ?? -1;
      dress(/** @type {HTMLElement} */ (element), index);
    }
    scroller.classList.toggle("has-selection", selection.size > 0);
    selectAll.checked = selection.size > 0 && selection.size >= total;
    selectAll.indeterminate = selection.size > 0 && selection.size < total;
    if (active >= 0 && items[active] !== undefined) scroller.setAttribute("aria-activedescendant", rowId(active));
    else scroller.removeAttribute("aria-activedescendant");
  }

  function measure() {
    const width = body.clientWidth;
    if (!isCards || width === 0) {
      perLine = 1;
      virtual.setLineHeight(rowHeight());
    } else {
      const least = width < 480 ? Math.min(CARD_WIDTH_MIN, (width - CARD_GAP) / 2) : CARD_WIDTH_MIN + 10;
      perLine = Math.max(1, Math.floor((width + CARD_GAP) / (least + CARD_GAP)));
      const card = (width - (perLine - 1) * CARD_GAP) / perLine;
      scroller.style.setProperty("--per-line", String(perLine));
      virtual.setLineHeight(Math.round(card * 0.72) + CARD_TEXT_HEIGHT + CARD_GAP);
    }
  }

  let lastWidth = 0;
  const observer = new ResizeObserver(() => {
    if (body.clientWidth === lastWidth) return;
    lastWidth = body.clientWidth;
    const before = perLine;
    measure();
    if (perLine !== before) virtual.setCount(Math.ceil(total / perLine));
  });
  observer.observe(scroller);

  function allKeys() {
    return items.flatMap((item) => (item === undefined ? [] : [keyOf(item)]));
  }

  /** @param {Iterable<string>} keys */
  function select(keys) {
    const next = new Set(keys);
    if (next.size === selection.size && [...next].every((key) => selection.has(key))) return;
    selection = next;
    redress();
    options.onSelect?.(selection);
  }

  /** @param {string} key */
  function toggle(key) {
    const next = new Set(selection);
    if (!next.delete(key)) next.add(key);
    select(next);
  }

  /** @param {number} to @param {boolean} [adds] */
  function selectRange(to, adds = false) {
    const [from, until] = anchor < to ? [anchor, to] : [to, anchor];
    const keys = items.slice(from, until + 1).flatMap((item) => (item === undefined ? [] : [keyOf(item)]));
    select(adds ? [...selection, ...keys] : keys);
  }

  /** @param {number} index @param {{ isQuiet?: boolean }} [how] */
  function activate(index, how = {}) {
    if (total === 0) return;
    active = Math.max(0, Math.min(total - 1, index));
    if (!how.isQuiet) virtual.reveal(Math.floor(active / perLine));
    redress();
    options.onFocus?.(items[active] ?? null);
  }

  /** @param {EventTarget | null} target */
  function indexAt(target) {
    const element = target instanceof Element ? target.closest("[data-key]") : null;
    const key = element instanceof HTMLElement && body.contains(element) ? element.dataset.key : undefined;
    return key === undefined ? -1 : places.get(key) ?? -1;
  }

  /** What in a row has a meaning of its own. @param {EventTarget | null} target */
  function isOwn(target) {
    return target instanceof Element && target.closest("button, input, select, textarea, label, [data-own]") !== null;
  }

  // ---- pointer

  let pressTimer = 0;
  let pressedAt = { x: 0, y: 0 };
  let wasLongPress = false;
  /** A button or finger that went down in the list has not come up yet. */
  let isPressed = false;

  scroller.addEventListener("pointerdown", (event) => {
    pointer = event.pointerType;
    isTouched = pointer === "touch";
    wasLongPress = false;
    holdFocus();
    const row = event.target instanceof Element ? event.target.closest("[data-key]") : null;
    // A finger that rests on a row selects it; only a mouse drags.
    if (row instanceof HTMLElement) row.draggable = !isTouched && options.drag !== undefined && !isOwn(event.target);
    if (!isTouched || options.isPlain || isOwn(event.target)) return;
    const index = indexAt(event.target);
    if (index < 0) return;
    pressedAt = { x: event.clientX, y: event.clientY };
    clearTimeout(pressTimer);
    pressTimer = setTimeout(() => {
      wasLongPress = true;
      navigator.vibrate?.(12);
      anchor = index;
      activate(index, { isQuiet: true });
      toggle(keyOf(/** @type {Item} */ (items[index])));
    }, LONG_PRESS);
  });
  const endPress = () => clearTimeout(pressTimer);
  scroller.addEventListener("pointermove", (event) => {
    if (Math.hypot(event.clientX - pressedAt.x, event.clientY - pressedAt.y) > STILL) endPress();
  });
  for (const name of ["pointerup", "pointercancel", "scroll"]) scroller.addEventListener(name, endPress);

  scroller.addEventListener("click", (event) => {
    const target = event.target;
    if (wasLongPress) {
      wasLongPress = false;
      event.preventDefault();
      return;
    }
    if (isOwn(target)) return;
    const index = indexAt(target);
    const item = items[index];
    if (item === undefined) {
      if (body.contains(/** @type {Node} */ (target)) || target === scroller) select([]);
      return;
    }
    const key = keyOf(item);
    const isMark = target instanceof Element && target.closest(".mark, .cell-mark") !== null;
    const isLink = target instanceof Element && target.closest("a[href]") !== null;
    const isExtending = event.shiftKey && !options.isPlain;
    const isAdding = (event.ctrlKey || event.metaKey) && !options.isPlain;
    event.preventDefault();
    activate(index, { isQuiet: true });
    if (options.isPlain) options.onOpen(item);
    else if (isExtending) selectRange(index, isAdding);
    else if (isMark || isAdding || (isTouched && selection.size > 0)) {
      anchor = index;
      toggle(key);
    } else if (isTouched || isLink) options.onOpen(item);
    else {
      anchor = index;
      select([key]);
    }
  });

  scroller.addEventListener("dblclick", (event) => {
    const item = items[indexAt(event.target)];
    const isPart = event.target instanceof Element && event.target.closest(".mark, .cell-mark, a[href]") !== null;
    if (item !== undefined && !isTouched && !options.isPlain && !isOwn(event.target) && !isPart) options.onOpen(item);
  });

  scroller.addEventListener("contextmenu", (event) => {
    if (isOwn(event.target) && event.target instanceof HTMLInputElement) return;
    const isKey = event.button !== 2 && !isTouched;
    if (isTouched) {
      // The long press has selected already; the browser's own menu for links would cover it.
      event.preventDefault();
      return;
    }
    const index = isKey ? active : indexAt(event.target);
    const item = items[index];
    if (item === undefined || !options.onMenu) return;
    event.preventDefault();
    const element = document.getElementById(rowId(index));
    openMenuFor(index, isKey && element ? element : { x: event.clientX, y: event.clientY });
  });

  /** @param {number} index @param {{ x: number, y: number } | Element} place */
  function openMenuFor(index, place) {
    const item = items[index];
    if (item === undefined) return;
    activate(index, { isQuiet: true });
    if (!options.isPlain && !selection.has(keyOf(item))) {
      anchor = index;
      select([keyOf(item)]);
    }
    options.onMenu?.(item, place);
  }

  // ---- keyboard

  /**
   * The list has the keyboard itself, also after a click on a link in a row.
   * @param {EventTarget | null} target what got the focus
   */
  function takeFocus(target) {
    if (target instanceof HTMLAnchorElement && body.contains(target) && !isPressed) scroller.focus({ preventScroll: true });
  }

  /** Leaves the focus where it is until the press ends: Chromium drags nothing that loses the focus meanwhile. */
  function holdFocus() {
    isPressed = true;
    const over = new AbortController();
    // A press may end beside the list, and a drag ends it with `pointercancel`.
    for (const name of ["pointerup", "pointercancel"]) {
      document.addEventListener(name, () => {
        over.abort();
        isPressed = false;
        takeFocus(document.activeElement);
      }, { signal: over.signal, capture: true });
    }
  }

  scroller.addEventListener("focusin", (event) => takeFocus(event.target));

  scroller.addEventListener("focus", () => {
    if (active < 0 && total > 0) activate(0, { isQuiet: true });
  });

  scroller.addEventListener("keydown", (event) => {
    if (event.target === scroller && !event.isComposing) takeKey(event);
  });

  /** @param {KeyboardEvent} event */
  function takeKey(event) {
    if (options.onKey?.(event) || onKey(event)) event.preventDefault();
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether it meant something here */
  function onKey(event) {
    const mod = event.ctrlKey || event.metaKey;
    const page = virtual.linesPerPage() * perLine;
    /** @type {Record<string, number>} */
    const moves = {
      ArrowDown: active + perLine, ArrowUp: active - perLine,
      PageDown: active + page, PageUp: active - page, Home: 0, End: total - 1,
    };
    if (isCards) Object.assign(moves, { ArrowRight: active + 1, ArrowLeft: active - 1 });
    const to = moves[event.key];
    if (to !== undefined && !event.altKey) {
      if (total === 0) return true;
      // From the first line upwards and from the last downwards it stays where it is.
      const goal = to < 0 && perLine > 1 && event.key !== "PageUp" ? active : Math.max(0, Math.min(total - 1, to));
      if (event.shiftKey && !options.isPlain) {
        activate(goal);
        selectRange(active);
      } else {
        activate(goal);
        if (!mod) anchor = active;
      }
      return true;
    }
    const item = items[active];
    if (event.key === "Enter" && item !== undefined && !mod && !event.altKey) options.onOpen(item);
    else if (event.key === " " && item !== undefined && !options.isPlain) {
      anchor = active;
      toggle(keyOf(item));
    } else if (event.key.toLowerCase() === "a" && mod && !options.isPlain) select(allKeys());
    else if (event.key === "Escape" && selection.size > 0) select([]);
    else if (event.key.length === 1 && !mod && !event.altKey && /[\p{L}\p{N}._-]/u.test(event.key)) typeAhead(event.key);
    else return false;
    return true;
  }

  /** Goes to the next name that begins with what was typed. @param {string} letter */
  function typeAhead(letter) {
    const now = Date.now();
    typed = now - typedAt < TYPING_PAUSE ? typed + letter.toLowerCase() : letter.toLowerCase();
    typedAt = now;
    const start = Math.max(0, typed.length > 1 ? active : active + 1);
    for (let step = 0; step < total; step += 1) {
      const index = (start + step) % total;
      const item = items[index];
      if (item !== undefined && options.nameOf(item).toLowerCase().startsWith(typed)) {
        activate(index);
        anchor = index;
        return;
      }
    }
  }

  // ---- dragging

  /** @type {Element | null} */
  let over = null;
  const { drag } = options;
  const setOver = (/** @type {Element | null} */ element) => {
    over?.classList.remove("is-over");
    over = element;
    over?.classList.add("is-over");
  };
  if (drag) {
    scroller.addEventListener("dragstart", (event) => {
      const index = indexAt(event.target);
      const item = items[index];
      if (item === undefined) {
        event.preventDefault();
        return;
      }
      document.documentElement.classList.add("is-dragging");
      drag.start(selection.has(keyOf(item)) ? selectedItems() : [item], event);
    });
    scroller.addEventListener("dragover", (event) => {
      const index = indexAt(event.target);
      const item = items[index];
      if (item !== undefined && drag.accepts(item, event)) {
        event.preventDefault();
        setOver(document.getElementById(rowId(index)));
      } else if (drag.accepts(null, event)) {
        event.preventDefault();
        setOver(scroller);
      } else {
        setOver(null);
      }
    });
    scroller.addEventListener("dragleave", (event) => {
      if (!scroller.contains(/** @type {Node | null} */ (event.relatedTarget))) setOver(null);
    });
    scroller.addEventListener("dragend", () => {
      document.documentElement.classList.remove("is-dragging");
      setOver(null);
    });
    scroller.addEventListener("drop", (event) => {
      const item = items[indexAt(event.target)];
      setOver(null);
      const target = item !== undefined && drag.accepts(item, event) ? item : null;
      if (target === null && !drag.accepts(null, event)) return;
      event.preventDefault();
      event.stopPropagation();
      drag.drop(target, event);
    });
  }

  /** @returns {Item[]} */
  function selectedItems() {
    return items.filter((item) => item !== undefined && selection.has(keyOf(item))).map((item) => /** @type {Item} */ (item));
  }

  return {
    element: scroller,

    /**
     * Shows items. Selection and the active item stay where their keys still are.
     * @param {(Item | undefined)[]} next holes are shown as being loaded
     * @param {number} [count] of all, where not all are there yet
     */
    setItems(next, count = next.length) {
      const activeItem = items[active];
      const activeKey = activeItem === undefined ? null : keyOf(activeItem);
      const before = items;
      const beforePerLine = perLine;
      items = next;
      total = count;
      places = new Map();
      items.forEach((item, index) => { if (item !== undefined) places.set(keyOf(item), index); });
      const kept = [...selection].filter((key) => places.has(key));
      const isFewer = kept.length !== selection.size;
      selection = new Set(kept);
      active = activeKey === null ? -1 : places.get(activeKey) ?? Math.min(active, total - 1);
      anchor = Math.min(anchor, Math.max(0, total - 1));
      scroller.setAttribute("aria-rowcount", String((isCards ? Math.ceil(total / perLine) : total + 1)));
      measure();
      const isKept = (/** @type {number} */ line) => {
        if (perLine !== beforePerLine) return false;
        for (let index = line * perLine; index < (line + 1) * perLine; index += 1) {
          const [old, now] = [before[index], items[index]];
          const isSame = old === now || (old !== undefined && now !== undefined && options.isSame?.(old, now));
          if (!isSame) return false;
        }
        // A hole may have become the end of the list.
        return (line + 1) * perLine <= Math.min(before.length, total) || before.length === total;
      };
      virtual.setCount(Math.ceil(total / perLine), isKept);
      redress();
      if (isFewer) options.onSelect?.(selection);
    },

    /** @param {"rows" | "cards"} shape */
    setShape(shape) {
      const next = shape === "cards" && options.card !== undefined;
      scroller.classList.toggle("is-cards", next);
      if (next === isCards && perLine > 0 && lastWidth > 0) return;
      isCards = next;
      measure();
      virtual.setCount(Math.ceil(total / perLine));
      if (active >= 0) virtual.reveal(Math.floor(active / perLine));
    },

    /** @param {string} column @param {boolean} isDescending */
    setSort(column, isDescending) {
      for (const [name, cell] of heads) {
        const isSorted = name === column;
        if (isSorted) cell.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
        else cell.removeAttribute("aria-sort");
        const arrow = cell.querySelector(".list-arrow");
        arrow?.replaceWith(icon(isSorted ? (isDescending ? "arrow-down" : "arrow-up") : "none", { class: "list-arrow" }));
      }
    },

    select,
    selectedItems,
    /** Does with a key what the list would do with it, for a key that was pressed near it. */
    takeKey,
    /** @returns {ReadonlySet<string>} */
    selection: () => selection,
    activeItem: () => items[active] ?? null,
    /** The items in their order; holes are left out. @returns {Item[]} */
    items: () => items.filter((item) => item !== undefined).map((item) => /** @type {Item} */ (item)),
    /** Makes an item the active one and shows it. @param {string} key */
    activateKey(key) {
      const index = places.get(key);
      if (index === undefined) return false;
      anchor = index;
      activate(index);
      return true;
    },
    /** Draws attention to an item for a moment. @param {string} key */
    flash(key) {
      const index = places.get(key);
      const element = index === undefined ? null : document.getElementById(rowId(index));
      element?.classList.add("is-new");
      setTimeout(() => element?.classList.remove("is-new"), FLASH);
    },
    /** Shows the menu of an item. @param {string} key @param {Element} place */
    openMenuOf(key, place) {
      const index = places.get(key);
      if (index !== undefined) openMenuFor(index, place);
    },
    /** Makes an item's row anew. @param {string} key */
    refreshKey(key) {
      const index = places.get(key);
      if (index !== undefined) virtual.refreshLine(Math.floor(index / perLine));
      redress();
    },
    refresh() {
      virtual.refresh();
      redress();
    },
    /** The row or card of an item, while it is in the page. @param {string} key */
    elementOf(key) {
      const index = places.get(key);
      return index === undefined ? null : document.getElementById(rowId(index));
    },
    focus: () => scroller.focus({ preventScroll: true }),
    scroll: () => scroller.scrollTop,
    /** @param {number} top */
    scrollTo(top) { scroller.scrollTop = top; },
    pointer: () => pointer,
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
