// Shows a picture. It fits the screen, is zoomed with the wheel, two fingers, a double tap or keys,
// is moved if it is larger than the screen, and a swipe shows the next one.

import { h } from "../../shared/h.js";
import { onDown, onMove, onUp } from "./fingers.js";
import { sharpen, showLayers } from "./layers.js";
import { addTools } from "./turn.js";
import { bound, drawPicture, fit, onViewerKey, zoom } from "./zoom.js";

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
 * @property {import("./layers.js").Layer} layer which of its sizes is shown
 * @property {{ width: number, height: number } | null} pixels of the file, once they are known
 * @property {boolean} isSharpening the whole picture is on its way
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
  const image = h("img", { class: "picture", alt: "", hidden: true });
  /** @type {Viewer} */
  const viewer = {
    entry, element, scale: 1, x: 0, y: 0, fingers, pinch: null, start: { x: 0, y: 0 }, lastTap: 0, image,
    layer: "none", pixels: null, isSharpening: false, isTurning: false, turners: [], stage,
  };
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
  // Each of these may have enlarged the picture.
  for (const name of ["wheel", "pointerup", "click", "keyup"]) stage.frame.addEventListener(name, () => void sharpen(viewer), { signal: stage.signal });
  addTools(viewer);
  const observer = new ResizeObserver(() => {
    fit(viewer);
    bound(viewer);
    drawPicture(viewer, true);
  });
  observer.observe(element);
  return {
    // The stage has a size only when it is in the page.
    onPlaced: () => void showLayers(viewer),
    onKey: (event) => onViewerKey(viewer, event),
    renew: () => addTools(viewer),
    stop: () => observer.disconnect(),
  };
}
