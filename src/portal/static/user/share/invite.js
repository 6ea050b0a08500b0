// Below the field that finds people: an invitation by mail or the link for somebody who has no account, and a mail for
// somebody with whom it was shared a moment ago.

import { errorText } from "../../shared/api.js";
import { shortName } from "../../shared/format.js";
import { button, fill } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { invite, linkUse, mayInvite, setLinkUse, tellByMail } from "./wire.js";

/** @typedef {import("./people.js").Finder} Finder */

/** Only the server knows for sure; this tells whether to ask it. */
const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/**
 * Offers what is possible for an address that belongs to nobody here.
 * @param {Finder} finder @param {string} text @param {AbortSignal} signal
 */
export async function offerForStranger(finder, text, signal) {
  if (!ADDRESS.test(text)) return;
  const isAllowed = await mayInvite(text, signal);
  if (signal.aborted) return;
  const name = shortName(text);
  finder.status.textContent = t(isAllowed ? "share.stranger" : "share.strangerlink", { name });
  fill(finder.offer, isAllowed
    ? button({ text: t("share.invite", { name }), icon: "mail", onclick: () => void inviteByMail(finder, text) })
    : button({ text: t("share.makelink"), icon: "link", onclick: () => void giveLink(finder) }));
}

/** @param {Finder} finder @param {string} address */
async function inviteByMail(finder, address) {
  const { sharing, input, status, offer } = finder;
  fill(offer);
  status.textContent = "";
  const isDone = await sharing.change(async () => { await invite((await sharing.ensure()).shareid, address); });
  if (isDone) {
    input.value = "";
    status.textContent = t("share.invitedby", { name: shortName(address) });
  }
  input.focus();
}

/** Makes the link, if there is none, and goes where it can be copied. @param {Finder} finder */
async function giveLink(finder) {
  const { sharing, input, status, offer } = finder;
  fill(offer);
  status.textContent = "";
  const isDone = (sharing.share && linkUse(sharing.share) !== "none")
    || await sharing.change(async () => { await setLinkUse((await sharing.ensure()).shareid, "view"); });
  if (!isDone) return;
  input.value = "";
  /** @type {HTMLElement | null} */ (document.querySelector(".share [data-own=copy]"))?.focus();
}

/** Offers to tell a new member by mail, where the cloud sends mail. @param {Finder} finder @param {import("./wire.js").Member} who */
export function offerMail(finder, who) {
  const { sharing, status, offer } = finder;
  const { share } = sharing;
  if (!share || share.hidesendshareviaemail) return;
  const tell = async () => {
    fill(offer);
    status.textContent = await tellByMail(share.shareid, who).catch(errorText) || t("share.told");
    finder.input.focus();
  };
  fill(offer, button({ text: t("share.tell"), icon: "mail", onclick: () => void tell() }));
}
