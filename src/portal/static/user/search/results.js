// Shows the results of a search, and leads from them to files and folders.

import { nameElement, when } from "../../shared/format.js";
import { fill, h } from "../../shared/h.js";
import { go, note, notes } from "../../shared/router.js";
import { SHARED, folderAddress, folderName, isWithin, parentOf, partsBelow, rootOf } from "../files/paths.js";
import { sizeOf } from "../files/rows.js";
import { nameSoFar, shownNameOf } from "../share/profiles.js";
import { keepTerm } from "./load.js";
import { meaningOf } from "./question.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {import("../views/search.js").SearchView} SearchView */

/** The folder of an entry, as a person reads it: `My files / Photos / 2024`. @param {SearchView} view @param {Entry} entry */
export function placeOf(view, entry) {
  const root = rootOf(entry.path, view.home);
  const parts = partsBelow(parentOf(entry.path), root);
  // The first folder of what is shared is that of a person.
  if (root === SHARED && parts[0]) parts[0] = nameSoFar(parts[0]);
  return [folderName(root, view.home), ...parts].join(" / ");
}

/** Finds the names of the people who share these entries, so that `placeOf` knows them. @param {{ path: string }[]} entries */
export async function learnNames(entries) {
  const sharers = entries.filter(({ path }) => isWithin(path, SHARED)).map(({ path }) => partsBelow(path, SHARED)[0]);
  await Promise.all([...new Set(sharers)].map((account) => account && shownNameOf(account)));
}

/** @param {SearchView} view @param {Entry} entry */
export function factsOf(view, entry) {
  return [placeOf(view, entry), sizeOf(entry), when(entry.modified)].filter(Boolean).join(" \u00b7 ");
}

/** @param {SearchView} view @param {Entry} entry */
export function folderLink(view, entry) {
  const folder = parentOf(entry.path);
  const link = h("a", {
    class: "entry-link search-folder", href: folderAddress(folder, view.home), tabIndex: -1, draggable: false, data: { own: "" }, title: placeOf(view, entry),
  }, nameElement(placeOf(view, entry)));
  link.addEventListener("click", () => savePlace(view));
  return link;
}

/** @param {SearchView} view @param {Entry} entry */
export function hrefOf(view, entry) {
  return entry.isFolder ? folderAddress(entry.path, view.home) : folderAddress(parentOf(entry.path), view.home, { open: entry.name });
}

/** The name of a result, with the search words highlighted. @param {SearchView} view @param {Entry} entry */
export function resultName(view, entry) {
  const element = nameElement(entry.name);
  const words = folded(meaningOf(view.question).q).split(/[\s*]+/).filter(Boolean);
  for (const part of element.querySelectorAll("span")) fill(part, marked(part.textContent ?? "", words));
  return element;
}

/** A text without case and accents. @param {string} text */
function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/**
 * The parts of a text, with the search words highlighted.
 * @param {string} text @param {string[]} words folded
 */
function marked(text, words) {
  const letters = [...text];
  // Each letter is folded by itself, so that a position in the folded text is the same in the text.
  const plain = letters.map((letter) => folded(letter) || letter);
  const starts = plain.map((_, at) => plain.slice(0, at).join("").length);
  const whole = plain.join("");
  const isFound = letters.map(() => false);
  for (const word of words) {
    for (let at = whole.indexOf(word); at >= 0; at = whole.indexOf(word, at + word.length)) {
      starts.forEach((start, index) => { if (start >= at && start < at + word.length) isFound[index] = true; });
    }
  }
  /** @type {(Node | string)[]} */
  const parts = [];
  for (let at = 0; at < letters.length;) {
    let end = at;
    while (end < letters.length && isFound[end] === isFound[at]) end += 1;
    const part = letters.slice(at, end).join("");
    parts.push(isFound[at] ? h("mark", { text: part }) : part);
    at = end;
  }
  return parts;
}

/** @param {SearchView} view @param {Entry} entry */
export function openResult(view, entry) {
  keepTerm(view);
  savePlace(view);
  if (entry.isFolder) go(hrefOf(view, entry));
  else view.over.open(entry.path);
}

/** @param {SearchView} view @param {Entry} entry */
export function showInFolder(view, entry) {
  keepTerm(view);
  savePlace(view);
  go(folderAddress(parentOf(entry.path), view.home));
  note({ active: entry.name });
}

/** @param {SearchView} view */
export function savePlace(view) {
  // These notes have names of their own, because the next view also stores its position in this
  // entry of the history.
  note({ resultsScroll: view.list.scroll(), result: view.list.activeItem()?.path ?? null });
}

/** @param {SearchView} view */
export function restorePlace(view) {
  const { resultsScroll: scroll, result } = notes();
  const isBack = typeof result === "string" && view.list.activateKey(result);
  if (typeof scroll === "number") view.list.scrollTo(scroll);
  if (isBack) view.list.focus();
}
