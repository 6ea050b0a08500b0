// What the queue of uploads knows, where each upload is, and who is told of it.

import { join } from "../files/paths.js";

/** @typedef {import("./memory.js").UploadRecord} UploadRecord */

/**
 * Where an upload is: `checking` whether its name is free; `asking` the person; `waiting` for its turn; `running`;
 * `held` by the person; `offline` until the server answers; `lost` until its file is chosen again; `failed`; `done`;
 * `skipped`.
 * @typedef {"checking" | "asking" | "waiting" | "running" | "held" | "offline" | "lost" | "failed" | "done" | "skipped"} UploadState
 */

/**
 * @typedef {object} Upload
 * @property {UploadRecord} record
 * @property {File | null} file
 * @property {UploadState} state
 * @property {number} sent bytes that the server has or that are on their way
 * @property {string} error what went wrong
 * @property {AbortController | null} stop
 */

/**
 * What lay in folders before a batch began; `null` where there was none.
 * @typedef {Map<string, Promise<Map<string, import("../../shared/types.js").Entry> | null>>} Contents
 */

/**
 * @typedef {object} QueueState
 * @property {import("../state.js").UserStore} store
 * @property {Map<string, Upload>} uploads by their ids
 * @property {Set<(isOrder: boolean) => void>} listeners
 * @property {Upload[]} waiting for their turn, the first first; some may have been called off meanwhile
 * @property {number} running how many are at work, also without an answer
 * @property {Set<() => void>} sleepers ends the pauses of those that wait for the server
 * @property {Promise<void>} checked the names of one slice are checked after those of the other
 * @property {Promise<void>} questions one at a time
 * @property {Map<string, import("../files/conflict.js").Decision>} decisions for all others of a batch
 * @property {Set<string>} touched folders that have changed, not told yet
 * @property {number} tellTimer
 * @property {ReturnType<typeof import("./offers.js").createOffers>} offerBack
 * @property {Promise<WakeLockSentinel | null> | null} screen asked to stay on; the system takes that away when the page is hidden
 */

/** @param {QueueState} queue @param {boolean} isOrder whether states have changed, not only progress */
export function tell(queue, isOrder) {
  for (const listener of queue.listeners) listener(isOrder);
}

/** @param {QueueState} queue @param {Upload} upload @param {UploadState} state @param {string} [error] */
export function setState(queue, upload, state, error = "") {
  upload.state = state;
  upload.error = error;
  if (state === "waiting") queue.waiting.push(upload);
  tell(queue, true);
}

/** @param {QueueState} queue */
export function account(queue) {
  return queue.store.get().account.name;
}

/** The folder that an upload goes into. @param {{ root: string, below: string }} record */
export function folderOf(record) {
  return record.below.split("/").filter(Boolean).reduce(join, record.root);
}
