// The page that helps a phone or computer to trust the certificate of this cloud.

import { ROOT, errorText, records } from "../shared/api.js";
import { notice } from "../shared/dialog.js";
import { fill, h } from "../shared/h.js";
import { loadMessages, t } from "../shared/i18n.js";
import { ownAddress } from "../shared/pairing.js";
import { qrCode } from "../shared/qr.js";

/** @typedef {import("../../replies.js").CertificateRecord} CertificateRecord */

/** A kind of device, the file that it takes, and the number of its steps. @typedef {{ id: string, format: "crt" | "mobileconfig", steps: number, is: RegExp }} Device */

/** The kinds of devices. The first one whose pattern matches the user agent is the kind of this device. @type {Device[]} */
const DEVICES = [
  { id: "ios", format: "mobileconfig", steps: 4, is: /iPhone|iPad|iPod/ },
  { id: "android", format: "crt", steps: 4, is: /Android/ },
  { id: "macos", format: "mobileconfig", steps: 3, is: /Macintosh/ },
  { id: "windows", format: "crt", steps: 4, is: /Windows/ },
  { id: "linux", format: "crt", steps: 3, is: /Linux/ },
];

async function start() {
  const messages = loadMessages(["certificate"]);
  try {
    await messages;
    document.title = t("certificate.title");
    /** @type {CertificateRecord[]} */
    const [certificate] = await records("getcertificate", "certificate", { baseurl: ownAddress() });
    if (certificate) fill(document.body, page(certificate));
  } catch (error) {
    fill(document.body, h("main", { class: "trust" }, notice({ icon: "warning", title: errorText(error) })));
  }
}

/** @param {CertificateRecord} certificate */
function page(certificate) {
  const { origin } = certificate;
  return h("main", { class: "trust", id: "main" },
    h("h1", { text: t("certificate.title") }),
    h("p", { text: t(`certificate.${origin}`) }),
    origin === "authority" ? steps(certificate) : null,
    h("p", null, h("a", { href: `${ROOT}/`, text: t("certificate.back") })));
}

/** @param {CertificateRecord} certificate */
function steps(certificate) {
  const own = DEVICES.find((device) => device.is.test(navigator.userAgent));
  const others = DEVICES.filter((device) => device !== own);
  return [
    own ? h("section", { class: "trust-own" }, h("h2", { text: t(`certificate.on.${own.id}`) }), stepsOf(own)) : null,
    h("section", null,
      h("h2", { text: t("certificate.phone") }),
      h("div", { class: "trust-code" }, qrCode(certificate.qr), h("p", null, t("certificate.scan"), " ", h("code", { text: certificate.url })))),
    h("section", null,
      h("h2", { text: t(own ? "certificate.others" : "certificate.devices") }),
      others.map((device) => h("details", null, h("summary", { text: t(`certificate.on.${device.id}`) }), stepsOf(device)))),
    h("section", null,
      h("h2", { text: t("certificate.check") }),
      h("p", { text: t("certificate.checktext") }),
      h("dl", { class: "trust-facts" },
        h("dt", { text: t("certificate.name") }), h("dd", { text: certificate.name }),
        h("dt", { text: t("certificate.fingerprint") }), h("dd", null, h("code", { text: certificate.fingerprint })))),
  ];
}

/** @param {Device} device */
function stepsOf(device) {
  const file = h("a", {
    class: "button primary", href: `${ROOT}/core/downloadcertificate?format=${device.format}`, text: t("certificate.get"),
  });
  return [h("p", null, file),
    h("ol", null, Array.from({ length: device.steps }, (_, at) => h("li", { text: t(`certificate.${device.id}.${at + 1}`) })))];
}

void start();
