// Connects a phone to a user's account: the administrator shows a code, and the phone scans it.

import { field } from "../../shared/fields.js";
import { button, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { makePairing, showPairing } from "../../shared/pairing.js";
import { needs } from "../allowed.js";
import { adminErrorText } from "../error-text.js";
import { form } from "../forms.js";
import { DISABLED, nameOf } from "./user.js";

/** @param {import("./user.js").UserRecord} user @param {() => void} onClose called when a code was shown and is no longer */
export function connectForm(user, onClose) {
  const title = t("users.connect");
  if (user.status === DISABLED) return h("p", { class: "field-hint", text: t("users.connectoff") });
  const name = field({ label: t("connect.name"), value: t("connect.phone"), props: { maxlength: 60, autocomplete: "off" } });
  const make = () => makePairing("createpairingforuser", { username: user.username, devicename: name.input.value.trim() }, "admin");
  return h("section", { class: "panel-part", "aria-label": title },
    h("h3", { text: title }),
    h("p", { class: "quiet", text: t("users.connecttext", { name: nameOf(user) }) }),
    needs("createpairingforuser", form([name.element, h("div", { class: "card-actions" }, button({ text: t("connect.show"), icon: "phone", props: { type: "submit" } }))],
      async () => {
        name.setError(null);
        showPairing(await make(), { title, text: t("users.connectscan", { name: nameOf(user) }), again: make, onClose });
      }, (error) => {
        name.setError(adminErrorText(error));
        return true;
      })));
}
