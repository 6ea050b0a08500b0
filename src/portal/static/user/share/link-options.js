// The options of a link: its password, its end, its limits, where it works, and the end of its
// address.

import { command } from "../../shared/api.js";
import { field } from "../../shared/fields.js";
import { isoDay } from "../../shared/format.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { changeShare, linkUse, setToken } from "./wire.js";

/** @typedef {import("./dialog.js").Sharing} Sharing */
/** @typedef {import("../../shared/types.js").ShareRecord} ShareRecord */

/** @param {HTMLElement} content @param {Sharing} sharing @param {ShareRecord} share */
export function showLinkOptions(content, sharing, share) {
  fill(content,
    passwordOption(sharing, share),
    endOption(sharing, share),
    linkUse(share) === "drop" || linkUse(share) === "look" ? null : limitOption(sharing, share),
    homeOption(sharing, share),
    tokenOption(sharing, share));
}

/** A field with a button that saves it. @param {ReturnType<typeof field>} input @param {string} name @param {(value: string) => void} save @param {HTMLElement | null} [more] */
function savedField(input, name, save, more = null) {
  input.input.dataset.own = name;
  const form = h("form", { class: "share-option-form", novalidate: true }, input.element,
    h("div", { class: "share-option-actions" }, button({ text: t("share.save"), props: { type: "submit", data: { own: `${name}-save` } } }), more));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(input.input.value.trim());
  });
  return form;
}

/** @param {Sharing} sharing @param {ShareRecord} share */
function passwordOption(sharing, share) {
  const isSecure = Boolean(share.ispublicsecure);
  const input = field({
    label: t("share.password"), type: "password", hint: t(isSecure ? "share.passwordset" : "share.passwordhint"),
    props: { autocomplete: "new-password", maxlength: 200 },
  });
  const remove = isSecure ? button({ text: t("share.passwordremove"), kind: "quiet", onclick: () => save("") }) : null;
  const make = isSecure ? null : button({ text: t("share.passwordmake"), kind: "quiet", onclick: async () => {
    const { message } = await command("getrandompassword");
    input.input.type = "text";
    input.input.value = message;
    input.input.select();
  } });
  /** @param {string} sharepassword */
  const save = (sharepassword) => void sharing.change(() => changeShare(share.shareid, { sharepassword }));
  return savedField(input, "password", (value) => {
    if (value === "") return input.setError(t("share.passwordempty"));
    save(value);
  }, remove ?? make);
}

/** @param {Sharing} sharing @param {ShareRecord} share */
function endOption(sharing, share) {
  const ends = share.validityperiodts ? isoDay(new Date(share.validityperiodts * 1000)) : "";
  const input = field({ label: t("share.ends"), type: "date", value: ends, hint: t("share.endshint"), props: { min: isoDay(new Date()), data: { own: "ends" } } });
  input.input.addEventListener("change", () => {
    if (input.input.validity.badInput) return;
    const day = input.input.value;
    void sharing.change(() => changeShare(share.shareid, { validityperiod: day ? `${day} 23:59:59` : "" }));
  });
  return input.element;
}

/** @param {Sharing} sharing @param {ShareRecord} share */
function limitOption(sharing, share) {
  const input = field({
    label: t("share.limit"), type: "number", value: share.maxdownloads > 0 ? String(share.maxdownloads) : "", hint: t("share.limithint"),
    props: { min: 1, step: 1, inputmode: "numeric", data: { own: "limit" } },
  });
  input.input.addEventListener("change", () => {
    const { value, validity } = input.input;
    if (!validity.valid) return input.setError(t("share.limitwrong"));
    void sharing.change(() => changeShare(share.shareid, { maxdownloads: value === "" ? 0 : Number(value) }));
  });
  return input.element;
}

/** @param {Sharing} sharing @param {ShareRecord} share */
function homeOption(sharing, share) {
  const box = h("input", { type: "checkbox", checked: Boolean(share.homeonly), data: { own: "homeonly" } });
  box.addEventListener("change", () => void sharing.change(() => changeShare(share.shareid, { homeonly: box.checked })));
  return h("label", { class: "share-flag" }, box,
    h("span", null, h("span", { text: t("share.homeonly") }), h("span", { class: "field-hint", text: t("share.homehint") })));
}

/** @param {Sharing} sharing @param {ShareRecord} share */
function tokenOption(sharing, share) {
  const token = share.shareurl.slice(share.shareurl.lastIndexOf("/") + 1);
  const input = field({ label: t("share.token"), value: token, hint: t("share.tokenhint"), props: { autocomplete: "off", autocapitalize: "none", spellcheck: false, maxlength: 64 } });
  return savedField(input, "token", (value) => {
    if (!/^[\w-]{3,64}$/.test(value)) return input.setError(t("share.tokenwrong"));
    void sharing.change(() => setToken(share, value));
  });
}
