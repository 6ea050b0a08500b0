// News: the files and the accounts that were added last.

import { records } from "../../shared/api.js";
import { fullTime, plainName, when } from "../../shared/format.js";
import { fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { address } from "../../shared/router.js";
import { card, loadInto } from "./part.js";

/** @typedef {import("../../../replies.js").LatestFileRecord} LatestFileRecord */
/** @typedef {import("../../../replies.js").UserRecord} UserRecord */

/** @param {AbortSignal} signal @returns {import("./part.js").Part} */
export function latestFilesPart(signal) {
  const box = card(t("overview.newfiles"));
  return {
    element: box.element,
    isLive: true,
    load: () => loadInto(box.body, signal, async () => {
      /** @type {LatestFileRecord[]} */
      const files = await records("getlatestfilesadded", "item", {}, { side: "admin", signal });
      fill(box.body, files.length === 0 ? h("p", { class: "quiet", text: t("overview.nonewfiles") })
        : h("ul", { class: "member-list" }, files.map((file) => h("li", { class: "member-item" }, icon("file"),
          h("span", { class: "cut" }, h("bdi", { class: "strong", dir: "auto", text: file.name }), " ",
            h("span", { class: "quiet", title: fullTime(file.createdepochutc), text: t("overview.newfile", { name: plainName(file.whodisplayname || file.who), size: file.size, time: when(file.createdepochutc) }) }))))));
    }),
  };
}

/** @param {AbortSignal} signal @returns {import("./part.js").Part} */
export function latestUsersPart(signal) {
  const box = card(t("overview.newusers"));
  return {
    element: box.element,
    isLive: false,
    load: () => loadInto(box.body, signal, async () => {
      /** @type {UserRecord[]} */
      const users = await records("getlatestusersadded", "user", {}, { side: "admin", signal });
      fill(box.body, h("ul", { class: "member-list" }, users.slice(0, 5).map((user) => h("li", { class: "member-item" }, icon("user"),
        h("a", { class: "cut", href: address("users", [user.username]) }, h("bdi", { dir: "auto", text: plainName(user.displayname || user.username) })),
        h("span", { class: "quiet", title: fullTime(user.createdepochutc), text: when(user.createdepochutc) })))));
    }),
  };
}
