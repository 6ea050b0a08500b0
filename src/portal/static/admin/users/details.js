// The panel of an account: its values, its storage and its sessions.

import { ApiError, command, errorText } from "../../shared/api.js";
import { confirmDialog, notice } from "../../shared/dialog.js";
import { field } from "../../shared/fields.js";
import { fullTime, number, size, when } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { properties } from "../../shared/panel.js";
import { address } from "../../shared/router.js";
import { withStrength } from "../../shared/strength.js";
import { errorToast, toast } from "../../shared/toast.js";
import { mayCall, needs, needsAllRights } from "../allowed.js";
import { legend, lyingBar } from "../charts.js";
import { checkBox, form, selectField } from "../forms.js";
import { secondsOf } from "../times.js";
import { adminErrorText } from "../error-text.js";
import { showSuggestion } from "./add.js";
import { showDevices } from "./devices.js";
import { factorPart } from "./factor.js";
import { linkButton, mailButton } from "./links.js";
import { showPolicyOf } from "./policy.js";
import { showRights } from "./rights.js";
import { showSessions } from "./sessions.js";
import { showSharing } from "./sharing.js";
import { DISABLED, FULL, nameOf, statusOptions, statusWord } from "./user.js";

/** @typedef {import("./user.js").UserRecord} UserRecord */

const GB = 1024 ** 3;

/**
 * @typedef {object} Surroundings
 * @property {import("../state.js").Context} context
 * @property {(sentence?: string) => Promise<void>} changed the account is another now
 * @property {() => Promise<void>} deleted
 */

/**
 * @param {ReturnType<typeof import("../../shared/panel.js").createPanel>} panel
 * @param {UserRecord} user
 * @param {Surroundings} around
 */
export function showUser(panel, user, around) {
  panel.show({
    title: nameOf(user),
    subtitle: [user.username, statusWord(user), user.adminstatus === 1 ? t("users.admin") : ""].filter(Boolean).join(" \u00b7 "),
    tabs: [
      { id: "account", label: t("users.account"), show: (content) => fill(content, accountTab(user, around)) },
      { id: "storage", label: t("me.storage"), show: (content) => showStorage(content, user, around) },
      { id: "policy", label: t("policies.policy"), show: (content) => void showPolicyOf(content, user) },
      { id: "sharing", label: t("details.sharing"), show: (content) => void showSharing(content, user, around.context.store.get().account.name) },
      ...rightsTab(user, around),
      { id: "devices", label: t("devices.title"), show: (content) => showDevices(content, user) },
      { id: "sessions", label: t("users.sessions"), show: (content) => showSessions(content, user) },
    ],
  });
}

/**
 * The rights of an administrator, for people who may see them.
 * @param {UserRecord} user @param {Surroundings} around
 */
function rightsTab(user, around) {
  const { name, rights } = around.context.store.get().account;
  const administrators = rights.get("Administrators");
  if (user.adminstatus !== 1 || (administrators?.read !== 1 && user.username !== name)) return [];
  return [{ id: "rights", label: t("rights.title"), show: (/** @type {HTMLElement} */ content) => void showRights(content, user, mayCall("setadminuserpolicy")) }];
}

/**
 * A part that changes an account. An administrator's account can be changed only by its owner and
 * by administrators with all rights.
 * @template {HTMLElement} E @param {string} operation @param {UserRecord} user @param {Surroundings} around @param {E} element
 */
function changing(operation, user, around, element) {
  const isOfOther = user.adminstatus === 1 && user.username !== around.context.store.get().account.name;
  return isOfOther ? needsAllRights(element) : needs(operation, element);
}

/** @param {UserRecord} user @param {Surroundings} around */
function accountTab(user, around) {
  const isSelf = user.username === around.context.store.get().account.name;
  const created = secondsOf(user.created);
  const seen = secondsOf(user.lastlogindate);
  return [
    profileForm(user, around),
    h("hr", { class: "line" }),
    passwordForm(user, around),
    h("hr", { class: "line" }),
    factorPart(user),
    h("hr", { class: "line" }),
    properties([
      [t("users.created"), created === null ? null : h("span", { title: fullTime(created), text: when(created) })],
      [t("users.seen"), seen === null ? t("users.never") : h("span", { title: fullTime(seen), text: when(seen) })],
    ]),
    h("div", { class: "card-actions" },
      h("a", { class: "button", href: address("audit", [], { user: user.username }) }, icon("audit"), h("span", { class: "button-text", text: t("users.inaudit") }))),
    isSelf ? h("p", { class: "quiet", text: t("users.self") }) : endings(user, around),
  ];
}

