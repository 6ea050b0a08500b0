// The second factor of the person's account: turning it on with a code for the camera, new recovery
// codes, and turning it off.

import { command, errorText, record, records } from "../../shared/api.js";
import { copyText } from "../../shared/copy.js";
import { notice, openDialog } from "../../shared/dialog.js";
import { codeField } from "../../shared/factor-step.js";
import { field } from "../../shared/fields.js";
import { day } from "../../shared/format.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { qrCode } from "../../shared/qr.js";
import { recoveryCodes } from "../../shared/recovery-codes.js";
import { orTell, toast } from "../../shared/toast.js";

/** @typedef {import("../../shared/types.js").SecondFactor} SecondFactor */

/** @param {{ onChange: () => void }} options called when other sessions may have ended */
export function factorCard(options) {
  const body = h("div", { class: "form" }, h("p", { class: "quiet", text: t("view.loading") }));
  const show = async () => {
    try {
      /** @type {SecondFactor} */
      const state = await record("getsecondfactor", "secondfactor");
      fill(body, state.isenabled ? switchedOn(state, changed) : switchedOff(state, changed));
    } catch (error) {
      fill(body, notice({ title: errorText(error), action: { label: t("action.retry"), run: () => void show() } }));
    }
  };
  const changed = () => {
    void show();
    options.onChange();
  };
  void show();
  return h("section", { class: "card", "aria-label": t("factor.title") }, h("h2", { text: t("factor.title") }), body);
}

/** @param {SecondFactor} state @param {() => void} changed */
function switchedOff(state, changed) {
  return [
    h("p", { class: "quiet", text: t(state.isrequired ? "factor.required" : "factor.offtext") }),
    h("div", { class: "card-actions" }, button({ text: t("factor.switchon"), icon: "phone", onclick: () => switchOn(changed) })),
  ];
}

/** @param {SecondFactor} state @param {() => void} changed */
function switchedOn(state, changed) {
  const few = state.recoverycodes <= 3;
  return [
    h("p", { text: t("factor.on", { date: day(state.sinceepochutc) }) }),
    h("p", { class: few ? "form-notice" : "quiet", text: t("factor.codesleft", { count: state.recoverycodes }) }),
    h("div", { class: "card-actions" },
      button({ text: t("factor.renew"), onclick: () => askForCode({
        title: t("factor.renew"), text: t("factor.renewtext"), confirm: t("factor.renew"),
        submit: async (code) => showCodes(await codesOf("renewrecoverycodes", code), changed),
      }) }),
      state.isrequired ? null : button({ text: t("factor.switchoff"), kind: "quiet", onclick: () => askForCode({
        title: t("factor.switchoff"), text: t("factor.switchofftext"), confirm: t("factor.switchoff"),
        submit: async (code) => {
          await command("removesecondfactor", { code });
          toast(t("factor.off"));
          changed();
        },
      }) })),
  ];
}

/** @param {string} operation @param {string} code */
async function codesOf(operation, code) {
  /** @type {import("../../../replies.js").RecoveryCodeRecord[]} */
  const found = await records(operation, "recoverycode", { code });
  return found.map((one) => one.code);
}

/** Asks for the password, shows the key, and asks for a code made with it. @param {() => void} changed */
function switchOn(changed) {
  const password = field({ label: t("signin.password"), type: "password", props: { name: "password", autocomplete: "current-password", autofocus: true } });
  const dialog = ask({
    title: t("factor.switchon"), body: [h("p", { text: t("factor.passwordtext") }), password.element], confirm: t("factor.next"), field: password,
    submit: async (typed) => {
      /** @type {import("../../shared/types.js").OfferedKey} */
      const key = await record("startsecondfactor", "key", { password: typed });
      dialog.close();
      showKey(key, changed);
    },
  });
}

/** @param {import("../../shared/types.js").OfferedKey} key @param {() => void} changed */
function showKey(key, changed) {
  const code = codeField({ label: t("factor.code"), hint: t("factor.codehint") });
  const dialog = ask({
    title: t("factor.switchon"),
    body: [h("div", { class: "form factor-offer" },
      h("p", { text: t("factor.scan") }), qrCode(key.qr),
      h("p", { class: "quiet", text: t("factor.key") }), h("code", { class: "factor-key", text: key.secret }),
      h("div", { class: "card-actions" },
        button({ text: t("factor.copykey"), icon: "copy", onclick: () => orTell(copyText(key.secret)) }),
        h("a", { class: "button", href: key.address, text: t("factor.open") }))), code.element],
    confirm: t("factor.switchon"), field: code,
    submit: async (typed) => {
      const codes = await codesOf("confirmsecondfactor", typed);
      dialog.close();
      showCodes(codes, changed);
    },
  });
}

/** @param {string[]} codes @param {() => void} changed */
function showCodes(codes, changed) {
  const dialog = openDialog({
    title: t("factor.codes"), body: [recoveryCodes(codes)], mayClose: () => false, onClose: changed,
    actions: [button({ text: t("factor.kept"), kind: "primary", onclick: () => dialog.close() })],
  });
}

/** @param {{ title: string, text: string, confirm: string, submit: (code: string) => Promise<void> }} options */
function askForCode(options) {
  const code = codeField({ label: t("factor.anycode"), isRecovery: true });
  code.input.autocomplete = "one-time-code";
  const dialog = ask({
    ...options, body: [h("p", { text: options.text }), code.element], field: code,
    submit: async (typed) => {
      await options.submit(typed);
      dialog.close();
    },
  });
}

/**
 * A dialog with one field. After a failure it stays open and shows the reason.
 * @param {{ title: string, body: import("../../shared/h.js").Child[], confirm: string, field: ReturnType<typeof field>,
 *   submit: (typed: string) => Promise<void> }} options
 */
function ask(options) {
  const confirm = button({ text: options.confirm, kind: "primary", props: { type: "submit" } });
  const form = h("form", { class: "form", novalidate: true }, options.body,
    h("div", { class: "dialog-actions" }, button({ text: t("dialog.cancel"), onclick: () => dialog.close() }), confirm));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { input } = options.field;
    options.field.setError(input.value.trim() ? null : t("factor.nothing"));
    if (!input.value.trim()) return;
    confirm.disabled = true;
    try {
      await options.submit(input.value);
    } catch (error) {
      options.field.setError(errorText(error));
      input.select();
    } finally {
      confirm.disabled = false;
    }
  });
  const dialog = openDialog({ title: options.title, body: [form] });
  options.field.input.focus();
  return dialog;
}
