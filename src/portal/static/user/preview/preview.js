// Shows a file over its folder: the frame around it, steps to the next and the previous file, and
// the module that can show it.

import { addStyle, button, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { guardLeaving } from "../../shared/router.js";
import { createActions } from "./actions.js";
import { createInfo } from "./info.js";
import { showEntry, showFacts, showSteps } from "./show.js";
import { stopSlideshow } from "./slideshow.js";
import { leave, mayLeave, onClose, onKey, step } from "./steps.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/**
 * The arguments of a module that shows a file.
 * @typedef {object} Stage
 * @property {HTMLElement} element which the module fills
 * @property {Entry} entry
 * @property {string} folder the entry's folder
 * @property {import("../state.js").Context} context
 * @property {AbortSignal} signal aborted when another file is shown
 * @property {(...buttons: import("../../shared/h.js").Child[]) => void} setTools buttons in the head
 * @property {(menu: HTMLElement) => void} setMore a menu at its end
 * @property {(why: Parameters<typeof import("../../shared/dialog.js").notice>[0]) => void} fail called when the browser cannot show the file and does not say why
 * @property {(by: 1 | -1) => void} step
 * @property {() => void} close
 * @property {HTMLElement} frame the whole preview, which gets the keys
 * @property {() => Entry[]} neighbours the next and the previous entry
 * @property {() => Entry[]} following the entries after this one
 * @property {(entry: Entry) => void} goTo shows another entry
 * @property {() => void} onShown called when a picture is shown
 * @property {() => void} onPlay called when a video or sound plays
 * @property {() => void} startSlideshow
 * @property {() => boolean} isSlideshow
 * @property {() => void} nextSlide
 */

/**
 * The functions that such a module returns.
 * @typedef {object} Shown
 * @property {() => void} [onPlaced] called when it is in the page
 * @property {(event: KeyboardEvent) => boolean} [onKey] returns true if it handled the key
 * @property {() => void} [renew] called when the rights to the entry are known
 * @property {() => boolean} [mayLeave] asked before another file is shown
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
 * @property {HTMLDivElement} more the place of a menu at the end of the head
 * @property {HTMLDivElement} stage
 * @property {import("./actions.js").Actions} actions
 * @property {ReturnType<typeof createInfo>} info
 * @property {Set<string>} gone paths of what was deleted here
 * @property {boolean} isRemoving
 * @property {boolean} isKnown whether it is known what one may do with the entry
 * @property {{ timer: number, stopButton: HTMLElement } | null} slideshow
 * @property {HTMLButtonElement} back
 * @property {HTMLButtonElement} forth
 * @property {HTMLDialogElement} dialog
 * @property {() => boolean} stopGuard
 * @property {PreviewOptions} options
 */

/**
 * @typedef {object} PreviewOptions
 * @property {import("../state.js").Context} context
 * @property {() => Entry[]} entries those that can be stepped through
 * @property {Entry} entry
 * @property {(entry: Entry) => string} [factsOf] what stands below its name; without it the place among the entries
 * @property {(entry: Entry, signal: AbortSignal) => Promise<unknown>} [complete] finds out what one may do with an entry
 * @property {(entry: Entry) => void} onStep
 * @property {(entry: Entry) => void} [onStarred] the entry has got or lost its star, which the view below may show
 * @property {() => void} onClose
 */

/** @param {PreviewOptions} options */
export function openPreview(options) {
  addStyle(new URL("preview.css", import.meta.url));
  const title = h("h2", { class: "preview-name", id: "preview-name" });
  const facts = h("span", { class: "preview-facts" });
  const tools = h("div", { class: "preview-tools" });
  const more = h("div", { class: "preview-more" });
  const stage = h("div", { class: "preview-stage" });
  const back = button({ icon: "chevron-left", label: t("preview.back"), kind: "quiet", class: "preview-step is-back", onclick: () => step(preview, -1) });
  const forth = button({ icon: "chevron-right", label: t("preview.forth"), kind: "quiet", class: "preview-step is-forth", onclick: () => step(preview, 1) });
  const actions = createActions(() => preview);
  const info = createInfo(() => preview);
  const dialog = h("dialog", { class: "preview", "aria-labelledby": "preview-name" },
    h("header", { class: "preview-head" },
      button({ icon: "close", label: t("preview.close"), kind: "quiet", onclick: () => leave(preview) }),
      h("div", { class: "preview-titles" }, title, facts),
      tools,
      actions.element,
      button({ icon: "download", label: t("action.download"), kind: "quiet", onclick: () => options.context.operations.download([preview.entry]) }),
      more),
    h("div", { class: "preview-body" }, h("div", { class: "preview-middle" }, back, stage, forth), info.element));
  const stopGuard = guardLeaving(() => mayLeave(preview));
  /** @type {Preview} */
  const preview = {
    entry: options.entry, shown: null, stop: new AbortController(), isTold: true, isFailed: false, title, facts, tools, more, stage, actions, info,
    gone: new Set(), isRemoving: false, isKnown: false, slideshow: null, back, forth, dialog, stopGuard, options,
  };
  dialog.addEventListener("keydown", (event) => onKey(preview, event));
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return;
    if (preview.slideshow || !mayLeave(preview)) event.preventDefault();
    stopSlideshow(preview);
  });
  // The first Escape only leaves the full screen.
  dialog.addEventListener("fullscreenchange", () => { if (document.fullscreenElement === null) stopSlideshow(preview); });
  stage.addEventListener("click", () => stopSlideshow(preview));
  dialog.addEventListener("close", (event) => onClose(preview, event));
  document.body.append(dialog);
  dialog.showModal();
  stage.tabIndex = -1;
  stage.focus();
  void showEntry(preview);
  return {
    name: () => preview.entry.name,
    path: () => preview.entry.path,
    /** Called when there are more entries. */
    steps() {
      showFacts(preview);
      showSteps(preview);
    },
    /** Called after a new sign-in. The file that is shown or edited stays. */
    again() { if (preview.isFailed) void showEntry(preview); },
    /** Closes the preview without changing the address, which has changed already. */
    close() {
      preview.isTold = false;
      dialog.close();
    },
  };
}

