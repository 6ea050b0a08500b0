// The page of an operation: its description, its parameters, the call in several languages, a form
// to try it, its possible answers, and a sample answer.

import { isAbort, errorText, url } from "../../shared/api.js";
import { confirmDialog } from "../../shared/dialog.js";
import { size } from "../../shared/format.js";
import { button, fill, h, icon, uniqueId } from "../../shared/h.js";
import { has, t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { answerParts } from "./answers.js";
import { codeBlock, prose } from "./code.js";
import { SAMPLES, example, givenOf, wireName } from "./samples.js";
import { pretty, send } from "./send.js";
import { createTabs } from "./tabs.js";

/** @typedef {import("./describe.js").Operation} Operation */
/** @typedef {import("./describe.js").Parameter} Parameter */

/**
 * What the page must know about the other parts of the documentation.
 * @typedef {object} Surroundings
 * @property {string} base the server's root
 * @property {() => { user: string | null, admin: string | null }} signedIn who is
 * @property {(side: import("../../shared/api.js").Side) => Promise<void>} signIn
 * @property {() => Promise<void>} checkSignedIn asks again who is signed in
 * @property {(listener: () => void) => void} onSignedIn
 */

/**
 * The values that the person entered, as long as the page is open.
 * @type {Map<string, Map<string, string>>}
 */
const filledIn = new Map();

/** True if an administrator can call the operation to work on users' data. @param {Operation} operation */
function takesProxy(operation) {
  return operation.who === "proxy" || operation.who === "visitor";
}

/** @param {Operation} operation @param {Surroundings} around */
export function operationPage(operation, around) {
  const filled = filledIn.get(operation.id) ?? startValues(operation, around);
  filledIn.set(operation.id, filled);
  const parameters = takesProxy(operation) ? [...operation.parameters, proxyParameter()] : operation.parameters;
  const all = { ...operation, parameters };
  const samples = sampleTabs(all, filled, around);
  return [
    h("div", { class: "docs-head" },
      h("p", { class: "docs-where" }, h("span", { lang: "en", text: operation.area }), ` \u00b7 ${t(`docsside.${operation.side}`)}`),
      h("h1", { tabIndex: -1 }, h("code", { text: operation.name })),
      h("p", { class: "lead", lang: "en" }, prose(operation.help)),
      tagList(operation)),
    section(t("docs.parameters"), parameterList(all, filled, samples.draw)),
    section(t("docs.request"), codeLine(operation), samples.element),
    section(t("docs.tryit"), tryOut(all, filled, around)),
    section(t("docs.answers"), ...answerParts(operation)),
    section(t("docs.sample"), sampleReply(operation)),
  ];
}

/** @param {string} title @param {...import("../../shared/h.js").Child} children */
function section(title, ...children) {
  return h("section", { class: "docs-part", "aria-label": title }, h("h2", { text: title }), children);
}

/** The parameter with which an administrator works on users' data. @returns {Parameter} */
function proxyParameter() {
  return { name: "adminproxyuserid", kind: "user name", help: t("docs.proxy"), isRequired: false, isSecret: false, preset: "" };
}

/**
 * The person's own name and path, which are likely values.
 * @param {Operation} operation @param {Surroundings} around
 */
function startValues(operation, around) {
  const { user, admin } = around.signedIn();
  const name = user ?? admin;
  /** @type {Map<string, string>} */
  const values = new Map();
  for (const [at, parameter] of operation.parameters.entries()) {
    // The main parameter comes first, even if it is optional.
    if (!name || !(parameter.isRequired || at === 0)) continue;
    if (parameter.kind === "path") values.set(parameter.name, `/${name}`);
    if (parameter.kind === "user name" && !operation.isChanging) values.set(parameter.name, name);
  }
  if (takesProxy(operation) && !user && admin) values.set("adminproxyuserid", admin);
  return values;
}

/** @param {Operation} operation */
function tagList(operation) {
  /** @type {[string, string][]} */
  const facts = [
    [t("docs.who"), t(`docswho.${operation.who}`)],
    [t("docs.effect"), t(`docseffect.${operation.isChanging ? "changing" : operation.effect === "file" ? "file" : "reading"}`)],
    [t("docs.tier"), operation.tier ? t(`docstier.${operation.tier.toLowerCase()}`) : t("docstier.own")],
    [t("docs.clients"), operation.clients.map(clientName).join(", ")],
  ];
  return h("dl", { class: "docs-facts" }, facts.filter(([, value]) => value).map(([name, value]) =>
    h("div", null, h("dt", { text: name }), h("dd", { text: value }))));
}

/** @param {string} client as the server calls it */
function clientName(client) {
  const key = `docsclient.${client.toLowerCase()}`;
  return has(key) ? t(key) : client;
}

/** @param {Operation} operation */
function codeLine(operation) {
  return h("p", { class: "docs-url" }, h("span", { class: "tag", text: "POST" }), h("code", { text: `/${operation.id}` }),
    operation.isChanging ? null : h("span", { class: "quiet", text: t("docs.orget") }));
}

// ---- parameters

/** @param {Operation} operation @param {Map<string, string>} filled @param {() => void} changed */
function parameterList(operation, filled, changed) {
  if (operation.parameters.length === 0) return h("p", { class: "quiet", text: t("docs.noparameters") });
  return h("div", { class: "parameters" }, operation.parameters.map((parameter) => {
    const id = uniqueId("parameter");
    const control = controlOf(parameter, filled, changed, id);
    const isOwnWords = parameter.name === "adminproxyuserid";
    return h("div", { class: "parameter" },
      h("div", { class: "parameter-words" },
        h("label", { htmlFor: id, class: "parameter-name" }, h("code", { text: parameter.name })),
        h("span", { class: "parameter-kind" }, h("span", { class: "quiet", lang: "en", text: parameter.kind }),
          parameter.isRequired ? h("span", { class: "tag", text: t("docs.required") }) : null,
          parameter.preset === "" ? null : h("span", { class: "quiet", text: t("docs.preset", { value: parameter.preset }) })),
        h("p", { id: `${id}-help`, class: "parameter-help", lang: isOwnWords ? null : "en" }, prose(parameter.help))),
      control);
  }));
}

/** @param {Parameter} parameter @param {Map<string, string>} filled @param {() => void} changed @param {string} id */
function controlOf(parameter, filled, changed, id) {
  const value = filled.get(parameter.name) ?? "";
  const keep = (/** @type {string} */ text) => {
    if (text === "") filled.delete(parameter.name);
    else filled.set(parameter.name, text);
    changed();
  };
  if (parameter.kind === "flag") {
    const select = h("select", { class: "input", id, "aria-describedby": `${id}-help` },
      h("option", { value: "", text: t("docs.notgiven") }), h("option", { value: "1", text: "1" }), h("option", { value: "0", text: "0" }));
    select.value = value;
    select.addEventListener("change", () => keep(select.value));
    return select;
  }
  const input = h("input", {
    class: "input", id, type: parameter.isSecret ? "password" : "text", value,
    autocomplete: parameter.isSecret ? "new-password" : "off", autocapitalize: "none", autocorrect: "off", spellcheck: false,
    inputmode: parameter.kind === "number" ? "numeric" : null,
    placeholder: parameter.isSecret ? null : placeholderOf(parameter), "aria-describedby": `${id}-help`,
  });
  input.addEventListener("input", () => keep(input.value));
  return input;
}

/** @param {Parameter} parameter */
function placeholderOf(parameter) {
  const text = example(parameter, "anna");
  return text === "" ? null : text;
}

// ---- the call in code

/** @param {Operation} operation @param {Map<string, string>} filled @param {Surroundings} around */
function sampleTabs(operation, filled, around) {
  const blocks = SAMPLES.map((sample) => ({ sample, block: codeBlock(sample.label, "") }));
  const tabs = createTabs({
    label: t("docs.request"),
    memory: "docslanguage",
    tabs: blocks.map(({ sample, block }) => ({ id: sample.id, label: sample.label, content: block })),
  });
  const draw = () => {
    const { user, admin } = around.signedIn();
    const name = (operation.side === "admin" ? admin : user) ?? user ?? admin ?? "anna";
    const request = { operation, given: givenOf(operation, filled, name), base: around.base, format: /** @type {const} */ ("json"), user: name };
    for (const { sample, block } of blocks) {
      const code = block.querySelector("pre");
      if (code) code.textContent = sample.make(request);
    }
  };
  draw();
  around.onSignedIn(draw);
  return { element: tabs.element, draw };
}

// ---- the call from here

/** @param {Operation} operation @param {Map<string, string>} filled @param {Surroundings} around */
function tryOut(operation, filled, around) {
  const isUpload = operation.effect === "upload";
  const file = h("input", { type: "file", class: "input", id: uniqueId("file") });
  const format = h("select", { class: "input", "aria-label": t("docs.format") }, h("option", { value: "json", text: "JSON" }), h("option", { value: "xml", text: "XML" }));
  const run = button({ text: t("docs.call", { name: operation.name }), icon: "play", kind: "primary" });
  const session = h("div", { class: "docs-session" });
  const reply = h("div", { class: "docs-reply" });
  /** @type {AbortController | null} */
  let stop = null;

  const drawSignedIn = () => fill(session, signedInLine(operation, around));
  drawSignedIn();
  around.onSignedIn(drawSignedIn);

  run.addEventListener("click", async () => {
    if (operation.isChanging) {
      const isSure = await confirmDialog({ title: t("docs.suretitle", { name: operation.name }), text: t("docs.suretext"), confirm: t("docs.surecall") });
      if (!isSure) return;
    }
    stop?.abort();
    const own = new AbortController();
    stop = own;
    run.setAttribute("aria-disabled", "true");
    const timer = setTimeout(() => fill(reply, h("p", { class: "quiet", role: "status", text: t("inspector.running") })), 300);
    try {
      /** @type {[string, string][]} */
      const given = operation.parameters.flatMap((parameter) => {
        const value = filled.get(parameter.name) ?? "";
        return value === "" ? [] : [[wireName(parameter), value]];
      });
      const answer = await send(operation, given, { format: format.value === "xml" ? "xml" : "json", file: file.files?.[0] ?? null, signal: own.signal });
      if (own.signal.aborted) return;
      showReply(reply, operation, answer, given);
      if (operation.isChanging) await around.checkSignedIn();
    } catch (error) {
      if (isAbort(error)) return;
      const text = error instanceof TypeError ? t("error.offline") : errorText(error);
      fill(reply, h("p", { class: "form-error", role: "alert", text }));
    } finally {
      clearTimeout(timer);
      run.removeAttribute("aria-disabled");
    }
  });

  return h("div", { class: "docs-try" },
    session,
    isUpload ? h("div", { class: "field" }, h("label", { class: "field-label", htmlFor: file.id, text: t("docs.file") }), file) : null,
    h("div", { class: "docs-run" }, run, operation.effect === "file" || isUpload ? null : format),
    reply);
}

/** @param {HTMLElement} reply @param {Operation} operation @param {import("./send.js").Answer} answer @param {[string, string][]} given */
function showReply(reply, operation, answer, given) {
  const facts = [t("docs.status", { status: String(answer.status) }), t("inspector.milliseconds", { count: answer.milliseconds }),
    answer.isWhole ? size(answer.bytes) : t("docs.morethan", { size: size(answer.bytes) }), answer.type.split(";")[0] ?? ""];
  const isFile = operation.effect === "file" && answer.status < 300;
  fill(reply,
    h("p", { class: ["docs-reply-facts", answer.status >= 400 && "is-failed"], text: facts.filter(Boolean).join(" \u00b7 ") }),
    answer.text === null
      ? h("p", { class: "quiet", text: t("docs.notext") })
      : codeBlock(t("docs.reply"), pretty(answer.text) + (answer.isWhole ? "" : "\n\u2026")),
    isFile ? h("p", null, h("a", { class: "button", href: url(operation.name, Object.fromEntries(given), operation.side), download: "" }, icon("download"), h("span", { class: "button-text", text: t("action.download") }))) : null);
  announce(t("docs.replied", { status: String(answer.status) }));
}

/** Says as whom the call will be made. @param {Operation} operation @param {Surroundings} around */
function signedInLine(operation, around) {
  const { user, admin } = around.signedIn();
  if (operation.who === "anyone") return h("p", { class: "quiet", text: t("docs.asanyone") });
  const side = operation.side;
  const name = side === "admin" ? admin : user;
  if (name !== null) return h("p", { class: "quiet", text: t(side === "admin" ? "docs.asadmin" : "docs.asuser", { name }) });
  if (takesProxy(operation) && admin !== null) return h("p", { class: "quiet", text: t("docs.asproxy", { name: admin }) });
  return [
    h("p", { class: "form-notice" }, icon("info"), h("span", { text: t(side === "admin" ? "docs.noadmin" : "docs.nouser") })),
    button({ text: t("signin.submit"), onclick: () => void around.signIn(side) }),
  ];
}

// ---- the sample

/** @param {Operation} operation */
function sampleReply(operation) {
  const tabs = [
    { id: "json", label: "JSON", text: operation.sampleJson },
    { id: "xml", label: "XML", text: operation.sampleXml },
  ].filter((tab) => tab.text !== "");
  if (tabs.length === 0) return h("p", { class: "quiet", text: operation.effect === "file" ? t("docs.filesample") : t("docs.nosample") });
  return createTabs({
    label: t("docs.sample"), memory: "docsformat",
    tabs: tabs.map((tab) => ({ id: tab.id, label: tab.label, content: codeBlock(`${t("docs.sample")} ${tab.label}`, pretty(tab.text)) })),
  }).element;
}
