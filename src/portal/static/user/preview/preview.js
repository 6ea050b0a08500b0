// Shows a file over its folder: the frame around it, stepping to the next and back, and the module that can show it.

import { addStyle, button, fill, h, icon } from "../../shared/h.js";
import { ApiError, errorText, isAbort, tellEnd } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { nameElement, plainName, size } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/live.js";
import { guardLeaving } from "../../shared/router.js";
import { kindOf } from "../files/kinds.js";
import { checkThere } from "../files/there.js";

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
 * @property {(why: Parameters<typeof notice>[0]) => void} fail the browser could not show what it was given, and did not tell why
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

/** @type {Record<string, () => Promise<{ show: (stage: Stage) => Shown | Promise<Shown> }>>} */
const MODULES = {
  image: () => import("./image.js"),
  video: () => import("./media.js"),
  sound: () => import("./media.js"),
  pdf: () => import("./pdf.js"),
  text: () => import("./text.js"),
  markdown: () => import("./text.js"),
};

/**
 * @param {{ context: import("../state.js").Context, folder: string, entries: Entry[], entry: Entry,
 *   onStep: (entry: Entry) => void, onClose: () => void }} options
 */
export function openPreview(options) {
  addStyle(new URL("preview.css", import.meta.url));
  let { entry } = options;
  /** @type {Shown | null} */
  let shown = null;
  let stop = new AbortController();
  let isTold = true;
  /** Whether a notice stands in place of the file. */
  let isFailed = false;

  const title = h("h2", { class: "preview-name", id: "preview-name" });
  const facts = h("span", { class: "preview-facts" });
  const tools = h("div", { class: "preview-tools" });
  const stage = h("div", { class: "preview-stage" });
  const back = button({ icon: "chevron-left", label: t("preview.back"), kind: "quiet", class: "preview-step is-back", onclick: () => step(-1) });
  const forth = button({ icon: "chevron-right", label: t("preview.forth"), kind: "quiet", class: "preview-step is-forth", onclick: () => step(1) });
  const dialog = h("dialog", { class: "preview", "aria-labelledby": "preview-name" },
    h("header", { class: "preview-head" },
      button({ icon: "close", label: t("preview.close"), kind: "quiet", onclick: () => leave() }),
      h("div", { class: "preview-titles" }, title, facts),
      tools,
      button({ icon: "download", label: t("action.download"), kind: "quiet", onclick: () => options.context.actions.download([entry]) })),
    h("div", { class: "preview-body" }, back, stage, forth));

  const index = () => options.entries.findIndex((one) => one.name === entry.name);
  const mayLeave = () => shown?.mayLeave?.() ?? true;
  const stopGuard = guardLeaving(mayLeave);

  /** @param {1 | -1} by */
  const step = (by) => {
    const next = options.entries[index() + by];
    if (!next || !mayLeave()) return;
    entry = next;
    options.onStep(next);
    void show();
  };

  const leave = () => {
    if (mayLeave()) dialog.close();
  };

  async function show() {
    stop.abort();
    shown?.stop?.();
    shown = null;
    const own = new AbortController();
    stop = own;
    isFailed = false;
    fill(title, nameElement(entry.name));
    facts.textContent = [options.entries.length > 1 ? t("preview.place", { at: index() + 1, count: options.entries.length }) : "", size(entry.size)]
      .filter(Boolean).join(" \u00b7 ");
    back.disabled = index() <= 0;
    forth.disabled = index() >= options.entries.length - 1;
    tools.replaceChildren();
    stage.replaceChildren();
    // What had the focus may be gone or switched off, and the keys with it.
    const focused = document.activeElement;
    if (!dialog.contains(focused) || focused === back && back.disabled || focused === forth && forth.disabled) stage.focus();
    stage.className = "preview-stage";
    announce(plainName(entry.name));
    const load = MODULES[kindOf(entry).preview ?? ""];
    if (!load) {
      showNone();
      return;
    }
    const timer = setTimeout(() => fill(stage, h("div", { class: "skeleton preview-loading", role: "status", "aria-label": t("view.loading") })), 150);
    try {
      const module = await load();
      if (own.signal.aborted) return;
      const made = h("div", { class: "preview-content" });
      const result = await module.show({
        element: made, entry, folder: options.folder, context: options.context, signal: own.signal, step, close: leave,
        setTools: (...buttons) => fill(tools, buttons),
        fail: (why) => void tellWhy(why, own.signal),
      });
      if (own.signal.aborted) {
        result.stop?.();
        return;
      }
      shown = result;
      clearTimeout(timer);
      fill(stage, made);
    } catch (error) {
      if (own.signal.aborted || isAbort(error)) return;
      clearTimeout(timer);
      showFailure(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {unknown} error */
  function showFailure(error) {
    isFailed = true;
    if (error instanceof ApiError) tellEnd(error, "core");
    fill(stage, notice({ icon: "warning", title: t("preview.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void show() } }));
  }

  /**
   * The browser says of a picture only that it cannot show it. Whether the session, the server or the file is gone, the
   * server tells.
   * @param {Parameters<typeof notice>[0]} why when it is none of these @param {AbortSignal} signal
   */
  async function tellWhy(why, signal) {
    try {
      await checkThere(entry.path, signal);
      if (!signal.aborted) fill(stage, notice(why));
    } catch (error) {
      if (!signal.aborted) showFailure(error);
    }
  }

  function showNone() {
    const kind = kindOf(entry);
    fill(stage, h("div", { class: "notice" },
      h("div", { class: "notice-icon" }, icon(kind.icon)),
      h("p", { class: "notice-title", text: t("preview.none") }),
      h("p", { class: "notice-text", text: t("preview.nonetext") }),
      button({ text: t("action.download"), icon: "download", kind: "primary", onclick: () => options.context.actions.download([entry]) })));
  }

  dialog.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (shown?.onKey?.(event)) {
      event.preventDefault();
      return;
    }
    const target = event.target;
    // Fields, players and menus have their own use for the arrows.
    const isOwn = target instanceof Element && target.closest("textarea, input, video, audio, [role=menu]") !== null;
    if (isOwn || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowLeft") step(-1);
    else if (event.key === "ArrowRight") step(1);
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("cancel", (event) => {
    if (event.target === dialog && !mayLeave()) event.preventDefault();
  });
  dialog.addEventListener("close", (event) => {
    if (event.target !== dialog) return;
    stop.abort();
    shown?.stop?.();
    stopGuard();
    document.body.append(...dialog.querySelectorAll(":scope > .toasts"));
    dialog.remove();
    if (isTold) options.onClose();
  });

  document.body.append(dialog);
  dialog.showModal();
  stage.tabIndex = -1;
  stage.focus();
  void show();

  return {
    name: () => entry.name,
    /** Somebody is signed in again. What is shown, or being written, stays. */
    again() { if (isFailed) void show(); },
    /** Closes it without telling: the address has changed already. */
    close() {
      isTold = false;
      dialog.close();
    },
  };
}
