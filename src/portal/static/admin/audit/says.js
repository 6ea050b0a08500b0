// Writes a row of the audit log as a sentence.

import { has, t } from "../../shared/i18n.js";

/** @typedef {import("./rows.js").AuditRecord} AuditRecord */

/** A sentence names this many entries of a call. */
const NAMED_MAX = 3;

/** The person who acted, as the beginning of a sentence. @param {AuditRecord} row */
export function actorOf(row) {
  if (row.username.startsWith("link:")) return row.actor ? t("auditwho.link", { link: row.actor }) : t("auditwho.gonelink");
  const inside = /^\((console|schedule|server)\)$/.exec(row.username);
  if (inside) return t(`auditwho.${inside[1]}`);
  return row.actor || row.username || t("auditwho.stranger");
}

/** The event as a sentence. @param {AuditRecord} row */
export function sentenceOf(row) {
  const { what, to, share } = objectOf(row.object);
  const values = { who: actorOf(row), what: what || "…", to, share: share || "…", operation: row.operation || t("audit.nooperation") };
  const isKnown = has(`auditsays.${row.operation}`);
  const sentence = isKnown ? t(`auditsays.${row.operation}`, values) : t("auditsaid.other", values);
  return row.outcome === "ok" ? sentence : t("auditsaid.failed", { sentence });
}

/**
 * The names in the object of a row: `/anna/a.txt -> /anna/b`, several separated by ` | `, ids such
 * as `shareid=…` after them, and the real path after ` = `. The real path of a share is that of
 * what is shared.
 * @param {string} object
 */
function objectOf(object) {
  const [shown = "", real = ""] = object.split(" = ");
  const [from = "", to = ""] = withoutIds(shown).split(" -> ");
  const shared = /(^| )shareid=/.test(shown) ? /\/.*$/.exec(withoutIds(real)) : null;
  return { what: namesOf(from), to: namesOf(to), share: shared ? namesOf(shared[0]) : "" };
}

/** @param {string} text */
function withoutIds(text) {
  return text.replace(/(^| )(\w*id=[0-9a-f]{24}|externalid=\S+)(?= |$)/g, "").trim();
}

/** @param {string} paths */
function namesOf(paths) {
  const names = paths.split(" | ").map((path) => path.replace(/\/+$/, "").split("/").pop() || path);
  return names.length > NAMED_MAX ? `${names.slice(0, NAMED_MAX).join(", ")}, …` : names.join(", ");
}
