// The shared files that nobody has sent on their way yet.

import { recall } from "../upload/memory.js";
import { sharedFiles } from "./shared-files.js";

/** @param {string} account @returns {Promise<import("./shared-files.js").SharedFile[]>} */
export async function waitingFiles(account) {
  const [files, uploads] = await Promise.all([sharedFiles(account), recall(account)]);
  const underWay = new Set(uploads.map(({ shared }) => shared));
  return files.filter(({ id }) => !underWay.has(id));
}
