// The cells of the list of accounts.

import { size, timeElement } from "../../shared/format.js";
import { h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { secondsOf } from "../times.js";
import { DISABLED, FULL, nameOf, statusWord } from "./user.js";

/** @typedef {import("./user.js").UserRecord} UserRecord */
/** @typedef {import("../views/users.js").UsersView} UsersView */

/** @param {UserRecord} user */
export function nameCell(user) {
  return [
    icon(user.adminstatus === 1 ? "shield" : "user", { class: user.status === DISABLED ? "is-off" : "", ...(user.adminstatus === 1 ? { label: t("users.admin") } : {}) }),
    h("span", { class: "entry-text" },
      h("span", { class: "cut" }, h("bdi", { class: "strong", text: nameOf(user) }),
        nameOf(user).toLowerCase() === user.username ? null : h("span", { class: "quiet", text: ` ${user.username}` })),
      h("span", { class: "entry-facts" }, [statusWord(user), user.email].filter(Boolean).join(" \u00b7 "))),
  ];
}

/** @param {UsersView} view @param {UserRecord} user */
export function usedCell(view, user) {
  const usage = view.context.usages.known(user.username);
  return h("span", { class: "cut number", text: usage ? size(usage.totalbytes) : "\u2026", title: usage ? "" : t("details.counting") });
}

/** @param {UserRecord} user */
export function statusTag(user) {
  return h("span", { class: ["tag", user.status === DISABLED ? "is-bad" : user.status === FULL ? "is-plain" : ""], text: statusWord(user) });
}

/** @param {UserRecord} user */
export function seenCell(user) {
  const seconds = secondsOf(user.lastlogindate);
  return seconds === null ? h("span", { class: "quiet", text: t("users.never") }) : timeElement(seconds);
}
