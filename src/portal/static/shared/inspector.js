// The call inspector: a drawer that shows each call of the portal to the API, and the same call for
// a shell. So people can learn the API by using the portal. Secrets are masked before they get
// here.

import { ROOT, onCall, pastCalls } from "./api.js";
import { copyText } from "./copy.js";
import { clockTime, size } from "./format.js";
import { button, fill, h } from "./h.js";
import { t } from "./i18n.js";

/** @type {{ element: HTMLElement, stop: () => void } | null} */
let open = null;

/**
 * @typedef {object} Inspector
 * @property {HTMLOListElement} list
 * @property {HTMLElement} detail
 * @property {HTMLInputElement} filter
 * @property {number | null} chosen
 * @property {number} frame
 */

/** Opens or closes the drawer. */
export function toggleInspector() {
  if (open) {
    open.stop();
    return;
  }
  const before = document.activeElement;
  const list = h("ol", { class: "calls", "aria-label": t("inspector.title") });
  const detail = h("div", { class: "call-detail", tabIndex: 0, role: "region", "aria-label": t("inspector.detail") });
  const filter = h("input", { type: "search", class: "input", placeholder: t("inspector.filter"), "aria-label": t("inspector.filter") });
  /** @type {Inspector} */
  const inspector = { list, detail, filter, chosen: null, frame: 0 };
  const element = h("section", { class: "inspector", "aria-label": t("inspector.title") },
    h("div", { class: "inspector-head" },
      h("h2", { class: "inspector-title", text: t("inspector.title") }),
      filter,
      button({ text: t("inspector.clear"), kind: "quiet", onclick: () => { pastCalls().length = 0; redraw(inspector); } }),
      button({ icon: "close", label: t("inspector.close"), kind: "quiet", onclick: () => open?.stop() })),
    h("div", { class: "inspector-body" }, list, detail));
  const stopListening = onCall((call) => {
    redraw(inspector);
    if (call.id === inspector.chosen) showCall(inspector, call);
  });
  filter.addEventListener("input", () => redraw(inspector));
  const stop = () => {
    stopListening();
    element.remove();
    document.documentElement.classList.remove("has-inspector");
    open = null;
    if (before instanceof HTMLElement) before.focus();
  };
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    stop();
  });
  fill(detail, h("p", { class: "quiet", text: t("inspector.choose") }));
  document.body.append(element);
  document.documentElement.classList.add("has-inspector");
  open = { element, stop };
  redraw(inspector);
  filter.focus();
}

/** The first path or name in a call. @param {import("./api.js").Call} call */
function subject(call) {
  const found = call.params.find(([name]) => /^(path|file|filepath|fromname|fullpath|userid|username|adminuser|name)$/.test(name));
  return found?.[1] ?? "";
}

/** @param {import("./api.js").Call} call */
function statusText(call) {
  if (call.isHandedOver) return t("inspector.handedover");
  if (call.status === undefined) return t("inspector.running");
  const time = t("inspector.milliseconds", { count: call.milliseconds ?? 0 });
  if (call.status === 0) return `${t("inspector.noanswer")} \u00b7 ${time}`;
  return [call.status, call.isOk ? "" : t("inspector.failed"), time].filter((part) => part !== "").join(" \u00b7 ");
}

/** @param {string} reply */
function pretty(reply) {
  try {
    return JSON.stringify(JSON.parse(reply), null, 2);
  } catch {
    return reply;
  }
}

/** @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Quotes a name for curl's form option. @param {string} name */
function formQuoted(name) {
  return `"${name.replace(/["\\]/g, "\\$&")}"`;
}

/** The command that signs in and saves `cookies.txt`. @param {import("./api.js").Side} side */
function signInCommand(side) {
  const target = new URL(`${ROOT}/${side === "admin" ? "admin/adminlogin" : "core/loginguest"}`, document.baseURI);
  const [user, password] = side === "admin" ? ["adminuser", "adminpassword"] : ["userid", "password"];
  return `curl ${quoted(target.href)} -c cookies.txt \\\n  --data-urlencode '${user}=NAME' --data-urlencode '${password}=PASSWORD'`;
}

/**
 * The same call as a shell command. It uses `cookies.txt`, which `curl -c` saved at the sign-in.
 * @param {import("./api.js").Call} call
 */
