// An account as the admin side of the API sends it.

import { t } from "../../shared/i18n.js";

/** @typedef {import("../../../replies.js").UserRecord} UserRecord */

/** The API's numbers for the status of an account. */
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
  if (user.waits) return t("userstatus.waits");
  return t(WORDS[user.status] ?? "userstatus.full");
}

/** The name of an account in sentences. @param {UserRecord} user */
export function nameOf(user) {
  return user.displayname || user.username;
}
