// Short messages at the edge of the screen: what was done, with a button to undo it, or what
// failed. Failures stay until they are dismissed. No message disappears while the pointer or the
// focus is on it. Only the newest is visible. The older ones appear again when it is gone. After a
// while a message with an undo button is hidden, but the undo keys still find its button.

import { ApiError, errorText, isAbort } from "./api.js";
import { button, h, icon } from "./h.js";
import { announce } from "./announce.js";
import { t } from "./i18n.js";

const STAY = 6000;
/** The time in which an undo button is visible. */
const STAY_VISIBLE = 8000;
/** The time in which a person can undo an action, by the keys at least. */
const STAY_WITH_ACTION = 30_000;
const KEPT_MAX = 40;

/**
 * @typedef {object} ToastOptions
 * @property {boolean} [isError]
 * @property {{ label?: string, run: () => void }} [action] without a label it takes back what was done
 * @property {boolean} [stays] until it is closed or replaced
 */

/**
 * @typedef {object} Toast
 * @property {(text: string) => void} setText
 * @property {() => void} close
 * @property {() => boolean} isOpen
 */

/** @type {HTMLElement | null} */
let stack = null;

/**
 * @param {string} text
 * @param {ToastOptions} [options]
 * @returns {Toast}
 */
export function toast(text, options = {}) {
  if (!stack) {
    stack = h("div", { class: "toasts", role: "region", "aria-label": t("toast.region") });
    document.body.append(stack);
  }
  // A modal dialog covers the page, so messages are shown above it.
  const modal = [...document.querySelectorAll("dialog[open]")].pop();
  (modal ?? document.body).append(stack);
  /** The element that had the focus before a button of the toast. @type {HTMLElement | null} */
  let before = null;
  const words = h("span", { class: "toast-text", text });
  const element = h("div", { class: ["toast", options.isError && "is-error"] },
    options.isError ? icon("warning") : null, words);
  let timer = 0;
  let hiding = 0;
  const hold = () => {
    clearTimeout(timer);
    clearTimeout(hiding);
  };
  const close = () => {
    hold();
    const hadFocus = element.contains(document.activeElement);
    element.remove();
    if (hadFocus) before?.focus({ preventScroll: true });
  };
  const { action } = options;
  if (action) {
    element.append(button({ text: action.label ?? t("action.undo"), kind: "quiet", class: action.label ? "" : "toast-undo", onclick: () => { close(); action.run(); } }));
  }
  element.append(button({ icon: "close", label: t("toast.close"), kind: "quiet", onclick: close }));
  const wait = () => {
    hold();
    if (action && !action.label && !options.isError && !options.stays) hiding = setTimeout(() => element.classList.add("is-past"), STAY_VISIBLE);
    if (!options.isError && !options.stays) timer = setTimeout(close, action ? STAY_WITH_ACTION : STAY);
  };
  element.addEventListener("pointerenter", hold);
  element.addEventListener("pointerleave", wait);
  element.addEventListener("focusin", (event) => {
    hold();
    if (event.relatedTarget instanceof HTMLElement && !element.contains(event.relatedTarget)) before = event.relatedTarget;
  });
  element.addEventListener("focusout", wait);
  stack.append(element);
  if (stack.childElementCount > KEPT_MAX) stack.firstElementChild?.remove();
  wait();
  announce(text);
  return { close, setText: (next) => { words.textContent = next; }, isOpen: () => element.isConnected };
}

/** Undoes the last action that can be undone. */
export function undoLast() {
  /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll(".toast-undo")]).pop()?.click();
}

/** Shows the failure of work for which nobody waits. @param {Promise<unknown>} work */
export function orTell(work) {
  work.catch((error) => {
    const isKnown = isAbort(error) || (error instanceof ApiError && error.kind === "ended");
    if (!isKnown) errorToast(errorText(error));
  });
}

/** @param {string} text @param {ToastOptions["action"]} [action] */
export function errorToast(text, action) {
  return toast(text, action ? { isError: true, action } : { isError: true });
}
