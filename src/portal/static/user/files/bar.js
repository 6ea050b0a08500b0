// The bar over the files: the path, the filter, and how the list looks.

import { nameElement } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/live.js";
import { menuButton } from "../../shared/menu.js";
import { go } from "../../shared/router.js";
import { setLook } from "../state.js";
import { folderAddress, folderName, join, parentOf, partsBelow, rootOf } from "./paths.js";

/** Milliseconds between keystrokes before the address takes the filter. */
const FILTER_PAUSE = 300;

/**
 * @param {import("./desk.js").Desk} desk
 * @param {{ folderMenu: () => Promise<import("../../shared/menu.js").MenuEntry[]>, sortMenu: () => Promise<import("../../shared/menu.js").MenuEntry[]>,
 *   toggleDetails: () => void, makeDropTarget: (element: HTMLElement, folder: string) => void }} options
 */
export function createBar(desk, options) {
  const { store } = desk.context;
  const crumbs = h("nav", { class: "crumbs", "aria-label": t("files.path") });
  const input = h("input", {
    type: "search", class: "input filter", placeholder: t("files.filtershort"), "aria-label": t("files.filter"),
    "aria-keyshortcuts": "/", autocomplete: "off", spellcheck: false,
  });
  const shapeButton = button({ icon: "grid", label: t("files.cards"), kind: "quiet", class: "wide-only", onclick: switchShape });
  const detailsButton = button({ icon: "info", label: t("files.details"), kind: "quiet", class: "wide-only", onclick: options.toggleDetails });
  const tools = h("div", { class: "tools" },
    h("div", { class: "filter-box" }, icon("filter"), input),
    menuButton(button({ icon: "sort", label: t("files.sort"), kind: "quiet", class: "wide-only sort-button" }), options.sortMenu),
    shapeButton, detailsButton,
    menuButton(button({ icon: "more", label: t("files.more"), kind: "quiet", class: "phone-only" }), options.folderMenu));

  /** Shows the way from home, or from a disk, to the folder. */
  function showPath() {
    const { home } = desk;
    const path = desk.path();
    const root = rootOf(path, home);
    const steps = [{ label: folderName(root, home), path: root }];
    for (const name of partsBelow(path, root)) steps.push({ label: name, path: join(steps[steps.length - 1]?.path ?? root, name) });
    const up = steps.length > 1
      ? h("a", { class: "button quiet bare crumb-up", href: folderAddress(parentOf(path), home), "aria-label": t("files.up"), title: t("files.up") }, icon("chevron-left"))
      : null;
    const items = steps.map((step, at) => {
      const isLast = at === steps.length - 1;
      const content = step.path === home ? step.label : nameElement(step.label);
      const crumb = isLast
        ? h("h1", { class: "crumb is-current", "aria-current": "page" }, content)
        : h("a", { class: "crumb", href: folderAddress(step.path, home) }, content);
      if (!isLast) options.makeDropTarget(crumb, step.path);
      return h("li", { class: [isLast && "is-last", at === 0 && "is-first"] }, crumb, isLast ? null : icon("chevron-right", { class: "crumb-mark" }));
    });
    const list = h("ol", { class: "crumb-list" }, items);
    fill(crumbs, up, list);
    // The end of a long path is what matters.
    list.scrollLeft = list.scrollWidth;
  }

  // ---- filter

  let timer = 0;
  const toAddress = () => go(desk.here(), { replace: true });
  input.addEventListener("input", () => {
    desk.setFilter(input.value);
    clearTimeout(timer);
    timer = setTimeout(toAddress, FILTER_PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      clearTimeout(timer);
      input.value = "";
      desk.setFilter("");
      toAddress();
      showFilter(false);
      desk.list.focus();
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      desk.list.focus();
    }
  });
  input.addEventListener("blur", () => { if (!input.value) showFilter(false); });

  /** On phones the field takes the bar's place. @param {boolean} isShown */
  function showFilter(isShown) {
    tools.classList.toggle("is-filtering", isShown);
    crumbs.classList.toggle("is-away", isShown);
    if (isShown) {
      input.focus();
      input.select();
    }
  }

  // ---- looks

  function switchShape() {
    setLook(store, { shape: store.get().look.shape === "rows" ? "cards" : "rows" });
  }

  /** @param {import("../state.js").SortColumn} column */
  function sortBy(column) {
    const { sort, isDescending } = store.get().look;
    // Newest and largest first is what people want of those.
    setLook(store, { sort: column, isDescending: column === sort ? !isDescending : column !== "name" });
    announce(t("files.sorted", { column: t(`column.${column}`) }));
  }

  function applyLook() {
    const { shape, sort, isDescending } = store.get().look;
    desk.list.setShape(shape);
    desk.list.setSort(sort, isDescending);
    const label = t(shape === "rows" ? "files.cards" : "files.rows");
    shapeButton.replaceChildren(icon(shape === "rows" ? "grid" : "list"));
    shapeButton.setAttribute("aria-label", label);
    shapeButton.title = label;
    desk.again();
  }

  return {
    elements: [crumbs, tools],
    showPath,
    showFilter,
    switchShape,
    sortBy,
    applyLook,
    /** Follows the address, unless somebody is typing. @param {string} filter */
    setFilter(filter) { if (document.activeElement !== input) input.value = filter; },
    isFiltering: () => document.activeElement === input,
    /** @param {boolean} isOpen */
    setDetails(isOpen) { detailsButton.setAttribute("aria-pressed", String(isOpen)); },
  };
}
