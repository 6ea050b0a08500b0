// Sends a link by mail, if the cloud has a mail server.

import { errorText, record } from "../../shared/api.js";
import { field } from "../../shared/fields.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { toast } from "../../shared/toast.js";

/** @param {HTMLElement} content @param {string} shareid */
export function showMailing(content, shareid) {
  const to = field({ label: t("share.mailto"), type: "email", props: { autocomplete: "email", autocapitalize: "none", spellcheck: false } });
  const words = field({ label: t("share.mailwords"), props: { maxlength: 500 } });
  const send = async () => {
    to.setError(null);
    try {
      const { status, reason } = await record("sendsharetoemail", "emailstatus", {
        toemailid: to.input.value.trim(), shareid, publicshare: 1, message: words.input.value.trim(),
      });
      if (status !== 1) {
        to.setError(reason);
        return;
      }
      toast(t("share.mailed", { address: to.input.value.trim() }));
      to.input.value = "";
    } catch (error) {
      to.setError(errorText(error));
    }
  };
  const form = h("form", { class: "share-option-form", novalidate: true }, to.element, words.element,
    h("div", { class: "share-option-actions" }, button({ text: t("share.mailsend"), props: { type: "submit" } })));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  fill(content, form);
}
