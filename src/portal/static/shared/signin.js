// The sign-in form of both portals.

import { command, errorText } from "./api.js";
import { button, h, icon } from "./h.js";
import { errorLine, field } from "./fields.js";
import { loadBundle, t } from "./i18n.js";
import { cloudMark } from "./looks.js";

/**
 * @typedef {object} SignInOptions
 * @property {import("./api.js").Side} side
 * @property {string} cloudName
 * @property {string} [notice] the reason for the question
 * @property {string} [userName] the account that was signed in
 * @property {(userName: string) => void} onDone
 * @property {import("./h.js").Child[]} [footer]
 */

/** The operation and its parameters on each side. */
const OPERATIONS = {
  core: { operation: "loginguest", name: "userid", password: "password" },
  admin: { operation: "adminlogin", name: "adminuser", password: "adminpassword" },
};

/** The result if the password is correct and the code of a second factor is needed. */
const NEEDS_CODE = 3;

/**
 * Signs in. Returns a token if the code of a second factor is needed, and nothing otherwise.
 * @param {import("./api.js").Side} side
 * @param {string} userName
 * @param {string} password
 */
export async function signIn(side, userName, password) {
  const names = OPERATIONS[side];
  const done = await command(names.operation, { [names.name]: userName, [names.password]: password }, { side, isQuiet: true });
  return done.result === NEEDS_CODE ? done.message : null;
}

/** @param {SignInOptions} options */
export function signInForm(options) {
  const user = field({
    label: t("signin.user"),
    value: options.userName ?? "",
    props: { name: "userid", autocomplete: "username", autocapitalize: "none", autocorrect: "off", spellcheck: false, required: true },
  });
  const password = field({
    label: t("signin.password"),
    type: "password",
    props: { name: "password", autocomplete: "current-password", required: true },
  });
  const submit = button({ text: t("signin.submit"), kind: "primary", class: "wide", props: { type: "submit" } });
  const wrong = errorLine();
  const place = h("div");
  const form = h("form", { class: "form", method: "post", novalidate: true },
    options.notice ? h("p", { class: "form-notice", role: "status" }, icon("info"), h("span", { text: options.notice })) : null,
    user.element, password.element, wrong, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = user.input.value.trim();
    user.setError(name ? null : t("signin.nouser"));
    password.setError(password.input.value ? null : t("signin.nopassword"));
    if (!name || !password.input.value) {
      (name ? password : user).input.focus();
      return;
    }
    wrong.textContent = "";
    submit.disabled = true;
    try {
      const token = await signIn(options.side, name, password.input.value);
      if (token === null) return options.onDone(name);
      await showStep(name, token);
    } catch (error) {
      wrong.textContent = errorText(error);
      password.input.select();
    } finally {
      submit.disabled = false;
    }
  });
  /** @param {string} name @param {string} token */
  const showStep = async (name, token) => {
    const [{ factorStep }] = await Promise.all([import("./factor-step.js"), loadBundle("account")]);
    password.input.value = "";
    const step = factorStep({
      side: options.side, userName: name, token, onDone: () => options.onDone(name),
      onBack: (reason) => {
        place.replaceChildren(form);
        wrong.textContent = reason;
        password.input.focus();
      },
    });
    place.replaceChildren(step.element);
    step.focus();
  };
  place.append(form);
  return {
    element: entrance({ title: options.cloudName, body: [place, ...(options.footer ?? [])] }),
    focus: () => (user.input.value ? password : user).input.focus(),
  };
}

/**
 * The page around the forms that come before the sign-in.
 * @param {{ title: string, subtitle?: string, body: import("./h.js").Child[] }} options
 */
export function entrance(options) {
  return h("div", { class: "entrance" },
    h("div", { class: "entrance-box" },
      h("div", { class: "entrance-head" }, cloudMark("entrance-icon"),
        h("h1", { class: "entrance-title", text: options.title }),
        options.subtitle ? h("p", { class: "entrance-subtitle", text: options.subtitle }) : null),
      options.body));
}

/**
 * Asks to sign in again in a dialog over the page, so that nothing on the page is lost.
 * @param {Omit<SignInOptions, "notice" | "onDone"> & { onDone: (userName: string) => void, onOther: () => void }} options
 */
export function signInAgain(options) {
  const dialog = h("dialog", { class: "dialog again", "aria-label": t("signin.again") });
  const form = signInForm({
    ...options,
    notice: t("signin.ended"),
    onDone: (name) => {
      dialog.close();
      dialog.remove();
      options.onDone(name);
    },
    footer: [button({ text: t("signin.leave"), kind: "quiet", class: "wide", onclick: () => options.onOther() })],
  });
  dialog.append(form.element);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  document.body.append(dialog);
  dialog.showModal();
  form.focus();
}
