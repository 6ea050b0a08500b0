// Handles the mouse and fingers on a picture: moving, pinching, double taps, and swipes to the side
// or down.

import { SWIPE } from "./swipe.js";
import { bound, drawPicture, zoom } from "./zoom.js";

/** @typedef {import("./image.js").Viewer} Viewer */

const ZOOM_TAP = 2.5;
const DOUBLE_TAP = 300;

/** @param {Viewer} viewer */
export function distance(viewer) {
  const [a, b] = [...viewer.fingers.values()];
  return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
}

/** @param {Viewer} viewer */
export function middle(viewer) {
  const [a, b] = [...viewer.fingers.values()];
  return a && b ? { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } : { x: 0, y: 0 };
}

/** @param {Viewer} viewer @param {PointerEvent} event */
export function onDown(viewer, event) {
  if (event.button !== 0) return;
  viewer.element.setPointerCapture(event.pointerId);
  viewer.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  if (viewer.fingers.size === 2) viewer.pinch = { distance: distance(viewer), scale: viewer.scale };
  viewer.start = { x: event.clientX, y: event.clientY };
}

/** @param {Viewer} viewer @param {PointerEvent} event */
export function onMove(viewer, event) {
  const before = viewer.fingers.get(event.pointerId);
  if (!before) return;
  viewer.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  if (viewer.pinch && viewer.fingers.size === 2) {
    zoom(viewer, viewer.pinch.scale * (distance(viewer) / viewer.pinch.distance), middle(viewer));
  } else if (viewer.scale > 1) {
    viewer.x += event.clientX - before.x;
    viewer.y += event.clientY - before.y;
    bound(viewer);
    drawPicture(viewer, true);
  } else if (event.pointerType === "touch") {
    viewer.x += event.clientX - before.x;
    drawPicture(viewer, true);
  }
}

/** @param {Viewer} viewer @param {PointerEvent} event */
export function onUp(viewer, event) {
  if (!viewer.fingers.delete(event.pointerId)) return;
  const wasPinch = viewer.pinch !== null;
  if (viewer.fingers.size < 2) viewer.pinch = null;
  if (wasPinch || viewer.fingers.size > 0) return;
  const [movedX, movedY] = [event.clientX - viewer.start.x, event.clientY - viewer.start.y];
  const isTap = Math.hypot(movedX, movedY) < 10;
  if (isTap) {
    const now = Date.now();
    if (now - viewer.lastTap < DOUBLE_TAP) {
      zoom(viewer, viewer.scale > 1 ? 1 : ZOOM_TAP, { x: event.clientX, y: event.clientY });
      viewer.lastTap = 0;
    } else viewer.lastTap = now;
  } else if (viewer.scale === 1 && event.pointerType === "touch" && event.type === "pointerup") {
    viewer.x = 0;
    drawPicture(viewer);
    if (Math.abs(movedX) > SWIPE && Math.abs(movedX) > Math.abs(movedY)) viewer.stage.step(movedX < 0 ? 1 : -1);
    else if (movedY > SWIPE * 1.5) viewer.stage.close();
  }
}
