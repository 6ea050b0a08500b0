// The bar above the files: the path, the filter, and the look of the list.

import { button, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { menuButton } from "../../shared/menu.js";
import { followInput, showFilter } from "./bar-filter.js";
import { applyLook, sortBy, switchShape } from "./bar-look.js";
import { showPath } from "./bar-path.js";

/** @typedef {import("../state.js").UserStore} UserStore */

/**
 * @typedef {object} Bar
 * @property {UserStore} store
 * @property {HTMLElement} crumbs
 * @property {HTMLInputElement} input
 * @property {HTMLButtonElement} shapeButton
 * @property {HTMLDivElement} tools
 * @property {number} timer
 * @property {string} order the order of the list
 * @property {import("./file-view.js").FileView} fileView
 * @property {{ folderMenu: () => Promise<import("../../shared/menu.js").MenuEntry[]>, sortMenu: () => Promise<import("../../shared/menu.js").MenuEntry[]>,
 *   toggleDetails: () => void, makeDropTarget: (element: HTMLElement, folder: string) => void }} options
 */

/**
 * @param {import("./file-view.js").FileView} fileView
 * @param {{ folderMenu: () => Promise<import("../../shared/menu.js").MenuEntry[]>, sortMenu: () => Promise<import("../../shared/menu.js").MenuEntry[]>,
 *   toggleDetails: () => void, makeDropTarget: (element: HTMLElement, folder: string) => void }} options
 */
export function createBar(fileView, options) {
  const { store } = fileView.context;
  const crumbs = h("nav", { class: "crumbs", "aria-label": t("files.path") });
  const input = h("input", {
    type: "search", class: "input filter", placeholder: t("files.filtershort"), "aria-label": t("files.filter"),
    "aria-keyshortcuts": "/", autocomplete: "off", spellcheck: false,
  });
  const shapeButton = button({ icon: "grid", label: t("files.cards"), kind: "quiet", class: "wide-only", onclick: () => switchShape(bar) });
  const detailsButton = button({ icon: "info", label: t("files.details"), kind: "quiet", class: "wide-only", onclick: options.toggleDetails });
  const tools = h("div", { class: "tools" },
    h("div", { class: "filter-box" }, icon("filter"), input),
    menuButton(button({ icon: "sort", label: t("files.sort"), kind: "quiet", class: "wide-only sort-button" }), options.sortMenu),
    shapeButton, detailsButton,
    menuButton(button({ icon: "more", label: t("files.more"), kind: "quiet", class: "phone-only" }), options.folderMenu));
  /** @type {Bar} */
  const bar = { store, crumbs, input, shapeButton, tools, timer: 0, order: "", fileView, options };
  followInput(bar);
  return {
    path: crumbs,
    /** The name of the folder, as the path shows it. */
    title: () => crumbs.querySelector("h1")?.textContent ?? "",
    tools,
    showPath: () => showPath(bar),
    /** On phones the field replaces the bar. @param {boolean} isShown */
    showFilter: (isShown) => showFilter(bar, isShown),
    switchShape: () => switchShape(bar),
    /** @param {import("../state.js").SortColumn} column */
    sortBy: (column) => sortBy(bar, column),
    applyLook: () => applyLook(bar),
    /** Follows the address, unless somebody is typing. @param {string} filter */
    setFilter(filter) { if (document.activeElement !== input) input.value = filter; },
    isFiltering: () => document.activeElement === input,
    /** @param {boolean} isOpen */
    setDetails(isOpen) { detailsButton.setAttribute("aria-pressed", String(isOpen)); },
  };
}

