// The operations on files and folders for the views. Each operation calls the server, reports what
// it did, offers to undo it if possible, and reports the changed folders. Their modules are loaded
// with the first operation, so that looking at files does not load them.

import { orTell } from "../../shared/toast.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {"copy" | "move"} Mode */

const all = () => import("./operations/all.js");

/** @param {import("../state.js").UserStore} store */
export function createOperations(store) {
  return {
    /** @param {string} folder @returns {Promise<string | null>} its name */
    newFolder: async (folder) => (await all()).newFolder(store, folder),
    /** @param {string} folder @returns {Promise<string | null>} its name */
    newTextFile: async (folder) => (await all()).newTextFile(store, folder),
    /** @param {Entry} entry @param {string} name */
    rename: async (entry, name) => (await all()).rename(store, entry, name),
    /** @param {Entry[]} entries @param {{ onRestored?: () => void }} [how] @returns {Promise<boolean>} whether anything was deleted */
    remove: async (entries, how) => (await all()).remove(store, entries, how),
    /** @param {Entry[]} entries @param {boolean} isStarred @param {() => void} onShown called when the entries have the new star */
    star: async (entries, isStarred, onShown) => (await all()).star(store, entries, isStarred, onShown),
    /** @param {string[]} paths @param {string} target @param {Mode} mode */
    transfer: async (paths, target, mode) => (await all()).transfer(store, paths, target, mode),
    /** @param {Entry[]} entries @param {Mode} mode */
    transferByPicking: async (entries, mode) => (await all()).transferByPicking(store, entries, mode),
    /** @param {string} folder */
    paste: async (folder) => (await all()).paste(store, folder),
    /** @param {Entry[]} entries @param {Mode} mode */
    toClipboard: (entries, mode) => orTell(all().then(({ toClipboard }) => toClipboard(store, entries, mode))),
    /** @param {Entry} entry */
    toggleLock: async (entry) => (await import("./lock.js")).toggleLock(store, entry),
    /** @param {import("../share/dialog.js").Shared} entry */
    share: (entry) => orTell(import("../share/dialog.js").then(({ openShare }) => openShare({ store }, entry))),
    /** Makes an archive beside them. @param {Entry[]} entries */
    zip: (entries) => orTell(all().then(({ zip }) => zip(store, entries))),
    /** Unpacks an archive beside it. @param {Entry} archive */
    unzip: (archive) => orTell(all().then(({ unzip }) => unzip(store, archive))),
    /** @param {Entry[]} entries */
    download: (entries) => orTell(all().then(({ download }) => download(entries))),
  };
}

/** @typedef {ReturnType<typeof createOperations>} Operations */
