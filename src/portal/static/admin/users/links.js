// One-time links with which somebody chooses a password. An administrator passes them on.

import { call, command } from "../../shared/api.js";
import { copyText } from "../../shared/copy.js";
import { openDialog } from "../../shared/dialog.js";
import { choice } from "../../shared/fields.js";
import { fullTime } from "../../shared/format.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { isOwn, ownAddress } from "../../shared/pairing.js";
import { qrCode } from "../../shared/qr.js";
import { errorToast, toast } from "../../shared/toast.js";
import { needs } from "../allowed.js";
import { adminErrorText } from "../error-text.js";

/**
 * Makes a link.
 * @param {"inviteuser" | "createpasswordlink"} operation @param {import("../../shared/api.js").Params} params
 * @returns {Promise<{ links: { url: string, qr: string }[], expires: number }>}
 */
export async function makeLink(operation, params) {
  const reply = await call(operation, { ...params, baseurl: ownAddress() }, { side: "admin" });
  return { links: reply.link ?? [], expires: reply.meta?.expiresepochutc ?? 0 };
}

/**
 * Shows a link until the dialog is closed.
 * @param {{ links: { url: string, qr: string }[], expires: number }} made
 * @param {{ title: string, text: string, onClose?: () => void }} options
 */
export function showLink(made, options) {
  const place = h("div");
  const draw = (/** @type {number} */ at) => {
    const link = made.links[at];
    if (!link) return;
    const copy = async () => {
      try {
        await copyText(link.url);
        toast(t("users.linkcopied"));
      } catch (error) {
        errorToast(adminErrorText(error));
      }
    };
    fill(place, h("div", { class: "pairing-code" }, qrCode(link.qr)),
      h("p", { class: "quiet", text: t("users.linkexpires", { when: fullTime(made.expires) }) }),
      isOwn(new URL(link.url)) ? h("p", { class: "field-error", role: "alert", text: t("connect.ownonly") }) : null,
      h("div", { class: "pairing-link" }, h("code", { text: link.url }),
        button({ text: t("connect.copy"), icon: "copy", kind: "primary", onclick: () => void copy() })));
  };
  const addresses = made.links.length > 1
    ? choice({
      label: t("connect.address"), value: "0", options: made.links.map((link, at) => ({ value: String(at), label: new URL(link.url).host })),
      onchange: (value) => draw(Number(value)),
    })
    : null;
  openDialog({
    title: options.title, mayJustClose: true,
    body: [h("div", { class: "pairing" }, h("p", { text: options.text }), place, addresses)],
    onClose: () => options.onClose?.(),
  });
  draw(0);
}

/** A button that mails somebody a link. @param {{ username: string, email: string }} user */
export function mailButton(user) {
  const element = button({ text: t("users.maillink"), onclick: async () => {
    element.disabled = true;
    try {
      await command("resetpassword", { profile: user.username }, { side: "admin" });
      toast(t("users.linkmailed", { email: user.email }));
    } catch (error) {
      errorToast(adminErrorText(error));
    } finally {
      element.disabled = false;
    }
  } });
  return needs("resetpassword", element);
}

/** A button that makes a link for somebody. @param {{ username: string }} user @param {string} name */
export function linkButton(user, name) {
  const element = button({ text: t("users.makelink"), icon: "link", onclick: async () => {
    element.disabled = true;
    try {
      showLink(await makeLink("createpasswordlink", { username: user.username }), { title: t("users.linktitle"), text: t("users.linktext", { name }) });
    } catch (error) {
      errorToast(adminErrorText(error));
    } finally {
      element.disabled = false;
    }
  } });
  return needs("createpasswordlink", element);
}
