// Code in the documentation: words within sentences, and blocks with a button that copies them.

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

/** A text of the server. Parts between backticks become code elements. @param {string} text */
export function prose(text) {
  return text.split("`").map((part, at) => (at % 2 === 0 ? part : h("code", { class: "word", text: part })));
}
