// Restores entries from the recycle bin, and removes them permanently.

import { ApiError, command, errorText } from "../../shared/api.js";
import { confirmDialog } from "../../shared/dialog.js";
import { shortName } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { errorToast, toast } from "../../shared/toast.js";
import { folderAddress, folderName, parentOf } from "../files/paths.js";
import { folderChanged } from "../state.js";
import { loadBin } from "./show.js";

/** @typedef {import("../files/deleted.js").DeletedEntry} DeletedEntry */
/** @typedef {import("../views/bin.js").BinView} BinView */

/**
 * Does something with each entry, and reports the result.
 * @param {BinView} view
 * @param {DeletedEntry[]} which @param {(entry: DeletedEntry) => Promise<void>} action
 * @returns {Promise<number>} how many were done
 */
export async function forEach(view, which, action) {
  let done = 0;
  for (const entry of which) {
    try {
      await action(entry);
      done += 1;
    } catch (error) {
      if (error instanceof ApiError && error.kind === "ended") return done;
      errorToast(t("bin.failed", { name: shortName(entry.name), reason: errorText(error) }));
    }
  }
  await loadBin(view);
  view.list.select([]);
  view.list.focus();
  return done;
}

/** @param {BinView} view @param {DeletedEntry[]} which */
export async function restoreEntries(view, which) {
  /** @type {string[]} */
  const places = [];
  const done = await forEach(view, which, async (entry) => {
    const { message } = await command("restorefromrecyclebin", { path: entry.path });
    places.push(message);
  });
  const [first] = places;
  if (first === undefined) return;
  folderChanged(view.store, ...places.map(parentOf));
  const folder = parentOf(first);
  toast(done === 1 ? t("bin.restoredone", { name: shortName(first.slice(folder.length + 1)), folder: shortName(folderName(folder, view.home)) }) : t("bin.restored", { count: done }), {
    action: { label: t("bin.show"), run: () => { location.hash = folderAddress(folder, view.home); } },
  });
}

/** @param {BinView} view @param {DeletedEntry[]} which */
export async function removeChosen(view, which) {
  const [first] = which;
  if (!first) return;
  const isSure = await confirmDialog({
    title: which.length === 1 ? t("bin.removeone", { name: shortName(first.name) }) : t("bin.removemany", { count: which.length }),
    text: t("bin.removetext"), confirm: t("bin.remove"), isDanger: true,
  });
  if (!isSure) return;
  const done = await forEach(view, which, async (entry) => { await removeForGood(entry); });
  if (done > 0) toast(t("bin.removed", { count: done }));
  folderChanged(view.store);
}

/** @param {DeletedEntry} entry */
export function removeForGood(entry) {
  return command("deletefile", { path: parentOf(entry.path), name: entry.name });
}

/** @param {BinView} view */
export async function emptyBin(view) {
  const isSure = await confirmDialog({
    title: t("bin.emptysure", { count: view.entries.length }), text: t("bin.removetext"), confirm: t("bin.empty"), isDanger: true,
  });
  if (!isSure) return;
  if (view.root !== view.home) {
    // Others may have deleted more by now. Only the entries that were shown are removed.
    const count = view.entries.length;
    const done = await forEach(view, view.entries, async (entry) => { await removeForGood(entry); });
    if (done === count) toast(t("bin.emptied"));
    return;
  }
  try {
    await command("emptyrecyclebin");
    toast(t("bin.emptied"));
  } finally {
    await loadBin(view);
    folderChanged(view.store);
  }
}
