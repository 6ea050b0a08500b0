// The parts of an upload that the server has received, and a check whether the file can still be read.

import { ApiError, records } from "../../shared/api.js";
import { join } from "../files/paths.js";
import { folderOf } from "./queue-state.js";
import { parseRanges } from "./ranges.js";

/** @typedef {import("./queue-state.js").Upload} Upload */
/** @typedef {import("./ranges.js").Ranges} Ranges */

/** The ranges of an upload that the server has received. @param {Upload} upload @param {AbortSignal} signal @returns {Promise<Ranges>} */
export async function receivedOf(upload, signal) {
  const { record } = upload;
  /** @type {import("../../shared/types.js").UploadStatus[]} */
  const found = await records("getuploadstatus", "upload", { path: folderOf(record), filename: record.target, uploadid: record.id }, { signal })
    .catch((error) => {
      // If the folder does not exist yet, no part of the upload does.
      if (error instanceof ApiError && (error.kind === "missing" || error.kind === "absent")) return [];
      throw error;
    });
  const [status] = found;
  return status && status.size === record.size ? parseRanges(status.received) : [];
}

/** True if exactly this file has arrived. The answer to its last part may have been lost. @param {Upload} upload */
export async function isThere({ record }) {
  const [entry] = await records("fileinfo", "entry", { file: join(folderOf(record), record.target) });
  return entry?.type === "file" && entry.fullsize === record.size && entry.modifiedepochutc === Math.floor(record.modified / 1000);
}

/** True if the browser cannot read the file any more. @param {Upload} upload */
export async function isUnreadable({ file, record }) {
  if (!file || record.size === 0) return false;
  return file.slice(0, 1).arrayBuffer().then(() => false, () => true);
}
