// A piece of code or a reply, with a button that copies it.

import { copyText } from "../../shared/copy.js";
import { errorText } from "../../shared/api.js";
import { button, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast } from "../../shared/toast.js";

/** @param {string} label @param {string} text */
export function codeBlock(label, text) {
  const code = h("pre", { class: "code", tabIndex: 0, role: "region", "aria-label": label, text });
  const copy = button({ icon: "copy", label: t("docs.copy", { label }), kind: "quiet", class: "code-copy", onclick: () => {
    void copyText(code.textContent ?? "").catch((error) => errorToast(errorText(error)));
  } });
  return h("div", { class: "code-box" }, code, copy);
}
