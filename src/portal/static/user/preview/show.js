// Shows a file in the preview with the module for its kind, or says why it cannot be shown.

import { ApiError, errorText, isAbort, tellEnd } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { nameElement, plainName, size } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { checkExists } from "../files/exists.js";
import { kindOf } from "../files/kinds.js";
import { parentOf } from "../files/paths.js";
import { showActions } from "./actions.js";
import { showInfo } from "./info.js";
import { nextSlide, slideBegins, slideIsShown, slidePlays, startSlideshow } from "./slideshow.js";
import { index, leave, neighbours, shownEntries, step } from "./steps.js";

/** @typedef {import("./preview.js").Stage} Stage */
/** @typedef {import("./preview.js").Shown} Shown */
/** @typedef {import("./preview.js").Preview} Preview */

/** @type {Record<string, () => Promise<{ show: (stage: Stage) => Shown | Promise<Shown> }>>} */
const MODULES = {
  image: () => import("./image.js"),
  video: () => import("./media.js"),
  sound: () => import("./media.js"),
  pdf: () => import("./pdf.js"),
  text: () => import("./text.js"),
  markdown: () => import("./text.js"),
  office: () => import("./office.js"),
};

/** @param {Preview} preview */
export async function showEntry(preview) {
  preview.stop.abort();
  preview.shown?.stop?.();
  preview.shown = null;
  const own = new AbortController();
  preview.stop = own;
  preview.isFailed = false;
  preview.isKnown = !preview.options.complete || preview.entry.canRename;
  fill(preview.title, nameElement(preview.entry.name));
  showFacts(preview);
  showSteps(preview);
  void showInfo(preview);
  slideBegins(preview);
  preview.tools.replaceChildren();
  preview.more.replaceChildren();
  preview.stage.replaceChildren();
  // The element with the focus may be gone or disabled, and then no keys would arrive.
  const focused = document.activeElement;
  if (!preview.dialog.contains(focused) || focused === preview.back && preview.back.disabled || focused === preview.forth && preview.forth.disabled) preview.stage.focus();
  preview.stage.className = "preview-stage";
  announce(plainName(preview.entry.name));
  const { preview: kind } = kindOf(preview.entry);
  // Around pictures it is dark, so that nothing distracts from them.
  if (kind === "image" || kind === "video") preview.dialog.dataset.theme = "dark";
  else delete preview.dialog.dataset.theme;
  const load = MODULES[kind ?? ""];
  if (!load) {
    showNone(preview);
    return;
  }
  const timer = setTimeout(() => fill(preview.stage, h("div", { class: "skeleton preview-loading", role: "status", "aria-label": t("view.loading") })), 150);
  try {
    const module = await load();
    if (own.signal.aborted) return;
    const made = h("div", { class: "preview-content" });
    const result = await module.show(stageOf(preview, made, own.signal));
    if (own.signal.aborted) {
      result.stop?.();
      return;
    }
    preview.shown = result;
    void complete(preview, own.signal);
    clearTimeout(timer);
    fill(preview.stage, made);
    result.onPlaced?.();
  } catch (error) {
    if (own.signal.aborted || isAbort(error)) return;
    clearTimeout(timer);
    showFailure(preview, error);
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Preview} preview @param {HTMLElement} element @param {AbortSignal} signal @returns {Stage} */
function stageOf(preview, element, signal) {
  const { entry, options } = preview;
  return {
    element, entry, signal, folder: parentOf(entry.path), context: options.context, frame: preview.dialog,
    step: (by) => step(preview, by),
    close: () => leave(preview),
    setTools: (...buttons) => fill(preview.tools, buttons),
    setMore: (menu) => fill(preview.more, menu),
    fail: (why) => void tellWhy(preview, why, signal),
    neighbours: () => neighbours(preview),
    following: () => shownEntries(preview).slice(index(preview) + 1),
    goTo(next) {
      preview.entry = next;
      options.onStep(next);
      void showEntry(preview);
    },
    onShown: () => slideIsShown(preview),
    onPlay: () => slidePlays(preview),
    startSlideshow: () => startSlideshow(preview),
    isSlideshow: () => preview.slideshow !== null,
    nextSlide: () => nextSlide(preview),
  };
}

/** @param {Preview} preview */
export function showFacts(preview) {
  const { factsOf } = preview.options;
  const count = shownEntries(preview).length;
  const place = count > 1 ? t("preview.place", { at: index(preview) + 1, count }) : "";
  preview.facts.textContent = [factsOf ? factsOf(preview.entry) : place, size(preview.entry.size)].filter(Boolean).join(" \u00b7 ");
  showActions(preview);
}

/** @param {Preview} preview */
export function showSteps(preview) {
  const at = index(preview);
  preview.back.disabled = at <= 0;
  preview.forth.disabled = at >= shownEntries(preview).length - 1;
}

/**
 * Loads the rights to the entry if they are not known.
 * @param {Preview} preview @param {AbortSignal} signal
 */
async function complete(preview, signal) {
  if (!preview.options.complete) return;
  try {
    await preview.options.complete(preview.entry, signal);
  } catch {
    // The file can still be viewed. The module that shows it reports if the file or the server is
    // gone.
    return;
  }
  if (signal.aborted) return;
  preview.isKnown = true;
  showFacts(preview);
  preview.shown?.renew?.();
}

/** @param {Preview} preview @param {unknown} error */
export function showFailure(preview, error) {
  preview.isFailed = true;
  if (error instanceof ApiError) tellEnd(error, "core");
  fill(preview.stage, notice({ icon: "warning", title: t("preview.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void showEntry(preview) } }));
}

/**
 * The browser only says that it cannot show a picture. The server knows whether the session or the
 * file is gone, so it is asked.
 * @param {Preview} preview
 * @param {Parameters<typeof notice>[0]} why when it is none of these @param {AbortSignal} signal
 */
export async function tellWhy(preview, why, signal) {
  try {
    await checkExists(preview.entry.path, signal);
    if (!signal.aborted) fill(preview.stage, notice(why));
  } catch (error) {
    if (!signal.aborted) showFailure(preview, error);
  }
}

/** @param {Preview} preview */
export function showNone(preview) {
  const kind = kindOf(preview.entry);
  fill(preview.stage, h("div", { class: "notice" },
    h("div", { class: "notice-icon" }, icon(kind.icon)),
    h("p", { class: "notice-title", text: t("preview.none") }),
    h("p", { class: "notice-text", text: t("preview.nonetext") }),
    button({ text: t("action.download"), icon: "download", kind: "primary", onclick: () => preview.options.context.operations.download([preview.entry]) })));
}
