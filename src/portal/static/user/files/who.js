// How people are called who did something: visitors have no account, and stand in records as their link.

import { plainName } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";

/** Whether somebody came by a link. @param {string} who as records have it */
export function isVisitor(who) {
  return who.startsWith("link:");
}

/** @param {string} who as records have it @param {string} [displayName] */
export function whoName(who, displayName) {
  return isVisitor(who) ? t("activity.visitor") : plainName(displayName || who);
}
