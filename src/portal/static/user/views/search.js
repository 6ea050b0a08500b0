// Searches all files of a person by name, size and date. It shows results while somebody types, and
// each search has its own address.

import { plainName, timeElement } from "../../shared/format.js";
import { addStyle, button, h, icon } from "../../shared/h.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { addShortcuts } from "../../shared/keys.js";
import { createList } from "../../shared/list.js";
import { openMenu } from "../../shared/menu.js";
import { notes, whileHere } from "../../shared/router.js";
import { homeOf } from "../files/paths.js";
import { labelOf, rowPicture, sizeCell } from "../files/rows.js";
import { createSelectionBar } from "../files/selection.js";
import { chosen, removeChosen, resultMenu, starChosen } from "../search/actions.js";
import { createOver } from "../preview/over.js";
import { askFor, clearFilters, showQuestion, sortBy } from "../search/fields.js";
import { loadRange, loadResults } from "../search/load.js";
import { FILTERS, NAMES, ORDERS, addressOf, questionOf } from "../search/question.js";
import { factsOf, folderLink, hrefOf, openResult, placeOf, resultName, showInFolder } from "../search/results.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {{ q: string, kind: string, size: string, date: string, text: string, sort: string }} Question */

/** Milliseconds after a keystroke before the server is asked. */
const PAUSE = 200;

/**
 * @typedef {object} SearchView
 * @property {string} home
 * @property {Question} question
 * @property {(Entry | undefined)[]} results Results, with holes where they are not loaded yet.
 * @property {number} total
 * @property {boolean} isFirst
 * @property {boolean} hasTexts Whether the server has told that it can search in texts too.
 * @property {number} again
 * @property {number} againTimer
 * @property {AbortController | null} asking
 * @property {Set<number>} pieces Pieces that are being loaded.
 * @property {HTMLInputElement} input
 * @property {{ name: "kind" | "size" | "date" | "text"; select: HTMLSelectElement; }[]} selects
 * @property {HTMLSelectElement} order
 * @property {HTMLButtonElement} clear
 * @property {boolean} isRenewing whether the search that is being loaded is the one on the page
 * @property {ReturnType<typeof createSelectionBar>} selectionBar
 * @property {import("../../shared/list.js").List<Entry>} list
 * @property {HTMLDivElement} stage
 * @property {HTMLParagraphElement} status
 * @property {import("../state.js").Context} context
 * @property {ReturnType<typeof createOver>} over the file that is shown over the results
 */

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} firstRoute
 * @returns {Promise<import("../../shared/views.js").View>}
 */
export async function open(context, firstRoute) {
  await loadBundle("search");
  addStyle(new URL("../search/search.css", import.meta.url));
  const home = homeOf(context.store.get().account.name);
  const view = /** @type {SearchView} */ ({
    home, question: questionOf(firstRoute), results: /** @type {(Entry | undefined)[]} */ ([]), total: 0, isFirst: true, hasTexts: false, again: 0,
    againTimer: 0, asking: null, pieces: /** @type {Set<number>} */ (new Set()), context,
  });
  const { field, filters, stop: stopFields } = createFields(view);
  view.list = createResultList(view);
  view.selectionBar = createSelectionBar({ context, list: view.list, chosen: () => chosen(view) }, {
    entryMenu: async () => resultMenu(view),
    remove: () => removeChosen(view),
  });
  view.over = createResultOver(view);
  view.stage = h("div", { class: "search-stage" });
  view.status = h("p", { class: "files-status search-status" });
  const element = h("div", { class: "search" }, filters,
    h("div", { class: "files-area" }, view.selectionBar.element, view.stage), view.status);
  const stopShortcuts = addShortcuts([
    { keys: "/", label: "keys.search", group: "keys.everywhere", run: () => view.input.select() },
    { keys: "ArrowUp ArrowDown", label: "keys.move", group: "keys.list" },
    { keys: "Enter", label: "keys.open", group: "keys.list" },
    { keys: "Alt+Enter", label: "search.infolder", group: "keys.list" },
  ]);
  // Any change may have moved or removed a result.
  const stopWatching = context.store.watch((state) => state.changed, () => void loadResults(view, { isRenewing: true }));
  showQuestion(view);
  void loadResults(view);
  // After the view is on the page, and only if the person does not return to an earlier result.
  setTimeout(() => { if (typeof notes().result !== "string") view.input.focus(); });
  return {
    element,
    bar: [h("h1", { class: "bar-title", text: t("place.search") }), field],
    title: () => (view.question.q.trim() ? t("search.title", { text: view.question.q.trim() }) : t("place.search")),
    /** @param {import("../../shared/router.js").Route} route */
    update(route) {
      const next = questionOf(route);
      if (JSON.stringify(next) === JSON.stringify(view.question)) {
        view.over.follow();
        return;
      }
      view.question = next;
      view.again = 0;
      view.input.value = view.question.q;
      showQuestion(view);
      void loadResults(view);
    },
    leave() {
      stopFields();
      clearTimeout(view.againTimer);
      view.asking?.abort();
      view.over.stop();
      view.list.stop();
      view.selectionBar.stop();
      stopWatching();
      stopShortcuts();
    },
  };
}

