// Estimates how hard a password is to guess. The estimate is shown and forbids nothing. Any
// password that is long enough can be used.

import { h } from "./h.js";
import { t } from "./i18n.js";

/** Passwords that attackers try first, in lower case and without digits or signs at the end. */
const COMMON = /^(pass(wor[dt])?|kennwort|passwort|geheim|hallo|hello|qwert[yz]?(uiop?)?|asdf(gh)?(jkl)?|yxcvbnm?|letmein|welcome|willkommen|admin(istrator)?|login|iloveyou|ichliebedich|dragon|monkey|football|fussball|schatz|sommer|winter|summer|princess|master|abc|cloudlet|cloud)$/;
/**
 * The numbers of bits for each word. At a million guesses a second, such passwords last minutes,
 * months, or longer than anybody tries.
 */
const FAIR_BITS = 36;
const GOOD_BITS = 52;
const STRONG_BITS = 70;

/** @typedef {"weak" | "fair" | "good" | "strong"} Strength */

/**
 * Estimates how many bits an attacker must guess.
 * @param {string} password @param {string[]} [known] words that others know, such as the names of the account
 */
export function bitsOf(password, known = []) {
  const letters = [...password];
  let bits = 0;
  for (const [at, letter] of letters.entries()) {
    const before = letters[at - 1];
    const step = before === undefined ? NaN : (letter.codePointAt(0) ?? 0) - (before.codePointAt(0) ?? 0);
    // A letter that repeats or continues the one before it adds almost nothing.
    bits += Math.abs(step) <= 1 ? 1 : bitsOfLetter(letter);
  }
  const plain = password.toLowerCase();
  const core = plain.replace(/[\d\W_]+$/, "").replace(/^[\d\W_]+/, "").replaceAll("0", "o").replaceAll("1", "i").replaceAll("3", "e").replaceAll("$", "s").replaceAll("4", "a").replaceAll("@", "a");
  if (COMMON.test(core)) bits = Math.min(bits, 12 + 2 * (letters.length - core.length));
  // A part that repeats an earlier one does not count.
  const again = /^(.+?)\1+$/.exec(plain)?.[1];
  if (again) bits = Math.min(bits, bitsOf(again) + 3);
  const names = known.filter((name) => name.length > 2 && plain.includes(name.toLowerCase()));
  for (const name of names) bits -= 4 * [...name].length;
  return Math.max(0, bits);
}

/** @param {string} letter */
function bitsOfLetter(letter) {
  if (/[0-9]/.test(letter)) return 3.3;
  if (/[a-z]/.test(letter)) return 3.8;
  return /[A-Z ]/.test(letter) ? 4.2 : 5;
}

/** @param {number} bits @returns {Strength} */
export function strengthOf(bits) {
  if (bits < FAIR_BITS) return "weak";
  if (bits < GOOD_BITS) return "fair";
  return bits < STRONG_BITS ? "good" : "strong";
}

/**
 * Shows the strength of a new password below its field.
 * @param {ReturnType<typeof import("./fields.js").field>} password
 * @param {() => (string | undefined)[]} [known]
 */
export function withStrength(password, known = () => []) {
  const fill = h("div", { class: "strength-fill" });
  const words = h("p", { class: "field-hint", role: "status" });
  const element = h("div", { class: "strength", hidden: true }, h("div", { class: "strength-bar" }, fill), words);
  const show = () => {
    const bits = bitsOf(password.input.value, known().map((name) => name ?? ""));
    const strength = strengthOf(bits);
    element.hidden = password.input.value === "";
    element.dataset.strength = strength;
    fill.style.setProperty("--part", String(Math.min(1, Math.max(0.06, bits / STRONG_BITS))));
    words.textContent = t(`strength.${strength}`);
  };
  password.input.addEventListener("input", show);
  password.element.append(element);
  return password;
}
