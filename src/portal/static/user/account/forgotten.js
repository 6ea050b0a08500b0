// For people who have lost their password: the server mails a link for a new one. The answer is the
// same whether the account exists or not.

import { command, errorText } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { errorLine, field } from "../../shared/fields.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { entrance } from "../../shared/signin.js";

/** @param {import("../../shared/types.js").ServerInfo} server @param {() => void} onBack */
export function showForgotten(server, onBack) {
  const user = field({ label: t("signin.user"), hint: t("forgotten.hint"), props: { name: "userid", autocomplete: "username", autocapitalize: "none", autocorrect: "off", spellcheck: false } });
  const wrong = errorLine();
  const submit = button({ text: t("forgotten.submit"), kind: "primary", class: "wide", props: { type: "submit" } });
  const place = h("div", { role: "status" });
  const form = h("form", { class: "form", method: "post", novalidate: true }, user.element, wrong, submit,
    button({ text: t("signup.back"), kind: "quiet", class: "wide", onclick: onBack }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = user.input.value.trim();
    user.setError(name ? null : t("signin.nouser"));
    if (!name) return;
    wrong.textContent = "";
    submit.disabled = true;
    try {
      await command("resetpassword", { profile: name }, { isQuiet: true });
      fill(place, notice({ icon: "info", title: t("forgotten.done"), text: t("forgotten.donetext"), action: { label: t("signup.back"), run: onBack } }));
    } catch (error) {
      wrong.textContent = errorText(error);
    } finally {
      submit.disabled = false;
    }
  });
  fill(place, form);
  document.title = `${t("forgotten.title")} \u2013 ${server.name}`;
  document.body.append(entrance({ title: t("forgotten.title"), subtitle: server.name, body: [place] }));
  user.input.focus();
}
