// The page of a pairing code for phones: it signs this device in if its owner agrees.

import { command, errorText } from "../../shared/api.js";
import { errorLine, field } from "../../shared/fields.js";
import { button, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { entrance } from "../../shared/signin.js";

/**
 * Shows the page, whether somebody is signed in here or not.
 * @param {import("../../shared/types.js").ServerInfo} server
 * @param {string} code
 * @param {() => void} onDone called when the device is connected, or if its owner refuses
 */
export function showPairing(server, code, onDone) {
  document.title = `${t("pair.title")} \u2013 ${server.name}`;
  document.body.append(entrance({ title: t("pair.title"), subtitle: t("pair.text", { name: server.name }), body: [pairingForm(code, onDone)] }));
}

/**
 * Opens the page if the portal was open already and only the address changed.
 * @param {import("../state.js").Context} _context
 * @param {import("../../shared/router.js").Route} route
 * @returns {import("../../shared/views.js").View}
 */
export function open(_context, route) {
  const leave = () => {
    forgetCode();
    // Another account has other files, so nothing on the page may stay.
    location.reload();
  };
  return {
    element: h("div", { class: "page" }, h("section", { class: "card" },
      h("h1", { tabIndex: -1, text: t("pair.title") }), h("p", { class: "quiet", text: t("pair.replace") }), pairingForm(route.path[0] ?? "", leave))),
    bar: [h("span", { class: "bar-title", text: t("pair.title") })],
    title: () => t("pair.title"),
  };
}

/** Removes a used code from the history, where it is useless. */
export function forgetCode() {
  history.replaceState(null, "", location.pathname + location.search);
}

/** @param {string} code @param {() => void} onDone */
function pairingForm(code, onDone) {
  const name = field({ label: t("connect.name"), hint: t("pair.namehint"), props: { maxlength: 60, autocomplete: "off" } });
  const wrong = errorLine();
  const submit = button({ text: t("pair.submit"), kind: "primary", class: "wide", props: { type: "submit" } });
  const form = h("form", { class: "form", method: "post", novalidate: true },
    name.element, wrong, submit, button({ text: t("pair.cancel"), kind: "quiet", class: "wide", onclick: onDone }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.textContent = "";
    submit.disabled = true;
    try {
      await command("pairdevice", { code, devicename: name.input.value.trim() }, { isQuiet: true });
      onDone();
    } catch (error) {
      wrong.textContent = errorText(error);
    } finally {
      submit.disabled = false;
    }
  });
  return form;
}
