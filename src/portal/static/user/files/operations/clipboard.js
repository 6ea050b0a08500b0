// Copying and cutting within the cloud, and pasting.

import { t } from "../../../shared/i18n.js";
import { announce } from "../../../shared/announce.js";
import { transfer } from "./transfer.js";

/** @typedef {import("../../state.js").UserStore} UserStore */
/** @typedef {import("../../../shared/types.js").Entry} Entry */
/** @typedef {import("../operations.js").Mode} Mode */

/** Remembers entries to be pasted. @param {UserStore} store @param {Entry[]} entries @param {Mode} mode */
export function toClipboard(store, entries, mode) {
  if (entries.length === 0) return;
  store.set({ clipboard: { mode, paths: entries.map((entry) => entry.path) } });
  announce(t(mode === "copy" ? "clipboard.copied" : "clipboard.cut", { count: entries.length }));
}

/** Copies or moves the remembered entries. @param {UserStore} store @param {string} folder */
export async function paste(store, folder) {
  const { clipboard } = store.get();
  if (!clipboard) return;
  if (clipboard.mode === "move") store.set({ clipboard: null });
  await transfer(store, clipboard.paths, folder, clipboard.mode);
}
