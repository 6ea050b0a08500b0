// The settings: meaning, value, default and origin of each. A setting that may change while the
// server runs is changed here.

import { command, records } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { errorLine, field, linesField } from "../../shared/fields.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { has, t, tNodes } from "../../shared/i18n.js";
import { addShortcuts } from "../../shared/keys.js";
import { applyLooks } from "../../shared/looks.js";
import { address } from "../../shared/router.js";
import { toast } from "../../shared/toast.js";
import { needs } from "../allowed.js";
import { selectField } from "../forms.js";
import { adminErrorText } from "../error-text.js";
import { logoRow } from "./logo.js";

/** @typedef {import("../../../replies.js").SettingRecord} SettingRecord */

/** The groups of settings. A setting belongs to the first group whose pattern matches its name. @type {[string, RegExp][]} */
const GROUPS = [
  ["general", /^(name|log_level|log_format|metrics_token)$/],
  ["looks", /^(accent|terms|privacy|link_page)/],
  ["access", /^(session|password|login|guest|pairing|reset)/],
  ["mail", /^(smtp|mail)/],
  ["audit", /^audit/],
  ["storage", /^(upload|version|trash|bin|quota|file|thumb|free|recycle|kept)/],
  ["soundness", /^(checksum|deep|backup)/],
  ["network", /^(listen|connection|worker|tls|redirect|trusted|proxy|http|host|mdns)/],
  ["other", /./],
];

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} first
 * @returns {import("../../shared/views.js").View}
 */
export function open(context, first) {
  /** @type {SettingRecord[]} */
  let settings = [];
  const body = h("div", { class: "settings" }, h("div", { class: "view-loading skeleton", role: "status", "aria-label": t("view.loading") }));
  const search = h("input", {
    type: "search", class: "input", value: first.query.get("q") ?? "", placeholder: t("settings.search"), "aria-label": t("settings.search"),
    on: { input: () => {
      history.replaceState(history.state, "", address("settings", [], { q: search.value.trim() }));
      draw();
    } },
  });

  async function load() {
    try {
      settings = await records("getsettings", "setting", {}, { side: "admin" });
      draw();
    } catch (error) {
      fill(body, notice({ icon: "warning", title: t("settings.failed"), text: adminErrorText(error), action: { label: t("action.retry"), run: () => void load() } }));
    }
  }

  function draw() {
    const wanted = search.value.trim().toLowerCase();
    const found = settings.filter((one) => `${one.name} ${titleOf(one)} ${helpOf(one)}`.toLowerCase().includes(wanted));
    fill(body, found.length > 0 ? groupsOf(found, changed) : notice({
      icon: "settings", title: t("settings.nomatch", { text: search.value.trim() }),
      action: { label: t("settings.showall"), run: () => { search.value = ""; search.dispatchEvent(new Event("input")); search.focus(); } },
    }));
  }

  /** Redraws the row of a setting that has changed. @param {string} name */
  async function changed(name) {
    settings = await records("getsettings", "setting", {}, { side: "admin" });
    const one = settings.find((setting) => setting.name === name);
    const row = body.querySelector(`[data-setting="${name}"]`);
    if (!one || !row) return;
    const next = settingRow(one, changed);
    row.replaceWith(next);
    const control = next.querySelector("input, select, textarea");
    if (control instanceof HTMLElement) control.focus();
    learn(context.store, one);
  }

  const stopShortcuts = addShortcuts([{ keys: "/", label: "settings.search", group: "place.settings", run: () => search.focus() }]);
  void load();
  return {
    element: h("div", { class: "page settings-page" },
      h("div", { class: "settings-head" }, h("h1", { class: "visually-hidden", tabIndex: -1, text: t("place.settings") }),
        h("p", { class: "quiet", text: t("settings.text") }),
        h("div", { class: "search-box" }, icon("search"), search)),
      body),
    bar: [h("span", { class: "bar-title", text: t("place.settings") })],
    title: () => t("place.settings"),
    update(route) {
      search.value = route.query.get("q") ?? "";
      draw();
    },
    leave: stopShortcuts,
  };
}

/** Updates what the portal itself knows of a setting. @param {import("../state.js").AdminStore} store @param {SettingRecord} setting */
function learn(store, { name, value }) {
  const { server } = store.get();
  if (name === "name") store.set({ server: { ...server, name: value } });
  if (name === "accent_colour") applyLooks({ ...server, accentcolour: value });
  if (name === "password_length_min") store.set({ server: { ...server, passwordminlength: Number(value) } });
}

/** The settings in their groups. @param {SettingRecord[]} settings @param {(name: string) => Promise<void>} changed */
function groupsOf(settings, changed) {
  return GROUPS.map(([group, pattern]) => {
    const members = settings.filter((one) => GROUPS.find(([, other]) => other.test(one.name))?.[1] === pattern);
    return members.length === 0 ? null : h("section", { class: "card settings-group", "aria-label": t(`settingsgroup.${group}`) },
      h("h2", { text: t(`settingsgroup.${group}`) }), group === "looks" ? logoRow() : null, members.map((one) => settingRow(one, changed)));
  });
}

/** @param {SettingRecord} setting */
function titleOf(setting) {
  const key = `settingname.${setting.name}`;
  return has(key) ? t(key) : setting.name;
}

/** The help for a setting; empty if its name says everything. @param {SettingRecord} setting */
function helpOf(setting) {
  const key = `settinghelp.${setting.name}`;
  if (has(key)) return t(key);
  return has(`settingname.${setting.name}`) ? "" : setting.help;
}

