// Turns Markdown into elements: headings, paragraphs, lists, quotes, code, tables, links and
// pictures. It creates only elements and text nodes, and HTML in the text stays text, so nothing in
// a file can run or look like the portal. Links may lead to the web, to pages of the portal or to
// files beside this one, but never to a call of the API. Pictures come only from files beside this
// one.

import { ROOT } from "../../shared/api.js";
import { h } from "../../shared/h.js";

/**
 * @typedef {object} Targets
 * @property {(target: string) => string | null} linkFor the address of something beside the file
 * @property {(source: string) => string | null} imageFor
 */

/** Quotes and lists can be nested to this depth, and so can marks. Deeper ones are plain text. */
const DEPTH_MAX = 16;
/** Marks are looked for in this many characters of a paragraph. Nobody writes longer ones. */
const INLINE_MAX = 20_000;

/**
 * @param {string} text
 * @param {Targets} targets
 * @returns {DocumentFragment}
 */
export function renderMarkdown(text, targets) {
  const lines = text.replaceAll("\t", "    ").split("\n");
  const fragment = document.createDocumentFragment();
  fragment.append(...blocks(lines, targets, 0));
  return fragment;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^`\s]*)/;
const HEADING = /^ {0,3}(#{1,6})(?:\s+(.*?))?\s*#*\s*$/;
const RULE = /^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])(?:( +)(.*)|$)/;
const TABLE_RULE = /^ {0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/**
 * Reads a block of one kind that begins at a line. Returns its element and the line after it, or
 * `null` if a block of another kind begins there.
 * @typedef {(lines: string[], at: number, targets: Targets, depth: number) => [HTMLElement, number] | null} BlockReader
 */

/**
 * @param {string[]} lines
 * @param {Targets} targets
 * @param {number} depth
 * @returns {HTMLElement[]}
 */
function blocks(lines, targets, depth) {
  /** @type {HTMLElement[]} */
  const made = [];
  if (depth > DEPTH_MAX) return [h("p", { text: lines.join("\n") })];
  let at = 0;
  while (at < lines.length) {
    if (lineAt(lines, at).trim() === "") {
      at += 1;
      continue;
    }
    const [element, end] = blockAt(lines, at, targets, depth);
    made.push(element);
    at = end;
  }
  return made;
}

/** @param {string[]} lines @param {number} at */
function lineAt(lines, at) {
  return lines[at] ?? "";
}

/** @param {string[]} lines @param {number} at @param {Targets} targets @param {number} depth @returns {[HTMLElement, number]} */
function blockAt(lines, at, targets, depth) {
  for (const read of BLOCKS) {
    const found = read(lines, at, targets, depth);
    if (found) return found;
  }
  return paragraphAt(lines, at, targets);
}

/**
 * The first line that the test does not accept.
 * @param {string[]} lines @param {number} from @param {(line: string) => boolean} isTaken
 */
function endOf(lines, from, isTaken) {
  let end = from;
  while (end < lines.length && isTaken(lineAt(lines, end))) end += 1;
  return end;
}

/** @param {string} text */
function codeElement(text) {
  return h("pre", { class: "code", tabIndex: 0 }, h("code", { text }));
}

/** The kinds of blocks. The first one that accepts a line reads the block. @type {BlockReader[]} */
const BLOCKS = [
  function fence(lines, at) {
    const mark = FENCE.exec(lineAt(lines, at))?.[1];
    if (!mark) return null;
    const end = endOf(lines, at + 1, (line) => !(line.trim().startsWith(mark) && line.trim().replaceAll(mark.charAt(0), "") === ""));
    return [codeElement(lines.slice(at + 1, end).join("\n")), end + 1];
  },
  function heading(lines, at, targets) {
    const found = HEADING.exec(lineAt(lines, at));
    return found && [headingElement(found[1]?.length ?? 1, found[2] ?? "", targets), at + 1];
  },
  function rule(lines, at) {
    return RULE.test(lineAt(lines, at)) ? [h("hr"), at + 1] : null;
  },
  function quote(lines, at, targets, depth) {
    if (!QUOTE.test(lineAt(lines, at))) return null;
    const end = endOf(lines, at + 1, (line) => QUOTE.test(line) || isContinuation(line));
    const quoted = lines.slice(at, end).map((one) => one.replace(QUOTE, ""));
    return [h("blockquote", null, blocks(quoted, targets, depth + 1)), end];
  },
  function list(lines, at, targets, depth) {
    return ITEM.test(lineAt(lines, at)) ? listAt(lines, at, targets, depth) : null;
  },
  function indented(lines, at) {
    const isCode = (/** @type {string} */ line) => /^ {4}/.test(line);
    if (!isCode(lineAt(lines, at))) return null;
    const end = endOf(lines, at, (line) => isCode(line) || line.trim() === "");
    return [codeElement(lines.slice(at, end).map((one) => one.slice(4)).join("\n").trimEnd()), end];
  },
  function tableBlock(lines, at, targets) {
    const [line, rule] = [lineAt(lines, at), lineAt(lines, at + 1)];
    if (!line.includes("|") || !TABLE_RULE.test(rule) || cells(line).length !== cells(rule).length) return null;
    const end = endOf(lines, at + 2, (row) => row.includes("|") && row.trim() !== "");
    return [table(lines.slice(at, end), targets), end];
  },
];

/**
 * A paragraph, or a heading that is underlined.
 * @param {string[]} lines @param {number} at @param {Targets} targets @returns {[HTMLElement, number]}
 */
function paragraphAt(lines, at, targets) {
  const end = endOf(lines, at + 1, isContinuation);
  const underline = /^ {0,3}(=+|-+)\s*$/.exec(lineAt(lines, end));
  const text = lines.slice(at, end).map((one) => one.replace(/^ {1,3}/, "")).join("\n");
  if (underline) return [headingElement(underline[1]?.startsWith("=") ? 1 : 2, text, targets), end + 1];
  return [h("p", null, inline(text.trimEnd(), targets, 0)), end];
}

/** True if a line continues the paragraph above it. @param {string} line */
function isContinuation(line) {
  return line.trim() !== "" && !FENCE.test(line) && !HEADING.test(line) && !RULE.test(line) && !QUOTE.test(line)
    && !/^ {0,3}([-*+]|1[.)]) /.test(line) && !/^ {0,3}=+\s*$/.test(line);
}

/**
 * A heading one level lower than written, because the page has a first heading of its own.
 * @param {number} level @param {string} text @param {Targets} targets
 */
function headingElement(level, text, targets) {
  const tag = /** @type {"h2"} */ (`h${Math.min(6, level + 1)}`);
  return h(tag, { class: `heading-${level}` }, inline(text, targets, 0));
}

/**
 * @param {string[]} lines @param {number} start @param {Targets} targets @param {number} depth
 * @returns {[HTMLElement, number]}
 */
function listAt(lines, start, targets, depth) {
  const first = ITEM.exec(lines[start] ?? "");
  const mark = first?.[2] ?? "-";
  const isOrdered = /\d/.test(mark);
  const kind = isOrdered ? mark.slice(-1) : mark;
  const list = h(isOrdered ? "ol" : "ul");
  if (isOrdered && Number.parseInt(mark, 10) !== 1) list.setAttribute("start", String(Number.parseInt(mark, 10)));
  let at = start;
  let isLoose = false;
  /** @type {string[][]} */
  const items = [];
  while (at < lines.length) {
    const item = ITEM.exec(lines[at] ?? "");
    if (!item || RULE.test(lines[at] ?? "")) break;
    const own = item[2] ?? "";
    if ((/\d/.test(own) ? own.slice(-1) : own) !== kind) break;
    const spaces = (item[3] ?? " ").length > 4 ? 1 : (item[3] ?? " ").length;
    const indent = (item[1]?.length ?? 0) + own.length + spaces;
    const content = [" ".repeat(Math.max(0, (item[3] ?? "").length - spaces)) + (item[4] ?? "")];
    at += 1;
    while (at < lines.length) {
      const line = lines[at] ?? "";
      if (line.trim() === "") {
        // A blank line belongs to the item if the line after it does.
        const following = lines.slice(at).find((one) => one.trim() !== "") ?? "";
        if (!following.startsWith(" ".repeat(indent)) && !sameList(following, kind)) break;
        isLoose = true;
        content.push("");
      } else if (line.startsWith(" ".repeat(indent))) content.push(line.slice(indent));
      else if (ITEM.test(line) || !isContinuation(line) || content[content.length - 1] === "") break;
      else content.push(line.trimStart());
      at += 1;
    }
    items.push(content);
  }
  for (const content of items) list.append(itemElement(content, isLoose, targets, depth));
  return [list, at];
}

/** @param {string} line @param {string} kind */
function sameList(line, kind) {
  const own = ITEM.exec(line)?.[2];
  return own !== undefined && (/\d/.test(own) ? own.slice(-1) : own) === kind;
}

/** @param {string[]} content @param {boolean} isLoose @param {Targets} targets @param {number} depth */
function itemElement(content, isLoose, targets, depth) {
  const task = /^\[([ xX])\] (.*)$/.exec(content[0] ?? "");
  if (task) content[0] = task[2] ?? "";
  const children = blocks(content, targets, depth + 1);
  const item = h("li");
  if (task) {
    item.className = "task";
    item.append(h("input", { type: "checkbox", checked: task[1] !== " ", disabled: true, "aria-label": content[0] ?? "" }));
  }
  for (const child of children) {
    // In a list without blank lines, the text is directly in the item.
    if (!isLoose && child.tagName === "P") item.append(...child.childNodes);
    else item.append(child);
  }
  return item;
}

/** The cells in a line of a table; `\\|` does not end a cell. @param {string} line */
function cells(line) {
  const marked = line.trim().replace(/^\||\|$/g, "").replaceAll("\\|", "\0");
  return marked.split("|").map((cell) => cell.trim().replaceAll("\0", "|"));
}

/** @param {string[]} lines @param {Targets} targets */
function table(lines, targets) {
  const sides = cells(lines[1] ?? "").map((cell) => (cell.endsWith(":") ? (cell.startsWith(":") ? "is-middle" : "is-end") : ""));
  /** @param {"th" | "td"} tag @param {string} line */
  const row = (tag, line) => {
    const texts = cells(line);
    return h("tr", null, sides.map((side, at) => h(tag, { class: side }, inline(texts[at] ?? "", targets, 0))));
  };
  return h("div", { class: "table-box", tabIndex: 0 }, h("table", null,
    h("thead", null, row("th", lines[0] ?? "")),
    h("tbody", null, lines.slice(2).map((line) => row("td", line)))));
}

/** @type {Record<string, string>} */
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: "\"", apos: "'", nbsp: "\u00a0", copy: "\u00a9", ndash: "\u2013", mdash: "\u2014", hellip: "\u2026", euro: "\u20ac" };

/** Finds everything that may begin a mark within a line. */
const INLINE = /\\([!-/:-@[-`{-~])|(`+)([\s\S]*?[^`])\2(?!`)|(!?)\[((?:[^[\]\\]|\\.|\[[^\]]*\])*)\]\(\s*(<[^>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)|<([a-z][a-z0-9+.-]*:[^\s<>]+|[^\s<>@]+@[^\s<>]+)>|(https?:\/\/[^\s<>]*[^\s<>.,;:!?"')\]])|\*\*(?=\S)([\s\S]*?\S)\*\*(?!\*)|__(?=\S)([\s\S]*?\S)__(?!\w)|\*(?=[^\s*])([\s\S]*?[^\s*])\*(?!\*)|_(?=[^\s_])([\s\S]*?[^\s_])_(?!\w)|~~(?=\S)([\s\S]*?\S)~~|( {2,}|\\)\n|&(#\d{1,7}|#x[\da-f]{1,6}|\w{2,8});/gi;

/**
 * @param {string} text
 * @param {Targets} targets
 * @param {number} depth
 * @returns {(Node | string)[]}
 */
function inline(text, targets, depth) {
  if (depth > DEPTH_MAX || text.length > INLINE_MAX) return [text];
  /** @type {(Node | string)[]} */
  const made = [];
  let from = 0;
  const inner = (/** @type {string} */ part) => inline(part, targets, depth + 1);
  // This is a copy, because it stores its position, and marks can contain marks.
  const pattern = new RegExp(INLINE);
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const at = match.index;
    const [whole, escaped, , code, isImage, label, target, auto, bare, starStrong, lineStrong, starEm, lineEm, struck, hard, entity] = match;
    const [strong, em] = [starStrong ?? lineStrong, starEm ?? lineEm];
    // The signs in `snake_case_names` are not marks.
    if (whole.startsWith("_") && /\w/.test(text[at - 1] ?? "")) {
      pattern.lastIndex = at + 1;
      continue;
    }
    made.push(text.slice(from, at));
    from = at + whole.length;
    if (escaped !== undefined) made.push(escaped);
    else if (code !== undefined) made.push(h("code", { text: code.replaceAll("\n", " ").replace(/^ (.+) $/, "$1") }));
    else if (target !== undefined) made.push(reference(isImage === "!", label ?? "", target.replace(/^<|>$/g, ""), targets, inner));
    else if (auto !== undefined) made.push(link(auto.includes("@") && !auto.includes(":") ? `mailto:${auto}` : auto, [auto], targets));
    else if (bare !== undefined) made.push(link(bare, [bare], targets));
    else if (strong !== undefined) made.push(h("strong", null, inner(strong)));
    else if (em !== undefined) made.push(h("em", null, inner(em)));
    else if (struck !== undefined) made.push(h("s", null, inner(struck)));
    else if (hard !== undefined) made.push(h("br"));
    else if (entity !== undefined) made.push(character(entity) ?? whole);
  }
  made.push(text.slice(from));
  return made.filter((part) => part !== "");
}

/** @param {string} entity */
function character(entity) {
  if (!entity.startsWith("#")) return ENTITIES[entity.toLowerCase()] ?? null;
  const code = /^#x/i.test(entity) ? Number.parseInt(entity.slice(2), 16) : Number.parseInt(entity.slice(1), 10);
  return code > 31 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : null;
}

/** @param {boolean} isImage @param {string} label @param {string} target @param {Targets} targets @param {(text: string) => (Node | string)[]} inner */
function reference(isImage, label, target, targets, inner) {
  if (!isImage) return link(target, inner(label), targets);
  const source = targets.imageFor(target);
  // Loading a picture from another server would tell that server who reads this file.
  if (source === null) return /^https?:/i.test(target) ? link(target, [label || target], targets) : label;
  return h("img", { src: source, alt: label, loading: "lazy" });
}

/** @param {string} target @param {(Node | string)[]} content @param {Targets} targets */
function link(target, content, targets) {
  if (leadsIntoServer(target)) return h("span", { title: target }, content);
  if (/^(https?:\/\/|mailto:)/i.test(target)) return h("a", { href: target, target: "_blank", rel: "noopener noreferrer" }, content);
  const beside = targets.linkFor(target);
  return beside === null ? h("span", null, content) : h("a", { href: beside }, content);
}

/**
 * True if an address leads to this server, but not to a page of a portal. The writer of a file must
 * not be able to offer its reader a call of the API.
 * @param {string} target
 */
function leadsIntoServer(target) {
  if (!/^https?:\/\//i.test(target)) return false;
  const address = URL.canParse(target) ? new URL(target) : null;
  if (address?.host !== location.host) return address === null;
  const pages = ["", "ui/core/index.html", "admin/", "apidocs/"].map((page) => new URL(`${ROOT}/${page}`, document.baseURI).pathname);
  return address.search !== "" || !pages.includes(address.pathname);
}
