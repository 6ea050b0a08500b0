// Uploads a visitor's files, one after the other and each in parts. If the connection breaks, it
// waits. After a reload, the same file continues where it was, because the browser remembers the
// names of unfinished uploads.

import { ApiError, isAbort, records } from "../shared/api.js";
import { remember, remembered } from "../shared/memory.js";
import { uploadPart } from "../shared/upload-part.js";
import { join, numbered } from "../user/files/paths.js";
import { addRange, bytesIn, firstGap, parseRanges } from "../user/upload/ranges.js";

/**
 * A file that is being uploaded.
 * @typedef {object} Sent
 * @property {File} file
 * @property {string} name that it gets: another than its own where that is taken
 * @property {string} folder
 * @property {string} below the folders between, as `a/b`
 * @property {"waiting" | "running" | "offline" | "done" | "failed"} state
 * @property {import("../user/upload/ranges.js").Ranges | null} received what the server has of it, as far as this page knows
 * @property {number} bytes that have left
 * @property {unknown} error why it failed
 * @property {AbortController} stop
 * @property {HTMLElement | null} element
 */

/** @typedef {{ limit: number, onChange: (sent: Sent) => void, onArrived: () => void, onAll: (done: number, failed: number) => void }} SendingOptions `limit`: bytes of a file, 0 for any */

/** @typedef {SendingOptions & { all: Sent[], isRunning: boolean }} Sending */

const PART = 8 * 1024 * 1024;
/** Seconds before the server is asked again. They grow with each missing answer. */
const PAUSES = [1, 2, 4, 8, 15, 30];
const TRIES_MAX = 40;
/** Failures that are temporary. */
const PASSING = ["offline", "busy", "crowded", "silentdisk", "incomplete", "server", "wait"];
/** The number of unfinished uploads whose names are remembered. */
const KEPT_MAX = 200;

/** @param {SendingOptions} options */
export function createSending(options) {
  /** @type {Sending} */
  const sending = { ...options, all: [], isRunning: false };
  return {
    /** @param {import("../user/upload/collect.js").Source[]} files @param {string} folder @param {string} visitor the folder of whoever sends them, empty for none */
    add(files, folder, visitor) {
      for (const { file, below } of files) {
        /** @type {Sent} */
        const sent = { file, name: file.name, folder, below: [visitor, below].filter(Boolean).join("/"), state: "waiting", received: null, bytes: 0, error: null, stop: new AbortController(), element: null };
        sending.all.push(sent);
        if (sending.limit > 0 && file.size > sending.limit) fail(sending, sent, new ApiError("toolarge", "", "upload"));
        else change(sending, sent, "waiting");
      }
      void run(sending);
    },
    /** @param {Sent} sent */
    retry(sent) {
      sent.stop = new AbortController();
      change(sending, sent, "waiting");
      void run(sending);
    },
    /** @param {Sent} sent */
    cancel(sent) {
      sending.all = sending.all.filter((one) => one !== sent);
      sent.stop.abort();
    },
  };
}

/** @param {Sending} sending @param {Sent} sent @param {Sent["state"]} state */
function change(sending, sent, state) {
  sent.state = state;
  sending.onChange(sent);
}

/** @param {Sending} sending @param {Sent} sent @param {unknown} error */
function fail(sending, sent, error) {
  sent.error = error;
  change(sending, sent, "failed");
}

/** @param {Sending} sending */
async function run(sending) {
  if (sending.isRunning) return;
  sending.isRunning = true;
  const leaving = (/** @type {Event} */ event) => event.preventDefault();
  addEventListener("beforeunload", leaving);
  for (;;) {
    const sent = sending.all.find((one) => one.state === "waiting");
    if (!sent) break;
    await sendOne(sending, sent);
  }
  removeEventListener("beforeunload", leaving);
  sending.isRunning = false;
  const count = (/** @type {Sent["state"]} */ state) => sending.all.filter((one) => one.state === state).length;
  if (sending.all.length > 0) sending.onAll(count("done"), count("failed"));
}

/** @param {Sending} sending @param {Sent} sent */
async function sendOne(sending, sent) {
  for (let tries = 0; ; tries += 1) {
    try {
      change(sending, sent, "running");
      await sendParts(sending, sent);
      finish(sending, sent);
      return;
    } catch (error) {
      if (isAbort(error) || sent.stop.signal.aborted) return;
      if (error instanceof ApiError && error.kind === "exists" && tries < TRIES_MAX) {
        // The answer to an earlier try may have been lost. Otherwise another file has this name.
        if (tries > 0 && await isThere(sent)) return finish(sending, sent);
        forget(keyOf(sent));
        sent.received = null;
        sent.name = numbered(sent.name, numberOf(sent.name) + 1);
        continue;
      }
      // The server has fewer bytes than expected and says how many.
      if (error instanceof ApiError && error.kind === "incomplete") sent.received = null;
      if (!(error instanceof ApiError && PASSING.includes(error.kind)) || tries >= TRIES_MAX) return fail(sending, sent, error);
      change(sending, sent, "offline");
      await pause((PAUSES[Math.min(tries, PAUSES.length - 1)] ?? 30) * 1000, sent.stop.signal);
    }
  }
}

