// The text in documents of offices: Word, Excel and PowerPoint since 2007 (ECMA-376) and OpenDocument (ISO/IEC 26300). Layout
// and pictures are left out. The page shows the text as letters only, so markup in it has no effect.

import { BadArchive, contentOf, partsOf } from "./zip.js";

/** The maximum number of bytes of XML that are read from one part, after unpacking. */
const XML_MAX = 16 * 1024 * 1024;
/** The maximum number of sheets or slides that are shown. */
const PAGES_MAX = 200;
/** The maximum number of rows of a sheet, and of cells of a row, that are shown. */
const ROWS_MAX = 1000;
const CELLS_MAX = 50;
/** The maximum number of letters of a document that are shown. */
const TEXT_MAX = 1_000_000;

/** @typedef {{ title: string, lines: string[] }} Page a sheet, a slide or a whole text */
/** @typedef {{ pages: Page[], isWhole: boolean }} OfficeText */

/** The state while one document is read. */
class Reading {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.parts = partsOf(bytes);
    this.letters = 0;
    this.isWhole = true;
  }

  /** @param {string} name @returns {Promise<Document | null>} */
  async xml(name) {
    const part = this.parts.get(name);
    if (!part) return null;
    const { bytes, isWhole } = await contentOf(this.bytes, part, XML_MAX);
    // A part that was cut off would no longer be valid XML.
    if (!isWhole) throw new BadArchive("A part is too large.");
    const text = new TextDecoder().decode(bytes);
    // Office programs write no document type. The entities that one declares could expand without end.
    if (/<!DOCTYPE/i.test(text)) throw new BadArchive("A part declares entities.");
    const xml = new DOMParser().parseFromString(text, "application/xml");
    if (xml.querySelector("parsererror")) throw new BadArchive("A part is no XML.");
    return xml;
  }

  /** The names of numbered parts, in order, such as slides. @param {RegExp} pattern */
  numbered(pattern) {
    const number = (/** @type {string} */ name) => Number(pattern.exec(name)?.[1]);
    const names = [...this.parts.keys()].filter((name) => pattern.test(name)).sort((a, b) => number(a) - number(b));
    if (names.length > PAGES_MAX) this.isWhole = false;
    return names.slice(0, PAGES_MAX);
  }

  /** The first of the lines, as many as there is room for. @param {string[]} lines */
  take(lines) {
    /** @type {string[]} */
    const taken = [];
    for (const line of lines) {
      this.letters += line.length;
      if (this.letters > TEXT_MAX) {
        this.isWhole = false;
        break;
      }
      taken.push(line);
    }
    return taken;
  }
}

/** Elements by their name without its prefix. @param {Document | Element} within @param {string} name */
const all = (within, name) => [...within.getElementsByTagNameNS("*", name)];

/** The letters of a paragraph: runs of text, tabulators and breaks. @param {Element} paragraph @param {Record<string, string>} marks what elements without text stand for */
function letters(paragraph, marks) {
  let text = "";
  const walk = (/** @type {Node} */ node) => {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) text += child.nodeValue ?? "";
      else if (child instanceof Element) {
        const mark = marks[child.localName];
        if (mark === undefined) walk(child);
        else text += mark;
      }
    }
  };
  walk(paragraph);
  return text;
}

/** In Word and PowerPoint, text stands only in `t`. @param {Element} paragraph */
const runs = (paragraph) => [...paragraph.getElementsByTagNameNS("*", "*")]
  .map(({ localName, textContent }) => (localName === "t" ? textContent ?? "" : localName === "tab" ? "\t" : localName === "br" ? "\n" : "")).join("");

/** @param {Reading} reading @returns {Promise<Page[]>} */
async function ofWord(reading) {
  const xml = await reading.xml("word/document.xml");
  if (!xml) throw new BadArchive("It has no text.");
  return [{ title: "", lines: reading.take(all(xml, "p").map(runs)) }];
}

