// The way back from a content that replaced another.

import { ApiError, command, records } from "../../shared/api.js";
import { leafOf, parentOf } from "./paths.js";

/** Makes the content that a file had before its present one the live one again. @param {string} path */
export async function bringBack(path) {
  const file = { filepath: parentOf(path), filename: leafOf(path) };
  /** The live one first. @type {{ fileid: string }[]} */
  const [, before] = await records("getversions", "version", file);
  if (!before) throw new ApiError("missing", "", "getversions");
  await command("makeversionlive", { ...file, fileid: before.fileid });
}