/** A value as it is shown. An empty value gets a word, and a secret stays hidden. @param {SettingRecord} setting @param {string} value */
function shown(setting, value) {
  if (value === "") return t("settings.empty");
  return setting.kind === "secret" ? t("settings.secret") : choiceName(value);
}

/** @param {string} value */
function choiceName(value) {
  const key = `settingchoice.${value}`;
  return has(key) ? t(key) : value;
}

/** @param {SettingRecord} setting @param {(name: string) => Promise<void>} changed */
function settingRow(setting, changed) {
  const isOwn = setting.source !== "default";
  const help = helpOf(setting);
  const facts = h("p", { class: "setting-facts" },
    h("code", { class: "word", text: setting.name }),
    // The default is shown only if the setting has another value.
    isOwn ? h("span", { text: t("settings.default", { value: shown(setting, setting.default) }) }) : null,
    isOwn ? h("span", { class: "tag", text: t("settings.source", { source: t(`settingsource.${setting.source.replace(" ", "")}`) }) }) : null);
  const words = h("div", { class: "setting-words" },
    h("h3", { text: titleOf(setting) }),
    help ? h("p", { class: "quiet", lang: has(`settinghelp.${setting.name}`) ? null : "en", text: help }) : null, facts);
  const control = setting.ischangeable ? changeForm(setting, changed) : fixedValue(setting);
  return h("div", { class: "setting", data: { setting: setting.name } }, words, control);
}

/** A value that cannot be changed here, and where it can be changed. @param {SettingRecord} setting */
function fixedValue(setting) {
  const word = (/** @type {string} */ text) => h("code", { class: "word", text });
  const places = {
    name: word(setting.name),
    variable: word(`CLOUDLET_${setting.name.toUpperCase()}`),
    flag: word(`--${setting.name.replaceAll("_", "-")}`),
  };
  /** @type {Record<string, string>} */
  const why = { file: "settings.infile", environment: "settings.inenvironment", "command line": "settings.incommandline" };
  return h("div", { class: "setting-control" },
    h("p", { class: "setting-value", text: shown(setting, setting.value) }),
    h("p", { class: "field-hint" }, icon("lock", { class: "small-icon" }),
      h("span", null, tNodes(why[setting.source] ?? "settings.needsrestart", places))));
}

/** @param {SettingRecord} setting @param {(name: string) => Promise<void>} changed */
function changeForm(setting, changed) {
  const title = titleOf(setting);
  const isChoice = setting.kind === "choice";
  const lines = setting.kind === "lines" ? linesField(title, setting.value) : null;
  const text = isChoice || lines ? null : field({ label: title, value: setting.value, type: setting.kind === "secret" ? "password" : "text", props: { inputmode: setting.kind === "number" ? "numeric" : null, autocomplete: setting.kind === "secret" ? "new-password" : "off", autocapitalize: "none", spellcheck: false, name: setting.name } });
  const select = isChoice ? selectField(title, setting.choices.split(",").map((one) => [one, choiceName(one)]), setting.value) : null;
  const input = text?.input ?? lines?.input ?? select?.input;
  const box = text?.element ?? lines?.element ?? select?.element;
  if (!input || !box) throw new Error(`The setting ${setting.name} has no field.`);
  box.querySelector(".field-label")?.classList.add("visually-hidden");
  const wrong = errorLine({ class: "field-error" });
  const save = button({ text: t("action.save"), kind: "primary", label: t("settings.saveof", { text: t("action.save"), name: title }), props: { type: "submit", hidden: true } });
  const undo = button({ text: t("settings.discard"), label: t("settings.saveof", { text: t("settings.discard"), name: title }), kind: "quiet", props: { hidden: true }, onclick: () => { input.value = setting.value; tell(null); input.focus(); } });
  const reset = button({ text: t("settings.reset"), label: t("settings.saveof", { text: t("settings.reset"), name: title }), kind: "quiet", onclick: () => void send("") });
  const isSet = setting.source === "portal";

  /** @param {string | null} sentence */
  const tell = (sentence) => {
    if (text) text.setError(sentence);
    else wrong.textContent = sentence ?? "";
    const isOther = input.value.trim() !== setting.value;
    save.hidden = undo.hidden = !isOther;
    reset.hidden = !isSet || isOther;
  };

  /** @param {string} value */
  const send = async (value) => {
    if (value !== "" && setting.kind === "number" && !/^\d+$/.test(value)) {
      tell(t("wrong.wholenumber"));
      input.focus();
      return;
    }
    try {
      await command("setsetting", { name: setting.name, value }, { side: "admin" });
      await changed(setting.name);
      toast(value === "" ? t("settings.wasreset", { name: title, value: shown(setting, setting.default) }) : t("settings.saved", { name: title, value: shown(setting, value) }));
    } catch (error) {
      tell(adminErrorText(error));
      input.focus();
    }
  };
  const form = h("form", { class: "setting-control", novalidate: true, on: { submit: (/** @type {Event} */ event) => {
    event.preventDefault();
    if (input.value.trim() !== setting.value) void send(input.value.trim());
  } } }, box, text ? null : wrong, h("div", { class: "setting-actions" }, save, undo, reset));
  input.addEventListener("input", () => tell(null));
  input.addEventListener("keydown", (event) => {
    if (!(event instanceof KeyboardEvent) || event.key !== "Escape" || save.hidden) return;
    event.preventDefault();
    undo.click();
  });
  tell(null);
  return needs("setsetting", form);
}
