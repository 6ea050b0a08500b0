// Checks whether an entry exists, because the browser says little about why a download failed.

import { ApiError, records } from "../../shared/api.js";

/**
 * Fails if there is no such entry, the server does not answer, or nobody is signed in.
 * @param {string} path @param {AbortSignal} [signal]
 */
export async function checkExists(path, signal) {
  const found = await records("fileinfo", "entry", { file: path }, { signal });
  if (found.length === 0) throw new ApiError("missing", "", "fileinfo");
}
