// The pages before the sign-in: the first run, and the sign-in itself.

import { ApiError, command, errorText, url } from "../../shared/api.js";
import { errorLine, field } from "../../shared/fields.js";
import { button, h } from "../../shared/h.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { entrance, signIn, signInForm } from "../../shared/signin.js";
import { withStrength } from "../../shared/strength.js";

/** @typedef {import("../../shared/types.js").ServerInfo} ServerInfo */

/**
 * The sign-in page.
 * @param {ServerInfo} server
 * @param {{ notice?: string, userName?: string, onDone: (userName: string) => void }} options
 */
export function showSignIn(server, options) {
  const signUp = async () => {
    const [{ showSignUp }] = await Promise.all([import("./sign-up.js"), loadBundle("signup")]);
    document.body.replaceChildren();
    showSignUp(server, () => options.onDone(""));
  };
  const forgotten = async () => {
    const { showForgotten } = await import("./forgotten.js");
    document.body.replaceChildren();
    showForgotten(server, () => options.onDone(""));
  };
  const footer = [
    server.sendsmail ? button({ text: t("signin.forgotten"), kind: "quiet", class: "wide", onclick: () => void forgotten() }) : null,
    server.signsup ? button({ text: t("signup.link"), kind: "quiet", class: "wide", onclick: () => void signUp() }) : null, wordsOf(server),
  ];
  const form = signInForm({ side: "core", cloudName: server.name, footer, ...options });
  document.title = `${t("signin.submit")} \u2013 ${server.name}`;
  document.body.append(form.element);
  form.focus();
}

/** Links to the terms and the privacy statement, if the administrators have written them. @param {ServerInfo} server */
function wordsOf(server) {
  const page = (/** @type {string} */ operation, /** @type {string} */ text) =>
    h("a", { href: url(operation), target: "_blank", rel: "noopener", text });
  if (!server.hasterms && !server.hasprivacy) return null;
  return h("div", { class: "entrance-foot" },
    server.hasterms ? page("gettos", t("signin.terms")) : null, server.hasprivacy ? page("getprivacy", t("signin.privacy")) : null);
}

/**
 * The page of the first run. The code from the console allows one person to become the first
 * administrator.
 * @param {ServerInfo} server
 * @param {(userName: string) => void} onDone
 */
export function showSetUp(server, onDone) {
  const code = field({ label: t("setup.code"), hint: t("setup.codehint"), props: { name: "code", autocomplete: "one-time-code", autocapitalize: "none", autocorrect: "off", spellcheck: false } });
  const user = field({ label: t("setup.user"), hint: t("setup.userhint"), props: { name: "userid", autocomplete: "username", autocapitalize: "none", autocorrect: "off", spellcheck: false, maxlength: 64 } });
  const password = withStrength(field({ label: t("signin.password"), type: "password", hint: t("me.passwordhint", { count: server.passwordminlength }), props: { name: "password", autocomplete: "new-password" } }), () => [user.input.value]);
  const wrong = errorLine();
  const submit = button({ text: t("setup.submit"), kind: "primary", class: "wide", props: { type: "submit" } });
  const form = h("form", { class: "form", method: "post", novalidate: true }, code.element, user.element, password.element, wrong, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const isShort = [...password.input.value].length < server.passwordminlength;
    code.setError(code.input.value.trim() ? null : t("setup.nocode"));
    user.setError(user.input.value.trim() ? null : t("signin.nouser"));
    password.setError(isShort ? t("error.shortpassword") : null);
    const first = [code, user, password].find((one) => one.input.getAttribute("aria-invalid") === "true");
    if (first) {
      first.input.focus();
      return;
    }
    wrong.textContent = "";
    submit.disabled = true;
    const name = user.input.value.trim();
    try {
      await command("setup", { code: code.input.value.trim(), userid: name, password: password.input.value });
      // If a second factor is required, the next sign-in sets it up.
      if ((await signIn("core", name, password.input.value)) === null) onDone(name);
      else location.reload();
    } catch (error) {
      if (error instanceof ApiError && error.kind === "setupcode") {
        code.setError(errorText(error));
        code.input.focus();
        code.input.select();
      } else {
        wrong.textContent = errorText(error);
      }
    } finally {
      submit.disabled = false;
    }
  });
  document.title = `${t("setup.title")} \u2013 ${server.name}`;
  document.body.append(entrance({ title: t("setup.title"), subtitle: t("setup.text"), body: [form] }));
  code.input.focus();
}
