// Where an account is signed in, and the way to end that.

import { command, records } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { timeElement, when } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast, toast } from "../../shared/toast.js";
import { adminErrorText } from "../words.js";

/** @typedef {import("../../shared/types.js").SessionRecord} SessionRecord */

/** @param {HTMLElement} content @param {string} name of the account */
export function showSessions(content, name) {
  // Of this tab alone: an answer that comes late must not land in another one.
  const place = h("div", { class: "panel-part", tabIndex: -1 }, h("p", { class: "quiet", role: "status", text: t("view.loading") }));
  const show = async () => {
    try {
      /** @type {SessionRecord[]} */
      const sessions = await records("getsessionsforuser", "session", { username: name }, { side: "admin" });
      if (!place.isConnected) return;
      sessions.sort((a, b) => b.iscurrent - a.iscurrent || b.lastusedepochutc - a.lastusedepochutc);
      if (sessions.length === 0) {
        fill(place, notice({ icon: "device", title: t("sessions.none"), text: t("sessions.nonetext", { name }) }));
        return;
      }
      const others = sessions.filter((session) => !session.iscurrent);
      fill(place,
        h("ul", { class: "sessions" }, sessions.map((session) => row(session, () => void end([session])))),
        others.length > 1 ? h("div", { class: "card-actions" }, button({ text: t("sessions.endall"), onclick: () => void end(others) })) : null);
    } catch (error) {
      fill(place, notice({ title: adminErrorText(error), action: { label: t("action.retry"), run: () => void show() } }));
    }
  };

  /** @param {SessionRecord[]} sessions */
  const end = async (sessions) => {
    try {
      for (const session of sessions) await command("endsessionforuser", { username: name, id: session.id }, { side: "admin" });
      toast(t("sessions.ended", { count: sessions.length }));
    } catch (error) {
      errorToast(adminErrorText(error));
    }
    await show();
    place.focus();
  };

  fill(content, place);
  void show();
}

/** @param {SessionRecord} session @param {() => void} end */
function row(session, end) {
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

/** What a program calls itself, in words. @param {string} agent */
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
