// Signing up: a person creates their own account, if an administrator allows that.

import { ApiError, command, errorText, record } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { errorLine, field } from "../../shared/fields.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { entrance, signIn } from "../../shared/signin.js";
import { withStrength } from "../../shared/strength.js";

/** The field to which an error code belongs. @type {Record<string, "user" | "email" | "password">} */
const PLACES = {
  "user-exists": "user", "bad-user-name": "user", "email-taken": "email", "bad-email": "email",
  "password-too-short": "password", "password-too-long": "password", "common-password": "password",
};

/**
 * The page on which a person signs up.
 * @param {import("../../shared/types.js").ServerInfo} server
 * @param {() => void} onDone signed in, or back to the sign-in page
 */
export function showSignUp(server, onDone) {
  const plain = { autocapitalize: "none", autocorrect: "off", spellcheck: false };
  const user = field({ label: t("setup.user"), hint: t("setup.userhint"), props: { ...plain, name: "userid", autocomplete: "username", maxlength: 64 } });
  const email = field({ label: t("signup.email"), type: "email", props: { ...plain, name: "email", autocomplete: "email", maxlength: 254 } });
  const password = withStrength(field({
    label: t("signin.password"), type: "password", hint: t("me.passwordhint", { count: server.passwordminlength }), props: { name: "password", autocomplete: "new-password" },
  }), () => [user.input.value, email.input.value.split("@")[0]]);
  const fields = { user, email, password };
  const wrong = errorLine();
  const submit = button({ text: t("signup.submit"), kind: "primary", class: "wide", props: { type: "submit" } });
  const form = h("form", { class: "form", method: "post", novalidate: true },
    user.element, email.element, password.element, wrong, submit, button({ text: t("signup.back"), kind: "quiet", class: "wide", onclick: onDone }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.textContent = "";
    Object.values(fields).forEach((one) => one.setError(null));
    submit.disabled = true;
    try {
      await command("createprofile", { profile: user.input.value.trim(), email: email.input.value.trim(), password: password.input.value }, { isQuiet: true });
      await goOn(form, user.input.value.trim(), password.input.value, onDone);
    } catch (error) {
      const place = error instanceof ApiError ? PLACES[error.word] : undefined;
      if (place) {
        fields[place].setError(textOf(error));
        fields[place].input.focus();
      } else {
        wrong.textContent = errorText(error);
      }
    } finally {
      submit.disabled = false;
    }
  });
  document.title = `${t("signup.title")} \u2013 ${server.name}`;
  document.body.append(entrance({ title: t("signup.title"), subtitle: server.name, body: [form] }));
  user.input.focus();
}

/** @param {unknown} error */
function textOf(error) {
  return error instanceof ApiError && PLACES[error.word] ? t(`signup.${error.word}`) : errorText(error);
}

/** Afterwards the person is signed in, or waits for approval or a mail. @param {HTMLElement} form @param {string} name @param {string} password @param {() => void} onDone */
async function goOn(form, name, password, onDone) {
  const { waits } = await record("beginprofilecreation", "profilecreationrecord", {}, { isQuiet: true });
  if (waits === "") {
    await signIn("core", name, password).catch(() => null);
    onDone();
    return;
  }
  const place = h("div", { role: "status" });
  form.replaceWith(place);
  fill(place, notice({ icon: "clock", title: t("signup.asked"), text: t(`signup.waits${waits}`), action: { label: t("signup.back"), run: onDone } }));
}
