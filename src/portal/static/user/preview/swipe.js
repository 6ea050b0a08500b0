// Swipes on a file that does not follow the finger, such as a video.

/** A swipe of this many pixels shows the next file or closes the preview. */
export const SWIPE = 60;

/** @param {HTMLElement} element @param {Pick<import("./preview.js").Stage, "step" | "close">} stage */
export function swipes(element, stage) {
  /** @type {{ x: number, y: number } | null} */
  let start = null;
  element.addEventListener("pointerdown", (event) => {
    start = event.pointerType === "touch" && event.isPrimary ? { x: event.clientX, y: event.clientY } : null;
  });
  element.addEventListener("pointercancel", () => { start = null; });
  element.addEventListener("pointerup", (event) => {
    if (!start || !event.isPrimary) return;
    const [x, y] = [event.clientX - start.x, event.clientY - start.y];
    start = null;
    if (Math.abs(x) > SWIPE && Math.abs(x) > Math.abs(y)) stage.step(x < 0 ? 1 : -1);
    else if (y > SWIPE * 1.5) stage.close();
  });
}
