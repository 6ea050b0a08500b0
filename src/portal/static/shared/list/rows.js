// Draws a list: its headings, its rows and its cards. Also measures how many of them fit.

import { button, fill, h, icon } from "../h.js";

/**
 * @template Item
 * @typedef {import("./state.js").ListState<Item>} ListState
 */

const CARD_WIDTH_MIN = 168;
const CARD_TEXT_HEIGHT = 56;
const CARD_GAP = 12;
/** On phones cards are squares, as in the photos view. */
const SQUARES = 3;
const SQUARE_GAP = 2;

function isPhone() {
  return matchMedia("(max-width: 599px)").matches;
}

/** @template Item @param {ListState<Item>} list @param {import("./state.js").Column<Item>} column */
export function headCell(list, column) {
  const cell = h("div", { class: cellClass(column), role: "columnheader" });
  if (column.isSortable) {
    const sort = button({ text: column.label, kind: "quiet", class: "list-sort", onclick: () => list.options.onSort?.(column.id) });
    sort.append(icon("none", { class: "list-arrow" }));
    cell.append(sort);
  } else {
    cell.append(h("span", { class: column.isLabelHidden ? "visually-hidden" : "", text: column.label }));
  }
  list.heads.set(column.id, cell);
  return cell;
}

/** @template Item @param {import("./state.js").Column<Item>} column */
function cellClass(column) {
  return ["cell", `cell-${column.id}`, column.isWide && "is-wide", column.isNumber && "is-number"];
}


export function rowHeight() {
  return isPhone() ? 56 : matchMedia("(pointer: fine)").matches ? 36 : 44;
}

/** @template Item @param {ListState<Item>} list @param {number} index */
export function rowId(list, index) {
  return `${list.id}-${index}`;
}

/** @template Item @param {ListState<Item>} list @param {Item} item */
function selectionMark(list, item) {
  return h("span", { class: "mark", "aria-hidden": "true", data: { mark: list.options.keyOf(item) } }, icon("check"));
}

/** @template Item @param {ListState<Item>} list @param {number} index */
export function rowLine(list, index) {
  const item = list.items[index];
  const row = h("div", { class: "list-row list-line", role: "row", id: rowId(list, index), "aria-rowindex": index + 2 });
  if (item === undefined) {
    row.classList.add("is-missing");
    row.append(h("div", { class: "cell skeleton", role: "gridcell" }));
    return row;
  }
  row.dataset.key = list.options.keyOf(item);
  if (list.options.labelOf) row.setAttribute("aria-label", list.options.labelOf(item));
  if (!list.options.isPlain) row.append(h("div", { class: "cell cell-mark", role: "gridcell" }, selectionMark(list, item)));
  for (const column of list.options.columns) {
    const cell = h("div", { class: cellClass(column), role: "gridcell" });
    fill(cell, column.cell(item));
    row.append(cell);
  }
  markElement(list, row, index);
  return row;
}

/** @template Item @param {ListState<Item>} list @param {number} line */
export function cardLine(list, line) {
  const row = h("div", { class: "list-cards list-line", role: "row", "aria-rowindex": line + 1 });
  for (let index = line * list.perLine; index < Math.min(list.count, (line + 1) * list.perLine); index += 1) {
    const item = list.items[index];
    const card = h("div", { class: "list-card", role: "gridcell", id: rowId(list, index) });
    if (item === undefined) {
      card.classList.add("skeleton");
    } else {
      card.dataset.key = list.options.keyOf(item);
      fill(card, list.options.card?.(item) ?? [], list.options.isPlain ? null : selectionMark(list, item));
      // The accessible name is the visible text without that of the buttons.
      const label = card.querySelector("[data-label]");
      if (label) card.setAttribute("aria-labelledby", label.id);
      markElement(list, card, index);
    }
    row.append(card);
  }
  return row;
}

/**
 * Shows on a row or card whether it is selected and active.
 * @template Item @param {ListState<Item>} list @param {HTMLElement} element @param {number} index
 */
