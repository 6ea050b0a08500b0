// Formats sizes, times, names and speeds for people.

import { h } from "./h.js";
import { language, locale, t } from "./i18n.js";

/** The beginnings of the units, as the server writes them. */
const UNITS = "BKMGTP";
const DAY = 24 * 60 * 60 * 1000;
/** A longer name is shortened in its middle if there is no space for it. */
const TAIL_FROM = 20;
const TAIL = 9;

/** @type {Map<string, Intl.DateTimeFormat>} */
const dates = new Map();
/** @type {Map<string, Intl.NumberFormat>} */
const numbers = new Map();

/** A format for dates in the person's language. @param {Intl.DateTimeFormatOptions} options */
export function date(options) {
  const key = locale() + JSON.stringify(options);
  let format = dates.get(key);
  if (!format) dates.set(key, format = new Intl.DateTimeFormat(locale(), options));
  return format;
}

/**
 * @param {number} value
 * @param {number} [digits] after the decimal point, at most
 */
export function number(value, digits = 0) {
  const key = `${locale()} ${digits}`;
  let format = numbers.get(key);
  if (!format) numbers.set(key, format = new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }));
  return format.format(value);
}

/**
 * `1.2 MB`, in steps of 1024 as the server counts.
 * @param {number} bytes
 */
export function size(bytes) {
  let value = bytes;
  let unit = 0;
  // From 1000 on, the next unit gives a shorter text.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit < 2 || value >= 100 ? 0 : 1;
  return `${number(value, digits)}\u00a0${unitName(unit)}`;
}

/** A unit in the person's language: French writes `Mo`. @param {number} at */
function unitName(at) {
  return t("format.units").split(" ")[at];
}

/** Translates a size that the server gives as a text, such as `8.07 MB`. @param {string} text */
export function sizeText(text) {
  const [, value, unit] = /^([\d.]+) (\w+)$/.exec(text) ?? [];
  return value && unit ? `${number(Number(value), 2)}\u00a0${unitName(UNITS.indexOf(unit.charAt(0))) ?? unit}` : text;
}

/** `12.5 MB/s` @param {number} bytesPerSecond */
export function speed(bytesPerSecond) {
  return t("format.speed", { size: size(bytesPerSecond) });
}

/**
 * `yesterday, 14:32`; for older times the day of this year, or the full date.
 * @param {number} seconds since 1970 UTC
 */
export function when(seconds) {
  const time = new Date(seconds * 1000);
  if (Number.isNaN(time.getTime())) return "";
  const now = new Date();
  const days = Math.round((midnight(now) - midnight(time)) / DAY);
  const clock = date({ hour: "2-digit", minute: "2-digit" }).format(time);
  if (days === 0) return t("format.today", { time: clock });
  if (days === 1) return t("format.yesterday", { time: clock });
  if (time.getFullYear() === now.getFullYear()) return date({ day: "numeric", month: "short" }).format(time);
  return date({ day: "numeric", month: "short", year: "numeric" }).format(time);
}

/** @param {Date} time */
function midnight(time) {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}

/** The full date and time, for tooltips and details. @param {number} seconds */
export function fullTime(seconds) {
  return date({ dateStyle: "full", timeStyle: "medium" }).format(new Date(seconds * 1000));
}

/** A day with its year. @param {number} seconds */
export function day(seconds) {
  return date({ dateStyle: "medium" }).format(new Date(seconds * 1000));
}

/** The local day of a date, in the form of date fields and the server: `2026-07-22`. @param {Date} date */
export function isoDay(date) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The day and the time that a clock showed at that place. @param {string} iso `2026-07-22T03:20:00` */
export function dayTime(iso) {
  return date({ dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

/** The hours, minutes and seconds of a time. @param {number} milliseconds since 1970 UTC */
export function clockTime(milliseconds) {
  return date({ timeStyle: "medium" }).format(new Date(milliseconds));
}

/** An element with a short time, and the full time in its tooltip. @param {number} seconds */
export function timeElement(seconds) {
  const iso = new Date(seconds * 1000).toISOString();
  return h("time", { datetime: iso, title: fullTime(seconds), text: when(seconds) });
}

/** A duration, such as `2 minutes`. @param {number} seconds */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return t("format.seconds", { count: Math.max(1, Math.round(seconds)) });
  if (seconds < 3600) return t("format.minutes", { count: Math.round(seconds / 60) });
  if (seconds < 86400) return t("format.hours", { count: Math.round(seconds / 3600) });
  return t("format.days", { count: Math.round(seconds / 86400) });
}

/** A time in a video or sound, such as `1:02:03`. @param {number} seconds */
export function playTime(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const end = String(rest).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${end}` : `${minutes}:${end}`;
}

/**
 * A name as it is shown. Characters that turn the reading direction, or that stand for invalid
 * bytes, become visible, so that no name can look like another.
 * @param {string} name
 */
export function plainName(name) {
  return name.replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\uf700-\uf7ff]/g, "\ufffd");
}

/**
 * An element whose name is shortened in its middle, so that the ending stays visible.
 * @param {string} name
 */
export function nameElement(name) {
  const shown = plainName(name);
  const letters = [...shown];
  const element = h("bdi", { class: "name", dir: "auto", title: shown });
  if (letters.length <= TAIL_FROM) {
    element.append(h("span", { class: "name-start", text: shown }));
  } else {
    const at = letters.length - TAIL;
    element.append(
      h("span", { class: "name-start", text: letters.slice(0, at).join("") }),
      h("span", { class: "name-end", text: letters.slice(at).join("") }),
    );
  }
  return element;
}

/** A name that is shortened in its middle, for sentences. @param {string} name @param {number} [length] */
export function shortName(name, length = 40) {
  const letters = [...plainName(name)];
  if (letters.length <= length) return letters.join("");
  const end = Math.floor(length / 3);
  return `${letters.slice(0, length - end - 1).join("")}\u2026${letters.slice(-end).join("")}`;
}

/** @type {{ language: string, collator: Intl.Collator } | null} */
let order = null;

/**
 * Compares names as people sort them: `2` comes before `10`, and upper and lower case are equal.
 */
export function compareNames(/** @type {string} */ a, /** @type {string} */ b) {
  if (order?.language !== language()) {
    order = { language: language(), collator: new Intl.Collator(locale(), { numeric: true, sensitivity: "base" }) };
  }
  return order.collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
