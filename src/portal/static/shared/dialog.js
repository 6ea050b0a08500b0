// Dialogs: for actions that cannot be undone, and for questions that need an answer first. The
// browser's `dialog` element keeps the focus inside and returns it afterwards.

import { button, fill, h, icon, uniqueId } from "./h.js";
import { t } from "./i18n.js";

/**
 * @typedef {object} DialogOptions
 * @property {string} title
 * @property {import("./h.js").Child[]} [body]
 * @property {HTMLElement[]} [actions] buttons, of which the last one acts
 * @property {string} [class]
 * @property {boolean} [mayJustClose] shows a cross
 * @property {() => boolean} [mayClose] asked before Escape or a click outside closes the dialog
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
        // A dialog without questions needs a visible close button.
        options.mayJustClose ? button({ icon: "close", label: t("dialog.close"), kind: "quiet", onclick: () => element.close() }) : null),
      h("div", { class: "dialog-body" }, options.body ?? []),
      options.actions ? h("div", { class: "dialog-actions" }, options.actions) : null));
  const close = () => element.close();
  element.addEventListener("cancel", (event) => {
    if (options.mayClose && !options.mayClose()) event.preventDefault();
  });
  // A press that began inside the dialog, for example to select text, does not close it.
  let pressed = /** @type {EventTarget | null} */ (null);
  element.addEventListener("pointerdown", (event) => { pressed = event.target; });
  element.addEventListener("click", (event) => {
    if (event.target === element && pressed === element && (!options.mayClose || options.mayClose())) close();
  });
  element.addEventListener("close", () => {
    // Elements that float above the dialog are moved out of it first.
    document.body.append(...element.querySelectorAll(":scope > .toasts"));
    element.remove();
    options.onClose?.();
  });
  document.body.append(element);
  element.showModal();
  swipeCloses(element, () => { if (!options.mayClose || options.mayClose()) close(); });
  return { element, close };
}

/**
 * On phones, dialogs and menus are sheets that a swipe down closes.
 * @param {HTMLElement} element @param {() => void} close
 */
export function swipeCloses(element, close) {
  if (!matchMedia("(max-width: 599px) and (pointer: coarse)").matches) return;
  // Without it, the sheet is closed as anywhere else.
  import("./sheet.js").then(({ followSwipe }) => followSwipe(element, close), () => undefined);
}

/**
 * Asks whether to do something. The focus is on the button that changes nothing, so that a person
 * who types on or presses Enter agrees to nothing.
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
 * A notice in place of a list or view that could not be loaded.
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
