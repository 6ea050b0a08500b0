// Searching all files of a person by name, size and date: results as somebody types, under an address of their own.

import { call, command, errorText, isAbort, records } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { nameElement, size, timeElement, when } from "../../shared/format.js";
import { addStyle, button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { addShortcuts } from "../../shared/keys.js";
import { createList } from "../../shared/list.js";
import { announce } from "../../shared/live.js";
import { address, go, note, notes } from "../../shared/router.js";
import { errorToast } from "../../shared/toast.js";
import { toEntry } from "../files/folder.js";
import { folderAddress, folderName, homeOf, leafOf, parentOf, partsBelow, rootOf } from "../files/paths.js";
import { rowPicture } from "../files/rows.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {{ q: string, kind: string, size: string, date: string, text: string }} Question */

/** Milliseconds between keystrokes before the server is asked. */
const PAUSE = 200;
/** Milliseconds before a question under way shows that it is. */
const PATIENCE = 300;
/** Results that are asked for at once. */
const PIECE = 100;
/** Milliseconds before a question is asked again while the server still looks through folders, and how often. */
const AGAIN_PAUSE = 3000;
const AGAIN_MAX = 20;

const DAY = 24 * 3600 * 1000;
const MEGABYTE = 1024;

/** What the filters mean to the server. @type {Record<"kind" | "size" | "date" | "text", Record<string, () => import("../../shared/api.js").Params>>} */
const FILTERS = {
  kind: {
    files: () => ({ searchscope: "files" }),
    folders: () => ({ searchscope: "folders" }),
  },
  size: {
    small: () => ({ maxsize: MEGABYTE }),
    medium: () => ({ minsize: MEGABYTE, maxsize: 100 * MEGABYTE }),
    large: () => ({ minsize: 100 * MEGABYTE }),
  },
  date: {
    week: () => ({ modifiedstart: daysAgo(7) }),
    month: () => ({ modifiedstart: daysAgo(31) }),
    year: () => ({ modifiedstart: daysAgo(365) }),
    older: () => ({ modifiedend: daysAgo(365) }),
  },
  text: {
    also: () => ({ intext: 1 }),
  },
};
const NAMES = /** @type {("kind" | "size" | "date" | "text")[]} */ (Object.keys(FILTERS));

/** @param {number} days */
function daysAgo(days) {
  return `${new Date(Date.now() - days * DAY).toISOString().slice(0, 19)}Z`;
}

/** @param {Question} question */
function addressOf(question) {
  return address("search", [], question);
}

/** @param {import("../../shared/router.js").Route} route @returns {Question} */
function questionOf(route) {
  const value = (/** @type {string} */ key) => route.query.get(key) ?? "";
  const choice = (/** @type {"kind" | "size" | "date" | "text"} */ key) => (value(key) in FILTERS[key] ? value(key) : "");
  return { q: value("q"), kind: choice("kind"), size: choice("size"), date: choice("date"), text: choice("text") };
}

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} firstRoute
 * @returns {import("../../shared/views.js").View}
 */
