// Brings back the content that another one has replaced.

import { ApiError, command, records } from "../../shared/api.js";
import { leafOf, parentOf } from "./paths.js";

/** Restores the version of a file before the present one. @param {string} path */
export async function bringBack(path) {
  const file = { filepath: parentOf(path), filename: leafOf(path) };
  /** The present content comes first. @type {import("../../../replies.js").VersionRecord[]} */
  const [, before] = await records("getversions", "version", file);
  if (!before) throw new ApiError("missing", "", "getversions");
  await command("makeversionlive", { ...file, fileid: before.fileid });
}
