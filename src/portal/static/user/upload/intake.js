// Adds files and folders to the queue of uploads.

import { ApiError, command } from "../../shared/api.js";
import { sharedFile } from "../device/shared-files.js";
import { join } from "../files/paths.js";
import { drop, keep, recall } from "./memory.js";
import { checkNames } from "./name-check.js";
import { account, setState, tell } from "./queue-state.js";
import { next } from "./sending.js";
import { touch } from "./touched.js";

/** @typedef {import("./queue-state.js").QueueState} QueueState */
/** @typedef {import("./queue-state.js").Upload} Upload */
/** @typedef {import("./queue-state.js").Contents} Contents */

/** Number of files that are added without a pause. */
const SLICE = 200;

/**
 * Adds files and folders to the queue.
 * @param {QueueState} queue
 * @param {import("./collect.js").Collected} sources
 * @param {string} root the folder they go into
 */
export async function takeIn(queue, sources, root) {
  const batch = newId();
  /** @type {Contents} */
  const contents = new Map();
  void makeFolders(queue, sources.folders, root);
  for (let at = 0; at < sources.files.length; at += SLICE) {
    // The browser needs a while for the sizes and times of thousands of files.
    if (at > 0) await new Promise((resolve) => { setTimeout(resolve); });
    takeInSome(queue, sources.files.slice(at, at + SLICE), root, batch, contents);
  }
}

/** @param {QueueState} queue @param {import("./collect.js").Source[]} files @param {string} root @param {string} batch @param {Contents} contents */
function takeInSome(queue, files, root, batch, contents) {
  /** @type {Upload[]} */
  const fresh = [];
  const lost = [...queue.uploads.values()].filter(({ state }) => state === "lost");
  for (const { file, below, shared } of files) {
    const earlier = lost.find((upload) => belongs(upload, file, root, below));
    if (earlier) {
      giveFile(queue, earlier, file);
      continue;
    }
    const name = file.name.normalize("NFC");
    /** @type {Upload} */
    const upload = {
      record: {
        id: `${batch}-${queue.uploads.size}`, account: account(queue), name, size: file.size, modified: file.lastModified, root,
        below: below.normalize("NFC"), target: name, replaces: false, isBegun: false,
        ...(shared ? { shared } : {}),
      },
      file, state: "checking", sent: 0, error: "", stop: null,
    };
    queue.uploads.set(upload.record.id, upload);
    fresh.push(upload);
  }
  void keep(fresh.map((upload) => upload.record));
  tell(queue, true);
  queue.checked = queue.checked.then(() => checkNames(queue, fresh, batch, contents));
  next(queue);
}

/**
 * True if a file is the one of a remembered upload.
 * @param {Upload} upload @param {File} file @param {string} root @param {string} below
 */
function belongs({ state, record }, file, root, below) {
  return state === "lost"
    && record.name === file.name.normalize("NFC") && record.size === file.size && record.modified === file.lastModified
    && record.root === root && record.below === below.normalize("NFC");
}

/** @param {QueueState} queue @param {Upload} upload @param {File} file */
function giveFile(queue, upload, file) {
  upload.file = file;
  setState(queue, upload, "waiting");
}

/**
 * Resumes remembered uploads whose files were chosen again.
 * @param {QueueState} queue
 * @param {import("./collect.js").Source[]} sources
 * @returns {number} how many were found
 */
export function giveAgain(queue, sources) {
  let found = 0;
  const lost = [...queue.uploads.values()].filter(({ state }) => state === "lost");
  for (const { file, below } of sources) {
    const fits = lost.filter(({ state, record }) => state === "lost" && record.name === file.name.normalize("NFC"));
    const upload = fits.find(({ record }) => record.size === file.size && record.modified === file.lastModified
      && (below === "" || record.below === below.normalize("NFC"))) ?? (fits.length === 1 ? fits[0] : undefined);
    if (!upload) continue;
    const { record } = upload;
    if (record.size !== file.size || record.modified !== file.lastModified) {
      // Another content with the same name begins anew, because it does not continue the bytes on
      // the server.
      Object.assign(record, { size: file.size, modified: file.lastModified, isBegun: false });
      upload.sent = 0;
      void keep([record]);
    }
    giveFile(queue, upload, file);
    found += 1;
  }
  next(queue);
  return found;
}

/** Creates empty folders. @param {QueueState} queue @param {string[]} folders @param {string} root */
async function makeFolders(queue, folders, root) {
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
    touch(queue, { root, below });
  }
}

/**
 * Fetches the unfinished uploads of earlier visits. Those whose files this device keeps go on.
 * @param {QueueState} queue
 */
export async function remind(queue) {
  for (const record of await recall(account(queue))) {
    if (queue.uploads.has(record.id)) continue;
    /** @type {Upload} */
    const upload = { record, file: null, state: "lost", sent: 0, error: "", stop: null };
    if (record.shared) {
      const kept = await sharedFile(record.shared).catch(() => undefined);
      // The file is forgotten once the server has it, and the upload after that.
      if (!kept) {
        await drop([record.id]);
        continue;
      }
      giveFile(queue, upload, kept.file);
    }
    queue.uploads.set(record.id, upload);
  }
  tell(queue, true);
  next(queue);
}

/** An id that no other visit has used. */
function newId() {
  return `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
}
