// The panel that shows a row of the audit log completely.

import { notice } from "../../shared/dialog.js";
import { fullTime } from "../../shared/format.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { properties } from "../../shared/panel.js";
import { address, go } from "../../shared/router.js";
import { durationText, outcomeTag, userText } from "./cells.js";
import { auditAddress, filterOf } from "./filter.js";
import { rowOf } from "./rows.js";
import { sentenceOf } from "./says.js";

/** @typedef {import("./rows.js").AuditRecord} AuditRecord */
/** @typedef {import("./filter.js").Filter} Filter */
/** @typedef {import("../views/audit.js").AuditView} AuditView */

/** @param {AuditView} view @param {string | null} id */
export function chooseRow(view, id) {
  const hadFocus = view.panel.element.contains(document.activeElement);
  go(auditAddress(view.filter, { live: view.isLive, row: id }));
  if (id === null && hadFocus) view.list.focus();
}

/** @param {AuditView} view */
export function showChosen(view) {
  view.element.classList.toggle("has-panel", view.chosen !== null);
  if (view.chosen === null) {
    view.panel.hide();
    return;
  }
  const id = view.chosen;
  const present = view.list.items().find((row) => row.id === id);
  if (present) {
    view.list.activateKey(id);
    showRow(view, present);
    return;
  }
  rowOf(id, view.stop.signal).then((row) => {
    if (view.chosen !== id) return;
    if (row) showRow(view, row);
    else showMissing(view);
  }, () => { if (view.chosen === id) showMissing(view); });
}

/** @param {AuditView} view */
export function showMissing(view) {
  view.panel.show({ title: t("audit.row"), tabs: [{ id: "row", label: t("audit.row"), show: (content) => fill(content, notice({ icon: "audit", title: t("audit.norow") })) }] });
}

/** @param {AuditView} view @param {AuditRecord} row */
export function showRow(view, row) {
  /** @param {keyof Filter} field @param {string} value @param {string} label */
  const only = (field, value, label) => (value === "" || view.filter[field] === value ? null
    : button({ text: label, icon: "filter", onclick: () => go(auditAddress({ ...view.filter, [field]: value }, { live: view.isLive, row: row.id })) }));
  view.panel.show({
    title: sentenceOf(row),
    subtitle: fullTime(row.createdms / 1000),
    tabs: [{ id: "row", label: t("audit.row"), show: (content) => fill(content,
      properties([
        [t("audit.call"), h("code", { class: "word", lang: "en", text: row.operation || t("audit.nooperation") })],
        [t("audit.outcome"), h("span", null, outcomeTag(row.outcome), row.outcome === "ok" ? null : h("code", { class: "word", lang: "en", text: row.outcome }))],
        [t("audit.reason"), row.reason ? h("bdi", { lang: "en", text: row.reason }) : null],
        [t("users.user"), row.username && !/^\(|^link:/.test(row.username) ? h("a", { href: address("users", [row.username]), text: row.username }) : userText(row)],
        [t("audit.object"), row.object ? h("bdi", { text: row.object }) : null],
        [t("audit.address"), h("span", { class: "number", text: row.ip })],
        [t("audit.agent"), row.agent],
        [t("audit.duration"), durationText(row.durationmicroseconds)],
        [t("audit.exacttime"), h("span", { class: "number", text: new Date(row.createdms).toISOString() })],
        [t("audit.number"), h("span", { class: "number", text: row.id })],
      ]),
      h("div", { class: "filter-buttons" },
        only("user", row.username, t(row.username.startsWith("link:") ? "audit.onlylink" : "audit.onlyuser")),
        only("operation", row.operation, t("audit.onlyoperation")),
        only("ip", row.ip, t("audit.onlyaddress")),
        only("agent", row.agent, t("audit.onlyagent")),
        only("path", row.object, t("audit.onlyobject")))) }],
  });
}

/** @param {import("../../shared/router.js").Route} route */
export function stateOf(route) {
  return { filter: filterOf(route.query), isLive: route.query.get("live") === "1", chosen: route.query.get("row") };
}
