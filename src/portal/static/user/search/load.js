// Asking the server for results, those in sight first.

import { call, errorText, isAbort } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { fill } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { errorToast } from "../../shared/toast.js";
import { toEntry } from "../files/folder.js";
import { clearFilters, showQuestion } from "./fields.js";
import { FILTERS, NAMES } from "./question.js";
import { restorePlace } from "./results.js";
import { showStart } from "./start.js";

/** @typedef {import("../views/search.js").SearchView} SearchView */

/** Milliseconds before a question under way shows that it is. */
const PATIENCE = 300;
/** Results that are asked for at once. */
const PIECE = 100;
/** Milliseconds before a question is asked again while the server still looks through folders, and how often. */
const AGAIN_PAUSE = 3000;
const AGAIN_MAX = 20;

/** @param {SearchView} view @param {number} start @param {boolean} isDone @param {AbortSignal} [signal] @param {number} [count] */
export function askPiece(view, start, isDone, signal, count = PIECE) {
  /** @type {import("../../shared/api.js").Params} */
  const params = { searchstring: view.question.q, searchloc: "/", start, size: count, savesearch: isDone };
  for (const name of NAMES) Object.assign(params, FILTERS[name][view.question[name]]?.());
  return call("dosearch", params, { signal });
}

/** What was searched for, once something of it is opened, is worth to be offered again. @param {SearchView} view */
export function keepTerm(view) {
  if (view.question.q.trim()) askPiece(view, 0, true, undefined, 0).catch(() => { /* It is only not offered again. */ });
}

/** @param {SearchView} view @param {{ isDone?: boolean }} [how] */
export async function loadResults(view, how = {}) {
  view.asking?.abort();
  clearTimeout(view.againTimer);
  view.pieces.clear();
  if (!view.question.q.trim() && view.clear.hidden) {
    view.asking = null;
    await showStart(view);
    return;
  }
  const own = new AbortController();
  view.asking = own;
  const slow = setTimeout(() => view.stage.classList.add("is-slow"), PATIENCE);
  try {
    const reply = await askPiece(view, 0, how.isDone ?? false, own.signal);
    if (own.signal.aborted) return;
    const meta = reply.meta ?? {};
    view.total = meta.total;
    view.results = (reply.entry ?? []).map(toEntry);
    view.hasTexts = meta.textsearch === 1;
    showQuestion(view);
    showResults(view, meta.statusmessage);
  } catch (error) {
    if (isAbort(error) || own.signal.aborted) return;
    view.results = [];
    view.total = 0;
    view.list.setItems([]);
    view.status.textContent = "";
    fill(view.stage, notice({ icon: "warning", title: t("search.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void loadResults(view) } }));
  } finally {
    clearTimeout(slow);
    if (view.asking === own || view.asking === null) view.stage.classList.remove("is-slow");
  }
}

/** @param {SearchView} view @param {string} message what the server says about the results */
export function showResults(view, message) {
  const isUnread = /not been read/.test(message);
  const isUnfinished = isUnread || /looked through/.test(message);
  const unfinished = t(isUnread ? "search.unread" : "search.unfinished");
  const isMore = /More than/.test(message);
  const count = t(isMore ? "search.countmore" : "search.count", { count: view.total });
  view.status.textContent = [count, isUnfinished ? unfinished : "", /narrow/.test(message) ? t("search.narrow") : ""].filter(Boolean).join(" ");
  announce(count);
  if (view.total === 0) {
    view.list.setItems([]);
    const hasFilters = !view.clear.hidden;
    fill(view.stage, notice({
      icon: "search",
      title: view.question.q.trim() ? t("search.nothing", { text: view.question.q.trim() }) : t("search.nothingfits"),
      text: isUnfinished ? unfinished : t(hasFilters ? "search.nothingfilters" : "search.nothingtext"),
      ...(hasFilters ? { action: { label: t("search.clearfilters"), run: () => clearFilters(view) } } : {}),
    }));
  } else {
    if (view.list.element.parentElement !== view.stage) fill(view.stage, view.list.element);
    view.list.setItems(view.results, view.total);
    if (view.isFirst) restorePlace(view);
    else if (view.again === 0) view.list.scrollTo(0);
  }
  view.isFirst = false;
  if (isUnfinished && view.again < AGAIN_MAX) {
    view.again += 1;
    view.againTimer = setTimeout(() => void loadResults(view), AGAIN_PAUSE);
  }
}

/** Loads what is about to be seen. @param {SearchView} view @param {number} first @param {number} last */
export function loadRange(view, first, last) {
  for (let start = Math.floor(first / PIECE) * PIECE; start <= Math.min(last, view.total - 1); start += PIECE) {
    if (view.results[start] !== undefined || view.pieces.has(start) || start === 0) continue;
    void loadPiece(view, start);
  }
}

/** @param {SearchView} view @param {number} start */
export async function loadPiece(view, start) {
  const own = view.asking;
  view.pieces.add(start);
  try {
    const reply = await askPiece(view, start, false, own?.signal);
    if (own !== view.asking) return;
    view.results = [...view.results];
    (reply.entry ?? []).forEach((record, at) => { view.results[start + at] = toEntry(record); });
    view.list.setItems(view.results, view.total);
  } catch (error) {
    if (!isAbort(error) && own === view.asking) errorToast(errorText(error));
  } finally {
    if (own === view.asking) view.pieces.delete(start);
  }
}
