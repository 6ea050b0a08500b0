// Plans new names for several entries by a pattern: the names, their faults, and an order in which they can be given.

import { freeName, nameProblem, splitName } from "../files/paths.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/**
 * How names are made: one name with numbers, another text in place of one, or the day on which a photo was taken before it.
 * @typedef {{ mode: "number", name: string, first: number } | { mode: "replace", find: string, by: string } | { mode: "date", days: ReadonlyMap<string, string> }} Pattern
 */
/**
 * The new name of an entry, and the message about what is wrong with it.
 * @typedef {{ entry: Entry, name: string, problem: string | null }} Change
 */
/**
 * A name that is given. `isHalf`: the entry gets its real name later.
 * @typedef {{ from: string, to: string, isHalf: boolean }} Step
 */

/** The part of a name that a pattern changes, and its ending. Folders have no endings. @param {Entry} entry @returns {[string, string]} */
function partsOf(entry) {
  if (entry.isFolder) return [entry.name, ""];
  const [stem = "", ending = ""] = splitName(entry.name);
  return [stem, ending];
}

/** @param {Entry} entry @param {number} at its place, from 0 @param {number} count of all @param {Pattern} pattern */
function nameOf(entry, at, count, pattern) {
  const [stem, ending] = partsOf(entry);
  if (pattern.mode === "number") {
    const name = pattern.name.trim();
    if (name === "") return entry.name;
    const digits = String(pattern.first + count - 1).length;
    return `${name} ${String(pattern.first + at).padStart(digits, "0")}${ending}`;
  }
  if (pattern.mode === "replace") {
    if (pattern.find === "") return entry.name;
    return `${stem.replaceAll(pattern.find, () => pattern.by).trim()}${ending}`;
  }
  const day = pattern.days.get(entry.name);
  return day === undefined || entry.name.startsWith(day) ? entry.name : `${day} ${entry.name}`;
}

/**
 * The new names of all entries.
 * @param {Entry[]} entries @param {string[]} others names in the folder that stay @param {Pattern} pattern
 * @returns {Change[]}
 */
export function plan(entries, others, pattern) {
  const names = entries.map((entry, at) => nameOf(entry, at, entries.length, pattern).normalize("NFC"));
  /** @type {Map<string, number>} */
  const uses = new Map();
  for (const name of [...others, ...names]) uses.set(name, (uses.get(name) ?? 0) + 1);
  return entries.map((entry, at) => {
    const name = /** @type {string} */ (names[at]);
    if (name === entry.name) return { entry, name, problem: null };
    // A name that is only an ending would make a hidden file.
    const wrong = name === partsOf(entry)[1] ? "name.empty" : nameProblem(name);
    return { entry, name, problem: wrong ?? ((uses.get(name) ?? 0) > 1 ? "name.taken" : null) };
  });
}

/** The changes that give another name. @param {Change[]} changes */
export function real(changes) {
  return changes.filter(({ entry, name }) => name !== entry.name);
}

/**
 * The steps of changes without faults, in an order in which each new name is free: an entry whose name another one wants is
 * renamed first. If names form a circle, one of the entries gets a free name for a while.
 * @param {Change[]} changes @param {string[]} others names in the folder that stay
 * @returns {Step[]}
 */
export function inOrder(changes, others) {
  const byName = new Map(changes.map((change) => [change.entry.name.normalize("NFC"), change]));
  const used = new Set([...others, ...byName.keys(), ...changes.map(({ name }) => name)]);
  const left = new Set(changes);
  /** @type {Step[]} */
  const steps = [];
  for (const first of changes) {
    if (!left.delete(first)) continue;
    const chain = [first];
    let next = byName.get(first.name);
    for (; next && left.delete(next); next = byName.get(next.name)) chain.push(next);
    const ordered = chain.reverse().map(({ entry, name }) => ({ from: entry.name, to: name, isHalf: false }));
    if (next === first) {
      const waiting = freeName(first.name, (name) => used.has(name));
      used.add(waiting);
      steps.push({ from: first.entry.name, to: waiting, isHalf: true });
      /** @type {Step} */ (ordered.at(-1)).from = waiting;
    }
    steps.push(...ordered);
  }
  return steps;
}
