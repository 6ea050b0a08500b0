// Connects a phone to the person's account: the phone's camera scans a code on this screen.

import { ROOT, errorText } from "../../shared/api.js";
import { field } from "../../shared/fields.js";
import { button, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { makePairing, showPairing } from "../../shared/pairing.js";

/** @param {{ onClose: () => void }} options called when a code was shown and is no longer */
export function connectCard(options) {
  const name = field({ label: t("connect.name"), hint: t("connect.namehint"), value: t("connect.phone"), props: { maxlength: 60, autocomplete: "off" } });
  const show = button({ text: t("connect.show"), icon: "phone", props: { type: "submit" } });
  const form = h("form", { class: "form", novalidate: true }, name.element, h("div", { class: "card-actions" }, show));
  const make = () => makePairing("createpairing", { devicename: name.input.value.trim() });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    show.disabled = true;
    try {
      showPairing(await make(), { title: t("connect.title"), text: t("connect.scan"), again: make, onClose: options.onClose });
      name.setError(null);
    } catch (error) {
      name.setError(errorText(error));
    } finally {
      show.disabled = false;
    }
  });
  // A phone warns of an address with TLS until it trusts the certificate.
  const trust = location.protocol === "https:" ? h("p", null, h("a", { href: `${ROOT}/certificate/`, text: t("connect.trust") })) : null;
  return h("section", { class: "card", "aria-label": t("connect.title") },
    h("h2", { text: t("connect.title") }), h("p", { class: "quiet", text: t("connect.text") }), form, trust);
}
