// Dialogs: for what cannot be undone and for questions that have to be answered first. The browser's own `dialog` keeps
// the focus inside and gives it back afterwards.

import { button, fill, h, icon, uniqueId } from "./h.js";
import { t } from "./i18n.js";

/**
 * @typedef {object} DialogOptions
 * @property {string} title
 * @property {import("./h.js").Child[]} [body]
 * @property {HTMLElement[]} [actions] buttons, the one that does it last
 * @property {string} [class]
 * @property {boolean} [mayJustClose] shows a cross
 * @property {() => boolean} [mayClose] asked before Escape or a click beside it closes it
 * @property {() => void} [onClose]
 */

/**
 * Opens a dialog.
 * @param {DialogOptions} options
 * @returns {{ element: HTMLDialogElement, close: () => void }}
 */
export function openDialog(options) {
  const titleId = uniqueId("dialog");
  const element = h("dialog", { class: ["dialog", options.class], "aria-labelledby": titleId },
    h("div", { class: "dialog-box" },
      h("div", { class: "dialog-head" },
        h("h2", { id: titleId, class: "dialog-title", text: options.title }),
        // What asks nothing needs a way out that can be seen.
        options.mayJustClose ? button({ icon: "close", label: t("dialog.close"), kind: "quiet", onclick: () => element.close() }) : null),
      h("div", { class: "dialog-body" }, options.body ?? []),
      options.actions ? h("div", { class: "dialog-actions" }, options.actions) : null));
  const close = () => element.close();
  element.addEventListener("cancel", (event) => {
    if (options.mayClose && !options.mayClose()) event.preventDefault();
  });
  // A press that began inside, as when marking text, is not meant to close it.
  let pressed = /** @type {EventTarget | null} */ (null);
  element.addEventListener("pointerdown", (event) => { pressed = event.target; });
  element.addEventListener("click", (event) => {
    if (event.target === element && pressed === element && (!options.mayClose || options.mayClose())) close();
  });
  element.addEventListener("close", () => {
    // What floats above the dialog lives on.
    document.body.append(...element.querySelectorAll(":scope > .toasts"));
    element.remove();
    options.onClose?.();
  });
  document.body.append(element);
  element.showModal();
  return { element, close };
}

/**
 * Asks whether to do something. The focus is on what changes nothing: somebody who goes on typing, or presses Enter, agrees to
 * nothing.
 * @param {{ title: string, text?: string, confirm: string, isDanger?: boolean }} options
 * @returns {Promise<boolean>}
 */
export function confirmDialog(options) {
  return new Promise((resolve) => {
    let answer = false;
    const yes = button({
      text: options.confirm,
      kind: options.isDanger ? "danger" : "primary",
      onclick: () => { answer = true; dialog.close(); },
    });
    const no = button({ text: t("dialog.cancel"), onclick: () => dialog.close(), props: { autofocus: true } });
    const dialog = openDialog({
      title: options.title,
      body: options.text ? [h("p", { text: options.text })] : [],
      actions: [no, yes],
      onClose: () => resolve(answer),
    });
  });
}

/**
 * Asks for a text, such as a name. Stays open with the sentence when `submit` fails.
 * @param {{ title: string, label: string, value?: string, confirm: string, chosen?: number,
 *   submit: (value: string) => Promise<string | null> }} options `submit` answers what is wrong, or `null`;
 *   `chosen`: how many characters of the value are marked, so that typing replaces them
 * @returns {Promise<string | null>} the text, `null` when called off
 */
export function askText(options) {
  return new Promise((resolve) => {
    /** @type {string | null} */
    let answer = null;
    const input = field({ label: options.label, value: options.value ?? "", props: { maxlength: 255, autofocus: true } });
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
 * A labelled field with room for what is wrong with it.
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
  if (options.type === "password") box.append(revealButton(input));
  element.append(box, ...(hint ? [hint] : []), wrong);
  return {
    element,
    input,
    /** @param {string | null} sentence */
    setError(sentence) {
      wrong.textContent = sentence ?? "";
      if (sentence) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    },
  };
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
 * A labelled choice among a few.
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

/**
 * What is shown where a list or view could not be loaded.
 * @param {{ title: string, text?: string, icon?: string, action?: { label: string, run: () => void, kind?: "plain" | "primary" } }} options
 */
export function notice(options) {
  return h("div", { class: "notice" },
    options.icon ? iconBox(options.icon) : null,
    h("p", { class: "notice-title", text: options.title }),
    options.text ? h("p", { class: "notice-text", text: options.text }) : null,
    options.action
      ? button({ text: options.action.label, kind: options.action.kind ?? "plain", onclick: options.action.run })
      : null);
}

/** @param {string} name */
function iconBox(name) {
  return h("div", { class: "notice-icon" }, icon(name));
}

/** Empties an element and shows a notice in it. @param {Element} element @param {Parameters<typeof notice>[0]} options */
export function showNotice(element, options) {
  fill(element, notice(options));
}
