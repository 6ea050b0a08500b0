// The field and the filters of the search.

import { go } from "../../shared/router.js";
import { loadResults } from "./load.js";
import { NAMES, addressOf } from "./question.js";

/** @typedef {import("../views/search.js").Question} Question */
/** @typedef {import("../views/search.js").SearchView} SearchView */

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
  view.clear.hidden = NAMES.every((name) => view.question[name] === "");
}

/**
 * Another question, which the address takes.
 * @param {SearchView} view
 * @param {Question} next
 * @param {{ isDone?: boolean }} how `isDone`: it is no longer being typed, and is offered again another time
 */
export function askFor(view, next, how) {
  if (JSON.stringify(next) === JSON.stringify(view.question) && !how.isDone) return;
  view.question = next;
  view.again = 0;
  // One search is one step of the history, however long it was typed.
  go(addressOf(view.question), { replace: true });
  view.context.titleChanged();
  showQuestion(view);
  void loadResults(view, { isDone: how.isDone });
}
