// Days and months as headings.

import { date, isoDay } from "./format.js";
import { locale } from "./i18n.js";

/**
 * `Today`, `Yesterday, 22 July`, `Wednesday, 22 July`, with its year unless it is this one.
 * @param {string} iso `2026-07-22`
 * @param {boolean} [isShort] `Wed, 22 Jul`
 */
export function dayName(iso, isShort = false) {
  const now = new Date();
  const [long, month] = isShort ? /** @type {const} */ (["short", "short"]) : /** @type {const} */ (["long", "long"]);
  if (iso === isoDay(now)) return relative(0);
  const time = new Date(`${iso}T12:00:00`);
  const isYesterday = iso === isoDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1));
  if (isYesterday) return `${relative(-1)}, ${date({ day: "numeric", month }).format(time)}`;
  const isThisYear = time.getFullYear() === now.getFullYear();
  return date({ weekday: long, day: "numeric", month, ...(isThisYear ? {} : { year: "numeric" }) }).format(time);
}

/** The word of a language for this day or the one before. @param {0 | -1} days */
function relative(days) {
  const word = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(days, "day");
  return `${word.charAt(0).toLocaleUpperCase(locale())}${word.slice(1)}`;
}

/** `July 2026` @param {string} iso `2026-07` */
export function monthName(iso) {
  return date({ month: "long", year: "numeric" }).format(new Date(`${iso}-15T12:00:00`));
}

/** The hour and minute of a time. @param {number} seconds since 1970 UTC */
export function clock(seconds) {
  return date({ hour: "2-digit", minute: "2-digit" }).format(new Date(seconds * 1000));
}
