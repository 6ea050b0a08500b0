// The state of the upload queue and of each upload, and the listeners for changes.

import { join } from "../files/paths.js";

/** @typedef {import("./memory.js").UploadRecord} UploadRecord */

/**
 * The state of an upload: `checking` whether its name is free; `asking` the person; `waiting` for
 * its turn; `running`; `held`, paused by the person; `offline` until the server answers; `lost`
 * until its file is chosen again; `failed`; `done`; `skipped`.
 * @typedef {"checking" | "asking" | "waiting" | "running" | "held" | "offline" | "lost" | "failed" | "done" | "skipped"} UploadState
 */

/**
 * @typedef {object} Upload
 * @property {UploadRecord} record
 * @property {File | null} file
 * @property {UploadState} state
 * @property {number} sent bytes that the server has, or that are being sent
 * @property {string} error what went wrong
 * @property {string} [etag] of the file on the server, once it is there
 * @property {AbortController | null} stop
 */

/**
 * The entries of folders before a batch began; `null` if a folder did not exist.
 * @typedef {Map<string, Promise<Map<string, import("../../shared/types.js").Entry> | null>>} Contents
 */

/**
 * @typedef {object} QueueState
 * @property {import("../state.js").UserStore} store
 * @property {Map<string, Upload>} uploads by their ids
 * @property {Set<(isOrder: boolean) => void>} listeners
 * @property {Upload[]} waiting uploads in the order of their turn; some may have been cancelled meanwhile
 * @property {number} running the number of uploads that are being sent or wait for an answer
 * @property {Set<() => void>} sleepers functions that end the pauses of uploads waiting for the server
 * @property {Promise<void>} checked ends when the names so far are checked: slices are checked one after the other
 * @property {Promise<void>} questions ends when the questions so far are answered: there is one at a time
 * @property {Map<string, import("../files/conflict.js").Decision>} decisions for all further files of a batch
 * @property {Set<string>} touched changed folders that were not reported yet
 * @property {number} tellTimer
 * @property {ReturnType<typeof import("./offers.js").createOffers>} offerBack
 * @property {Promise<WakeLockSentinel | null> | null} screen the request to keep the screen on, which the system ends when the page is hidden
 */

/** @param {QueueState} queue @param {boolean} isOrder whether states have changed, and not only progress */
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
