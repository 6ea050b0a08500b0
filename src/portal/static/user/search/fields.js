// The field and the filters of the search.

import { go } from "../../shared/router.js";
import { loadResults } from "./load.js";
import { NAMES, addressOf } from "./question.js";

/** @typedef {import("../views/search.js").Question} Question */
/** @typedef {import("../views/search.js").SearchView} SearchView */

/** The column and the direction of each order. @type {Record<string, [string, boolean]>} */
const ORDER_COLUMNS = {
  name: ["name", false], nameback: ["name", true], newest: ["modified", true], oldest: ["modified", false],
  largest: ["size", true], smallest: ["size", false],
};

/**
 * Sorts by a column. The newest and the largest come first, and the next click reverses the order.
 * @param {SearchView} view @param {string} column
 */
export function sortBy(view, column) {
  const [present, isDescending] = ORDER_COLUMNS[view.question.sort] ?? ["", false];
  const wanted = column === present ? !isDescending : column !== "name";
  const sort = Object.keys(ORDER_COLUMNS).find((order) => ORDER_COLUMNS[order]?.[0] === column && ORDER_COLUMNS[order]?.[1] === wanted);
  askFor(view, { ...view.question, sort: sort ?? "" }, {});
}

/** @param {SearchView} view */
export function clearFilters(view) {
  askFor(view, { ...view.question, kind: "", size: "", date: "", text: "" }, {});
  view.input.focus();
}

/** @param {SearchView} view */
export function showQuestion(view) {
  if (document.activeElement !== view.input) view.input.value = view.question.q;
  for (const { name, select } of view.selects) {
    select.value = view.question[name];
    select.classList.toggle("is-set", view.question[name] !== "");
    if (name === "text") select.hidden = !view.hasTexts && view.question.text === "";
  }
  view.order.value = view.question.sort;
  view.order.classList.toggle("is-set", view.question.sort !== "");
  const shown = ORDER_COLUMNS[view.question.sort];
  view.list.setSort(shown?.[0] ?? "", shown?.[1] ?? false);
  view.clear.hidden = NAMES.every((name) => view.question[name] === "");
}

/**
 * Asks another question, and puts it into the address.
 * @param {SearchView} view
 * @param {Question} next
 * @param {{ isDone?: boolean }} how `isDone`: it is no longer being typed, and is offered again another time
 */
export function askFor(view, next, how) {
  if (JSON.stringify(next) === JSON.stringify(view.question) && !how.isDone) return;
  view.question = next;
  view.again = 0;
  // A search is one step in the history, however long the person typed.
  go(addressOf(view.question), { replace: true });
  view.context.titleChanged();
  showQuestion(view);
  void loadResults(view, { isDone: how.isDone });
}
