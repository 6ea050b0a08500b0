// Deletes entries, and restores them from the recycle bin.

import { command } from "../../../shared/api.js";
import { shortName } from "../../../shared/format.js";
import { t } from "../../../shared/i18n.js";
import { toast } from "../../../shared/toast.js";
import { folderChanged } from "../../state.js";
import { parentOf } from "../paths.js";
import { forEach, tellFailures, undo } from "./many.js";

/** @typedef {import("../../state.js").UserStore} UserStore */
/** @typedef {import("../../../shared/types.js").Entry} Entry */

/**
 * Deletes entries.
 * @param {UserStore} store
 * @param {Entry[]} entries
 * @param {{ onRestored?: () => void }} [how]
 * @returns {Promise<boolean>} whether anything was deleted
 */
export async function remove(store, entries, how = {}) {
  const [first] = entries;
  if (!first) return false;
  const folders = [...new Set(entries.map(({ path }) => parentOf(path)))];
  /** The paths of the entries in the recycle bin, or before they were deleted. @type {string[]} */
  const deleted = [];
  const { failed, done } = await forEach(entries, "delete.progress", async (entry) => {
    const { message } = await command("deletefile", { path: parentOf(entry.path), name: entry.name });
    // For an entry in somebody else's share, the server does not tell its path in the bin.
    deleted.push(message || entry.path);
  });
  folderChanged(store, ...folders);
  if (done > 0) {
    toast(done === 1 && entries.length === 1 ? t("delete.doneone", { name: shortName(first.name) }) : t(entries.some(({ isFolder }) => isFolder) ? "delete.done" : "delete.files", { count: done }), {
      action: { run: () => void undo(() => restore(store, deleted, folders).then(how.onRestored)) },
    });
  }
  tellFailures("delete.failedsome", failed);
  return done > 0;
}

/** @param {UserStore} store @param {string[]} paths in the recycle bin, or where they were @param {string[]} folders where they were */
async function restore(store, paths, folders) {
  const { failed } = await forEach(paths, "move.progress", async (path) => { await command("restorefromrecyclebin", { path }); });
  folderChanged(store, ...folders);
  if (failed[0]) throw failed[0].error;
}