/** A result that is open over the others. @param {SearchView} view */
function createResultOver(view) {
  return createOver({
    context: view.context,
    entries: () => view.list.items().filter((one) => !one.isFolder),
    addressOf: (path) => addressOf(view.question, path ?? ""),
    onStarred: (entry) => view.list.refreshKey(entry.path),
    focus(path) {
      view.list.activateKey(path);
      view.list.focus();
    },
  });
}

/** The field and the filters. @param {SearchView} view */
function createFields(view) {
  let timer = 0;
  const input = h("input", {
    type: "search", class: "input filter", placeholder: t("search.placeholder"), "aria-label": t("search.label"),
    "aria-keyshortcuts": "/", autocomplete: "off", autocapitalize: "off", spellcheck: false, enterkeyhint: "search", value: view.question.q,
  });
  view.input = input;
  const field = h("div", { class: "search-field", role: "search" }, icon("search"), input);
  const selects = NAMES.map((name) => {
    const select = h("select", { class: "input search-filter", "aria-label": t(`search.${name}`) },
      ["", ...Object.keys(FILTERS[name])].map((value) => h("option", { value, text: t(`search.${name}.${value || "any"}`) })));
    select.addEventListener("change", () => askFor(view, { ...view.question, [name]: select.value }, { isDone: true }));
    return { name, select };
  });
  view.selects = selects;
  const order = h("select", { class: "input search-filter", "aria-label": t("files.sort") },
    ["", ...Object.keys(ORDERS)].map((value) => h("option", { value, text: t(value ? `sort.${value}` : "search.best") })));
  order.addEventListener("change", () => askFor(view, { ...view.question, sort: order.value }, {}));
  view.order = order;
  const clear = button({ text: t("search.clearfilters"), icon: "close", kind: "quiet", onclick: () => clearFilters(view) });
  view.clear = clear;
  const filters = h("div", { class: "search-filters", role: "group", "aria-label": t("search.filters") }, selects.map(({ select }) => select), order, clear);
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = whileHere(() => askFor(view, { ...view.question, q: input.value }, {}), PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(timer);
      askFor(view, { ...view.question, q: input.value }, { isDone: true });
      view.list.focus();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      view.list.focus();
    } else if (event.key === "Escape" && input.value) {
      event.preventDefault();
      clearTimeout(timer);
      input.value = "";
      askFor(view, { ...view.question, q: "" }, {});
    }
  });
  return { field, filters, stop: () => clearTimeout(timer) };
}

/** @param {SearchView} view @returns {import("../../shared/list.js").List<Entry>} */
function createResultList(view) {
  return createList({
    label: t("search.results"),
    keyOf: (entry) => entry.path,
    nameOf: (entry) => entry.name,
    labelOf: (entry) => [labelOf(entry), placeOf(view, entry)].join(", "),
    isSame: (a, b) => a.path === b.path && a.etag === b.etag && a.size === b.size && a.modified === b.modified && a.excerpt === b.excerpt
      && a.isStarred === b.isStarred && a.folderSize === b.folderSize && a.isFolderSizeExact === b.isFolderSizeExact,
    onOpen: (entry) => openResult(view, entry),
    onKey: (event) => {
      const entry = view.list.activeItem();
      if (event.key === "Enter" && event.altKey && entry) showInFolder(view, entry);
      else if (event.key === "Delete") removeChosen(view);
      else if (event.altKey && event.code === "KeyS") starChosen(view);
      else if (event.key === "ArrowUp" && (entry === null || entry === view.results[0])) view.input.focus();
      else return false;
      return true;
    },
    onSelect: () => view.selectionBar.show(),
    onMenu: (entry, place) => void openMenu(resultMenu(view), place, { label: entry.name }),
    onSort: (column) => sortBy(view, column),
    onRange: (first, last) => loadRange(view, first, last),
    columns: [
      {
        id: "name", label: t("column.name"), width: "minmax(0, 3fr)", isSortable: true,
        cell: (entry) => [rowPicture(entry), h("span", { class: "entry-text" },
          h("a", { class: "entry-link", href: hrefOf(view, entry), tabIndex: -1, draggable: false }, resultName(view, entry)),
          entry.excerpt
            ? h("span", { class: "entry-facts is-shown search-excerpt", title: entry.excerpt, text: t("search.excerpt", { text: entry.excerpt }) })
            : h("span", { class: "entry-facts", text: factsOf(view, entry) }))],
      },
      { id: "folder", label: t("search.folder"), width: "minmax(0, 2fr)", isWide: true, cell: (entry) => folderLink(view, entry) },
      { id: "modified", label: t("column.modified"), width: "minmax(0, 9rem)", isWide: true, isSortable: true, cell: (entry) => timeElement(entry.modified) },
      {
        id: "size", label: t("column.size"), width: "minmax(0, 5.5rem)", isWide: true, isNumber: true, isSortable: true,
        cell: (entry) => sizeCell(entry),
      },
      { id: "more", label: t("files.more"), width: "var(--touch)", isLabelHidden: true, cell: (entry) => moreButton(view, entry) },
    ],
  });
}

/** @param {SearchView} view @param {Entry} entry */
function moreButton(view, entry) {
  const element = button({ icon: "more", label: t("files.moreof", { name: plainName(entry.name) }), kind: "quiet", class: "row-more", props: { tabIndex: -1 } });
  element.addEventListener("click", () => view.list.openMenuOf(entry.path, element));
  return element;
}