export function curl(call) {
  const base = new URL(`${ROOT}/`, document.baseURI);
  const target = new URL(`${call.side}/${call.operation}`, base);
  const isSignIn = /login/i.test(call.operation);
  const lines = [`curl ${quoted(target.href)}`, "-H 'Accept: application/json'", `${isSignIn ? "-c" : "-b"} cookies.txt`];
  if (call.method === "GET") {
    lines.push("-G", "-OJ");
  }
  if (call.file !== undefined) {
    lines[0] = `curl ${quoted(`${target.href}?${new URLSearchParams(call.params)}`)}`;
    // If a part of a file is sent, it is piped into curl.
    const source = call.part ? `-;filename=${formQuoted(call.file)}` : formQuoted(call.file);
    lines.push(`-F ${quoted(`file=@${source}`)}`);
    if (call.part) lines[0] = `tail -c +${call.part.from + 1} -- ${quoted(call.file)} | head -c ${call.part.bytes} | ${lines[0]}`;
  } else {
    for (const [name, value] of call.params) lines.push(`--data-urlencode ${quoted(`${name}=${value}`)}`);
    if (call.params.length === 0 && call.method === "POST") lines.push("-X POST");
  }
  return lines.join(" \\\n  ");
}

/** @param {Inspector} inspector @param {import("./api.js").Call} call */
function callRow(inspector, call) {
  return h("li", null, h("button", {
    type: "button",
    class: ["call", call.status !== undefined && !call.isOk && "is-failed"],
    "aria-pressed": String(call.id === inspector.chosen),
    on: { click: () => { inspector.chosen = call.id; redraw(inspector); showCall(inspector, call); } },
  },
  h("span", { class: "call-time", text: clockTime(call.at) }),
  h("span", { class: "call-name", text: `${call.side}/${call.operation}` }),
  h("span", { class: "call-subject", text: subject(call) }),
  h("span", { class: "call-status", text: statusText(call) })));
}

/** @param {Inspector} inspector */
function redraw(inspector) {
  cancelAnimationFrame(inspector.frame);
  inspector.frame = requestAnimationFrame(() => {
    const wanted = inspector.filter.value.trim().toLowerCase();
    const shown = pastCalls().filter((call) => !wanted || `${call.side}/${call.operation} ${subject(call)}`.toLowerCase().includes(wanted));
    const isAtEnd = inspector.list.scrollHeight - inspector.list.scrollTop - inspector.list.clientHeight < 40;
    const focused = [...inspector.list.querySelectorAll("button")].indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    fill(inspector.list, shown.length > 0 ? shown.map((call) => callRow(inspector, call)) : h("li", { class: "calls-empty", text: t("inspector.empty") }));
    if (focused >= 0) inspector.list.querySelectorAll("button")[focused]?.focus();
    if (isAtEnd) inspector.list.scrollTop = inspector.list.scrollHeight;
  });
}

/** @param {Inspector} inspector @param {import("./api.js").Call} call */
function showCall(inspector, call) {
  const command = curl(call);
  fill(inspector.detail,
    h("p", { class: "call-summary", text: [`${call.method} ${call.side}/${call.operation}`, statusText(call),
      call.bytes === undefined ? "" : size(call.bytes)].filter(Boolean).join(" \u00b7 ") }),
    h("h3", { text: t("inspector.params") }),
    call.params.length > 0
      ? h("dl", { class: "call-params" }, call.params.map(([name, value]) => h("div", null, h("dt", { text: name }), h("dd", { dir: "auto", text: value }))))
      : h("p", { class: "quiet", text: t("inspector.noparams") }),
    h("div", { class: "call-heading" }, h("h3", { text: t("inspector.curl") }),
      button({ icon: "copy", label: t("action.copytext"), kind: "quiet", onclick: () => void copyText(command) })),
    h("pre", { class: "code", tabIndex: 0, "aria-label": t("inspector.curl"), text: command }),
    command.includes("-b cookies.txt") ? [
      h("p", { class: "quiet", text: t("inspector.cookies") }),
      h("pre", { class: "code", tabIndex: 0, "aria-label": t("inspector.cookies"), text: signInCommand(call.side) }),
    ] : null,
    h("h3", { text: t("inspector.reply") }),
    h("pre", { class: "code", tabIndex: 0, "aria-label": t("inspector.reply"), text: call.isHandedOver || call.status === undefined ? statusText(call) : pretty(call.reply ?? "") }));
}
