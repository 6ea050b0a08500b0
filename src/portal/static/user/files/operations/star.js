// Gives entries a star, or removes it.

import { command } from "../../../shared/api.js";
import { t } from "../../../shared/i18n.js";
import { announce } from "../../../shared/announce.js";
import { STARS, folderChanged } from "../../state.js";
import { parentOf } from "../paths.js";
import { forEach, tellFailures } from "./many.js";

/** @typedef {import("../../state.js").UserStore} UserStore */
/** @typedef {import("../../../shared/types.js").Entry} Entry */

/**
 * Gives entries a star, or removes it. It is shown at once. If the server refuses, the list is loaded again.
 * @param {UserStore} store
 * @param {Entry[]} entries
 * @param {boolean} isStarred
 * @param {() => void} onShown called when the entries have the new star
 */
export async function star(store, entries, isStarred, onShown) {
  const [first] = entries;
  if (!first) return;
  for (const entry of entries) entry.isStarred = isStarred;
  onShown();
  const { failed, done, isStopped } = await forEach(entries, "star.progress", async (entry) => {
    await command(isStarred ? "setfavorite" : "unsetfavorite", { id: STARS, name: entry.path });
  });
  if (failed.length > 0 || isStopped) folderChanged(store, ...entries.map(({ path }) => parentOf(path)));
  if (done > 0) announce(t(isStarred ? "star.done" : "star.removed", { count: done }));
  tellFailures("star.failedsome", failed);
}
