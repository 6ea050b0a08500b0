// Keeps the screen of a phone on during uploads, because the phone would fall asleep otherwise.

/** @typedef {import("./queue-state.js").QueueState} QueueState */

/** @param {QueueState} queue */
export async function holdScreen(queue) {
  const isBusy = queue.running > 0;
  if (isBusy && !queue.screen && document.visibilityState === "visible" && navigator.wakeLock) {
    // The system refuses this when the battery is low. Then the upload goes on while the phone is
    // awake.
    queue.screen = navigator.wakeLock.request("screen").catch(() => null);
  } else if (!isBusy && queue.screen) {
    const held = queue.screen;
    queue.screen = null;
    await (await held)?.release();
  }
}
