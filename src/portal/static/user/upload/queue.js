// The uploads of this page: a few files at a time, each in parts that the server keeps, so that a dropped connection, a
// server that restarts or a reload costs at most one part. Nothing here draws anything.

import { ApiError, command, errorText, isAbort, records } from "../../shared/api.js";
import { t } from "../../shared/i18n.js";
import { uploadPart } from "../../shared/upload-part.js";
import { bringBack } from "../files/bring-back.js";
import { loadFolder } from "../files/folder.js";
import { folderName, freeName, homeOf, join, leafOf, numbered, parentOf } from "../files/paths.js";
import { folderChanged } from "../state.js";
import { drop, keep, recall } from "./memory.js";
import { createOffers } from "./offers.js";
import { addRange, bytesIn, firstGap, parseRanges } from "./ranges.js";

/** @typedef {import("./memory.js").UploadRecord} UploadRecord */
/** @typedef {import("./ranges.js").Ranges} Ranges */

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

/** Bytes of a part. */
const PART = 8 * 1024 * 1024;
/** Files at the same time; of small ones, which wait more than they send, one more. */
const AT_ONCE = 3;
const SMALL_AT_ONCE = 4;
const SMALL = 1024 * 1024;
/** Files that are taken in without a pause. */
const SLICE = 200;
/** Seconds before the server is asked again, the longer the more often it did not answer. */
const PAUSES = [1, 2, 4, 8, 15, 30];
/** How often other trouble than a missing answer is tried again. */
const TRIES = 5;
/** Milliseconds after which the server lets a silent part be taken over. */
const TAKEOVER = 3500;
/** Milliseconds between two notices that folders have changed. */
const TELL_PAUSE = 1000;

