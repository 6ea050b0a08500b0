// The state of the admin portal in one store, and the context of its views.

import { createStore } from "../shared/store.js";

/** The result and the time of the last check of the audit log's chain. @typedef {import("../../replies.js").VerificationRecord & { at: number }} ChainCheck */

/**
 * The rights of the administrator by area.
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
 * The context of a view.
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
