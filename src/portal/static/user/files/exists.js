// Checks whether something exists, after the browser itself did something and tells little about a
// failure.

import { ApiError, records } from "../../shared/api.js";

/**
 * Fails if there is no such entry, the server does not answer, or nobody is signed in any more.
 * @param {string} path @param {AbortSignal} [signal]
 */
export async function checkExists(path, signal) {
  const found = await records("fileinfo", "entry", { file: path }, { signal });
  if (found.length === 0) throw new ApiError("missing", "", "fileinfo");
}
