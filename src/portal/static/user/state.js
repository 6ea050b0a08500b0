// The state of the user portal, in one store, and the context of its views.

import { createStore } from "../shared/store.js";

/** The id of the list of favorites that everybody has. */
export const STARS = "0".repeat(24);

/** @typedef {"name" | "modified" | "size"} SortColumn */
/** @typedef {{ shape: "rows" | "cards", sort: SortColumn, isDescending: boolean, showsHidden: boolean }} Look */
/** @typedef {{ mode: "copy" | "move", paths: string[] }} Clipboard */

/**
 * @typedef {object} UserState
 * @property {{ name: string, displayName: string, isAdmin: boolean | null, hasPicture: boolean, teamFoldersAt: string }} account `isAdmin` and
 *   the values after it are unknown at first; `teamFoldersAt`: the folder of the team folders, empty if there are none
 * @property {import("../shared/types.js").ServerInfo} server
 * @property {import("../shared/types.js").StorageStatus | null} storage
 * @property {string[]} disks the paths of further disks
 * @property {string[]} teamFolders the paths of the team folders that this person has
 * @property {Clipboard | null} clipboard the entries that were copied or cut in the cloud
 * @property {number} newNotifications
 * @property {{ paths: ReadonlySet<string> }} changed folders whose content has changed; a new object with each change
 * @property {Look} look how the folder is shown
 */

/** @typedef {import("../shared/store.js").Store<UserState>} UserStore */

/**
 * The context of a view.
 * @typedef {object} Context
 * @property {UserStore} store
 * @property {import("../shared/shell.js").Shell} shell
 * @property {import("./files/operations.js").Operations} operations
 * @property {(sources: import("./upload/collect.js").Collected, folder: string) => void} upload
 * @property {() => void} titleChanged
 */

/**
 * @param {UserState["account"]} account
 * @param {UserState["server"]} server
 * @param {Look} look
 * @returns {UserStore}
 */
export function createUserStore(account, server, look) {
  return createStore(/** @type {UserState} */ ({
    account, server, look, storage: null, disks: [], teamFolders: [], newNotifications: 0, clipboard: null, changed: { paths: new Set() },
  }));
}

/** The other tabs of this browser, which show the same cloud. */
const otherTabs = new BroadcastChannel("cloudlet");

/**
 * Tells this tab and the others that the content of folders has changed.
 * @param {UserStore} store @param {...string} paths
 */
export function folderChanged(store, ...paths) {
  store.set({ changed: { paths: new Set(paths) } });
  otherTabs.postMessage({ account: store.get().account.name, paths });
}

/** Follows changes that were made in other tabs. @param {UserStore} store */
export function followOtherTabs(store) {
  otherTabs.addEventListener("message", ({ data }) => {
    if (data.account === store.get().account.name) store.set({ changed: { paths: new Set(data.paths) } });
  });
}
