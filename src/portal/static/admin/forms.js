// Forms of the admin portal, and a check box with its label.

import { errorLine } from "../shared/fields.js";
import { fill, h } from "../shared/h.js";
import { adminErrorText } from "./error-text.js";

/**
 * A form that waits for one submission before the next. Errors are shown below its fields.
 * @param {import("../shared/h.js").Child[]} children
 * @param {() => Promise<void>} submit
 * @param {(error: unknown) => boolean} [fail] shows the failure itself if it can, and tells whether it did
 */
export function form(children, submit, fail) {
  const wrong = errorLine();
  const element = h("form", { class: "form", novalidate: true }, children, wrong);
  let isSending = false;
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    const send = element.querySelector("button[type=submit]");
    send?.setAttribute("aria-disabled", "true");
    wrong.textContent = "";
    try {
      await submit();
    } catch (error) {
      if (!fail?.(error)) wrong.textContent = adminErrorText(error);
    } finally {
      isSending = false;
      send?.removeAttribute("aria-disabled");
    }
  });
  return element;
}

/** @param {string} label @param {boolean} isChecked @param {string} [hint] */
export function checkBox(label, isChecked, hint) {
  const input = h("input", { type: "checkbox", checked: isChecked });
  const words = h("span", { class: "option-text" }, h("span", { text: label }), hint ? h("span", { class: "field-hint", text: hint }) : null);
  return { element: h("label", { class: "option" }, input, words), input };
}

/**
 * A selection with a label, which looks like a field.
 * @param {string} label @param {[string, string][]} options value and label @param {string} value
 */
export function selectField(label, options, value) {
  const input = h("select", { class: "input" });
  fill(input, options.map(([one, text]) => h("option", { value: one, text })));
  input.value = value;
  return { element: h("label", { class: "field" }, h("span", { class: "field-label", text: label }), input), input };
}

const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
/** Number of groups of four letters. 20 letters out of 32 make 100 bits. */
const GROUPS = 5;

/** A password that cannot be guessed and can be read aloud. */
export function suggestedPassword() {
  const numbers = crypto.getRandomValues(new Uint8Array(GROUPS * 4));
  const letters = [...numbers].map((one) => LETTERS[one % LETTERS.length]).join("");
  return letters.match(/.{4}/g)?.join("-") ?? letters;
}
