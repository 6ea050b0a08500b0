// Renames an entry.

import { command } from "../../../shared/api.js";
import { shortName } from "../../../shared/format.js";
import { t } from "../../../shared/i18n.js";
import { toast } from "../../../shared/toast.js";
import { folderChanged } from "../../state.js";
import { join, parentOf } from "../paths.js";
import { undo } from "./many.js";

/** @typedef {import("../../state.js").UserStore} UserStore */
/** @typedef {import("../../../shared/types.js").Entry} Entry */

/**
 * Renames an entry.
 * @param {UserStore} store
 * @param {Entry} entry
 * @param {string} newName
 * @param {{ isUndo?: boolean }} [how]
 */
export async function rename(store, entry, newName, how = {}) {
  const folder = parentOf(entry.path);
  const name = newName.normalize("NFC");
  await command("renamefile", { path: folder, name: entry.name, newname: name });
  folderChanged(store, folder);
  if (how.isUndo) return;
  const renamed = { ...entry, name, path: join(folder, name) };
  toast(t("rename.done", { name: shortName(name) }), {
    action: { run: () => void undo(() => rename(store, renamed, entry.name, { isUndo: true })) },
  });
}