function markElement(list, element, index) {
  const isSelected = list.selection.has(element.dataset.key ?? "");
  if (!list.options.isPlain) element.setAttribute("aria-selected", String(isSelected));
  element.classList.toggle("is-active", index === list.active);
}

/** @template Item @param {ListState<Item>} list */
export function showMarks(list) {
  for (const element of list.body.querySelectorAll("[data-key]")) {
    const index = list.places.get(/** @type {HTMLElement} */ (element).dataset.key ?? "") ?? -1;
    markElement(list, /** @type {HTMLElement} */ (element), index);
  }
  list.scroller.classList.toggle("has-selection", list.selection.size > 0);
  list.selectAll.checked = list.selection.size > 0 && list.selection.size >= list.count;
  list.selectAll.indeterminate = list.selection.size > 0 && list.selection.size < list.count;
  if (list.active >= 0 && list.items[list.active] !== undefined) list.scroller.setAttribute("aria-activedescendant", rowId(list, list.active));
  else list.scroller.removeAttribute("aria-activedescendant");
}

/** @template Item @param {ListState<Item>} list */
export function measure(list) {
  const width = list.body.clientWidth;
  if (!list.isCards || width === 0) {
    list.perLine = 1;
    list.virtual.setLineHeight(rowHeight());
  } else if (isPhone()) {
    list.perLine = SQUARES;
    list.scroller.style.setProperty("--per-line", String(SQUARES));
    list.virtual.setLineHeight(Math.floor((width - (SQUARES - 1) * SQUARE_GAP) / SQUARES) + SQUARE_GAP);
  } else {
    list.perLine = Math.max(1, Math.floor((width + CARD_GAP) / (CARD_WIDTH_MIN + CARD_GAP)));
    const card = (width - (list.perLine - 1) * CARD_GAP) / list.perLine;
    list.scroller.style.setProperty("--per-line", String(list.perLine));
    list.virtual.setLineHeight(Math.round(card * 0.72) + CARD_TEXT_HEIGHT + CARD_GAP);
  }
}

/** @template Item @param {ListState<Item>} list */
export function remeasure(list) {
  if (list.body.clientWidth === list.lastWidth) return;
  list.lastWidth = list.body.clientWidth;
  const before = list.perLine;
  measure(list);
  if (list.perLine !== before) list.virtual.setCount(Math.ceil(list.count / list.perLine));
}

/** @template Item @param {ListState<Item>} list @param {string} column @param {boolean} isDescending */
export function setSort(list, column, isDescending) {
  for (const [name, cell] of list.heads) {
    const isSorted = name === column;
    cell.dataset.sort = isSorted ? (isDescending ? "descending" : "ascending") : "";
    const arrow = cell.querySelector(".list-arrow");
    arrow?.replaceWith(icon(isSorted ? (isDescending ? "arrow-down" : "arrow-up") : "none", { class: "list-arrow" }));
  }
  showHeadRoles(list);
}

/**
 * Above cards, the headings still sort, but they are no headings of columns.
 * @template Item @param {ListState<Item>} list
 */
function showHeadRoles(list) {
  for (const cell of list.heads.values()) {
    const { sort = "" } = cell.dataset;
    cell.setAttribute("role", list.isCards ? "gridcell" : "columnheader");
    if (list.isCards || !sort) cell.removeAttribute("aria-sort");
    else cell.setAttribute("aria-sort", sort);
  }
  list.selectAll.parentElement?.setAttribute("role", list.isCards ? "gridcell" : "columnheader");
}

/** @template Item @param {ListState<Item>} list @param {"rows" | "cards"} shape */
export function setShape(list, shape) {
  const next = shape === "cards" && list.options.card !== undefined;
  list.scroller.classList.toggle("is-cards", next);
  if (next === list.isCards && list.perLine > 0 && list.lastWidth > 0) return;
  list.isCards = next;
  showHeadRoles(list);
  measure(list);
  list.virtual.setCount(Math.ceil(list.count / list.perLine));
  if (list.active >= 0) list.virtual.reveal(Math.floor(list.active / list.perLine));
}
