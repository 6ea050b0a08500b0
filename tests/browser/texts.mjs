// The messages of the portals for scenarios that run in every language.

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const MESSAGES = join(dirname(fileURLToPath(import.meta.url)), "../../src/portal/static/shared/messages");

/** The codes of all languages. */
export const CODES = readdirSync(MESSAGES).map((name) => /^([a-z]{2})\.json$/.exec(name)?.[1] ?? "").filter(Boolean).sort();

/** A language tag with a region, as browsers send it. @param {string} code */
export const tag = (code) => new Intl.Locale(code).maximize().toString().replace(/-[A-Z][a-z]{3}-/, "-");

/**
 * The texts of the user portal and of some bundles in a language: a function that gives the text of a key with its values.
 * @param {string} code @param {string[]} [bundles]
 */
export function texts(code, bundles = []) {
  const files = ["", "portal", "search", "notices", ...bundles].map((bundle) => `${bundle && `${bundle}.`}${code}.json`);
  const messages = Object.assign({}, ...files.map((file) => JSON.parse(readFileSync(join(MESSAGES, file), "utf8"))));
  const plurals = new Intl.PluralRules(code);
  return (/** @type {string} */ key, /** @type {Record<string, string | number>} */ values = {}) => {
    const message = messages[key];
    if (message === undefined) throw new Error(`There is no text ${key} in ${files.join(", ")}.`);
    const text = typeof message === "string" ? message : message[plurals.select(Number(values.count ?? 0))];
    return text.replace(/\{(\w+)\}/g, (/** @type {string} */ place, /** @type {string} */ name) => String(values[name] ?? place));
  };
}
