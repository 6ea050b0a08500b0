// Messages in the person's language. Those of every page are in `messages/LANGUAGE.json`. Further
// bundles (`messages/NAME.LANGUAGE.json`) contain those of both portals (`portal`), of one, or of a
// part that is loaded later. A message is a text with
// `{name}` placeholders, or an object of plural forms, one of which `count` chooses.

import { remember, remembered } from "./memory.js";

/** @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Message */
/** @typedef {Record<string, string | number>} Values */

/** The languages, each with its own name for itself. */
export const LANGUAGES = { en: "English", de: "Deutsch", fr: "Français", es: "Español" };

/** Characters of scripts that are written from right to left, and marks that turn the direction. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\ufb1d-\ufdff\ufe70-\ufeff]|[\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** @type {Record<string, Message>} */
let messages = {};
let current = "en";
let plurals = new Intl.PluralRules("en");
let numbers = new Intl.NumberFormat("en");

/** The language for `Intl`. If the browser has the same language, its region is used. */
export function locale() {
  return navigator.languages.find((tag) => tag.toLowerCase().split("-")[0] === current) ?? current;
}

/** The language in use, as in `LANGUAGES`. */
export function language() {
  return current;
}

/** The person's choice; `null` follows the browser. */
export function chosenLanguage() {
  const choice = remembered("language");
  return choice && choice in LANGUAGES ? choice : null;
}

/** @param {string | null} choice */
export function chooseLanguage(choice) {
  remember("language", choice);
}

function wanted() {
  const tags = [chosenLanguage(), ...navigator.languages.map((tag) => tag.toLowerCase().split("-")[0])];
  return tags.find((tag) => tag && tag in LANGUAGES) ?? "en";
}

/**
 * Loads the messages in the person's language. Nothing may be drawn before.
 * @param {string[]} [bundles] names of further bundles
 */
export async function loadMessages(bundles = []) {
  current = wanted();
  messages = Object.assign({}, ...await Promise.all(["", ...bundles].map(load)));
  plurals = new Intl.PluralRules(locale());
  numbers = new Intl.NumberFormat(locale());
  document.documentElement.lang = current;
}

/** The messages of parts that are loaded later, by name. @type {Map<string, Promise<void>>} */
const later = new Map();

/**
 * Loads the messages of a part that is opened later. Each is loaded only once.
 * @param {string} name of the bundle
 */
export function loadBundle(name) {
  const known = later.get(name);
  if (known) return known;
  const loading = load(name).then((more) => { Object.assign(messages, more); });
  later.set(name, loading);
  // A bundle that failed to load can be loaded again.
  loading.catch(() => later.delete(name));
  return loading;
}

/** @param {string} name of the bundle; empty for the one that everybody needs */
async function load(name) {
  const file = `${name && `${name}.`}${current}.json`;
  const reply = await fetch(new URL(`messages/${file}`, import.meta.url));
  if (!reply.ok) throw new Error(`The messages ${file} cannot be loaded (status ${reply.status}).`);
  return reply.json();
}

/**
 * The text of a message. Numbers are written as in the person's language.
 * @param {string} key
 * @param {Values} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  return pattern(key, values).replace(/\{(\w+)\}/g, (place, name) => name in values ? shown(values[name] ?? "") : place);
}

/**
 * The text of a message with elements in place of some placeholders.
 * @param {string} key
 * @param {Record<string, string | number | Node>} values
 * @returns {(string | Node)[]}
 */
export function tNodes(key, values) {
  const plain = /** @type {Values} */ (values);
  return pattern(key, plain).split(/(\{\w+\})/).filter(Boolean).map((part) => {
    const value = part.startsWith("{") ? values[part.slice(1, -1)] : undefined;
    if (value === undefined) return part;
    return value instanceof Node ? value : shown(value);
  });
}

/** True if the message exists. @param {string} key */
export function has(key) {
  return key in messages;
}

/** @param {string} key @param {Values} values */
function pattern(key, values) {
  const message = messages[key];
  if (message === undefined) return key;
  if (typeof message === "string") return message;
  const form = plurals.select(Number(values.count ?? 0));
  return message[form] ?? message.other ?? key;
}

/** @param {string | number} value */
function shown(value) {
  if (typeof value === "number") return numbers.format(value);
  // A name that is written from right to left must not turn the sentence around it.
  return RIGHT_TO_LEFT.test(value) ? `\u2068${value}\u2069` : value;
}
