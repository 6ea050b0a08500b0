// The accounts in the list, their order, and the address of the view.

import { compareNames } from "../../shared/format.js";
import { address, go } from "../../shared/router.js";
import { secondsOf } from "../times.js";
import { DISABLED, EXTERNAL, FULL, GUEST } from "./user.js";

/** @typedef {import("./user.js").UserRecord} UserRecord */
/** @typedef {import("../views/users.js").UsersView} UsersView */

/** The users that each choice shows. @type {Record<string, (user: UserRecord) => boolean>} */
export const SHOWN = {
  all: () => true,
  admins: (user) => user.adminstatus === 1,
  full: (user) => user.status === FULL,
  guests: (user) => user.status === GUEST || user.status === EXTERNAL,
  waiting: (user) => user.waits !== "",
  disabled: (user) => user.status === DISABLED && user.waits === "",
};

/** @param {string} where in the route */
export function stateOf(/** @type {import("../../shared/router.js").Route} */ where) {
  const wanted = where.query.get("show") ?? "all";
  return { chosen: where.path[0] ?? null, text: where.query.get("q") ?? "", shown: wanted in SHOWN ? wanted : "all" };
}

/** @param {UsersView} view @param {string | null} name */
export function addressOf(view, name) {
  return address("users", name === null ? [] : [name], { q: view.text, show: view.shown === "all" ? null : view.shown });
}

/** Stores the filter in the address. Typing adds no step for the back button. @param {UsersView} view */
export function keepAddress(view) {
  history.replaceState(history.state, "", addressOf(view, view.chosen));
}

/** @param {UsersView} view @param {string | null} name */
export function chooseUser(view, name) {
  const hadFocus = view.panel.element.contains(document.activeElement);
  go(addressOf(view, name));
  if (name === null && hadFocus) view.list.focus();
}

/** @param {UsersView} view */
export function visible(view) {
  const wanted = view.text.toLowerCase();
  const fits = (/** @type {UserRecord} */ user) => SHOWN[view.shown]?.(user)
    && `${user.username} ${user.displayname} ${user.email}`.toLowerCase().includes(wanted);
  const used = (/** @type {UserRecord} */ user) => view.context.usages.known(user.username)?.totalbytes ?? -1;
  const seen = (/** @type {UserRecord} */ user) => secondsOf(user.lastlogindate) ?? 0;
  /** @type {Record<UsersView["sort"]["column"], (a: UserRecord, b: UserRecord) => number>} */
  const orders = {
    name: (a, b) => compareNames(a.displayname || a.username, b.displayname || b.username),
    used: (a, b) => used(a) - used(b),
    seen: (a, b) => seen(a) - seen(b),
  };
  const order = orders[view.sort.column];
  return view.users.filter(fits).sort((a, b) => (view.sort.isDescending ? order(b, a) : order(a, b)) || compareNames(a.username, b.username));
}
