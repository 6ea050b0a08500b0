// What the admin portal knows, in one store, and what its views are given.

import { createStore } from "../shared/store.js";

/**
 * What the last check of the audit log's chain found.
 * @typedef {object} ChainCheck
 * @property {number} rows
 * @property {number} newestId
 * @property {number | null} brokenAt the first row that does not fit
 * @property {string} newest the newest row of people, to be noted elsewhere
 * @property {number} seconds it took
 * @property {number} at seconds since 1970
 */

/**
 * What the administrator may do, by area.
 * @typedef {Map<string, { read: number, update: number }>} AdminRights
 */

/**
 * @typedef {object} AdminState
 * @property {{ name: string, rights: AdminRights }} account
 * @property {import("../shared/types.js").ServerInfo} server
 * @property {ChainCheck | null} chain
 */

/** @typedef {import("../shared/store.js").Store<AdminState>} AdminStore */

/**
 * What a view gets.
 * @typedef {object} Context
 * @property {AdminStore} store
 * @property {import("../shared/shell.js").Shell} shell
 * @property {import("./usages.js").Usages} usages
 * @property {import("./health.js").Health} health
 * @property {() => void} titleChanged
 */

/**
 * @param {AdminState["account"]} account
 * @param {AdminState["server"]} server
 * @returns {AdminStore}
 */
export function createAdminStore(account, server) {
  return createStore(/** @type {AdminState} */ ({ account, server, chain: null }));
}
