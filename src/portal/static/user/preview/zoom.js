// Zooms and moves a picture within the visible area.

/** @typedef {import("./image.js").Viewer} Viewer */

const ZOOM_MAX = 12;
export const ZOOM_STEP = 1.5;

/** @param {Viewer} viewer @param {boolean} [isMoving] follows a finger, without a glide */
export function drawPicture(viewer, isMoving = false) {
  viewer.image.style.transition = isMoving ? "none" : "";
  viewer.image.style.transform = `translate(${viewer.x}px, ${viewer.y}px) scale(${viewer.scale})`;
  viewer.element.classList.toggle("is-zoomed", viewer.scale > 1);
}

/** Fits the picture to the stage. It is not enlarged, unless it stands for one with more pixels. @param {Viewer} viewer */
export function fit(viewer) {
  const { image, pixels, element } = viewer;
  const { width, height } = pixels ?? { width: image.naturalWidth, height: image.naturalHeight };
  // A drawing without a size of its own is fitted by its style.
  if (width === 0 || height === 0) return;
  const room = Math.min(element.clientWidth / width, element.clientHeight / height);
  const factor = pixels ? Math.min(1, room) : room;
  image.style.width = `${width * factor}px`;
  image.style.height = `${height * factor}px`;
}

/** Keeps the picture from being moved out of sight. @param {Viewer} viewer */
export function bound(viewer) {
  const roomX = Math.max(0, (viewer.image.clientWidth * viewer.scale - viewer.element.clientWidth) / 2);
  const roomY = Math.max(0, (viewer.image.clientHeight * viewer.scale - viewer.element.clientHeight) / 2);
  viewer.x = Math.max(-roomX, Math.min(roomX, viewer.x));
  viewer.y = Math.max(-roomY, Math.min(roomY, viewer.y));
}

/** @param {Viewer} viewer @param {number} next @param {{ x: number, y: number }} [at] the point that stays where it is */
export function zoom(viewer, next, at) {
  const wanted = Math.max(1, Math.min(ZOOM_MAX, next));
  const box = viewer.element.getBoundingClientRect();
  const point = at ? { x: at.x - box.left - box.width / 2, y: at.y - box.top - box.height / 2 } : { x: 0, y: 0 };
  viewer.x = point.x - (point.x - viewer.x) * (wanted / viewer.scale);
  viewer.y = point.y - (point.y - viewer.y) * (wanted / viewer.scale);
  viewer.scale = wanted;
  if (viewer.scale === 1) viewer.x = viewer.y = 0;
  bound(viewer);
  drawPicture(viewer);
}

/** @param {Viewer} viewer @param {KeyboardEvent} event @returns {boolean} whether it meant something here */
export function onViewerKey(viewer, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key === "+" || event.key === "=") zoom(viewer, viewer.scale * ZOOM_STEP);
  else if (event.key === "-") zoom(viewer, viewer.scale / ZOOM_STEP);
  else if (event.key === "0") zoom(viewer, 1);
  else if (viewer.scale > 1 && event.key.startsWith("Arrow")) {
    viewer.x += event.key === "ArrowLeft" ? 80 : event.key === "ArrowRight" ? -80 : 0;
    viewer.y += event.key === "ArrowUp" ? 80 : event.key === "ArrowDown" ? -80 : 0;
    bound(viewer);
    drawPicture(viewer);
  } else return false;
  return true;
}
