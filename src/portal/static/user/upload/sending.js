// Sends uploads, a few at a time and each in parts, until the server has all of them.

import { ApiError, errorText, isAbort } from "../../shared/api.js";
import { t } from "../../shared/i18n.js";
import { uploadPart } from "../../shared/upload-part.js";
import { mayHaveFrame } from "../files/kinds.js";
import { join } from "../files/paths.js";
import { isThere, isUnreadable, receivedOf } from "./arrived.js";
import { dropUpload, keep } from "./memory.js";
import { askAbout } from "./name-check.js";
import { folderOf, setState, tell } from "./queue-state.js";
import { addRange, bytesIn, firstGap } from "./ranges.js";
import { touch } from "./touched.js";
import { holdScreen } from "./wake-lock.js";

/** @typedef {import("./queue-state.js").QueueState} QueueState */
/** @typedef {import("./queue-state.js").Upload} Upload */
/** @typedef {import("./ranges.js").Ranges} Ranges */

/** The number of bytes in a part. */
const PART = 8 * 1024 * 1024;
/** Number of files that are sent at the same time. Small files wait more than they send, so there may be one more of these. */
const AT_ONCE = 3;
const SMALL_AT_ONCE = 4;
const SMALL = 1024 * 1024;
/** Seconds before the server is asked again. They grow with each missing answer. */
const PAUSES = [1, 2, 4, 8, 15, 30];
/** Number of tries after failures other than a missing answer. */
const TRIES = 5;
/** Milliseconds after which another call may continue a part that sends nothing. */
const TAKEOVER = 3500;

/** Starts as many uploads as may run. @param {QueueState} queue */
export function next(queue) {
  let at = 0;
  for (; at < queue.waiting.length; at += 1) {
    const upload = /** @type {Upload} */ (queue.waiting[at]);
    if (upload.state !== "waiting" || !upload.file) continue;
    if (queue.running >= (upload.record.size <= SMALL ? SMALL_AT_ONCE : AT_ONCE)) break;
    queue.running += 1;
    void run(queue, upload).finally(() => {
      queue.running -= 1;
      next(queue);
    });
  }
  if (at > 0) queue.waiting = queue.waiting.slice(at);
  void holdScreen(queue);
}

/**
 * Sends an upload until the server has it, it is paused or cancelled, or there is nothing more to try.
 * @param {QueueState} queue @param {Upload} upload
 */
async function run(queue, upload) {
  const stop = new AbortController();
  upload.stop = stop;
  setState(queue, upload, "running");
  const tries = { silences: 0, troubles: 0 };
  for (let isRepeated = false; ; isRepeated = true) {
    try {
      await send(queue, upload, stop.signal, isRepeated);
      finish(queue, upload, "done");
      break;
    } catch (error) {
      // It was paused or cancelled, and its state is set already.
      if (isAbort(error) || stop.signal.aborted) break;
      const goesOn = await waitAfter(error, queue, upload, stop.signal, tries);
      if (!goesOn || stop.signal.aborted) break;
      setState(queue, upload, "running");
    }
  }
  if (upload.stop === stop) upload.stop = null;
}

/**
 * Waits until a failed upload can be tried again.
 * @param {unknown} error
 * @param {QueueState} queue @param {Upload} upload @param {AbortSignal} signal
 * @param {{ silences: number, troubles: number }} tries the numbers of missing answers and of other failures
 * @returns {Promise<boolean>} `false` if it must not be tried again; then its state tells why
 */
async function waitAfter(error, queue, upload, signal, tries) {
  const kind = error instanceof ApiError ? error.kind : "other";
  if (kind === "offline" && await isUnreadable(upload)) {
    setState(queue, upload, "lost", t("upload.unreadable"));
    return false;
  }
  if (kind === "offline" || kind === "ended") {
    setState(queue, upload, "offline", kind === "ended" ? errorText(error) : t("upload.offline"));
    await sleep(queue, (PAUSES[Math.min(tries.silences, PAUSES.length - 1)] ?? 30) * 1000, signal);
    tries.silences += 1;
    return true;
  }
  if (["busy", "crowded", "silentdisk", "incomplete", "server"].includes(kind) && tries.troubles < TRIES) {
    tries.troubles += 1;
    await sleep(queue, TAKEOVER, signal);
    return true;
  }
  if (kind !== "exists") setState(queue, upload, "failed", errorText(error));
  else if (await isThere(upload)) finish(queue, upload, "done");
  else askAbout(queue, upload, upload.record.id, null, null);
  return false;
}

