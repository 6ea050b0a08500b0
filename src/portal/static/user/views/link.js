// The page of a one-time link, on which a person chooses a password.

import { ApiError, command, errorText, record } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { errorLine, field } from "../../shared/fields.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { entrance, signIn } from "../../shared/signin.js";
import { withStrength } from "../../shared/strength.js";

/**
 * Shows the page, whether somebody is signed in here or not.
 * @param {import("../../shared/types.js").ServerInfo} server
 * @param {string} token
 * @param {() => void} onDone
 */
export function showLink(server, token, onDone) {
  document.title = server.name;
  const place = h("div", { role: "status" });
  document.body.append(entrance({ title: server.name, body: [place] }));
  void openLink(place, token, onDone);
}

/**
 * Opens the page if the portal was open already and only the address changed. The person who is signed in here is somebody else.
 * @returns {import("../../shared/views.js").View}
 */
export function open() {
  location.reload();
  return { element: h("div"), bar: [], title: () => "" };
}

/** Removes a used link from the history, where it is useless. */
export function forgetLink() {
  history.replaceState(null, "", location.pathname + location.search);
}

/** @param {HTMLElement} place @param {string} token @param {() => void} onDone */
async function openLink(place, token, onDone) {
  try {
    const link = await record("getonetimelink", "link", { token }, { isQuiet: true });
    fill(place, link.purpose === "email" ? addressForm(link, token, onDone) : passwordForm(link, token, onDone));
    place.querySelector("input")?.focus();
  } catch (error) {
    const isDead = error instanceof ApiError && error.kind === "onetimelink";
    const retry = { label: t("action.retry"), run: () => void openLink(place, token, onDone) };
    fill(place, notice({
      icon: "warning", title: isDead ? t("link.dead") : errorText(error), text: isDead ? t("link.deadtext") : "",
      action: isDead ? { label: t("link.tosignin"), run: onDone } : retry,
    }));
  }
}

/**
 * Asks before it confirms the address, because programs that check mails open links too.
 * @param {import("../../shared/types.js").OneTimeLink} link @param {string} token @param {() => void} onDone
 */
function addressForm(link, token, onDone) {
  const wrong = errorLine();
  const confirm = button({ text: t("link.confirm"), kind: "primary", class: "wide", onclick: async () => {
    confirm.disabled = true;
    try {
      await command("verifyemail", { u: link.username, tag: token }, { isQuiet: true });
      onDone();
    } catch (error) {
      wrong.textContent = errorText(error);
      confirm.disabled = false;
    }
  } });
  return h("div", { class: "form" }, h("p", { text: t("link.confirmtext", { name: link.username }) }), wrong, confirm);
}

/** @param {import("../../shared/types.js").OneTimeLink} link @param {string} token @param {() => void} onDone */
function passwordForm(link, token, onDone) {
  const isFirst = link.purpose === "invitation";
  const user = h("input", { type: "text", name: "userid", autocomplete: "username", value: link.username, readOnly: true, hidden: true });
  const password = withStrength(field({
    label: isFirst ? t("link.firstpassword") : t("me.newpassword"), type: "password", hint: t("me.passwordhint", { count: link.passwordlengthmin }),
    props: { name: "password", autocomplete: "new-password" },
  }), () => [link.username, link.displayname]);
  const wrong = errorLine();
  const submit = button({ text: isFirst ? t("link.begin") : t("link.setpassword"), kind: "primary", class: "wide", props: { type: "submit" } });
  const text = isFirst ? t("link.invited", { name: link.username }) : t("link.resettext", { name: link.username });
  const form = h("form", { class: "form", method: "post", novalidate: true }, h("p", { text }), user, password.element, wrong, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.textContent = "";
    password.setError(null);
    submit.disabled = true;
    try {
      await command("setpasswordbylink", { token, password: password.input.value }, { isQuiet: true });
      forgetLink();
      await signIn("core", link.username, password.input.value).catch(() => null);
      onDone();
    } catch (error) {
      if (error instanceof ApiError && error.kind === "shortpassword") password.setError(errorText(error));
      else wrong.textContent = errorText(error);
      password.input.focus();
    } finally {
      submit.disabled = false;
    }
  });
  return form;
}
