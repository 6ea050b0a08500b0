// The uploads of this page. A few files are sent at a time, each in parts that the server keeps. So
// a lost connection, a restart of the server or a reload of the page costs at most one part.
// Nothing here draws anything.

import { remembered } from "../../shared/memory.js";
import { bringBack } from "../files/bring-back.js";
import { homeOf, join } from "../files/paths.js";
import { cancel, clearDone, hold, resume } from "./control.js";
import { giveAgain, remind, takeIn } from "./intake.js";
import { createOffers } from "./offers.js";
import { folderOf } from "./queue-state.js";
import { wake } from "./sending.js";
import { goOn } from "./shown-again.js";
import { touch } from "./touched.js";
import { holdScreen } from "./wake-lock.js";

/** @typedef {import("./queue-state.js").QueueState} QueueState */
/** @typedef {import("./queue-state.js").Upload} Upload */

/** States in which closing the page would cost something. */
const BUSY = ["running", "waiting", "offline", "checking", "asking"];

/** @param {import("../state.js").UserStore} store */
export function createQueue(store) {
  /** @type {QueueState} */
  const queue = {
    store, uploads: new Map(), listeners: new Set(), waiting: [], running: 0, sleepers: new Set(),
    checked: Promise.resolve(), questions: Promise.resolve(), decisions: new Map(), touched: new Set(), tellTimer: 0,
    offerBack: createOffers(async (record) => {
      await bringBack(join(folderOf(record), record.target));
      touch(queue, record);
    }),
    screen: null,
  };
  addEventListener("online", () => wake(queue));
  document.addEventListener("visibilitychange", () => {
    queue.screen = null;
    void holdScreen(queue);
    if (document.visibilityState === "visible") goOn(queue);
  });
  addEventListener("beforeunload", (event) => {
    if (all().some(({ state }) => BUSY.includes(state))) event.preventDefault();
  });
  void remind(queue);

  const all = () => [...queue.uploads.values()];
  return {
    all,
    /** Adds files and folders. @param {import("./collect.js").Collected} sources @param {string} folder the target */
    add: async (sources, folder) => takeIn(queue, await arranged(sources, folder, homeOf(store.get().account.name)), folder),
    /** Resumes remembered uploads whose files were chosen again. @param {import("./collect.js").Source[]} sources */
    giveAgain: (sources) => giveAgain(queue, sources),
    hold: (/** @type {Upload} */ upload) => hold(queue, upload),
    resume: (/** @type {Upload} */ upload) => resume(queue, upload),
    cancel: (/** @type {Upload} */ upload) => cancel(queue, upload),
    holdAll: () => all().forEach((upload) => hold(queue, upload)),
    resumeAll: () => all().forEach((upload) => resume(queue, upload)),
    cancelAll: () => all().filter(({ state }) => state !== "done" && state !== "skipped").forEach((upload) => cancel(queue, upload)),
    clearDone: () => clearDone(queue),
    wake: () => wake(queue),
    /** @param {(isOrder: boolean) => void} listener called on progress, with whether states have changed too */
    onChange(listener) {
      queue.listeners.add(listener);
      return () => queue.listeners.delete(listener);
    },
  };
}

/**
 * Photos of a device are sorted and compared first.
 * @param {import("./collect.js").Collected} sources @param {string} folder @param {string} home
 */
async function arranged(sources, folder, home) {
  const isOfDevice = folder === home && remembered("camera") === "1";
  if (!isOfDevice && !sources.files.some(({ shared }) => shared)) return sources;
  const { arrange } = await import("../device/arrange.js");
  return arrange(sources, folder, home);
}

/** @typedef {ReturnType<typeof createQueue>} Queue */
