// Codes that connect a phone. This screen shows the code, and the phone's camera scans it. Then the
// phone is signed in.

import { ROOT, call, errorText } from "./api.js";
import { copyText } from "./copy.js";
import { openDialog } from "./dialog.js";
import { choice } from "./fields.js";
import { clockTime, playTime } from "./format.js";
import { button, fill, h } from "./h.js";
import { t } from "./i18n.js";
import { announce } from "./announce.js";
import { qrCode } from "./qr.js";
import { errorToast } from "./toast.js";

/** @typedef {import("../../replies.js").PairingLink} PairingLink */
/** @typedef {{ links: PairingLink[], seconds: number }} Pairing */

/**
 * Asks for a code.
 * @param {string} operation @param {import("./api.js").Params} params @param {import("./api.js").Side} [side]
 * @returns {Promise<Pairing>}
 */
export async function makePairing(operation, params, side = "core") {
  const reply = await call(operation, { ...params, baseurl: ownAddress() }, { side });
  return { links: reply.link ?? [], seconds: reply.meta?.validseconds ?? 0 };
}

/**
 * The address under which other machines reach the cloud. Returns nothing if only this machine can
 * use it, because then the server knows a better one.
 */
export function ownAddress() {
  const address = new URL(`${ROOT}/`, location.href);
  return isOwn(address) ? null : `${address.origin}${address.pathname}`;
}

/** @param {URL} address */
export function isOwn(address) {
  return /^(localhost|127\..*|\[::1\])$/.test(address.hostname);
}

/**
 * Shows a code until the dialog is closed. An expired code is replaced by a new one.
 * @param {Pairing} first
 * @param {{ title: string, text: string, again: () => Promise<Pairing>, onClose: () => void }} options
 */
export function showPairing(first, options) {
  const place = h("div", { class: "pairing" });
  const expiry = h("p", { class: "quiet number" });
  let timer = 0;

  /** @param {Pairing} pairing */
  const show = (pairing) => {
    const end = Date.now() + pairing.seconds * 1000;
    const picture = h("div", { class: "pairing-code" });
    const choose = (/** @type {PairingLink | undefined} */ link) => { if (link) fill(picture, codeOf(link, expiry)); };
    choose(pairing.links[0]);
    fill(place, h("p", { text: options.text }), picture, pairing.links.length > 1
      ? choice({
        label: t("connect.address"),
        value: "0",
        options: pairing.links.map((link, at) => ({ value: String(at), label: new URL(link.url).host })),
        onchange: (value) => choose(pairing.links[Number(value)]),
      })
      : null);
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left <= 0) {
        clearInterval(timer);
        showExpired();
      } else {
        expiry.textContent = t("connect.expires", { time: clockTime(end), left: playTime(left) });
      }
    };
    clearInterval(timer);
    timer = setInterval(tick, 1000);
    tick();
  };

  const showExpired = () => {
    const again = button({ text: t("connect.again"), kind: "primary", onclick: async () => {
      again.disabled = true;
      try {
        show(await options.again());
      } catch (error) {
        again.disabled = false;
        errorToast(errorText(error));
      }
    } });
    fill(place, h("p", { text: t("connect.expired") }), h("div", { class: "card-actions" }, again));
    announce(t("connect.expired"));
  };

  openDialog({
    title: options.title,
    mayJustClose: true,
    body: [place],
    onClose: () => {
      clearInterval(timer);
      options.onClose();
    },
  });
  show(first);
}

/** A code, and its link as a text. @param {PairingLink} link @param {HTMLElement} expiry */
function codeOf(link, expiry) {
  return [
    qrCode(link.qr),
    expiry,
    isOwn(new URL(link.url)) ? h("p", { class: "field-error", role: "alert", text: t("connect.ownonly") }) : null,
    h("div", { class: "pairing-link" },
      h("p", { class: "field-hint", text: t("connect.link") }),
      h("code", { text: link.url }),
      button({ text: t("connect.copy"), icon: "copy", onclick: () => void copyText(link.url).catch((error) => errorToast(errorText(error))) })),
  ];
}
