// The e-mail address of the person's account, until it is confirmed: a button mails a link to it.

import { command, errorText, record } from "../../shared/api.js";
import { button, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast, toast } from "../../shared/toast.js";

/**
 * The card. It is hidden if there is nothing to do.
 * @param {import("../../shared/types.js").ServerInfo} server
 */
export function emailCard(server) {
  const element = h("section", { class: "card", "aria-label": t("me.email"), hidden: true }, h("h2", { text: t("me.email") }));
  const show = async () => {
    const { email, isemailverified } = await record("getprofilesettings", "profilesettings", {}, { isQuiet: true });
    if (!email || isemailverified || !server.sendsmail) return;
    const mail = button({ text: t("me.mailverification"), onclick: async () => {
      mail.disabled = true;
      try {
        await command("mailverification");
        toast(t("me.verificationmailed", { email }));
      } catch (error) {
        mail.disabled = false;
        errorToast(errorText(error));
      }
    } });
    element.append(h("p", { text: t("me.emailopen", { email }) }), h("div", { class: "card-actions" }, mail));
    element.hidden = false;
  };
  // Without an answer there is no card, and the next visit asks again.
  if (server.sendsmail) void show().catch(() => undefined);
  return element;
}
