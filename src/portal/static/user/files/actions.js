// What people can do with files and folders, as the views see it. What does it is in `act.js` and comes when something is
// first done, so that looking at files loads nothing of it.

import { orTell } from "../../shared/toast.js";

/** @typedef {import("./act.js").Act} Act */

/** @param {import("../state.js").UserStore} store */
export function createActions(store) {
  /** @type {Promise<Act> | null} */
  let loaded = null;
  const act = () => {
    loaded ??= import("./act.js").then(({ createAct }) => createAct(store));
    // After a failure, as without a connection, it is tried again.
    loaded.catch(() => { loaded = null; });
    return loaded;
  };
  return {
    /** @type {Act["newFolder"]} */
    newFolder: async (folder) => (await act()).newFolder(folder),
    /** @type {Act["newTextFile"]} */
    newTextFile: async (folder) => (await act()).newTextFile(folder),
    /** @type {Act["rename"]} */
    rename: async (entry, name, how) => (await act()).rename(entry, name, how),
    /** @type {Act["remove"]} */
    remove: async (entries) => (await act()).remove(entries),
    /** @type {Act["star"]} */
    star: async (entries, isStarred, onShown) => (await act()).star(entries, isStarred, onShown),
    /** @type {Act["transfer"]} */
    transfer: async (paths, target, mode) => (await act()).transfer(paths, target, mode),
    /** @type {Act["transferByPicking"]} */
    transferByPicking: async (entries, mode) => (await act()).transferByPicking(entries, mode),
    /** @type {Act["paste"]} */
    paste: async (folder) => (await act()).paste(folder),
    /** @param {import("../../shared/types.js").Entry[]} entries @param {"copy" | "move"} mode */
    toClipboard: (entries, mode) => orTell(act().then((loadedAct) => loadedAct.toClipboard(entries, mode))),
    /** @param {import("../../shared/types.js").Entry} entry */
    toggleLock: async (entry) => (await import("./lock.js")).toggleLock(store, entry),
    /** @param {import("../../shared/types.js").Entry[]} entries */
    download: (entries) => orTell(act().then((loadedAct) => loadedAct.download(entries))),
  };
}

/** @typedef {ReturnType<typeof createActions>} Actions */
