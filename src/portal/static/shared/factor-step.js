// The part of a sign-in that asks for the code of the second factor. An account that must have a
// second factor and has none sets it up here first.

import { command, errorText, headers, begin, end, url } from "./api.js";
import { copyText } from "./copy.js";
import { field } from "./fields.js";
import { button, h } from "./h.js";
import { t } from "./i18n.js";
import { recoveryCodes } from "./recovery-codes.js";
import { orTell } from "./toast.js";

/** The beginning of the token for an account that has no second factor yet. */
const SETS_UP = "2fa_ga_1_setup_";
/** After these failures the person must begin again with the password. */
const ENDED = ["sign-in-ended"];

/**
 * @typedef {object} StepOptions
 * @property {import("./api.js").Side} side
 * @property {string} userName
 * @property {string} token the token from the first step
 * @property {() => void} onDone
 * @property {(notice: string) => void} onBack goes back to the password and shows the reason
 */

/**
 * A field for a code, which phones can fill in.
 * @param {{ label: string, hint?: string, isRecovery?: boolean }} options
 */
export function codeField(options) {
  const kind = options.isRecovery
    ? { autocomplete: "off", autocapitalize: "none", autocorrect: "off" }
    : { autocomplete: "one-time-code", inputMode: "numeric", pattern: "[0-9]*" };
  return field({ label: options.label, ...(options.hint ? { hint: options.hint } : {}), props: { name: "code", spellcheck: false, maxlength: 20, required: true, ...kind } });
}

/** The form in place of the one for the password. @param {StepOptions} options */
export function factorStep(options) {
  const isNew = options.token.startsWith(SETS_UP);
  const body = h("div", { class: "form" });
  const asked = { userid: options.userName, token: options.token };
  let isRecovery = false;
  let code = codeField({ label: t("factor.code") });
  const place = h("div", null, code.element);
  const other = button({ text: t("factor.userecovery"), kind: "quiet", class: "wide", onclick: () => {
    isRecovery = !isRecovery;
    code = codeField({ label: t(isRecovery ? "factor.recoverycode" : "factor.code"), isRecovery });
    place.replaceChildren(code.element);
    const label = other.querySelector(".button-text");
    if (label) label.textContent = t(isRecovery ? "factor.useapp" : "factor.userecovery");
    code.input.focus();
  } });
  const submit = button({ text: t(isNew ? "factor.switchon" : "signin.submit"), kind: "primary", class: "wide", props: { type: "submit" } });
  const form = h("form", { class: "form", method: "post", novalidate: true },
    h("p", { text: t(isNew ? "factor.setuptext" : "factor.text") }),
    isNew ? keyPlace(asked) : null,
    place, submit, isNew ? null : other,
    button({ text: t("factor.back"), kind: "quiet", class: "wide", onclick: () => options.onBack("") }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = code.input.value.trim();
    code.setError(typed ? null : t("factor.nocode"));
    if (!typed) {
      code.input.focus();
      return;
    }
    submit.disabled = true;
    try {
      const done = await command("2falogin", { ...asked, code: typed }, { side: "core", isQuiet: true });
      if (!done.message) return options.onDone();
      body.replaceChildren(recoveryCodes(done.message.split(" ")),
        button({ text: t("factor.goon"), kind: "primary", class: "wide", onclick: options.onDone }));
      body.querySelector("button")?.focus();
    } catch (error) {
      if (ENDED.includes(/** @type {{ word?: string }} */ (error).word ?? "")) return options.onBack(errorText(error));
      code.setError(errorText(error));
      code.input.select();
    } finally {
      submit.disabled = false;
    }
  });
  body.append(form);
  return { element: body, focus: () => code.input.focus() };
}

/**
 * The key for the app, as a picture for another device and as a text.
 * @param {{ userid: string, token: string }} asked
 */
function keyPlace(asked) {
  const picture = h("img", { class: "qr", alt: t("connect.code") });
  const text = h("code", { class: "factor-key" });
  const show = async () => {
    const { message } = await command("get2fagasecret", asked, { isQuiet: true });
    text.textContent = message;
    picture.src = URL.createObjectURL(await loadPicture(asked));
  };
  orTell(show());
  return h("div", { class: "form factor-offer" }, picture,
    h("p", { class: "quiet", text: t("factor.key") }), text,
    button({ text: t("factor.copykey"), icon: "copy", onclick: () => orTell(copyText(text.textContent ?? "")) }));
}

/**
 * The picture is loaded by POST, so that no address contains the token.
 * @param {{ userid: string, token: string }} asked
 */
async function loadPicture(asked) {
  const noted = begin("core", "get2fagasecretqrcode", asked);
  const response = await fetch(url("get2fagasecretqrcode"), {
    method: "POST", headers: headers("core"), body: new URLSearchParams(asked), credentials: "same-origin", cache: "no-store",
  });
  end(noted, response.status, "", response.ok);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.blob();
}
