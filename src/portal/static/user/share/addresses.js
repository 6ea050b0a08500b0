// The addresses of a link: by the name of the cloud at home, by its number, and by the public one, each with its code.

import { errorText } from "../../shared/api.js";
import { copyText } from "../../shared/copy.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { ownAddress } from "../../shared/pairing.js";
import { qrCode } from "../../shared/qr.js";
import { errorToast } from "../../shared/toast.js";
import { addressesOf } from "./wire.js";

/** @param {HTMLElement} content @param {import("../../shared/types.js").ShareRecord} share */
export async function showAddresses(content, share) {
  fill(content, h("p", { class: "quiet", role: "status", text: t("view.loading") }));
  try {
    const addresses = await addressesOf(share.shareid, ownAddress());
    fill(content, h("ul", { class: "share-codes" }, addresses.map(({ url, qr, kind }) => h("li", { class: "share-code" },
      qrCode(qr),
      h("div", { class: "share-code-text" },
        h("span", { class: "field-label", text: t(`linkaddress.${kind}`) }),
        h("code", { text: url }),
        button({ text: t("share.copy"), icon: "copy", onclick: () => void copyText(url).catch((error) => errorToast(errorText(error))) }))))));
  } catch (error) {
    fill(content, h("p", { class: "form-error", role: "alert", text: errorText(error) }));
  }
}
