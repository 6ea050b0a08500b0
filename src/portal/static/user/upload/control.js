// Pauses, resumes and cancels uploads.

import { command } from "../../shared/api.js";
import { dropUpload } from "./memory.js";
import { folderOf, setState, tell } from "./queue-state.js";
import { next } from "./sending.js";

/** @typedef {import("./queue-state.js").QueueState} QueueState */
/** @typedef {import("./queue-state.js").Upload} Upload */
/** @typedef {import("./memory.js").UploadRecord} UploadRecord */

/** @param {QueueState} queue @param {Upload} upload */
export function hold(queue, upload) {
  if (!["waiting", "running", "offline"].includes(upload.state)) return;
  setState(queue, upload, "held");
  upload.stop?.abort();
}

/** Resumes an upload that was paused or has failed. @param {QueueState} queue @param {Upload} upload */
export function resume(queue, upload) {
  if (!["held", "failed"].includes(upload.state) || !upload.file) return;
  setState(queue, upload, "waiting");
  next(queue);
}

/** @param {QueueState} queue @param {Upload} upload */
export function cancel(queue, upload) {
  queue.uploads.delete(upload.record.id);
  upload.state = "skipped";
  upload.stop?.abort();
  void dropUpload(upload.record);
  if (upload.record.isBegun) void giveUp(upload.record);
  tell(queue, true);
  next(queue);
}

/** Frees the space of the parts that have arrived. @param {UploadRecord} record */
function giveUp(record) {
  return command("deletepartialuploads", { path: folderOf(record), filename: record.target, uploadid: record.id }, { isQuiet: true })
    .catch(() => { /* It will be too old one day, and is then removed. */ });
}

/** @param {QueueState} queue */
export function clearDone(queue) {
  for (const [id, { state }] of queue.uploads) if (state === "done" || state === "skipped") queue.uploads.delete(id);
  queue.decisions.clear();
  tell(queue, true);
}
