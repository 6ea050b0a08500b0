// People by the names of their accounts, as far as the server tells this person about them.

import { records } from "../../shared/api.js";
import { plainName } from "../../shared/format.js";

/** @typedef {import("../../../replies.js").PersonRecord} Profile */

/** Each is asked for once. @type {Map<string, Promise<Profile | undefined>>} */
const known = new Map();

/** A person by the name of the account; `undefined` if the server does not tell. @param {string} name */
export function personOf(name) {
  const asked = known.get(name)
    ?? /** @type {Promise<Profile[]>} */ (records("searchprofiles", "profile", { filter: name }, { isQuiet: true })).then((found) => found.find((one) => one.username === name), () => undefined);
  known.set(name, asked);
  return asked;
}

/** The names that were found so far, by account. @type {Map<string, string>} */
const shown = new Map();

/** The name of a person as people see it; that of the account if the server tells no other. @param {string} name of the account */
export async function shownNameOf(name) {
  shown.set(name, plainName((await personOf(name))?.displayname || name));
  return nameSoFar(name);
}

/** The same, without asking; that of the account if nobody has asked before. @param {string} name of the account */
export function nameSoFar(name) {
  return shown.get(name) ?? plainName(name);
}
