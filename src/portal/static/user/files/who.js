// The names of people in records of what happened. Visitors have no account, so records name their
// link.

import { plainName } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { shownNameOf } from "../share/profiles.js";

/** True if a name in a record is a visitor's link. @param {string} who the name in the record */
export function isVisitor(who) {
  return who.startsWith("link:");
}

/** @param {string} who the name in the record; empty for another program @param {string} [displayName] */
export function whoName(who, displayName) {
  if (who === "") return t("activity.program");
  return isVisitor(who) ? t("activity.visitor") : plainName(displayName || who);
}

/** The name of somebody in a record that tells only the account. @param {string} who the name in the record; empty for another program */
export async function knownName(who) {
  return who === "" || isVisitor(who) ? whoName(who) : shownNameOf(who);
}
