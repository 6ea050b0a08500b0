// The cells of a row of the audit log.

import { number } from "../../shared/format.js";
import { h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { OUTCOMES, outcomeKind } from "./filter.js";
import { sentenceOf } from "./says.js";

/** @typedef {import("./rows.js").AuditRecord} AuditRecord */

/** @param {AuditRecord} row */
export function userText(row) {
  const inside = /^\((console|schedule|server)\)$/.exec(row.username);
  if (inside) return h("span", { class: "cut quiet", text: t(`auditinside.${inside[1]}`) });
  return row.username ? h("bdi", { class: "cut", text: row.username }) : h("span", { class: "cut quiet", text: t("audit.nobody") });
}

/** A sentence about the call and, below it, the call itself. @param {AuditRecord} row */
export function happenedCell(row) {
  const call = [row.operation || t("audit.nooperation"), row.object].filter(Boolean).join(" ");
  return h("span", { class: "entry-text" },
    h("bdi", { class: "cut", text: sentenceOf(row) }),
    h("span", { class: "entry-facts" }, h("bdi", { class: "cut", lang: "en", text: call, title: call })));
}

/** @param {string} outcome */
export function outcomeTag(outcome) {
  const kind = outcomeKind(outcome);
  return h("span", { class: ["outcome", `is-${kind}`] }, icon(kind === "ok" ? "check" : kind === "failed" ? "warning" : kind === "refused" ? "lock" : "info"),
    h("span", { class: "cut", text: outcomeText(outcome) }));
}

/** @param {string} outcome */
export function outcomeText(outcome) {
  return OUTCOMES.includes(outcome) ? t(`outcome.${outcome.replace(" ", "")}`) : outcome;
}

/** @param {number} microseconds */
export function durationText(microseconds) {
  return t("audit.milliseconds", { value: number(microseconds / 1000, 1) });
}
