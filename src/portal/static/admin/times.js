// Formats and reads times for the admin portal.

import { fullTime } from "../shared/format.js";
import { h } from "../shared/h.js";
import { locale } from "../shared/i18n.js";

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {Intl.DateTimeFormatOptions} options */
function format(options) {
  const key = locale() + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) formats.set(key, found = new Intl.DateTimeFormat(locale(), options));
  return found;
}

/** `14:32` @param {number} seconds since 1970 UTC */
export function clock(seconds) {
  return format({ hour: "2-digit", minute: "2-digit" }).format(new Date(seconds * 1000));
}

/** `14:32:07` for a time today, otherwise with the day before it. @param {number} milliseconds since 1970 UTC */
export function logTime(milliseconds) {
  const time = new Date(milliseconds);
  const now = new Date();
  const isToday = time.toDateString() === now.toDateString();
  const isThisYear = time.getFullYear() === now.getFullYear();
  /** @type {Intl.DateTimeFormatOptions} */
  const day = isToday ? {} : { day: "numeric", month: "short", ...(isThisYear ? {} : { year: "numeric" }) };
  return format({ ...day, hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(time);
}

/** A row's time as an element. @param {number} milliseconds */
export function logTimeElement(milliseconds) {
  return h("time", {
    datetime: new Date(milliseconds).toISOString(), title: fullTime(milliseconds / 1000), text: logTime(milliseconds),
  });
}

/**
 * Seconds since 1970 of a time that the API sends as the local time of the server, `2024-07-19 14:32:57`. It does not
 * tell the server's time zone, and that of the browser is the best guess.
 * @param {string} text
 * @returns {number | null}
 */
export function secondsOf(text) {
  const time = new Date(text.trim().replace(" ", "T"));
  return text.trim() === "" || Number.isNaN(time.getTime()) ? null : Math.floor(time.getTime() / 1000);
}
