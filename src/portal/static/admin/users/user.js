// What an account is, as the admin side of the API sends it.

import { t } from "../../shared/i18n.js";

/** @typedef {import("../../../replies.js").UserRecord} UserRecord */

/** The API's numbers for what an account may do. */
export const GUEST = 0;
export const FULL = 1;
export const DISABLED = 2;
export const EXTERNAL = 3;

/** @type {Record<number, string>} */
const WORDS = { [GUEST]: "userstatus.guest", [FULL]: "userstatus.full", [DISABLED]: "userstatus.disabled", [EXTERNAL]: "userstatus.external" };

/** The choices, value and label. @returns {[string, string][]} */
export function statusOptions() {
  return [FULL, GUEST, EXTERNAL, DISABLED].map((one) => [String(one), t(WORDS[one] ?? "")]);
}

/** @param {UserRecord} user */
export function statusWord(user) {
  return t(WORDS[user.status] ?? "userstatus.full");
}

/** How an account is called in sentences. @param {UserRecord} user */
export function nameOf(user) {
  return user.displayname || user.username;
}
