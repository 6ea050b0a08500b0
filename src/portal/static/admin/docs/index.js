// The index of the API: a search, and all operations by side and area.

import { fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { address } from "../../shared/router.js";
import { search } from "./describe.js";

/**
 * @typedef {object} Index
 * @property {Operation[]} operations
 * @property {string} current
 * @property {HTMLInputElement} input
 * @property {HTMLElement} list
 * @property {{ operations: Operation[], onSearch: (text: string) => void }} options
 */

/** @typedef {import("./describe.js").Operation} Operation */

/**
 * @param {{ operations: Operation[], onSearch: (text: string) => void }} options
 */
export function createIndex(options) {
  const { operations } = options;
  let timer = 0;
  const input = h("input", { type: "search", class: "input", placeholder: t("docs.search"), "aria-label": t("docs.search"), autocomplete: "off", spellcheck: false });
  const list = h("div", { class: "docs-list" });
  /** @type {Index} */
  const index = { operations, current: "", input, list, options };
  const element = h("nav", { class: "docs-index", "aria-label": t("docs.index") },
    h("div", { class: "docs-search" }, h("div", { class: "search-box" }, icon("search"), input)), list);
  input.addEventListener("input", () => {
    drawIndex(index);
    clearTimeout(timer);
    timer = setTimeout(() => {
      options.onSearch(input.value.trim());
      announce(t("docs.found", { count: list.querySelectorAll("a").length }));
    }, 500);
  });
  input.addEventListener("keydown", (event) => onInputKey(index, event));
  list.addEventListener("keydown", (event) => onListKey(index, event));
  return {
    element,
    focus: () => input.focus(),
    /** @param {string} id of the operation that is shown, or nothing @param {string} text of the search */
    show: (id, text) => showOperation(index, id, text),
  };
}

/** @param {string} text */
function firstSentence(text) {
  return (/^.*?\.(?=\s|$)/.exec(text)?.[0] ?? text).replaceAll("`", "");
}

/** @param {Index} index */
function drawIndex(index) {
  const text = index.input.value.trim();
  const found = search(index.operations, text);
  if (found.length === 0) {
    fill(index.list, h("p", { class: "docs-none quiet", text: t("docs.nomatch", { text }) }));
    return;
  }
  if (text) {
    fill(index.list, h("ul", null, found.map((operation) => operationLink(index, operation))));
    return;
  }
  fill(index.list,
    h("ul", { class: "docs-first" }, h("li", null, h("a", { class: "docs-link", href: address(""), "aria-current": index.current === "" ? "page" : null }, h("span", { class: "docs-link-name", text: t("docs.start") })))),
    /** @type {const} */ (["core", "admin"]).map((side) => {
      const own = index.operations.filter((operation) => operation.side === side);
      const areas = [...new Set(own.map((operation) => operation.area))];
      return h("section", null, h("h2", { class: "docs-side", text: t(`docsside.${side}`) }),
        areas.map((area) => h("section", null, h("h3", { class: "docs-area", lang: "en", text: area }),
          h("ul", null, own.filter((operation) => operation.area === area).map((operation) => operationLink(index, operation))))));
    }));
}

/** @param {Index} index @param {Operation} operation */
function operationLink(index, operation) {
  return h("li", null, h("a", {
    class: "docs-link", href: address(operation.side, [operation.name], { q: index.input.value.trim() }),
    "aria-current": operation.id === index.current ? "page" : null, data: { operation: operation.id },
  }, h("span", { class: "docs-link-name", text: operation.name }), h("span", { class: "docs-link-help", lang: "en", text: firstSentence(operation.help) })));
}

/** @param {Index} index @param {string} id of the operation that is shown, or nothing @param {string} text of the search */
function showOperation(index, id, text) {
  const isOther = text !== index.input.value.trim();
  index.current = id;
  if (isOther || index.list.childElementCount === 0) {
    index.input.value = text;
    drawIndex(index);
  }
  for (const one of index.list.querySelectorAll("a.docs-link")) {
    const isCurrent = (/** @type {HTMLElement} */ (one).dataset.operation ?? "") === id;
    if (isCurrent) one.setAttribute("aria-current", "page");
    else one.removeAttribute("aria-current");
    if (isCurrent && id) one.scrollIntoView({ block: "nearest" });
  }
}

/** @param {Index} index @param {KeyboardEvent} event */
function onInputKey(index, event) {
  const links = [...index.list.querySelectorAll("a.docs-link")];
  if (event.key === "ArrowDown" || event.key === "Enter") {
    event.preventDefault();
    const first = /** @type {HTMLElement | undefined} */ (links[0]);
    first?.focus();
    if (event.key === "Enter") first?.click();
  } else if (event.key === "Escape" && index.input.value) {
    event.preventDefault();
    index.input.value = "";
    drawIndex(index);
    index.options.onSearch("");
  }
}

/**
 * The up and down keys move through the operations, as in any list.
 * @param {Index} index @param {KeyboardEvent} event
 */
function onListKey(index, event) {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  const links = [...index.list.querySelectorAll("a.docs-link")];
  const at = links.indexOf(/** @type {Element} */ (document.activeElement));
  const next = links[at + step];
  event.preventDefault();
  if (next instanceof HTMLElement) next.focus();
  else if (step < 0) index.input.focus();
}
