// The recovery codes of a second factor, which are shown once.

import { copyText } from "./copy.js";
import { button, h } from "./h.js";
import { t } from "./i18n.js";
import { orTell } from "./toast.js";

/** The codes with buttons to copy and print them. @param {string[]} codes */
export function recoveryCodes(codes) {
  return h("div", { class: "form recovery" },
    h("p", { text: t("factor.codestext") }),
    h("ol", { class: "recovery-codes" }, codes.map((code) => h("li", null, h("code", { text: code })))),
    h("div", { class: "card-actions" },
      button({ text: t("factor.copy"), icon: "copy", onclick: () => orTell(copyText(codes.join("\n"))) }),
      button({ text: t("factor.print"), onclick: () => print() })));
}
