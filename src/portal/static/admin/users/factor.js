// The second factor of an account: whether there is one, and a button that removes it for somebody
// who has lost it.

import { command, record } from "../../shared/api.js";
import { confirmDialog } from "../../shared/dialog.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast, toast } from "../../shared/toast.js";
import { needs } from "../allowed.js";
import { adminErrorText } from "../error-text.js";
import { nameOf } from "./user.js";

/** @param {import("./user.js").UserRecord} user */
export function factorPart(user) {
  const place = h("div", { class: "form" });
  const show = async () => {
    try {
      /** @type {import("../../../replies.js").UserRecord} */
      const state = await record("getuser", "user", { username: user.username }, { side: "admin" });
      fill(place, state.hassecondfactor === 1
        ? [h("p", { text: t("factor.has") }), h("div", { class: "card-actions" }, needs("resetsecondfactor", button({ text: t("factor.reset"), onclick: () => void reset() })))]
        : h("p", { class: "quiet", text: t("factor.hasnone") }));
    } catch (error) {
      fill(place, h("p", { class: "quiet", text: adminErrorText(error) }));
    }
  };
  const reset = async () => {
    const isSure = await confirmDialog({ title: t("factor.resettitle", { name: nameOf(user) }), text: t("factor.resettext"), confirm: t("factor.reset"), isDanger: true });
    if (!isSure) return;
    try {
      await command("resetsecondfactor", { username: user.username }, { side: "admin" });
      toast(t("factor.resetdone"));
    } catch (error) {
      errorToast(adminErrorText(error));
    }
    await show();
  };
  void show();
  return place;
}
