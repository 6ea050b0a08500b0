// The shares of an account, and the shares that others give it.

import { notice } from "../../shared/dialog.js";
import { records } from "../../shared/api.js";
import { fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { adminErrorText } from "../error-text.js";
import { shareItem } from "../shares/item.js";

/** @typedef {import("../../shared/types.js").ShareRecord} ShareRecord */

/** @param {HTMLElement} content @param {import("./user.js").UserRecord} user @param {string} admin */
export async function showSharing(content, user, admin) {
  const place = h("div", { class: "panel-part" });
  fill(content, place);
  const show = async () => {
    try {
      const name = user.username;
      /** @type {ShareRecord[][]} */
      const [own = [], had = []] = await Promise.all([{ shareowner: name }, { sharedwith: name }].map((params) => records("getsharesbyowner", "share", params, { side: "admin" })));
      const list = (/** @type {ShareRecord[]} */ shares, /** @type {boolean} */ hasOwner) => (shares.length === 0
        ? h("p", { class: "quiet", text: t("shares.none") })
        : h("ul", { class: "member-list" }, shares.map((share) => shareItem(share, { admin, hasOwner, onEnded: show }))));
      fill(place, h("h3", { text: t("shares.own") }), list(own, false), h("h3", { text: t("shares.had") }), list(had, true));
    } catch (error) {
      fill(place, notice({ title: adminErrorText(error), action: { label: t("action.retry"), run: () => void show() } }));
    }
  };
  await show();
}
