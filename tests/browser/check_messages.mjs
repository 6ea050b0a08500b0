// Checks the messages of the portals: every language has the same messages with the same
// placeholders and all its plural forms, every message that the code uses exists, and every message
// is used. The languages are those that the server and the choice in the portals name. Needs only Node.

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const STATIC = join(dirname(fileURLToPath(import.meta.url)), "../../src/portal/static");
const MESSAGES = join(STATIC, "shared/messages");
const FILE = /^(?:(\w+)\.)?([a-z]{2})\.json$/;

const problems = [];
const report = (sentence) => problems.push(sentence);

/** @type {Map<string, Map<string, object>>} bundle, then language */
const bundles = new Map();
for (const name of readdirSync(MESSAGES)) {
  const found = FILE.exec(name);
  if (!found) {
    report(`${name} is no file of messages.`);
    continue;
  }
  const [, bundle = "", language] = found;
  const text = readFileSync(join(MESSAGES, name), "utf8");
  const keys = [...text.matchAll(/^ *"([^"]+)": /gm)].map((match) => match[1]).filter((key) => key.includes("."));
  keys.forEach((key, at) => { if (keys.indexOf(key) !== at) report(`${name}: ${key} stands there twice.`); });
  if (!bundles.has(bundle)) bundles.set(bundle, new Map());
  bundles.get(bundle).set(language, JSON.parse(text));
}

const places = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
const forms = (message) => (typeof message === "string" ? [message] : Object.values(message));
const placesOf = (message) => [...new Set(forms(message).flatMap(places))].sort().join(" ");

const languages = new Set([...bundles.values()].flatMap((bundle) => [...bundle.keys()]));

/** Compares the languages of the messages with those that a source names. */
const declaredIn = (source, pattern) => {
  const text = readFileSync(join(STATIC, source), "utf8");
  const codes = [...text.matchAll(pattern)].map((match) => match[1]);
  if (codes.sort().join(" ") !== [...languages].sort().join(" ")) {
    report(`${source} has the languages ${codes.join(" ")}, the messages ${[...languages].join(" ")}.`);
  }
};
declaredIn("../../base/language.rs", /^    [A-Z][a-z]+ "[a-z]+" "([a-z]{2})";$/gm);
declaredIn("shared/i18n.js", /(?<=^export const LANGUAGES = \{[^}]*)\b([a-z]{2}): "/gm);

const count = (text, pattern) => [...text.matchAll(pattern)].length;
/** Faults against the spelling of a language, by its code: a test of a text, and what is wrong. */
const SPELLING = {
  fr: [
    [(text) => / [:;!?»]|« |[^\s\u202f:;!?«»…“”"'’(][:;!?](?=\s|$)/u.test(text), "has no narrow space (U+202F) within « » or before : ; ! ?"],
    [(text) => /['"“”„]/u.test(text), "has a straight or foreign quotation mark or apostrophe"],
    [(text) => /(?<!\p{L})(?:tu|ton|toi|tes)(?!\p{L})/iu.test(text), "says tu instead of vous"],
  ],
  es: [
    [(text) => count(text, /¿/g) !== count(text, /\?(?=\s|$)/g), "does not have as many ¿ as ?"],
    [(text) => count(text, /¡/g) !== count(text, /!(?=\s|$)/g), "does not have as many ¡ as !"],
    [(text) => /['"“”„]|« | »/u.test(text), "has a straight or foreign quotation mark, or a space within «»"],
    [(text) => /(?<!\p{L})(?:ustede?s?|vosotr[oa]s|vuestr[oa]s?)(?!\p{L})/iu.test(text), "does not say tú"],
  ],
};

for (const [bundle, byLanguage] of bundles) {
  const all = new Set([...byLanguage.values()].flatMap((messages) => Object.keys(messages)));
  for (const language of languages) {
    const messages = byLanguage.get(language);
    const file = [bundle, language, "json"].filter(Boolean).join(".");
    if (!messages) {
      report(`${file} is missing.`);
      continue;
    }
    const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const key of all) {
      const message = messages[key];
      if (message === undefined) {
        report(`${file}: ${key} is missing.`);
        continue;
      }
      if (forms(message).some((text) => text.trim() === "")) report(`${file}: ${key} is empty.`);
      for (const [isWrong, what] of SPELLING[language] ?? []) {
        for (const text of forms(message)) if (isWrong(text)) report(`${file}: ${key} ${what}: ${text}`);
      }
      if (typeof message === "object") {
        for (const form of wanted) if (!(form in message)) report(`${file}: ${key} lacks the plural form "${form}".`);
      }
      for (const other of byLanguage.values()) {
        if (other[key] !== undefined && placesOf(other[key]) !== placesOf(message)) {
          report(`${file}: ${key} has the places {${placesOf(message)}}, another language {${placesOf(other[key])}}.`);
        }
      }
    }
  }
}

const known = new Set([...bundles.values()].flatMap((bundle) => [...bundle.values()].flatMap((messages) => Object.keys(messages))));
const groups = new Set([...known].map((key) => key.split(".")[0]));
const used = new Set();
/** Beginnings of keys whose endings the code computes. */
const beginnings = new Set();
for (const name of readdirSync(STATIC, { recursive: true })) {
  if (!name.endsWith(".js")) continue;
  const text = readFileSync(join(STATIC, name), "utf8");
  for (const [, key] of text.matchAll(/"([a-z]+\.[a-z0-9]+)"/g)) {
    if (!groups.has(key.split(".")[0]) || /\.(css|js|json|svg|html)$/.test(key)) continue;
    used.add(key);
    if (!known.has(key)) report(`${name}: there is no message ${key}.`);
  }
  for (const [, beginning] of text.matchAll(/`([a-z]+\.)\$\{[^`]*`/g)) {
    if (!groups.has(beginning.slice(0, -1))) report(`${name}: there are no messages ${beginning}*.`);
    beginnings.add(beginning);
  }
}
for (const key of known) {
  const isUsed = used.has(key) || [...beginnings].some((beginning) => key.startsWith(beginning));
  if (!isUsed) report(`Nothing asks for the message ${key}.`);
}

/** All modules that a page may load. @param {string} name @param {Set<string>} [found] */
function modulesFrom(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  // Types are imported in comments.
  const code = readFileSync(join(STATIC, name), "utf8").replace(/\/\*\*[\s\S]*?\*\//g, "");
  for (const [, path] of code.matchAll(/(?:from\s+|^import |[ (]import\()"(\.{1,2}\/[^"]+\.js)"/gm)) modulesFrom(join(dirname(name), path), found);
  return found;
}
// Pages of visitors load the messages that they need, and not those of the portals.
for (const page of ["public", "certificate"]) {
  const texts = [...modulesFrom(`${page}/app.js`)].map((name) => readFileSync(join(STATIC, name), "utf8"));
  const loaded = ["", page, ...texts.flatMap((text) => [...text.matchAll(/loadBundle\("(\w+)"\)/g)].map((match) => match[1]))];
  const there = new Set(loaded.flatMap((bundle) => [...bundles.get(bundle).values()].flatMap((messages) => Object.keys(messages))));
  for (const [, key] of texts.flatMap((text) => [...text.matchAll(/"([a-z]+\.[a-z0-9]+)"/g)])) {
    if (known.has(key) && !there.has(key)) report(`The page ${page} does not load the message ${key}.`);
  }
}

for (const problem of problems) console.error(problem);
console.log(`${known.size} messages in ${languages.size} languages, ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);