/** @param {Reading} reading @returns {Promise<Page[]>} */
async function ofPowerPoint(reading) {
  /** @type {Page[]} */
  const pages = [];
  for (const [at, name] of reading.numbered(/^ppt\/slides\/slide(\d+)\.xml$/).entries()) {
    const xml = await reading.xml(name);
    if (xml) pages.push({ title: String(at + 1), lines: reading.take(all(xml, "p").map(runs).filter(Boolean)) });
  }
  return pages;
}

/** @param {Reading} reading @returns {Promise<Page[]>} */
async function ofExcel(reading) {
  const shared = await reading.xml("xl/sharedStrings.xml");
  const strings = shared ? all(shared, "si").map(runs) : [];
  const book = await reading.xml("xl/workbook.xml");
  const titles = book ? all(book, "sheet").map((sheet) => sheet.getAttribute("name") ?? "") : [];
  /** @type {Page[]} */
  const pages = [];
  for (const [at, name] of reading.numbered(/^xl\/worksheets\/sheet(\d+)\.xml$/).entries()) {
    const xml = await reading.xml(name);
    if (!xml) continue;
    const rows = all(xml, "row");
    if (rows.length > ROWS_MAX) reading.isWhole = false;
    const lines = rows.slice(0, ROWS_MAX).map((row) => all(row, "c").slice(0, CELLS_MAX).map((cell) => cellText(cell, strings)).join("\t"));
    pages.push({ title: titles[at] ?? "", lines: reading.take(lines) });
  }
  return pages;
}

/** @param {Element} cell @param {string[]} strings that cells share */
function cellText(cell, strings) {
  const value = all(cell, "v")[0]?.textContent ?? "";
  const kind = cell.getAttribute("t");
  if (kind === "s") return strings[Number(value)] ?? "";
  return kind === "inlineStr" ? runs(cell) : value;
}

/** @param {Reading} reading @returns {Promise<Page[]>} */
async function ofOpenDocument(reading) {
  const xml = await reading.xml("content.xml");
  if (!xml) throw new BadArchive("It has no text.");
  const marks = { tab: "\t", "line-break": "\n", s: " ", annotation: "" };
  const paragraphs = (/** @type {Element} */ within) => [...within.getElementsByTagNameNS("*", "*")].filter(({ localName }) => localName === "p" || localName === "h").map((one) => letters(one, marks));
  const tables = all(xml, "spreadsheet").flatMap((sheet) => all(sheet, "table"));
  if (tables.length > 0) {
    if (tables.length > PAGES_MAX) reading.isWhole = false;
    return tables.slice(0, PAGES_MAX).map((table) => {
      const rows = all(table, "table-row").map((row) => all(row, "table-cell").slice(0, CELLS_MAX).map((cell) => paragraphs(cell).join(" ")).join("\t").trimEnd());
      if (rows.length > ROWS_MAX) reading.isWhole = false;
      return { title: table.getAttribute("table:name") ?? "", lines: reading.take(rows.slice(0, ROWS_MAX)) };
    });
  }
  const slides = all(xml, "presentation").flatMap((show) => all(show, "page"));
  if (slides.length > 0) return slides.slice(0, PAGES_MAX).map((slide, at) => ({ title: String(at + 1), lines: reading.take(paragraphs(slide).filter(Boolean)) }));
  const body = all(xml, "body")[0];
  return [{ title: "", lines: reading.take(body ? paragraphs(body) : []) }];
}

/** @type {Record<string, (reading: Reading) => Promise<Page[]>>} */
const READERS = { docx: ofWord, pptx: ofPowerPoint, xlsx: ofExcel, odt: ofOpenDocument, ods: ofOpenDocument, odp: ofOpenDocument };

/**
 * The text of a document.
 * @param {string} ending of its name @param {Uint8Array} bytes
 * @returns {Promise<OfficeText>}
 */
export async function textOf(ending, bytes) {
  const reader = READERS[ending];
  if (!reader) throw new BadArchive("It is of another kind.");
  const reading = new Reading(bytes);
  const pages = await reader(reading);
  return { pages, isWhole: reading.isWhole };
}