/** @param {Sending} sending @param {Sent} sent */
function finish(sending, sent) {
  forget(keyOf(sent));
  sent.bytes = sent.file.size;
  change(sending, sent, "done");
  sending.onArrived();
}

/** The number at the end of a name, such as `tax (2).pdf`; 1 if there is none. @param {string} name */
function numberOf(name) {
  return Number(/ \((\d+)\)(\.[^.]*)?$/.exec(name)?.[1] ?? 1);
}

/**
 * True if exactly this file has arrived. For a link that shows nothing, the server finds a free
 * name by itself.
 * @param {Sent} sent
 */
async function isThere(sent) {
  const [entry] = await records("fileinfo", "entry", { file: join(folderOf(sent), sent.name) }).catch(() => []);
  return entry?.fullsize === sent.file.size && entry.modifiedepochutc === Math.floor(sent.file.lastModified / 1000);
}

/** @param {Sent} sent */
function folderOf(sent) {
  return sent.below.split("/").filter(Boolean).reduce(join, sent.folder);
}

/** Sends the parts that the server does not have yet. @param {Sending} sending @param {Sent} sent */
async function sendParts(sending, sent) {
  const { file, folder, below, stop } = sent;
  const [uploadid, isBegun] = idOf(sent);
  sent.received ??= isBegun && file.size > PART ? await receivedOf(sent, uploadid) : [];
  for (let isLast = false; !isLast;) {
    const { received } = sent;
    const gap = firstGap(received, file.size);
    // When all bytes have arrived, an empty last part ends the upload.
    const start = gap?.start ?? file.size;
    const end = gap ? Math.min(start + PART, gap.end) : file.size;
    const after = addRange(received, start, end);
    isLast = firstGap(after, file.size) === null;
    const base = bytesIn(received);
    await uploadPart({
      appname: "explorer", path: folder, uploadpath: below || null, filename: sent.name, offset: start, complete: isLast ? 1 : 0,
      filesize: file.size, date: new Date(file.lastModified).toISOString(), nofileoverwrite: 1, uploadid,
    }, file.slice(start, end), { signal: stop.signal, onProgress: (bytes) => {
      sent.bytes = base + Math.min(bytes, end - start);
      sending.onChange(sent);
    } });
    sent.received = after;
  }
}

/** The ranges that the server has of an upload. @param {Sent} sent @param {string} uploadid */
async function receivedOf(sent, uploadid) {
  /** @type {import("../shared/types.js").UploadStatus[]} */
  const [status] = await records("getuploadstatus", "upload", { path: folderOf(sent), filename: sent.name, uploadid }, { signal: sent.stop.signal })
    .catch((error) => {
      // If the folder does not exist yet, or the link shows nothing, there is no upload that could
      // continue.
      if (error instanceof ApiError && error.kind !== "offline") return [];
      throw error;
    });
  return status && status.size === sent.file.size ? parseRanges(status.received) : [];
}

/** The key under which the browser remembers an unfinished upload. @param {Sent} sent */
function keyOf({ file, name, folder, below }) {
  return [folder, below, name, file.size, file.lastModified].join("\n");
}

/** @returns {Record<string, string>} the names of unfinished uploads */
function unfinished() {
  try {
    return JSON.parse(remembered("visitor.uploads") ?? "{}");
  } catch {
    return {};
  }
}

/**
 * Files of earlier visits to a link that have not arrived completely.
 * @param {string} base the path of the link
 */
export function unfinishedAt(base) {
  const found = Object.keys(unfinished()).map((key) => key.split("\n")).filter(([folder = ""]) => folder === base || folder.startsWith(`${base}/`));
  return found.map(([, , name = "", size]) => ({ name, size: Number(size) }));
}

/**
 * Forgets these files. After some days, the server removes the parts that have arrived.
 * @param {string} base
 */
export function forgetUnfinished(base) {
  const rest = Object.entries(unfinished()).filter(([key]) => key !== base && !key.startsWith(`${base}\n`) && !key.startsWith(`${base}/`));
  remember("visitor.uploads", JSON.stringify(Object.fromEntries(rest)));
}

/**
 * The name of an upload, and whether the upload was begun before.
 * @param {Sent} sent @returns {[string, boolean]}
 */
function idOf(sent) {
  const [names, key] = [unfinished(), keyOf(sent)];
  const known = names[key];
  if (known) return [known, true];
  const name = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const kept = Object.entries({ ...names, [key]: name }).slice(-KEPT_MAX);
  remember("visitor.uploads", JSON.stringify(Object.fromEntries(kept)));
  return [name, false];
}

/** @param {string} key */
function forget(key) {
  const { [key]: _, ...rest } = unfinished();
  remember("visitor.uploads", JSON.stringify(rest));
}

/** Waits for the given time, or until the connection is back. @param {number} milliseconds @param {AbortSignal} signal @returns {Promise<void>} */
function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener("online", end);
    signal.addEventListener("abort", end);
  });
}
