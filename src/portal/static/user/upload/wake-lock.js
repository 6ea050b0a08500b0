// Keeps the screen on while files are sent: phones sleep unless they are asked not to.

/** @typedef {import("./queue-state.js").QueueState} QueueState */

/** @param {QueueState} queue */
export async function holdScreen(queue) {
  const isBusy = queue.running > 0;
  if (isBusy && !queue.screen && document.visibilityState === "visible" && navigator.wakeLock) {
    // Refused on a low battery; the upload goes on as long as the phone is awake.
    queue.screen = navigator.wakeLock.request("screen").catch(() => null);
  } else if (!isBusy && queue.screen) {
    const held = queue.screen;
    queue.screen = null;
    await (await held)?.release();
  }
}
