// Goes on at once when the page is looked at again. A phone that slept may have lost its connections
// without a word, and then nobody would tell the page for minutes.

import { hold, resume } from "./control.js";
import { wake } from "./sending.js";

/** @typedef {import("./queue-state.js").QueueState} QueueState */

/** What sends nothing for this many milliseconds after that is sent anew. */
const SILENCE = 10_000;

/** @param {QueueState} queue */
export function goOn(queue) {
  wake(queue);
  const running = [...queue.uploads.values()].filter(({ state }) => state === "running");
  const before = new Map(running.map((upload) => [upload, upload.sent]));
  setTimeout(() => {
    if (document.visibilityState !== "visible") return;
    for (const [upload, sent] of before) {
      if (upload.state !== "running" || upload.sent !== sent) continue;
      hold(queue, upload);
      resume(queue, upload);
    }
  }, SILENCE);
}
