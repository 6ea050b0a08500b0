// Connecting a phone: a card that shows a one-time code for its camera.

import { ROOT, call, errorText } from "../shared/api.js";
import { copyText } from "../shared/copy.js";
import { choice, field, openDialog } from "../shared/dialog.js";
import { button, fill, h } from "../shared/h.js";
import { t } from "../shared/i18n.js";
import { errorToast } from "../shared/toast.js";

const SVG = "http://www.w3.org/2000/svg";
/** Light points around a code, without which cameras do not find it. */
const BORDER = 4;

/** @typedef {{ url: string, qr: string }} PairingLink */

/** @param {{ onClose: () => void }} options called when a code was shown and is no longer */
export function connectCard(options) {
  const name = field({ label: t("connect.name"), hint: t("connect.namehint"), value: t("connect.phone"), props: { maxlength: 60, autocomplete: "off" } });
  const show = button({ text: t("connect.show"), icon: "phone", props: { type: "submit" } });
  const form = h("form", { class: "form", novalidate: true }, name.element, h("div", { class: "card-actions" }, show));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    show.disabled = true;
    try {
      const reply = await call("createpairing", { devicename: name.input.value.trim(), baseurl: ownAddress() });
      showCode(/** @type {PairingLink[]} */ (reply.link ?? []), reply.meta?.[0]?.validseconds ?? 0, options.onClose);
      name.setError(null);
    } catch (error) {
      name.setError(errorText(error));
    } finally {
      show.disabled = false;
    }
  });
  return h("section", { class: "card", "aria-label": t("connect.title") },
    h("h2", { text: t("connect.title") }), h("p", { class: "quiet", text: t("connect.text") }), form);
}

/** The address that leads here, for others; nothing when only this machine can use it: then the server knows better. */
function ownAddress() {
  const address = new URL(`${ROOT}/`, location.href);
  return isOwn(address) ? null : `${address.origin}${address.pathname}`;
}

/** @param {URL} address */
function isOwn(address) {
  return /^(localhost|127\..*|\[::1\])$/.test(address.hostname);
}

/**
 * @param {PairingLink[]} links
 * @param {number} seconds
 * @param {() => void} onClose
 */
function showCode(links, seconds, onClose) {
  const picture = h("div", { class: "pairing-code" });
  const show = (/** @type {PairingLink | undefined} */ link) => {
    if (!link) return;
    const copy = button({ text: t("connect.copy"), icon: "copy", onclick: () => void copyText(link.url).catch((error) => errorToast(errorText(error))) });
    fill(picture, drawing(link.qr),
      isOwn(new URL(link.url)) ? h("p", { class: "field-error", role: "alert", text: t("connect.ownonly") }) : null,
      copy);
  };
  show(links[0]);
  openDialog({
    title: t("connect.title"),
    mayJustClose: true,
    body: [
      h("p", { text: t("connect.scan", { count: Math.max(1, Math.round(seconds / 60)) }) }),
      picture,
      links.length > 1
        ? choice({
          label: t("connect.address"),
          value: "0",
          options: links.map((link, at) => ({ value: String(at), label: new URL(link.url).host })),
          onchange: (value) => show(links[Number(value)]),
        })
        : null,
    ],
    onClose,
  });
}

/** A code of rows of 0 and 1, separated by commas, as a picture. @param {string} text */
function drawing(text) {
  const rows = text.split(",");
  const side = rows.length + 2 * BORDER;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "qr");
  svg.setAttribute("viewBox", `0 0 ${side} ${side}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", t("connect.code"));
  const path = document.createElementNS(SVG, "path");
  // Runs of dark points, so that no hair lines show between them.
  path.setAttribute("d", rows.flatMap((row, y) =>
    [...row.matchAll(/1+/g)].map((run) => `M${run.index + BORDER} ${y + BORDER}h${run[0].length}v1h-${run[0].length}z`)).join(""));
  svg.append(path);
  return svg;
}