/** @param {UserRecord} user @param {Surroundings} around */
function profileForm(user, around) {
  const displayName = field({ label: t("me.displayname"), value: user.displayname, props: { maxlength: 200, autocomplete: "off" } });
  const email = field({ label: t("users.email"), type: "email", value: user.email, props: { autocomplete: "off", autocapitalize: "none", spellcheck: false } });
  const status = selectField(t("users.kind"), statusOptions(), String(user.status));
  const limit = user.total > 0 ? String(Number((user.total / GB).toFixed(3))) : "";
  const quota = field({ label: t("users.quotagb"), type: "number", value: limit, hint: t("users.quotahint"), props: { min: 0, step: "any", inputmode: "decimal" } });
  const expires = field({ label: t("users.expires"), type: "date", value: user.expirationdate.slice(0, 10), hint: t("users.expireshint") });
  const admin = checkBox(t("users.makeadmin"), user.adminstatus === 1, t("users.makeadminhint"));
  needsAllRights(admin.element);
  const save = button({ text: t("action.save"), props: { type: "submit" } });
  const hint = h("p", { class: "field-hint" });
  const tell = () => { hint.textContent = Number(status.input.value) === DISABLED ? t("users.disabledhint") : t(`statushint.${status.input.value}`); };
  status.input.addEventListener("change", tell);
  tell();
  status.element.append(hint);

  return changing("updateuser", user, around, form([displayName.element, email.element, status.element, quota.element, expires.element, admin.element, h("div", { class: "card-actions" }, save)], async () => {
    displayName.setError(null);
    email.setError(null);
    const isBad = quota.input.validity.badInput || Number(quota.input.value) < 0;
    quota.setError(isBad ? t("wrong.quota") : null);
    expires.setError(expires.input.validity.badInput ? t("wrong.date") : null);
    if (isBad || expires.input.validity.badInput) return;
    /** @type {import("../../shared/api.js").Params} */
    const change = {};
    const name = displayName.input.value.trim();
    if (name !== user.displayname && name) change.displayname = name;
    if (email.input.value.trim() !== user.email) change.email = email.input.value.trim();
    if (Number(status.input.value) !== user.status) change.status = Number(status.input.value);
    if (quota.input.value !== limit) change.size = Number(quota.input.value);
    if (expires.input.value !== user.expirationdate.slice(0, 10)) change.expirationdate = expires.input.value;
    if (admin.input.checked !== (user.adminstatus === 1)) change.adminstatus = admin.input.checked;
    if (Object.keys(change).length === 0) {
      toast(t("users.nochange"));
      return;
    }
    await command("updateuser", { profile: user.username, ...change }, { side: "admin" });
    around.context.usages.forget(user.username);
    toast(t("users.saved", { name: nameOf(user) }));
    await around.changed();
  }, (error) => {
    const sentence = error instanceof ApiError ? error.message : "";
    const place = /e-mail/i.test(sentence) ? email : /display name/i.test(sentence) ? displayName : /size/i.test(sentence) ? quota : /expiration/i.test(sentence) ? expires : null;
    place?.setError(adminErrorText(error));
    place?.input.focus();
    return place !== null;
  }));
}

/** @param {UserRecord} user @param {Surroundings} around */
function passwordForm(user, around) {
  const { passwordminlength } = around.context.store.get().server;
  const password = withStrength(field({ label: t("me.newpassword"), type: "password", hint: t("me.passwordhint", { count: passwordminlength }), props: { autocomplete: "new-password" } }), () => [user.username, user.displayname]);
  const suggest = button({ text: t("users.suggest"), onclick: () => showSuggestion(password.input) });
  const save = button({ text: t("users.setpassword"), props: { type: "submit" } });
  const isSelf = user.username === around.context.store.get().account.name;
  return changing("setuserpassword", user, around, form([
    password.element,
    h("div", { class: "card-actions" }, suggest, save, isSelf || user.status === DISABLED ? null : linkButton(user, nameOf(user)),
      user.email && user.status !== DISABLED && around.context.store.get().server.sendsmail ? mailButton(user) : null),
    h("p", { class: "field-hint", text: isSelf ? t("users.ownpasswordhint") : t("users.passwordhint") }),
  ], async () => {
    const isShort = [...password.input.value].length < passwordminlength;
    password.setError(isShort ? t("me.passwordhint", { count: passwordminlength }) : null);
    if (isShort) {
      password.input.focus();
      return;
    }
    await command("setuserpassword", { profile: user.username, password: password.input.value }, { side: "admin" });
    password.input.value = "";
    toast(t("users.passwordset", { name: nameOf(user) }));
  }, (error) => {
    password.setError(adminErrorText(error));
    return true;
  }));
}

