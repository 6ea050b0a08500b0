// Shows a file over its folder: the frame around it, stepping to the next and back, and the module that can show it.

import { addStyle, button, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { guardLeaving } from "../../shared/router.js";
import { showEntry } from "./show.js";
import { leave, mayLeave, onClose, onKey, step } from "./steps.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/**
 * What shows a file gets.
 * @typedef {object} Stage
 * @property {HTMLElement} element to be filled
 * @property {Entry} entry
 * @property {string} folder
 * @property {import("../state.js").Context} context
 * @property {AbortSignal} signal ends when something else is shown
 * @property {(...buttons: import("../../shared/h.js").Child[]) => void} setTools buttons in the head
 * @property {(why: Parameters<typeof import("../../shared/dialog.js").notice>[0]) => void} fail the browser could not show what it was given, and did not tell why
 * @property {(by: 1 | -1) => void} step
 * @property {() => void} close
 */

/**
 * What it gives back.
 * @typedef {object} Shown
 * @property {(event: KeyboardEvent) => boolean} [onKey] whether it took a key
 * @property {() => boolean} [mayLeave] asked before something else is shown
 * @property {() => void} [stop]
 */

/**
 * @typedef {object} Preview
 * @property {Entry} entry
 * @property {Shown | null} shown
 * @property {AbortController} stop
 * @property {boolean} isTold
 * @property {boolean} isFailed whether a notice stands in place of the file
 * @property {HTMLHeadingElement} title
 * @property {HTMLSpanElement} facts
 * @property {HTMLDivElement} tools
 * @property {HTMLDivElement} stage
 * @property {HTMLButtonElement} share
 * @property {HTMLButtonElement} back
 * @property {HTMLButtonElement} forth
 * @property {HTMLDialogElement} dialog
 * @property {() => boolean} stopGuard
 * @property {PreviewOptions} options
 */

/**
 * @typedef {{ context: import("../state.js").Context, folder: string, entries: Entry[], entry: Entry,
 *   onStep: (entry: Entry) => void, onClose: () => void }} PreviewOptions
 */

/** @param {PreviewOptions} options */
export function openPreview(options) {
  addStyle(new URL("preview.css", import.meta.url));
  const title = h("h2", { class: "preview-name", id: "preview-name" });
  const facts = h("span", { class: "preview-facts" });
  const tools = h("div", { class: "preview-tools" });
  const stage = h("div", { class: "preview-stage" });
  const back = button({ icon: "chevron-left", label: t("preview.back"), kind: "quiet", class: "preview-step is-back", onclick: () => step(preview, -1) });
  const forth = button({ icon: "chevron-right", label: t("preview.forth"), kind: "quiet", class: "preview-step is-forth", onclick: () => step(preview, 1) });
  const share = button({ icon: "share", label: t("action.share"), kind: "quiet", onclick: () => options.context.operations.share(preview.entry) });
  const dialog = h("dialog", { class: "preview", "aria-labelledby": "preview-name" },
    h("header", { class: "preview-head" },
      button({ icon: "close", label: t("preview.close"), kind: "quiet", onclick: () => leave(preview) }),
      h("div", { class: "preview-titles" }, title, facts),
      tools,
      share,
      button({ icon: "download", label: t("action.download"), kind: "quiet", onclick: () => options.context.operations.download([preview.entry]) })),
    h("div", { class: "preview-body" }, back, stage, forth));
  const stopGuard = guardLeaving(() => mayLeave(preview));
  /** @type {Preview} */
  const preview = {
    entry: options.entry, share, shown: null, stop: new AbortController(), isTold: true, isFailed: false, title, facts, tools, stage, back,
    forth, dialog, stopGuard, options,
  };
  dialog.addEventListener("keydown", (event) => onKey(preview, event));
  dialog.addEventListener("cancel", (event) => {
    if (event.target === dialog && !mayLeave(preview)) event.preventDefault();
  });
  dialog.addEventListener("close", (event) => onClose(preview, event));
  document.body.append(dialog);
  dialog.showModal();
  stage.tabIndex = -1;
  stage.focus();
  void showEntry(preview);
  return {
    name: () => preview.entry.name,
    /** Somebody is signed in again. What is shown, or being written, stays. */
    again() { if (preview.isFailed) void showEntry(preview); },
    /** Closes it without telling: the address has changed already. */
    close() {
      preview.isTold = false;
      dialog.close();
    },
  };
}

