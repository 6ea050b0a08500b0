// Undoes copying and moving.

import { command } from "../../../shared/api.js";
import { folderChanged } from "../../state.js";
import { bringBack } from "../bring-back.js";
import { leafOf, parentOf } from "../paths.js";
import { forEach } from "./many.js";

/** @typedef {import("../../state.js").UserStore} UserStore */
/** @typedef {{ from: string, to: string, isReplacing: boolean }} Moved */

/** @param {UserStore} store @param {Moved[]} moved */
export async function moveBack(store, moved) {
  const { failed } = await forEach([...moved].reverse(), "move.progress", async ({ from, to, isReplacing }) => {
    await command("renameormove", { fromname: to, toname: from, overwrite: 0 });
    if (isReplacing) await layBack(from, to);
  }, 1);
  folderChanged(store, ...moved.flatMap(({ from, to }) => [parentOf(from), parentOf(to)]));
  if (failed[0]) throw failed[0].error;
}

/**
 * Puts the content that a move replaced back to its place. It is the previous version of the entry that has moved back. That
 * entry stays the same, with its comments and stars.
 * @param {string} from the present path of the moved entry @param {string} to
 */
async function layBack(from, to) {
  await bringBack(from);
  try {
    await command("copyfile", { path: parentOf(from), name: leafOf(from), copyto: parentOf(to), copytoname: leafOf(to), overwrite: 0 });
  } finally {
    await bringBack(from);
  }
}

/** Restores the contents that copies have replaced. @param {UserStore} store @param {Moved[]} copied */
export async function uncover(store, copied) {
  const { failed } = await forEach(copied, "move.progress", ({ to }) => bringBack(to));
  folderChanged(store, ...copied.map(({ to }) => parentOf(to)));
  if (failed[0]) throw failed[0].error;
}
