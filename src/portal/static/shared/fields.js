// Fields of forms: a text field with its label and error, a choice among a few values, and a dialog
// that asks for a text.

import { openDialog } from "./dialog.js";
import { button, h, uniqueId } from "./h.js";
import { t } from "./i18n.js";

/**
 * Asks for a text, such as a name. Stays open with the sentence when `submit` fails.
 * @param {{ title: string, label: string, hint?: string, value?: string, confirm: string, chosen?: number,
 *   submit: (value: string) => Promise<string | null> }} options `submit` returns an error or `null`;
 *   `chosen`: the number of selected characters, which typing replaces
 * @returns {Promise<string | null>} the text, `null` when called off
 */
export function askText(options) {
  return new Promise((resolve) => {
    /** @type {string | null} */
    let answer = null;
    const input = field({ label: options.label, hint: options.hint, value: options.value ?? "", props: { maxlength: 255, autofocus: true } });
    const submit = async () => {
      const value = input.input.value;
      confirm.disabled = true;
      const wrong = await options.submit(value);
      confirm.disabled = false;
      input.setError(wrong);
      if (wrong === null) {
        answer = value;
        dialog.close();
      } else {
        input.input.focus();
      }
    };
    const confirm = button({ text: options.confirm, kind: "primary", props: { type: "submit" } });
    const form = h("form", { class: "form", on: { submit: (/** @type {Event} */ event) => {
      event.preventDefault();
      void submit();
    } } }, input.element,
    h("div", { class: "dialog-actions" }, button({ text: t("dialog.cancel"), onclick: () => dialog.close() }), confirm));
    const dialog = openDialog({ title: options.title, body: [form], onClose: () => resolve(answer) });
    input.input.setSelectionRange(0, options.chosen ?? input.input.value.length);
  });
}

/**
 * A field with a label, and a place for an error.
 * @param {{ label: string, value?: string, type?: string, hint?: string, props?: import("./h.js").Props }} options
 */
export function field(options) {
  const id = uniqueId("field");
  const hint = options.hint ? h("p", { id: `${id}-hint`, class: "field-hint", text: options.hint }) : null;
  const wrong = h("p", { id: `${id}-error`, class: "field-error", role: "alert" });
  const input = h("input", {
    id,
    class: "input",
    type: options.type ?? "text",
    value: options.value ?? "",
    "aria-describedby": [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(" "),
    ...options.props,
  });
  const element = h("div", { class: "field" }, h("label", { htmlFor: id, class: "field-label", text: options.label }));
  const box = h("div", { class: "field-box" }, input);
  input.addEventListener("input", () => setError(null));
  if (options.type === "password") box.append(revealButton(input));
  element.append(box, ...(hint ? [hint] : []), wrong);
  return { element, input, setError };

  /** Shows what is wrong until the text changes. @param {string | null} sentence */
  function setError(sentence) {
    wrong.textContent = sentence ?? "";
    if (sentence) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

/**
 * A line for an error about a whole form. It becomes empty when a field beside it changes.
 * @param {import("./h.js").Props} [props]
 */
export function errorLine(props) {
  return h("p", { class: "form-error", role: "alert", data: { until: "changed" }, ...props });
}

document.addEventListener("input", ({ target }) => {
  for (const line of document.querySelectorAll("[data-until=changed]")) {
    if (target instanceof Node && line.parentElement?.contains(target)) line.textContent = "";
  }
});

/** A field for a text of several lines. @param {string} label @param {string} value */
export function linesField(label, value) {
  const id = uniqueId("field");
  const input = h("textarea", { id, class: "input lines", rows: 4, value });
  return { element: h("div", { class: "field" }, h("label", { htmlFor: id, class: "field-label", text: label }), input), input };
}

/** @param {HTMLInputElement} input */
function revealButton(input) {
  const toggle = button({ icon: "eye", label: t("field.reveal"), kind: "quiet", class: "field-reveal" });
  toggle.setAttribute("aria-pressed", "false");
  toggle.addEventListener("click", () => {
    const isShown = input.type === "text";
    input.type = isShown ? "password" : "text";
    toggle.setAttribute("aria-pressed", String(!isShown));
    input.focus();
  });
  return toggle;
}

/**
 * A choice among a few values, with a label.
 * @param {{ label: string, value: string, options: { value: string, label: string }[], onchange: (value: string) => void }} options
 */
export function choice(options) {
  const id = uniqueId("choice");
  const select = h("select", { id, class: "input" },
    options.options.map((option) => h("option", { value: option.value, text: option.label })));
  select.value = options.value;
  select.addEventListener("change", () => options.onchange(select.value));
  return h("div", { class: "field" }, h("label", { htmlFor: id, class: "field-label", text: options.label }), select);
}