export function open(context, firstRoute) {
  addStyle(new URL("../search.css", import.meta.url));
  const home = homeOf(context.store.get().account.name);
  let question = questionOf(firstRoute);
  /** Results, with holes where they are not loaded yet. @type {(Entry | undefined)[]} */
  let results = [];
  let total = 0;
  let isFirst = true;
  /** Whether the server can also search in texts, as far as it has said so. */
  let hasTexts = false;
  let again = 0;
  let timer = 0;
  let againTimer = 0;
  /** @type {AbortController | null} */
  let asking = null;
  /** Pieces that are on their way. @type {Set<number>} */
  const pieces = new Set();

  // ---- the question

  const input = h("input", {
    type: "search", class: "input filter", placeholder: t("search.placeholder"), "aria-label": t("search.label"),
    "aria-keyshortcuts": "/", autocomplete: "off", autocapitalize: "off", spellcheck: false, enterkeyhint: "search", value: question.q,
  });
  const field = h("div", { class: "search-field", role: "search" }, icon("search"), input);
  const selects = NAMES.map((name) => {
    const select = h("select", { class: "input search-filter", "aria-label": t(`search.${name}`) },
      ["", ...Object.keys(FILTERS[name])].map((value) => h("option", { value, text: t(`search.${name}.${value || "any"}`) })));
    select.addEventListener("change", () => ask({ ...question, [name]: select.value }, { isDone: true }));
    return { name, select };
  });
  const clear = button({ text: t("search.clearfilters"), icon: "close", kind: "quiet", onclick: clearFilters });
  const filters = h("div", { class: "search-filters", role: "group", "aria-label": t("search.filters") }, selects.map(({ select }) => select), clear);

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask({ ...question, q: input.value }, {}), PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(timer);
      ask({ ...question, q: input.value }, { isDone: true });
      list.focus();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      list.focus();
    } else if (event.key === "Escape" && input.value) {
      event.preventDefault();
      clearTimeout(timer);
      input.value = "";
      ask({ ...question, q: "" }, {});
    }
  });

  function clearFilters() {
    ask({ ...question, kind: "", size: "", date: "", text: "" }, {});
    input.focus();
  }

  function showQuestion() {
    if (document.activeElement !== input) input.value = question.q;
    for (const { name, select } of selects) {
      select.value = question[name];
      select.classList.toggle("is-set", question[name] !== "");
      if (name === "text") select.hidden = !hasTexts && question.text === "";
    }
    clear.hidden = NAMES.every((name) => question[name] === "");
  }

  /**
   * Another question, which the address takes.
   * @param {Question} next
   * @param {{ isDone?: boolean }} how `isDone`: it is no longer being typed, and is offered again another time
   */
  function ask(next, how) {
    if (JSON.stringify(next) === JSON.stringify(question) && !how.isDone) return;
    question = next;
    again = 0;
    // One search is one step of the history, however long it was typed.
    go(addressOf(question), { replace: true });
    context.titleChanged();
    showQuestion();
    void load({ isDone: how.isDone });
  }

  // ---- the results

  /** @type {import("../../shared/list.js").List<Entry>} */
  const list = createList({
    label: t("search.results"),
    isPlain: true,
    keyOf: (entry) => entry.path,
    nameOf: (entry) => entry.name,
    isSame: (a, b) => a.path === b.path && a.etag === b.etag && a.size === b.size && a.modified === b.modified && a.excerpt === b.excerpt,
    onOpen: show,
    onKey: (event) => {
      const entry = list.activeItem();
      if (event.key === "Enter" && event.altKey && entry) showInFolder(entry);
      else if (event.key === "ArrowUp" && (entry === null || entry === results[0])) input.focus();
      else return false;
      return true;
    },
    onRange: loadRange,
    columns: [
      {
        id: "name", label: t("column.name"), width: "minmax(0, 3fr)",
        cell: (entry) => [rowPicture(entry), h("span", { class: "entry-text" },
          h("a", { class: "entry-link", href: hrefOf(entry), tabIndex: -1, draggable: false }, nameElement(entry.name)),
          entry.excerpt
            ? h("span", { class: "entry-facts is-shown search-excerpt", title: entry.excerpt, text: t("search.excerpt", { text: entry.excerpt }) })
            : h("span", { class: "entry-facts", text: facts(entry) }))],
      },
      { id: "folder", label: t("search.folder"), width: "minmax(0, 2fr)", isWide: true, cell: folderLink },
      { id: "modified", label: t("column.modified"), width: "minmax(0, 9rem)", isWide: true, cell: (entry) => timeElement(entry.modified) },
      {
        id: "size", label: t("column.size"), width: "minmax(0, 5.5rem)", isWide: true, isNumber: true,
        cell: (entry) => (entry.isFolder ? h("span", { class: "quiet", "aria-label": t("column.nosize"), text: "\u2013" }) : size(entry.size)),
      },
      {
        id: "more", label: t("search.infolder"), width: "var(--touch)", isLabelHidden: true,
        cell: (entry) => button({
          icon: "folder", label: t("search.infolder"), kind: "quiet", class: "row-more", props: { tabIndex: -1 }, onclick: () => showInFolder(entry),
        }),
      },
    ],
  });

  /** The folder of an entry, as a person reads it: `My files / Photos / 2024`. @param {Entry} entry */
  function placeOf(entry) {
    const root = rootOf(entry.path, home);
    return [folderName(root, home), ...partsBelow(parentOf(entry.path), root)].join(" / ");
  }

  /** @param {Entry} entry */
  function facts(entry) {
    return [placeOf(entry), entry.isFolder ? "" : size(entry.size), when(entry.modified)].filter(Boolean).join(" \u00b7 ");
  }

  /** @param {Entry} entry */
  function folderLink(entry) {
    const folder = parentOf(entry.path);
    const link = h("a", {
      class: "entry-link search-folder", href: folderAddress(folder, home), tabIndex: -1, draggable: false, data: { own: "" }, title: placeOf(entry),
    }, folder === home ? folderName(home, home) : nameElement(leafOf(folder)));
    link.addEventListener("click", savePlace);
    return link;
  }

  /** @param {Entry} entry */
  function hrefOf(entry) {
    return entry.isFolder ? folderAddress(entry.path, home) : folderAddress(parentOf(entry.path), home, { open: entry.name });
  }

  /** @param {Entry} entry */
  function show(entry) {
    keepTerm();
    savePlace();
    go(hrefOf(entry));
    // Closing the file leads back to the results.
    if (!entry.isFolder) note({ isOver: true });
  }

  /** @param {Entry} entry */
  function showInFolder(entry) {
    keepTerm();
    savePlace();
    go(folderAddress(parentOf(entry.path), home));
    note({ active: entry.name });
  }

  function savePlace() {
    // Under names of its own: the view that comes next notes its place as it is left, with whatever entry is the present one then.
    note({ resultsScroll: list.scroll(), result: list.activeItem()?.path ?? null });
  }

  // ---- asking the server

  /** @param {number} start @param {boolean} isDone @param {AbortSignal} [signal] @param {number} [count] */
  function piece(start, isDone, signal, count = PIECE) {
    /** @type {import("../../shared/api.js").Params} */
    const params = { searchstring: question.q, searchloc: "/", start, size: count, savesearch: isDone };
    for (const name of NAMES) Object.assign(params, FILTERS[name][question[name]]?.());
    return call("dosearch", params, { signal });
  }

  /** What was searched for, once something of it is opened, is worth to be offered again. */
  function keepTerm() {
    if (question.q.trim()) piece(0, true, undefined, 0).catch(() => { /* It is only not offered again. */ });
  }

  /** @param {{ isDone?: boolean }} [how] */
  async function load(how = {}) {
    asking?.abort();
    clearTimeout(againTimer);
    pieces.clear();
    if (!question.q.trim() && clear.hidden) {
      asking = null;
      await showStart();
      return;
    }
    const own = new AbortController();
    asking = own;
    const slow = setTimeout(() => stage.classList.add("is-slow"), PATIENCE);
    try {
      const reply = await piece(0, how.isDone ?? false, own.signal);
      if (own.signal.aborted) return;
      const meta = reply.meta ?? {};
      total = meta.total;
      results = (reply.entry ?? []).map(toEntry);
      hasTexts = meta.textsearch === 1;
      showQuestion();
      showResults(meta.statusmessage);
    } catch (error) {
      if (isAbort(error) || own.signal.aborted) return;
      results = [];
      total = 0;
      list.setItems([]);
      status.textContent = "";
      fill(stage, notice({ icon: "warning", title: t("search.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void load() } }));
    } finally {
      clearTimeout(slow);
      if (asking === own || asking === null) stage.classList.remove("is-slow");
    }
  }

  /** @param {string} message what the server says about the results */
  function showResults(message) {
    const isUnread = /not been read/.test(message);
    const isUnfinished = isUnread || /looked through/.test(message);
    const unfinished = t(isUnread ? "search.unread" : "search.unfinished");
    const isMore = /More than/.test(message);
    const count = t(isMore ? "search.countmore" : "search.count", { count: total });
    status.textContent = [count, isUnfinished ? unfinished : "", /narrow/.test(message) ? t("search.narrow") : ""].filter(Boolean).join(" ");
    announce(count);
    if (total === 0) {
      list.setItems([]);
      const hasFilters = !clear.hidden;
      fill(stage, notice({
        icon: "search",
        title: question.q.trim() ? t("search.nothing", { text: question.q.trim() }) : t("search.nothingfits"),
        text: isUnfinished ? unfinished : t(hasFilters ? "search.nothingfilters" : "search.nothingtext"),
        ...(hasFilters ? { action: { label: t("search.clearfilters"), run: clearFilters } } : {}),
      }));
    } else {
      if (list.element.parentElement !== stage) fill(stage, list.element);
      list.setItems(results, total);
      if (isFirst) restorePlace();
      else if (again === 0) list.scrollTo(0);
    }
    isFirst = false;
    if (isUnfinished && again < AGAIN_MAX) {
      again += 1;
      againTimer = setTimeout(() => void load(), AGAIN_PAUSE);
    }
  }

  function restorePlace() {
    const { resultsScroll: scroll, result } = notes();
    const isBack = typeof result === "string" && list.activateKey(result);
    if (typeof scroll === "number") list.scrollTo(scroll);
    if (isBack) list.focus();
  }

  /** Loads what is about to be seen. @param {number} first @param {number} last */
  function loadRange(first, last) {
    for (let start = Math.floor(first / PIECE) * PIECE; start <= Math.min(last, total - 1); start += PIECE) {
      if (results[start] !== undefined || pieces.has(start) || start === 0) continue;
      void loadPiece(start);
    }
  }

  /** @param {number} start */
  async function loadPiece(start) {
    const own = asking;
    pieces.add(start);
    try {
      const reply = await piece(start, false, own?.signal);
      if (own !== asking) return;
      results = [...results];
      (reply.entry ?? []).forEach((record, at) => { results[start + at] = toEntry(record); });
      list.setItems(results, total);
    } catch (error) {
      if (!isAbort(error) && own === asking) errorToast(errorText(error));
    } finally {
      if (own === asking) pieces.delete(start);
    }
  }

  // ---- before anything is asked

  async function showStart() {
    results = [];
    total = 0;
    list.setItems([]);
    status.textContent = "";
    isFirst = false;
    const start = notice({ icon: "search", title: t("search.start"), text: t("search.starttext") });
    fill(stage, start);
    /** @type {{ term: string }[]} */
    let terms = [];
    try {
      terms = await records("searchtermsearch", "searchterm", { searchterm: "" });
    } catch {
      // Without earlier searches there is still a field to type into.
    }
    if (terms.length === 0 || !start.isConnected) return;
    const forget = async () => {
      try {
        await command("clearsavedsearchterms");
        fill(stage, start);
        input.focus();
      } catch (error) {
        errorToast(errorText(error));
      }
    };
    const earlier = h("section", { class: "search-earlier", "aria-label": t("search.earlier") },
      h("h2", { class: "search-earlier-title", text: t("search.earlier") }),
      h("ul", null, terms.map(({ term }) => h("li", null, h("a", { class: "search-term", href: addressOf({ ...question, q: term }) }, icon("clock"), h("span", { text: term }))))),
      button({ text: t("search.forget"), kind: "quiet", onclick: () => void forget() }));
    fill(stage, earlier);
  }

  // ---- life

  const stage = h("div", { class: "search-stage" });
  const status = h("p", { class: "files-status search-status" });
  const element = h("div", { class: "search" }, h("h1", { class: "visually-hidden", text: t("place.search") }), filters, stage, status);
  const stopShortcuts = addShortcuts([
    {
      keys: "/", label: "keys.search", group: "keys.everywhere",
      run: () => {
        input.focus();
        input.select();
      },
    },
    { keys: "ArrowUp ArrowDown", label: "keys.move", group: "keys.list" },
    { keys: "Enter", label: "keys.open", group: "keys.list" },
    { keys: "Alt+Enter", label: "search.infolder", group: "keys.list" },
  ]);
  showQuestion();
  void load();
  // After the view has its place, and unless somebody comes back to where they were.
  setTimeout(() => { if (typeof notes().result !== "string") input.focus(); });

  return {
    element,
    bar: [field],
    title: () => (question.q.trim() ? t("search.title", { text: question.q.trim() }) : t("place.search")),
    /** @param {import("../../shared/router.js").Route} route */
    update(route) {
      const next = questionOf(route);
      if (JSON.stringify(next) === JSON.stringify(question)) return;
      question = next;
      again = 0;
      input.value = question.q;
      showQuestion();
      void load();
    },
    leave() {
      clearTimeout(timer);
      clearTimeout(againTimer);
      asking?.abort();
      list.stop();
      stopShortcuts();
    },
  };
}
