// The link of a share: what its visitors may do, its address with the ways to pass it on, and its
// options.

import { copyText } from "../../shared/copy.js";
import { errorText } from "../../shared/api.js";
import { choice } from "../../shared/fields.js";
import { day } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { ownAddress } from "../../shared/pairing.js";
import { errorToast, orTell } from "../../shared/toast.js";
import { showAddresses } from "./addresses.js";
import { showMailing } from "./mail.js";
import { showLinkOptions } from "./link-options.js";
import { showVisits } from "./visits.js";
import { linkUse, setLinkUse } from "./wire.js";

/** @typedef {import("./dialog.js").Sharing} Sharing */
/** @typedef {import("./wire.js").LinkUse} LinkUse */

/** @param {Sharing} sharing */
export function createLinkPart(sharing) {
  const body = h("div", { class: "share-linkbody" });
  const chosen = h("div");
  const element = h("section", { class: "share-part", "aria-label": t("share.link") }, chosen, body);
  /** The names of the open parts. @type {Set<string>} */
  const open = new Set();
  return {
    element,
    show() {
      const focused = document.activeElement instanceof HTMLElement && element.contains(document.activeElement) ? document.activeElement.dataset.own : null;
      fill(chosen, useChoice(sharing));
      const { share } = sharing;
      body.hidden = !share || linkUse(share) === "none";
      fill(body, share && !body.hidden ? linkBody(sharing, share, open) : null);
      // The element with the focus was made anew.
      if (focused) /** @type {HTMLElement | null} */ (element.querySelector(`[data-own="${focused}"]`))?.focus();
    },
  };
}

/** @param {Sharing} sharing */
function useChoice(sharing) {
  /** @type {LinkUse[]} */
  const uses = sharing.entry.isFolder ? ["none", "view", "look", "add", "drop"] : ["none", "view", "look"];
  const element = choice({
    label: t("share.anyone"),
    value: sharing.share ? linkUse(sharing.share) : "none",
    options: uses.map((use) => ({ value: use, label: t(`linkuse.${use}`) })),
    onchange: (use) => void sharing.change(async () => {
      const share = await sharing.ensure();
      await setLinkUse(share.shareid, /** @type {LinkUse} */ (use));
    }),
  });
  const select = element.querySelector("select");
  if (select) select.dataset.own = "use";
  return element;
}

/** The link to pass on: at the address that this browser uses, if others can use it too. @param {import("../../shared/types.js").ShareRecord} share */
export function linkOf(share) {
  const base = ownAddress();
  return base ? `${base}url/${share.shareurl.slice(share.shareurl.lastIndexOf("/") + 1)}` : share.shareurl;
}

/** @param {Sharing} sharing @param {import("../../shared/types.js").ShareRecord} share @param {Set<string>} open */
function linkBody(sharing, share, open) {
  const address = linkOf(share);
  const text = h("input", { class: "input share-url", value: address, readOnly: true, "aria-label": t("share.link"), data: { own: "url" }, on: {
    focus: (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.target).select(),
  } });
  const copy = button({ text: t("share.copy"), icon: "copy", kind: "primary", onclick: () => void copyText(address).catch((error) => errorToast(errorText(error))), props: { data: { own: "copy" } } });
  const send = typeof navigator.share === "function"
    ? button({ icon: "share", label: t("share.send"), onclick: () => orTell(navigator.share({ title: sharing.entry.name, url: address })) })
    : null;
  return [
    h("div", { class: "share-address" }, text, copy, send),
    linkUse(share) === "drop" ? h("p", { class: "field-hint", text: t("share.drophint") }) : null,
    h("p", { class: "field-hint share-facts" }, factsOf(share).map((fact) => h("span", null, icon(fact.icon), fact.text))),
    part("codes", t("share.addresses"), open, (content) => void showAddresses(content, share)),
    share.hidesendshareviaemail ? null : part("mail", t("share.mail"), open, (content) => showMailing(content, share.shareid)),
    part("options", t("share.options"), open, (content) => showLinkOptions(content, sharing, share)),
    part("visits", t("share.visits"), open, (content) => void showVisits(content, share)),
  ];
}

/** The options of a link in short. @param {import("../../shared/types.js").ShareRecord} share */
function factsOf(share) {
  const { validityperiodts: ends, maxdownloads: limit, downloadcount: used } = share;
  const facts = [];
  if (share.expired) facts.push({ icon: "warning", text: t("share.expired") });
  else if (ends) facts.push({ icon: "clock", text: t("share.until", { date: day(ends) }) });
  if (share.ispublicsecure) facts.push({ icon: "lock", text: t("share.secured") });
  if (share.homeonly) facts.push({ icon: "home", text: t("share.homeonly") });
  if (limit > 0) facts.push({ icon: "download", text: t("share.downloads", { count: used, limit }) });
  return facts;
}

/**
 * A part that can be opened. Its content is made when it opens.
 * @param {string} name @param {string} title @param {Set<string>} open @param {(content: HTMLElement) => void} show
 */
function part(name, title, open, show) {
  const content = h("div", { class: "share-more" });
  const details = h("details", { class: "share-details" }, h("summary", { text: title, data: { own: name } }), content);
  details.addEventListener("toggle", () => {
    if (!details.open) {
      open.delete(name);
      return;
    }
    open.add(name);
    if (!content.firstChild) show(content);
  });
  details.open = open.has(name);
  return details;
}
