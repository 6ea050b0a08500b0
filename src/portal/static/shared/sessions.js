// Shows a session: its device, its address, and when it was last used.

import { timeElement, when } from "./format.js";
import { button, h, icon } from "./h.js";
import { t } from "./i18n.js";

/**
 * A session in a list of sessions.
 * @param {import("./types.js").SessionRecord} session
 * @param {() => void} end ends the session, unless it is the person's own
 */
export function sessionRow(session, end) {
  const device = deviceOf(session.agent);
  const title = h("span", null, device.name);
  if (session.side === "admin") title.append(" ", h("span", { class: "tag", text: t("me.adminsession") }));
  if (session.iscurrent) title.append(" ", h("span", { class: "tag", text: t("me.thissession") }));
  return h("li", { class: "session" },
    icon(device.isPhone ? "phone" : "device"),
    h("span", { class: "session-text" }, title,
      h("span", { class: "quiet", title: session.agent }, `${session.address}, `, t("me.lastused"), " ", timeElement(session.lastusedepochutc))),
    session.iscurrent ? null : button({ text: t("action.signout"), label: t("me.endsession", { device: device.name, time: when(session.lastusedepochutc) }), onclick: end }));
}

/** A readable name for a user agent. @param {string} agent */
export function deviceOf(agent) {
  /** @type {[RegExp, string][]} */
  const systems = [[/iPhone|iPad/, "iOS"], [/Android/, "Android"], [/Windows/, "Windows"], [/Mac OS X/, "macOS"], [/CrOS/, "ChromeOS"], [/Linux/, "Linux"]];
  /** @type {[RegExp, string][]} */
  const programs = [[/Edg\//, "Edge"], [/OPR\//, "Opera"], [/SamsungBrowser/, "Samsung Internet"], [/Firefox\/|FxiOS/, "Firefox"], [/Chrome\/|CriOS/, "Chrome"], [/Safari\//, "Safari"], [/^curl/, "curl"], [/python-requests/, "Python"]];
  const find = (/** @type {[RegExp, string][]} */ table) => table.find(([pattern]) => pattern.test(agent))?.[1];
  const [program, system] = [find(programs), find(systems)];
  const name = program && system ? t("me.device", { program, system }) : program ?? system ?? (agent.slice(0, 60) || t("me.unknowndevice"));
  return { name, isPhone: /iPhone|Android.*Mobile/.test(agent) };
}
