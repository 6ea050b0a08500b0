// A picture: fitted, zoomed with the wheel, two fingers, a double tap or keys, moved when larger than the screen, and
// swiped aside to the next.

import { fileUrl, noteDownload } from "../../shared/api.js";
import { plainName } from "../../shared/format.js";
import { h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { onDown, onMove, onUp } from "./fingers.js";
import { addTools } from "./turn.js";
import { bound, drawPicture, onViewerKey, zoom } from "./zoom.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/**
 * @typedef {object} Viewer
 * @property {Entry} entry
 * @property {HTMLElement} element
 * @property {number} scale
 * @property {number} x
 * @property {number} y
 * @property {Map<number, { x: number, y: number }>} fingers
 * @property {{ distance: number, scale: number } | null} pinch
 * @property {{ x: number; y: number; }} start
 * @property {number} lastTap
 * @property {HTMLImageElement} image
 * @property {boolean} isTurning
 * @property {HTMLElement[]} turners The buttons that turn.
 * @property {import("./preview.js").Stage} stage
 */

/**
 * @param {import("./preview.js").Stage} stage
 * @returns {import("./preview.js").Shown}
 */
export function show(stage) {
  const { entry, element } = stage;
  /** @type {Map<number, { x: number, y: number }>} */
  const fingers = new Map();
  const image = h("img", { class: "picture", alt: plainName(entry.name), draggable: false, decoding: "async" });
  /** @type {Viewer} */
  const viewer = {
    entry, element, scale: 1, x: 0, y: 0, fingers, pinch: null, start: { x: 0, y: 0 }, lastTap: 0, image,
    isTurning: false, turners: [], stage,
  };
  image.src = fileUrl(entry.path, { isShown: true, version: entry.etag });
  noteDownload("downloadfile", { filepath: entry.path, disposition: "inline" });
  image.addEventListener("error", () => {
    stage.fail({ icon: "image", title: t("preview.badpicture"), text: t("preview.nonetext"), action: { label: t("action.download"), run: () => stage.context.operations.download([entry]) } });
  });
  element.classList.add("is-picture");
  element.append(image);
  element.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(viewer, viewer.scale * (event.deltaY < 0 ? 1.2 : 1 / 1.2), { x: event.clientX, y: event.clientY });
  }, { passive: false });
  element.addEventListener("pointerdown", (event) => onDown(viewer, event));
  element.addEventListener("pointermove", (event) => onMove(viewer, event));
  element.addEventListener("pointerup", (event) => onUp(viewer, event));
  element.addEventListener("pointercancel", (event) => onUp(viewer, event));
  addTools(viewer);
  const resize = () => { bound(viewer); drawPicture(viewer); };
  addEventListener("resize", resize);
  return {
    onKey: (event) => onViewerKey(viewer, event),
    stop: () => removeEventListener("resize", resize),
  };
}