/**
 * Sends the parts that the server does not have yet.
 * @param {QueueState} queue
 * @param {Upload} upload
 * @param {AbortSignal} signal
 * @param {boolean} isRepeated whether an earlier try may have succeeded although its answer was lost
 */
async function send(queue, upload, signal, isRepeated) {
  const { record } = upload;
  /** @type {Ranges} */
  let received = [];
  if (record.isBegun && record.size > PART) received = await receivedOf(upload, signal);
  if ((isRepeated || record.isBegun) && received.length === 0 && await isThere(upload)) return;
  for (let isLast = false; !isLast;) {
    const gap = firstGap(received, record.size);
    // If the server has every byte, an empty last part tells it that the file is complete.
    const start = gap?.start ?? record.size;
    const end = gap ? Math.min(gap.start + PART, gap.end) : record.size;
    const after = addRange(received, start, end);
    isLast = firstGap(after, record.size) === null;
    const base = bytesIn(received);
    /** @param {number} bytes */
    const showSent = (bytes) => {
      upload.sent = base + Math.min(bytes, end - start);
      tell(queue, false);
    };
    showSent(0);
    if (!isLast && !record.isBegun) {
      record.isBegun = true;
      void keep([record]);
    }
    const { etag } = await sendPart(upload, { start, end, isLast, signal, onProgress: showSent });
    if (isLast && etag) upload.etag = etag;
    received = after;
    upload.sent = bytesIn(received);
  }
}

/**
 * @param {Upload} upload
 * @param {{ start: number, end: number, isLast: boolean, signal: AbortSignal, onProgress: (bytes: number) => void }} part
 */
function sendPart({ record, file }, part) {
  return uploadPart({
    appname: "explorer",
    path: record.root,
    uploadpath: record.below || null,
    filename: record.target,
    offset: part.start,
    complete: part.isLast ? 1 : 0,
    filesize: record.size,
    date: new Date(record.modified).toISOString(),
    nofileoverwrite: record.replaces ? 0 : 1,
    // After a session has ended, the next one continues the upload with this id.
    uploadid: record.id,
  }, /** @type {File} */ (file).slice(part.start, part.end), part);
}

/** @param {QueueState} queue @param {Upload} upload @param {"done" | "skipped"} state */
export function finish(queue, upload, state) {
  upload.sent = upload.record.size;
  void dropUpload(upload.record);
  if (state === "done") {
    touch(queue, upload.record);
    if (upload.record.replaces) queue.offerBack(upload.record);
    addFrame(queue, upload);
    // A server that answers one upload will answer the others.
    wake(queue);
  }
  setState(queue, upload, state);
}

/** Gives a video its frame, where the server draws none. @param {QueueState} queue @param {Upload} upload */
function addFrame(queue, { record, file, etag }) {
  const path = join(folderOf(record), record.target);
  if (!file || !etag || !mayHaveFrame({ name: record.target, isFolder: false, size: record.size })) return;
  import("../files/frame-drawing.js").then(({ ofUpload }) => ofUpload(file, { path, etag }, () => queue.running > 0), () => { /* The icon stays. */ });
}

/** @param {QueueState} queue @param {number} milliseconds @param {AbortSignal} signal @returns {Promise<void>} */
function sleep(queue, milliseconds, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      queue.sleepers.delete(end);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    queue.sleepers.add(end);
    signal.addEventListener("abort", end);
  });
}

/** Tries all uploads that wait for the server again at once. @param {QueueState} queue */
export function wake(queue) {
  for (const end of [...queue.sleepers]) end();
}
