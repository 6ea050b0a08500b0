// The input fields of the audit log's filter.

import { records } from "../../shared/api.js";
import { button, fill, h, uniqueId } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { outcomeText } from "./cells.js";
import { FIELDS, OUTCOMES, filterCount, filterOf, isSameFilter } from "./filter.js";

/** @typedef {import("./filter.js").Filter} Filter */
/** @typedef {import("./filter.js").FilterField} FilterField */

/** Milliseconds after the last letter before a filter is applied. */
const TYPING_PAUSE = 400;

/**
 * Creates the fields of the filter.
 * @param {() => Filter} current
 * @param {(filter: Filter) => void} apply
 */
export function filterFields(current, apply) {
  const id = uniqueId("filter");
  const { inputs, suggestions } = createInputs(id);
  let timer = 0;
  const send = () => {
    clearTimeout(timer);
    const next = { ...current() };
    for (const field of FIELDS) next[field] = inputs[field].value.trim();
    if (!isSameFilter(next, current())) apply(next);
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(send, TYPING_PAUSE);
  };
  const clear = button({ text: t("audit.clear"), kind: "quiet", onclick: () => apply(filterOf(new URLSearchParams())) });
  const element = h("form", { class: "filters", id, "aria-label": t("audit.filter"), on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); send(); } } },
    FIELDS.map((field) => h("label", { class: ["field", `filter-${field}`] }, h("span", { class: "field-label", text: t(`auditfilter.${field}`) }), inputs[field])),
    clear, suggestions, h("button", { type: "submit", class: "visually-hidden", tabIndex: -1, text: t("audit.filter") }));
  for (const field of FIELDS) inputs[field].addEventListener(inputs[field] instanceof HTMLSelectElement ? "change" : "input", soon);

  const label = h("span", { class: "button-text" });
  const toggle = toggleButton(id, label, () => element.classList.toggle("is-open"), () => inputs.changes.focus());
  return {
    element,
    toggle,
    /** @param {Filter} filter */
    show(filter) {
      for (const field of FIELDS) if (inputs[field].value.trim() !== filter[field]) inputs[field].value = filter[field];
      const count = filterCount(filter);
      label.textContent = count > 0 ? t("audit.filtercount", { count }) : t("audit.filter");
      clear.hidden = count === 0;
    },
    focus() {
      if (!element.offsetParent && element.getClientRects().length === 0) toggle.click();
      inputs.user.focus();
    },
  };
}

/** @param {AutoFill} autocomplete */
function textInput(autocomplete) {
  return h("input", { type: "text", class: "input", autocomplete, autocapitalize: "none", autocorrect: "off", spellcheck: false });
}

/** The fields themselves. Each id begins with that of the form. @param {string} id of the form */
function createInputs(id) {
  /** @type {Record<FilterField, HTMLInputElement | HTMLSelectElement>} */
  const inputs = {
    changes: h("select", { class: "input" }, ["", "1"].map((value) => h("option", { value, text: t(`auditchanges.${value || "0"}`) }))),
    user: textInput("off"),
    operation: textInput("off"),
    outcome: h("select", { class: "input" }, h("option", { value: "", text: t("audit.anyoutcome") }),
      OUTCOMES.map((one) => h("option", { value: one, text: outcomeText(one) }))),
    ip: textInput("off"),
    agent: textInput("off"),
    path: textInput("off"),
    from: h("input", { type: "datetime-local", class: "input" }),
    to: h("input", { type: "datetime-local", class: "input" }),
  };
  const suggestions = h("datalist", { id: `${id}-users` });
  inputs.user.setAttribute("list", suggestions.id);
  inputs.user.addEventListener("focus", () => {
    if (suggestions.childElementCount > 0) return;
    records("search", "user", { keyword: "" }, { side: "admin" })
      .then((users) => fill(suggestions, users.map((user) => h("option", { value: user.username }))), () => { /* One can type the name. */ });
  });
  return { inputs, suggestions };
}

/**
 * A button that opens and closes the fields on narrow screens.
 * @param {string} id of the form @param {HTMLElement} label
 * @param {() => boolean} onToggle returns whether they are open now @param {() => void} onOpen
 */
function toggleButton(id, label, onToggle, onOpen) {
  const toggle = button({ icon: "filter", kind: "quiet", class: "filter-toggle", props: { "aria-expanded": "false", "aria-controls": id } });
  toggle.classList.remove("bare");
  toggle.append(label);
  toggle.addEventListener("click", () => {
    const isOpen = onToggle();
    toggle.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) onOpen();
  });
  return toggle;
}
