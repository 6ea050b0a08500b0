// Loads the results of a search, the visible ones first.

import { announce } from "../../shared/announce.js";
import { call, errorText, isAbort } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { fill } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast } from "../../shared/toast.js";
import { toEntry } from "../files/folder.js";
import { clearFilters, showQuestion } from "./fields.js";
import { FILTERS, NAMES, arranged, meaningOf, needsAll } from "./question.js";
import { learnNames, restorePlace } from "./results.js";
import { showStart } from "./start.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {import("../views/search.js").SearchView} SearchView */

/** Milliseconds before a running search shows that it is running. */
const PATIENCE = 300;
/** The number of results in one call. */
const PIECE = 100;
/** The number of results in one call if all are needed, which is the server's limit. */
const LARGE_PIECE = 1000;
/**
 * Milliseconds before a search is repeated while the server still reads folders, and the number of
 * repetitions.
 */
const AGAIN_PAUSE = 3000;
const AGAIN_MAX = 20;

/** @param {SearchView} view @param {number} start @param {boolean} isDone @param {AbortSignal} [signal] @param {number} [count] */
export async function askPiece(view, start, isDone, signal, count = PIECE) {
  const question = meaningOf(view.question);
  /** @type {import("../../shared/api.js").Params} */
  const params = { searchstring: question.q, searchloc: "/", inmetadata: 1, start, size: count, savesearch: isDone };
  for (const name of NAMES) Object.assign(params, FILTERS[name][question[name]]?.());
  const reply = await call("dosearch", params, { signal });
  await learnNames(reply.entry ?? []);
  return reply;
}

/** A search is offered again later if one of its results was opened. @param {SearchView} view */
export function keepTerm(view) {
  if (view.question.q.trim()) askPiece(view, 0, true, undefined, 0).catch(() => { /* It is only not offered again. */ });
}

/** @param {SearchView} view @param {{ isDone?: boolean, isRenewing?: boolean }} [how] `isRenewing`: the same question, and the list stays scrolled as it is */
export async function loadResults(view, how = {}) {
  view.isRenewing = how.isRenewing ?? false;
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
    const { meta, entries, total } = await askResults(view, how.isDone ?? false, own.signal);
    if (own.signal.aborted) return;
    view.total = total;
    view.results = entries;
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

/**
 * Loads the first results. All of them are loaded if the page must filter or sort them itself.
 * @param {SearchView} view @param {boolean} isDone @param {AbortSignal} signal
 * @returns {Promise<{ meta: any, entries: Entry[], total: number }>}
 */
async function askResults(view, isDone, signal) {
  const question = meaningOf(view.question);
  if (!needsAll(question)) {
    const { meta = {}, entry = [] } = await askPiece(view, 0, isDone, signal);
    return { meta, entries: entry.map(toEntry), total: meta.total };
  }
  /** @type {Entry[]} */
  const all = [];
  for (;;) {
    const { meta = {}, entry = [] } = await askPiece(view, all.length, isDone && all.length === 0, signal, LARGE_PIECE);
    all.push(...entry.map(toEntry));
    if (all.length < meta.total && entry.length > 0) continue;
    const entries = arranged(question, all);
    return { meta, entries, total: entries.length };
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
    else if (view.again === 0 && !view.isRenewing) view.list.scrollTo(0);
  }
  view.isFirst = false;
  view.over.steps();
  view.over.follow();
  if (isUnfinished && view.again < AGAIN_MAX) {
    view.again += 1;
    view.againTimer = setTimeout(() => void loadResults(view), AGAIN_PAUSE);
  }
}

/**
 * Loads the results that are about to become visible.
 * @param {SearchView} view @param {number} first @param {number} last
 */
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
