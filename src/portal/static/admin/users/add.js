// The dialog that creates an account.

import { ApiError, command } from "../../shared/api.js";
import { openDialog } from "../../shared/dialog.js";
import { field } from "../../shared/fields.js";
import { button, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { withStrength } from "../../shared/strength.js";
import { errorToast, toast } from "../../shared/toast.js";
import { checkBox, form, suggestedPassword } from "../forms.js";
import { adminErrorText } from "../error-text.js";
import { needsAllRights } from "../allowed.js";
import { makeLink, showLink } from "./links.js";

/**
 * Asks for the values of a new account and creates it.
 * @param {import("../state.js").Context} context
 * @returns {Promise<string | null>} its name; `null` when called off
 */
export function addUser(context) {
  const { passwordminlength } = context.store.get().server;
  return new Promise((resolve) => {
    /** @type {string | null} */
    let made = null;
    const plain = { autocapitalize: "none", autocorrect: "off", spellcheck: false, autocomplete: "off" };
    const name = field({ label: t("setup.user"), hint: t("setup.userhint"), props: { ...plain, name: "username", maxlength: 64, autofocus: true } });
    const displayName = field({ label: t("me.displayname"), hint: t("me.displaynamehint"), props: { name: "displayname", maxlength: 200, autocomplete: "off" } });
    const email = field({ label: t("users.email"), hint: t("users.optional"), type: "email", props: { ...plain, name: "email" } });
    const password = withStrength(field({ label: t("signin.password"), type: "password", hint: t("me.passwordhint", { count: passwordminlength }), props: { name: "password", autocomplete: "new-password" } }), () => [name.input.value, displayName.input.value]);
    const quota = field({ label: t("users.quotagb"), hint: t("users.quotahint"), type: "number", props: { name: "size", min: 0, step: "any", inputmode: "decimal" } });
    const admin = checkBox(t("users.makeadmin"), false, t("users.makeadminhint"));
    needsAllRights(admin.element);
    const isInvited = checkBox(t("users.invite"), true, t("users.invitehint"));
    const send = async () => {
      const wanted = name.input.value.trim();
      const invites = isInvited.input.checked;
      const isShort = !invites && [...password.input.value].length < passwordminlength;
      name.setError(wanted ? null : t("signin.nouser"));
      password.setError(isShort ? t("me.passwordhint", { count: passwordminlength }) : null);
      const badQuota = quota.input.validity.badInput || Number(quota.input.value) < 0;
      quota.setError(badQuota ? t("wrong.quota") : null);
      email.setError(null);
      const first = [name, password, quota].find((one) => one.input.getAttribute("aria-invalid") === "true");
      if (first) {
        first.input.focus();
        return;
      }
      const account = { username: wanted, email: email.input.value.trim(), displayname: displayName.input.value.trim() || null, status: 1 };
      const link = invites ? await makeLink("inviteuser", account) : null;
      if (!invites) await command("adduser", { ...account, password: password.input.value, authtype: 0 }, { side: "admin" });
      made = wanted.toLowerCase();
      await addRest(made, Number(quota.input.value), admin.input.checked);
      dialog.close();
      if (link) showLink(link, { title: t("users.invited", { name: made }), text: t("users.invitedtext") });
      else toast(t("users.added", { name: made }));
    };

    const element = form([
      name.element, displayName.element, email.element,
      isInvited.element, passwordPart(isInvited.input, password),
      quota.element, admin.element,
      h("div", { class: "dialog-actions" },
        button({ text: t("dialog.cancel"), onclick: () => dialog.close() }),
        button({ text: t("users.add"), kind: "primary", props: { type: "submit" } })),
    ], send, (error) => {
      const kind = error instanceof ApiError ? `${error.kind} ${error.message}` : "";
      const place = /password/i.test(kind) ? password : /e-mail/i.test(kind) ? email : /display name/i.test(kind) ? displayName
        : /user|name/i.test(kind) ? name : null;
      place?.setError(adminErrorText(error));
      place?.input.focus();
      return place !== null;
    });
    const dialog = openDialog({ title: t("users.add"), body: [element], onClose: () => resolve(made) });
    name.input.focus();
  });
}

/**
 * The field for a password. It is hidden if the person is invited.
 * @param {HTMLInputElement} isInvited @param {ReturnType<typeof field>} password
 */
function passwordPart(isInvited, password) {
  const suggest = button({ text: t("users.suggest"), onclick: () => showSuggestion(password.input) });
  const element = h("div", { class: "with-button", hidden: isInvited.checked }, password.element, suggest);
  isInvited.addEventListener("change", () => {
    element.hidden = isInvited.checked;
    if (!isInvited.checked) password.input.focus();
  });
  return element;
}

/**
 * Sets the values that `adduser` does not take. The account exists already, so a failure can be
 * corrected in its details.
 */
async function addRest(/** @type {string} */ name, /** @type {number} */ quota, /** @type {boolean} */ isAdmin) {
  if (quota <= 0 && !isAdmin) return;
  try {
    await command("updateuser", { profile: name, size: quota > 0 ? quota : null, adminstatus: isAdmin ? 1 : null }, { side: "admin" });
  } catch (error) {
    errorToast(t("users.addedpartly", { name, reason: adminErrorText(error) }));
  }
}

/** Puts a suggested password into a field and makes it readable. @param {HTMLInputElement} input */
export function showSuggestion(input) {
  input.value = suggestedPassword();
  input.type = "text";
  input.closest(".field")?.querySelector(".field-reveal")?.setAttribute("aria-pressed", "true");
  input.dispatchEvent(new Event("input"));
  input.focus();
  input.select();
}