/** Disabling and deleting. @param {UserRecord} user @param {Surroundings} around */
function endings(user, around) {
  const name = nameOf(user);
  const isOff = user.status === DISABLED;

  /** @param {number} status @param {string} sentence @param {number | null} [back] */
  const setStatus = async (status, sentence, back = null) => {
    try {
      await command("updateuser", { profile: user.username, status }, { side: "admin" });
      toast(sentence, back === null ? {} : { action: { run: () => void setStatus(back, t("undo.done")) } });
      await around.changed();
    } catch (error) {
      errorToast(adminErrorText(error));
    }
  };

  const remove = async () => {
    const isSure = await confirmDialog({
      title: t("users.deletetitle", { name }), text: t("users.deletetext", { name: user.username }), confirm: t("users.delete"), isDanger: true,
    });
    if (!isSure) return;
    try {
      await command("deleteuser", { profile: user.username }, { side: "admin" });
      toast(t("users.deleted", { name }));
      await around.deleted();
    } catch (error) {
      errorToast(adminErrorText(error));
    }
  };

  return changing("deleteuser", user, around, h("div", { class: "endings" },
    isOff
      ? button({ text: user.waits ? t("users.letin") : t("users.enable"), kind: user.waits ? "primary" : "plain", onclick: () => void setStatus(FULL, t("users.enabled", { name })) })
      : button({ text: t("users.disable"), onclick: () => void setStatus(DISABLED, t("users.disableddone", { name }), user.status) }),
    button({ text: t("users.delete"), icon: "trash", class: "is-danger", onclick: () => void remove() }),
    h("p", { class: "field-hint", text: user.waits ? t("users.letinhint", { name }) : isOff ? t("users.enablehint") : t("users.disablehint") })));
}

/** @param {HTMLElement} content @param {UserRecord} user @param {Surroundings} around */
function showStorage(content, user, around) {
  const place = h("div", { class: "panel-part" });
  fill(content, place);
  const show = async () => {
    fill(place, h("p", { class: "quiet", role: "status", text: t("details.counting") }));
    try {
      const usage = await around.context.usages.ask(user.username);
      if (!place.isConnected) return;
      const parts = [
        { id: "files", value: usage.livebytes, label: t("overview.files") },
        { id: "versions", value: usage.versionsbytes, label: t("overview.versions") },
        { id: "bin", value: usage.binbytes, label: t("overview.bin") },
        { id: "incomplete", value: usage.incompletebytes, label: t("overview.incomplete") },
      ];
      const whole = usage.quotabytes || usage.totalbytes;
      const text = usage.quotabytes > 0
        ? t("quota.of", { used: size(usage.totalbytes), limit: size(usage.quotabytes) })
        : t("quota.used", { used: size(usage.totalbytes) });
      fill(place,
        h("p", { class: "strong", text }),
        lyingBar({ parts, whole, summary: text }),
        legend(parts.map((part) => ({ id: part.id, label: part.label, value: size(part.value) }))),
        properties([
          [t("overview.filecount"), number(usage.livefiles)],
          [t("users.quota"), usage.quotabytes > 0 ? size(usage.quotabytes) : t("users.noquota")],
          [t("users.free"), usage.freespace ?? ""],
        ]),
        h("div", { class: "card-actions" }, button({ text: t("users.recount"), onclick: () => {
          around.context.usages.forget(user.username);
          void show();
        } })));
    } catch (error) {
      fill(place, notice({ title: errorText(error), action: { label: t("action.retry"), run: () => void show() } }));
    }
  };
  void show();
}
