// The slideshow: one picture after the other over the whole screen, videos to their end, and again from the first.

import { button } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { kindOf } from "../files/kinds.js";
import { showEntry } from "./show.js";
import { index, shownEntries } from "./steps.js";

/** @typedef {import("./preview.js").Preview} Preview */

/** Milliseconds that a picture is shown. */
const STAY = 5000;
/** Milliseconds before what cannot be shown is passed over. */
const PATIENCE = 15_000;

/** @param {import("../../shared/types.js").Entry} entry */
const isShowable = (entry) => ["image", "video"].includes(kindOf(entry).preview ?? "");

/** @param {Preview} preview */
export function canStartSlideshow(preview) {
  return kindOf(preview.entry).preview === "image";
}

/** @param {Preview} preview */
export function startSlideshow(preview) {
  if (preview.slideshow) return;
  const stopButton = button({ icon: "pause", text: t("viewer.stop"), class: "preview-stop", onclick: () => stopSlideshow(preview) });
  preview.slideshow = { timer: 0, stopButton };
  preview.dialog.classList.add("is-slideshow");
  preview.stage.after(stopButton);
  stopButton.focus();
  // Browsers may refuse it, as on phones; then it plays in the window.
  preview.dialog.requestFullscreen?.().catch(() => undefined);
  announce(t("viewer.started"));
  stay(preview, STAY);
}

/** @param {Preview} preview */
export function stopSlideshow(preview) {
  if (!preview.slideshow) return;
  clearTimeout(preview.slideshow.timer);
  preview.slideshow.stopButton.remove();
  preview.slideshow = null;
  preview.dialog.classList.remove("is-slideshow");
  if (document.fullscreenElement === preview.dialog) document.exitFullscreen().catch(() => undefined);
  preview.stage.focus();
}

/** What is to be shown is there: a picture, or a video that plays. @param {Preview} preview */
export function slideIsShown(preview) {
  if (preview.slideshow && kindOf(preview.entry).preview === "image") stay(preview, STAY);
}

/** What is next has been called up. @param {Preview} preview */
export function slideBegins(preview) {
  // A video goes on to its end.
  if (preview.slideshow) stay(preview, PATIENCE);
}

/** A video plays now. @param {Preview} preview */
export function slidePlays(preview) {
  if (preview.slideshow) clearTimeout(preview.slideshow.timer);
}

/** @param {Preview} preview @param {number} milliseconds */
function stay(preview, milliseconds) {
  if (!preview.slideshow) return;
  clearTimeout(preview.slideshow.timer);
  preview.slideshow.timer = setTimeout(() => nextSlide(preview), milliseconds);
}

/** Shows the next picture or video, after the last one the first. @param {Preview} preview */
export function nextSlide(preview) {
  if (!preview.slideshow) return;
  const entries = shownEntries(preview);
  const at = index(preview);
  const next = [...entries.slice(at + 1), ...entries.slice(0, at)].find(isShowable);
  if (!next) {
    stopSlideshow(preview);
    return;
  }
  preview.entry = next;
  preview.options.onStep(next);
  void showEntry(preview);
}
