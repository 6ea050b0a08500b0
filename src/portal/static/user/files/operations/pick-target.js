// Copying and moving entries into a folder that the person chooses.

import { t } from "../../../shared/i18n.js";
import { isShowing, isWithin, parentOf } from "../paths.js";
import { newFolder } from "./create.js";
import { transfer } from "./transfer.js";

/** @typedef {import("../../state.js").UserStore} UserStore */
/** @typedef {import("../../../shared/types.js").Entry} Entry */
/** @typedef {import("../operations.js").Mode} Mode */

/**
 * Asks for a folder and copies or moves entries into it.
 * @param {UserStore} store
 * @param {Entry[]} entries @param {Mode} mode
 */
export async function transferByPicking(store, entries, mode) {
  const [first] = entries;
  if (!first) return;
  const { pickFolder } = await import("../picker.js");
  const target = await pickFolder({
    store,
    start: parentOf(first.path),
    title: t(mode === "copy" ? "picker.copy" : "picker.move", { count: entries.length }),
    confirm: t(mode === "copy" ? "picker.copyhere" : "picker.movehere"),
    // A folder cannot go into itself, and a move to the same folder does nothing.
    isRefused: (folder) => entries.some((entry) => entry.isFolder && isWithin(folder, entry.path))
      || (mode === "move" && entries.every((entry) => parentOf(entry.path) === folder)),
    // If more people can see the entries there, the person should know before.
    noteOf: (folder) => (isShowing([first.path], folder) ? `${t("disks.seen")}${mode === "move" ? ` ${t("picker.goes")}` : ""}` : ""),
    newFolder: (folder) => newFolder(store, folder),
  });
  if (target !== null) await transfer(store, entries.map((entry) => entry.path), target, mode);
}
