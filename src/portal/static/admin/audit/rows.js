// The rows that match a filter, loaded when they come into view. New rows are written all the time,
// also by the calls of this page, and move all older rows down. Each answer contains the total
// number, which shows how far the rows have moved.

import { call } from "../../shared/api.js";
import { filterParams } from "./filter.js";

/** @typedef {import("../../../replies.js").AuditRecord} AuditRecord */

/** The number of rows in one call. */
const PAGE = 200;

/** The number of rows through which a person can scroll. Older rows are found with the filter. */
export const ROWS_MAX = 50_000;

/**
 * @param {import("../../shared/api.js").Params} params
 * @param {AbortSignal} signal
 * @returns {Promise<{ rows: AuditRecord[], total: number, isAtLeast: boolean }>} `isAtLeast`: there may be more in all
 */
async function ask(params, signal) {
  const reply = await call("getaudit", params, { side: "admin", signal });
  return { rows: reply.log ?? [], total: reply.meta?.total ?? 0, isAtLeast: Boolean(Number(reply.meta?.atleast ?? 0)) };
}
/**
 * @typedef {object} RowsSource
 * @property {AbortController} stop
 * @property {(AuditRecord | undefined)[]} rows
 * @property {number} total
 * @property {boolean} isAtLeast
 * @property {number} opened the second before the view was opened
 * @property {number} newer Rows that came on top since the first answer.
 * @property {boolean} isAsking
 * @property {[number, number] | null} wanted
 * @property {import("./filter.js").Filter} filter
 * @property {{ onChange: () => void, onError: (error: unknown) => void }} options
 */

/**
 * The rows of a filter, the newest first.
 * @param {import("./filter.js").Filter} filter
 * @param {{ onChange: () => void, onError: (error: unknown) => void }} options
 */
export function createRows(filter, options) {
  const stop = new AbortController();
  /** @type {RowsSource} */
  const source = { stop, opened: Math.floor(Date.now() / 1000) - 1, rows: [], total: 0, isAtLeast: false, newer: 0, isAsking: false, wanted: null, filter, options };
  return {
    rows: () => source.rows,
    total: () => source.total,
    isAtLeast: () => source.isAtLeast,
    load: () => guard(source, loadFirst(source)),
    /** @param {number} from @param {number} to the rows in view */
    want(from, to) {
      source.wanted = [Math.max(0, from), Math.min(source.rows.length - 1, to)];
      if (!source.isAsking) void guard(source, loadWanted(source));
    },
    stop: () => stop.abort(),
  };
}

/**
 * One row by its id.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<AuditRecord | null>}
 */
export async function rowOf(id, signal) {
  if (!/^\d+$/.test(id)) return null;
  const { rows } = await ask({ afterid: Number(id) - 1, sortdir: 1, limit: 1 }, signal);
  return rows[0]?.id === id ? rows[0] : null;
}

/** Milliseconds between two calls for new rows. */
const PAUSE = 3000;
/** The number of rows that the live view keeps. */
const LIVE_MAX = 2000;
/**
 * The number of new rows in one call. If more have been written, the oldest of them are left out.
 */
const LIVE_PAGE = 500;

/**
 * The newest rows that match a filter, as they are written. The calls for new rows are left out of
 * it. Otherwise the log would fill with them.
 * @param {import("./filter.js").Filter} filter
 * @param {{ own: string, onRows: (added: number) => void, onError: (error: unknown) => void }} options `own`: the name of
 *   this person, whose calls for new rows are left out
 */
export function createTail(filter, options) {
  const stop = new AbortController();
  /** @type {AuditRecord[]} */
  let rows = [];
  let newest = 0;
  let timer = 0;

  /** @param {AuditRecord} row */
  const isShown = (row) => filter.operation !== "" || row.operation !== "getaudit" || row.username !== options.own;

  const look = async () => {
    const isFirst = newest === 0;
    const page = await ask({ ...filterParams(filter), ...(isFirst ? { limit: PAGE } : { afterid: newest, limit: LIVE_PAGE }) }, stop.signal);
    newest = Math.max(newest, ...page.rows.map((row) => Number(row.id)));
    const added = page.rows.filter(isShown);
    rows = [...added, ...rows].slice(0, LIVE_MAX);
    if (isFirst || added.length > 0) options.onRows(added.length);
  };

  const again = () => {
    timer = setTimeout(() => {
      if (document.visibilityState === "visible") void run();
      else again();
    }, PAUSE);
  };

  const run = async () => {
    try {
      await look();
    } catch (error) {
      if (!stop.signal.aborted) options.onError(error);
    }
    if (!stop.signal.aborted) again();
  };

  void run();
  return {
    rows: () => rows,
    stop() {
      clearTimeout(timer);
      stop.abort();
    },
  };
}

/**
 * The parameters of the call. In any order but that of time, new rows could appear anywhere, so
 * only the rows that existed at first are listed.
 * @param {RowsSource} source
 */
function paramsOf({ filter, opened }) {
  const params = filterParams(filter);
  return filter.sort === "" ? params : { ...params, enddate: params.enddate ?? opened };
}

/** @param {RowsSource} source */
async function loadFirst(source) {
  const first = await ask({ ...paramsOf(source), start: 0, limit: PAGE }, source.stop.signal);
  source.total = first.total;
  source.isAtLeast = first.isAtLeast;
  source.newer = 0;
  source.rows = new Array(Math.min(source.total, ROWS_MAX));
  first.rows.forEach((row, at) => { if (at < source.rows.length) source.rows[at] = row; });
  source.options.onChange();
}

/** Loads the missing rows in view, one gap after the other. @param {RowsSource} source */
async function loadWanted(source) {
  while (source.wanted && !source.isAsking) {
    const [from, to] = source.wanted;
    let hole = from;
    while (hole <= to && source.rows[hole] !== undefined) hole += 1;
    if (hole > to || hole >= source.rows.length) return;
    source.isAsking = true;
    try {
      const start = hole + source.newer;
      const page = await ask({ ...paramsOf(source), start, limit: PAGE }, source.stop.signal);
      source.newer = source.filter.sort === "" ? page.total - source.total : 0;
      let isNew = false;
      page.rows.forEach((row, at) => {
        const index = start + at - source.newer;
        if (index < 0 || index >= source.rows.length || source.rows[index] !== undefined) return;
        source.rows[index] = row;
        isNew = true;
      });
      // If rows were removed meanwhile, the gaps at the end cannot be filled.
      if (!isNew) source.rows.length = Math.min(source.rows.length, hole);
      source.options.onChange();
    } finally {
      source.isAsking = false;
    }
  }
}

/** @param {RowsSource} source */
function guard(source, /** @type {Promise<void>} */ work) {
  return work.catch((error) => {
    if (!source.stop.signal.aborted) source.options.onError(error);
  });
}