/** @param {import("../state.js").UserStore} store */
export function createQueue(store) {
  /** @type {Map<string, Upload>} */
  const uploads = new Map();
  /** @type {Set<(isOrder: boolean) => void>} */
  const listeners = new Set();
  /** Ends the pauses of those who wait for the server. @type {Set<() => void>} */
  const sleepers = new Set();
  /** One question at a time. */
  let questions = Promise.resolve();
  /** The names of one slice are checked after those of the other. */
  let names = Promise.resolve();
  /** What holds for all others of the batch in question. @type {Map<string, import("../files/conflict.js").Decision>} */
  const decisions = new Map();

  /** @param {boolean} isOrder whether states have changed, not only progress */
  const tell = (isOrder) => { for (const listener of listeners) listener(isOrder); };

  /** @param {Upload} upload @param {UploadState} state @param {string} [error] */
  const setState = (upload, state, error = "") => {
    upload.state = state;
    upload.error = error;
    if (state === "waiting") line.push(upload);
    tell(true);
  };

  /** Those that wait for their turn, the first first; some may have been called off meanwhile. @type {Upload[]} */
  let line = [];
  /** How many are at work, also without an answer. */
  let running = 0;

  const account = () => store.get().account.name;

  /** @param {UploadRecord} record */
  const folderOf = (record) => record.below.split("/").filter(Boolean).reduce(join, record.root);

  // ---- which folders have changed

  /** @type {Set<string>} */
  const touched = new Set();
  let tellTimer = 0;
  /** @param {UploadRecord} record */
  const touch = (record) => {
    // The folder itself, and those above it, which may be new.
    for (let folder = folderOf(record); ; folder = parentOf(folder)) {
      touched.add(folder);
      if (folder === record.root || folder === "/") break;
    }
    tellTimer ||= setTimeout(() => {
      tellTimer = 0;
      folderChanged(store, ...touched);
      touched.clear();
    }, TELL_PAUSE);
  };

  // ---- taking in

  /**
   * Takes files and folders in.
   * @param {import("./collect.js").Collected} sources
   * @param {string} root the folder they go into
   */
  const add = async (sources, root) => {
    const batch = newId();
    /** @type {Contents} */
    const contents = new Map();
    void makeFolders(sources.folders, root);
    for (let at = 0; at < sources.files.length; at += SLICE) {
      // Asking for the size and time of thousands of files takes the browser a while.
      if (at > 0) await new Promise((resolve) => { setTimeout(resolve); });
      addSome(sources.files.slice(at, at + SLICE), root, batch, contents);
    }
  };

  /** @param {import("./collect.js").Source[]} files @param {string} root @param {string} batch @param {Contents} contents */
  const addSome = (files, root, batch, contents) => {
    /** @type {Upload[]} */
    const fresh = [];
    const lost = [...uploads.values()].filter(({ state }) => state === "lost");
    for (const { file, below } of files) {
      const earlier = lost.find((upload) => belongs(upload, file, root, below));
      if (earlier) {
        giveFile(earlier, file);
        continue;
      }
      const name = file.name.normalize("NFC");
      /** @type {Upload} */
      const upload = {
        record: {
          id: `${batch}-${uploads.size}`, account: account(), name, size: file.size, modified: file.lastModified, root,
          below: below.normalize("NFC"), target: name, replaces: false, isBegun: false,
        },
        file, state: "checking", sent: 0, error: "", stop: null,
      };
      uploads.set(upload.record.id, upload);
      fresh.push(upload);
    }
    void keep(fresh.map((upload) => upload.record));
    tell(true);
    names = names.then(() => checkNames(fresh, batch, contents));
    next();
  };

  /** Whether a file is the one of a remembered upload. @param {Upload} upload @param {File} file @param {string} root @param {string} below */
  const belongs = ({ state, record }, file, root, below) => state === "lost"
    && record.name === file.name.normalize("NFC") && record.size === file.size && record.modified === file.lastModified
    && record.root === root && record.below === below.normalize("NFC");

  /** @param {Upload} upload @param {File} file */
  const giveFile = (upload, file) => {
    upload.file = file;
    setState(upload, "waiting");
  };

  /**
   * Goes on with remembered uploads whose files were chosen again.
   * @param {import("./collect.js").Source[]} sources
   * @returns {number} how many were found
   */
  const giveAgain = (sources) => {
    let found = 0;
    const lost = [...uploads.values()].filter(({ state }) => state === "lost");
    for (const { file, below } of sources) {
      const fits = lost.filter(({ state, record }) => state === "lost" && record.name === file.name.normalize("NFC"));
      const upload = fits.find(({ record }) => record.size === file.size && record.modified === file.lastModified
        && (below === "" || record.below === below.normalize("NFC"))) ?? (fits.length === 1 ? fits[0] : undefined);
      if (!upload) continue;
      const { record } = upload;
      if (record.size !== file.size || record.modified !== file.lastModified) {
        // Another content under the same name begins anew: its bytes do not fit to those that the server has.
        Object.assign(record, { size: file.size, modified: file.lastModified, isBegun: false });
        upload.sent = 0;
        void keep([record]);
      }
      giveFile(upload, file);
      found += 1;
    }
    next();
    return found;
  };

  /**
   * Finds out which names are taken, and asks about those.
   * @param {Upload[]} fresh
   * @param {string} batch
   * @param {Contents} folders
   */
  const checkNames = async (fresh, batch, folders) => {
    /** What lies in a folder; `null` when it does not exist yet. @param {string} folder @param {string} root */
    const contentOf = (folder, root) => {
      let content = folders.get(folder);
      if (!content) {
        content = (async () => {
          if (folder !== root) {
            const above = await contentOf(parentOf(folder), root);
            if (!above?.get(leafOf(folder))?.isFolder) return null;
          }
          const { entries } = await loadFolder(folder);
          return new Map(entries.map((entry) => [entry.name, entry]));
        })();
        folders.set(folder, content);
      }
      return content;
    };
    for (const upload of fresh) {
      try {
        const content = await contentOf(folderOf(upload.record), upload.record.root);
        if (upload.state !== "checking") continue;
        const present = content?.get(upload.record.target);
        if (present) ask(upload, batch, present, content);
        else setState(upload, "waiting");
      } catch {
        // The server says it again when the file arrives; then it is asked about.
        if (upload.state === "checking") setState(upload, "waiting");
      }
      next();
    }
  };

  /**
   * Asks what to do with a name that is taken; one question at a time.
   * @param {Upload} upload
   * @param {string} batch
   * @param {import("../../shared/types.js").Entry | null} present
   * @param {Map<string, import("../../shared/types.js").Entry> | null | undefined} content
   */
  const ask = (upload, batch, present, content) => {
    setState(upload, "asking");
    questions = questions.then(async () => {
      if (upload.state !== "asking") return;
      const { record } = upload;
      const known = decisions.get(batch);
      let decision = known === "replace" && present?.isFolder ? undefined : known;
      if (!decision) {
        const { askConflict } = await import("../files/conflict.js");
        const others = [...uploads.values()].filter((one) => one !== upload && one.state === "asking").length;
        const answer = await askConflict({
          name: record.name,
          folder: folderName(folderOf(record), homeOf(account())),
          canReplace: !present?.isFolder,
          more: others,
          present: present && !present.isFolder ? present : null,
          coming: { size: record.size, modified: record.modified / 1000 },
        });
        decision = answer.decision;
        if (answer.isForAll) decisions.set(batch, decision);
      }
      if (upload.state !== "asking") return;
      if (decision === "skip") {
        finish(upload, "skipped");
      } else {
        if (decision === "replace") record.replaces = true;
        else {
          const isTaken = (/** @type {string} */ name) => content?.has(name) ?? false;
          record.target = freeName(numbered(record.name, 2), isTaken);
          record.isBegun = false;
        }
        void keep([record]);
        setState(upload, "waiting");
      }
      next();
    });
  };

  /** Folders with nothing in them. @param {string[]} folders @param {string} root */
  const makeFolders = async (folders, root) => {
    for (const below of folders) {
      let path = root;
      for (const name of below.split("/")) {
        try {
          await command("createfolder", { path, name });
        } catch (error) {
          if (!(error instanceof ApiError) || error.kind !== "exists") break;
        }
        path = join(path, name.normalize("NFC"));
      }
      touch({ ...emptyRecord, root, below });
    }
  };
  const emptyRecord = { id: "", account: "", name: "", size: 0, modified: 0, root: "", below: "", target: "", replaces: false, isBegun: false };

  // ---- sending

  /** Starts what may run. */
  const next = () => {
    let at = 0;
    for (; at < line.length; at += 1) {
      const upload = /** @type {Upload} */ (line[at]);
      if (upload.state !== "waiting" || !upload.file) continue;
      if (running >= (upload.record.size <= SMALL ? SMALL_AT_ONCE : AT_ONCE)) break;
      running += 1;
      void run(upload).finally(() => {
        running -= 1;
        next();
      });
    }
    if (at > 0) line = line.slice(at);
    void holdScreen();
  };

  /** @param {Upload} upload */
  const run = async (upload) => {
    const stop = new AbortController();
    upload.stop = stop;
    setState(upload, "running");
    let silences = 0;
    let troubles = 0;
    let isRepeated = false;
    for (;;) {
      try {
        await send(upload, stop.signal, isRepeated);
        finish(upload, "done");
        break;
      } catch (error) {
        // Held or called off: whoever did it has set the state.
        if (isAbort(error) || stop.signal.aborted) break;
        const kind = error instanceof ApiError ? error.kind : "other";
        isRepeated = true;
        if (kind === "offline" && await isUnreadable(upload)) {
          setState(upload, "lost", t("upload.unreadable"));
          break;
        } else if (kind === "offline" || kind === "ended") {
          setState(upload, "offline", kind === "ended" ? errorText(error) : t("upload.offline"));
          await sleep((PAUSES[Math.min(silences, PAUSES.length - 1)] ?? 30) * 1000, stop.signal);
          silences += 1;
        } else if (["busy", "crowded", "incomplete", "server"].includes(kind) && troubles < TRIES) {
          troubles += 1;
          await sleep(TAKEOVER, stop.signal);
        } else if (kind === "exists") {
          if (await isThere(upload)) finish(upload, "done");
          else ask(upload, upload.record.id, null, null);
          break;
        } else {
          setState(upload, "failed", errorText(error));
          break;
        }
        if (stop.signal.aborted) break;
        setState(upload, "running");
      }
    }
    if (upload.stop === stop) upload.stop = null;
  };

  /**
   * Sends what the server does not have yet.
   * @param {Upload} upload
   * @param {AbortSignal} signal
   * @param {boolean} isRepeated whether an earlier try may have got through without its answer
   */
  const send = async (upload, signal, isRepeated) => {
    const { record } = upload;
    const file = /** @type {File} */ (upload.file);
    /** @type {Ranges} */
    let received = [];
    if (record.isBegun && record.size > PART) received = await receivedOf(upload, signal);
    if ((isRepeated || record.isBegun) && received.length === 0 && await isThere(upload)) return;
    for (;;) {
      const gap = firstGap(received, record.size);
      // With every byte there, an empty last part only says so.
      const start = gap?.start ?? record.size;
      const end = gap ? Math.min(gap.start + PART, gap.end) : record.size;
      const after = addRange(received, start, end);
      const isLast = firstGap(after, record.size) === null;
      const base = bytesIn(received);
      upload.sent = base;
      tell(false);
      if (!isLast && !record.isBegun) {
        record.isBegun = true;
        void keep([record]);
      }
      await uploadPart({
        appname: "explorer",
        path: record.root,
        uploadpath: record.below || null,
        filename: record.target,
        offset: start,
        complete: isLast ? 1 : 0,
        filesize: record.size,
        date: new Date(record.modified).toISOString(),
        nofileoverwrite: record.replaces ? 0 : 1,
        // After an ended session the next one goes on with it.
        uploadid: record.id,
      }, file.slice(start, end), {
        signal,
        onProgress: (bytes) => {
          upload.sent = base + Math.min(bytes, end - start);
          tell(false);
        },
      });
      received = after;
      upload.sent = bytesIn(received);
      if (isLast) return;
    }
  };

  /** What the server has of an upload. @param {Upload} upload @param {AbortSignal} signal @returns {Promise<Ranges>} */
  const receivedOf = async (upload, signal) => {
    const { record } = upload;
    /** @type {import("../../shared/types.js").UploadStatus[]} */
    const found = await records("getuploadstatus", "upload", { path: folderOf(record), filename: record.target, uploadid: record.id }, { signal })
      .catch((error) => {
        // A folder that is not there yet holds no upload either.
        if (error instanceof ApiError && (error.kind === "missing" || error.kind === "absent")) return [];
        throw error;
      });
    const [status] = found;
    return status && status.size === record.size ? parseRanges(status.received) : [];
  };

  /** Whether exactly this file has arrived: the answer to its last part may have been lost. @param {Upload} upload */
  const isThere = async ({ record }) => {
    const [entry] = await records("fileinfo", "entry", { file: join(folderOf(record), record.target) });
    return entry?.type === "file" && entry.fullsize === record.size && entry.modifiedepochutc === Math.floor(record.modified / 1000);
  };

  /** Whether the browser cannot read the file any more. @param {Upload} upload */
  const isUnreadable = async ({ file, record }) => {
    if (!file || record.size === 0) return false;
    return file.slice(0, 1).arrayBuffer().then(() => false, () => true);
  };

  const offerBack = createOffers(async (record) => {
    await bringBack(join(folderOf(record), record.target));
    touch(record);
  });

  /** @param {Upload} upload @param {"done" | "skipped"} state */
  const finish = (upload, state) => {
    upload.sent = upload.record.size;
    void drop([upload.record.id]);
    if (state === "done") {
      touch(upload.record);
      if (upload.record.replaces) offerBack(upload.record);
      // A server that answers one will answer the others.
      wake();
    }
    setState(upload, state);
  };

  /** @param {number} milliseconds @param {AbortSignal} signal @returns {Promise<void>} */
  const sleep = (milliseconds, signal) => new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      sleepers.delete(end);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    sleepers.add(end);
    signal.addEventListener("abort", end);
  });

  /** Tries again at once what waits for the server. */
  const wake = () => { for (const end of [...sleepers]) end(); };
  addEventListener("online", wake);

  // ---- the person's hand

  /** @param {Upload} upload */
  const hold = (upload) => {
    if (!["waiting", "running", "offline"].includes(upload.state)) return;
    setState(upload, "held");
    upload.stop?.abort();
  };

  /** Goes on with what was held or has failed. @param {Upload} upload */
  const resume = (upload) => {
    if (!["held", "failed"].includes(upload.state) || !upload.file) return;
    setState(upload, "waiting");
    next();
  };

  /** @param {Upload} upload */
  const cancel = (upload) => {
    uploads.delete(upload.record.id);
    upload.state = "skipped";
    upload.stop?.abort();
    void drop([upload.record.id]);
    if (upload.record.isBegun) void giveUp(upload.record);
    tell(true);
    next();
  };

  /** Frees the room of what has arrived. @param {UploadRecord} record */
  const giveUp = (record) => command("deletepartialuploads", { path: folderOf(record), filename: record.target, uploadid: record.id }, { isQuiet: true })
    .catch(() => { /* It will be too old one day, and is then removed. */ });

  /** @param {(upload: Upload) => void} act */
  const forAll = (act) => { for (const upload of [...uploads.values()]) act(upload); };

  const clearDone = () => {
    for (const [id, { state }] of uploads) if (state === "done" || state === "skipped") uploads.delete(id);
    decisions.clear();
    tell(true);
  };

  /** Fetches what an earlier visit left. */
  const remind = async () => {
    for (const record of await recall(account())) {
      if (!uploads.has(record.id)) uploads.set(record.id, { record, file: null, state: "lost", sent: 0, error: "", stop: null });
    }
    tell(true);
  };

  // ---- phones sleep unless they are asked not to

  /** Asked for; the system takes it away when the page is hidden. @type {Promise<WakeLockSentinel | null> | null} */
  let screen = null;
  const holdScreen = async () => {
    const isBusy = running > 0;
    if (isBusy && !screen && document.visibilityState === "visible" && navigator.wakeLock) {
      // Refused on a low battery; the upload goes on as long as the phone is awake.
      screen = navigator.wakeLock.request("screen").catch(() => null);
    } else if (!isBusy && screen) {
      const held = screen;
      screen = null;
      await (await held)?.release();
    }
  };
  document.addEventListener("visibilitychange", () => {
    screen = null;
    void holdScreen();
  });

  addEventListener("beforeunload", (event) => {
    const isBusy = [...uploads.values()].some((one) => ["running", "waiting", "offline", "checking", "asking"].includes(one.state));
    if (isBusy) event.preventDefault();
  });

  void remind();

  return {
    add, giveAgain, hold, resume, cancel, clearDone, wake,
    holdAll: () => forAll(hold),
    resumeAll: () => forAll(resume),
    cancelAll: () => forAll((upload) => { if (!["done", "skipped"].includes(upload.state)) cancel(upload); }),
    all: () => [...uploads.values()],
    /** @param {(isOrder: boolean) => void} listener */
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @typedef {ReturnType<typeof createQueue>} Queue */

/** An id that no other visit has used. */
function newId() {
  return `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
}
