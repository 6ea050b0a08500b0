// Whether something is still there, where the browser does something by itself and tells little when it fails.

import { ApiError, records } from "../../shared/api.js";

/**
 * Fails when there is nothing, the server is away, or nobody is signed in any more.
 * @param {string} path @param {AbortSignal} [signal]
 */
export async function checkExists(path, signal) {
  const found = await records("fileinfo", "entry", { file: path }, { signal });
  if (found.length === 0) throw new ApiError("missing", "", "fileinfo");
}
