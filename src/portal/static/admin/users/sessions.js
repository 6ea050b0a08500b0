// The sessions of an account, and the buttons that end them.

import { command, records } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { sessionRow } from "../../shared/sessions.js";
import { errorToast, toast } from "../../shared/toast.js";
import { mayCall, needs } from "../allowed.js";
import { auditLink } from "../audit/link.js";
import { adminErrorText } from "../error-text.js";
import { connectForm } from "./connect.js";

/** @typedef {import("../../shared/types.js").SessionRecord} SessionRecord */

/** @param {HTMLElement} content @param {import("./user.js").UserRecord} user */
export function showSessions(content, user) {
  const name = user.username;
  // This place belongs to one tab, so that a late answer does not land in another one.
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
        h("ul", { class: "sessions" }, sessions.map((session) => {
          const row = needs("endsessionforuser", sessionRow(session, () => void end([session])));
          if (mayCall("getaudit")) row.append(auditLink({ user: name, agent: session.agent }, t("sessions.inaudit", { device: session.agent })));
          return row;
        })),
        others.length > 1 ? h("div", { class: "card-actions" }, needs("endsessionforuser", button({ text: t("sessions.endall"), onclick: () => void end(others) }))) : null);
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

  fill(content, connectForm(user, () => void show()), h("hr", { class: "line" }), place);
  void show();
}
