// The slideshow: one picture after the other on the whole screen. Videos play to their end, and
// after the last comes the first.

import { button } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { kindOf } from "../files/kinds.js";
import { showEntry } from "./show.js";
import { index, shownEntries } from "./steps.js";

/** @typedef {import("./preview.js").Preview} Preview */

/** Milliseconds for which a picture is shown. */
const STAY = 5000;
/** Milliseconds before a file that cannot be shown is skipped. */
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
  // Browsers may refuse this, for example on phones. Then the slideshow plays in the window.
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

/** Called when a picture is shown, or a video plays. @param {Preview} preview */
export function slideIsShown(preview) {
  if (preview.slideshow && kindOf(preview.entry).preview === "image") stay(preview, STAY);
}

/** Called when the next picture or video is being loaded. @param {Preview} preview */
export function slideBegins(preview) {
  // A video plays to its end.
  if (preview.slideshow) stay(preview, PATIENCE);
}

/** Called when a video begins to play. @param {Preview} preview */
export function slidePlays(preview) {
  if (preview.slideshow) clearTimeout(preview.slideshow.timer);
}

/** @param {Preview} preview @param {number} milliseconds */
function stay(preview, milliseconds) {
  if (!preview.slideshow) return;
  clearTimeout(preview.slideshow.timer);
  preview.slideshow.timer = setTimeout(() => nextSlide(preview), milliseconds);
}

/** Shows the next picture or video. After the last one comes the first. @param {Preview} preview */
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
