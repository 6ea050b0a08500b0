// An entry in the list: a row with its cells, or a card.

import { fileUrl } from "../../shared/api.js";
import { nameElement, plainName, size, timeElement, when } from "../../shared/format.js";
import { button, h, icon, uniqueId } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { isOwnPicture, kindOf, mayBeDrawn, mayHaveFrame } from "./kinds.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/** The size of thumbnails in rows, in pixels. Cameras store thumbnails of this size in their files. */
const ROW_PICTURE = 160;
const CARD_PICTURE = 320;

/**
 * Puts the thumbnail of a file over the icon in a box, if there is one.
 * @param {HTMLElement} box
 * @param {Entry} entry
 * @param {number} side in pixels
 */
export function addPicture(box, entry, side) {
  const addOwn = () => {
    if (!isOwnPicture(entry)) return;
    const image = h("img", { src: fileUrl(entry.path, { isShown: true, version: entry.etag }), alt: "", loading: "lazy", decoding: "async", draggable: false });
    // If there is no thumbnail, the icon stays.
    image.addEventListener("error", () => image.remove());
    image.addEventListener("load", () => box.classList.add("is-drawn"));
    box.append(image);
  };
  if (mayBeDrawn(entry)) import("./pictures.js").then(({ show }) => show(box, entry, side, addOwn), () => { /* The icon is enough. */ });
  else if (mayHaveFrame(entry)) import("./frames.js").then(({ show }) => show(box, entry, side), () => { /* The icon is enough. */ });
  else addOwn();
}

/** @param {Entry} entry */
function kindIcon(entry) {
  const kind = kindOf(entry);
  return icon(kind.icon, { class: `kind tint-${kind.tint} is-${kind.id}`, label: t(`kind.${kind.id}`) });
}

/** The icon or thumbnail before a name in a row. @param {Entry} entry */
export function rowPicture(entry) {
  if (!mayBeDrawn(entry) && !isOwnPicture(entry) && !mayHaveFrame(entry)) return kindIcon(entry);
  const box = h("span", { class: "row-picture" }, kindIcon(entry));
  addPicture(box, entry, ROW_PICTURE);
  return box;
}

/** The size of an entry, `at least 1.2 GB` for a folder with parts that are not known, or empty. @param {Entry} entry */
export function sizeOf(entry) {
  if (!entry.isFolder) return size(entry.size);
  if (entry.isFolderSizeExact) return entry.folderSize > 0 ? size(entry.folderSize) : "";
  return entry.folderSize > 0 ? t("column.atleast", { size: size(entry.folderSize) }) : "";
}

/** The size of an entry in a narrow column. @param {Entry} entry */
export function sizeCell(entry) {
  const whole = sizeOf(entry);
  if (!entry.isFolder || entry.isFolderSizeExact) return whole;
  const short = whole ? `\u2265\u00a0${size(entry.folderSize)}` : "\u2013";
  return h("span", { class: "quiet", "aria-label": whole || t("column.nosize"), title: whole || t("column.nosize"), text: short });
}

/** Size and date as one line. @param {Entry} entry */
function facts(entry) {
  return [sizeOf(entry), when(entry.modified)].filter(Boolean).join(" \u00b7 ");
}

/** The description of an entry for screen readers: name, kind, size and date. @param {Entry} entry */
export function labelOf(entry) {
  return [plainName(entry.name), t(`kind.${kindOf(entry).id}`), facts(entry)].join(", ");
}

/** The marks beside the name of an entry: its share, comments and star. @param {Entry} entry */
function marks(entry) {
  return [
    entry.isShared !== "" && icon(entry.isShared === "public" ? "link" : "users", { class: "entry-mark", label: t(`sharedmark.${entry.isShared}`) }),
    entry.isCommented && icon("comment", { class: "entry-mark", label: t("files.commented") }),
    entry.isStarred && icon("star", { class: "entry-mark is-starred", label: t("files.starred") }),
  ];
}

/**
 * @param {{ addressOf: (entry: Entry) => string, editorOf: (entry: Entry) => HTMLElement | null, openMenu: (entry: Entry, button: Element) => void,
 *   star: (entry: Entry) => void }} options
 *   `editorOf`: the field that replaces a name while it is changed
 */
export function createRows(options) {
  /** @param {Entry} entry */
  const name = (entry) => {
    const editor = options.editorOf(entry);
    if (editor) return h("span", { class: "rename-box", data: { own: "" } }, editor);
    const link = h("a", { class: "entry-link", href: options.addressOf(entry), tabIndex: -1, draggable: false }, nameElement(entry.name));
    if (!entry.isLocked) return link;
    return h("span", { class: "entry-marked" }, link, icon("lock", { class: "entry-mark", label: t(entry.canLock ? "lock.own" : "lock.locked") }));
  };

  /** @param {Entry} entry */
  const star = (entry) => {
    const label = t(entry.isStarred ? "files.unstarof" : "files.starof", { name: plainName(entry.name) });
    return button({
      icon: "star", label, kind: "quiet", class: `row-star ${entry.isStarred ? "is-starred" : ""}`, props: { tabIndex: -1 },
      onclick: () => options.star(entry),
    });
  };

  /** @param {Entry} entry @param {string} className */
  const more = (entry, className) => {
    const element = button({ icon: "more", label: t("files.moreof", { name: plainName(entry.name) }), kind: "quiet", class: className, props: { tabIndex: -1 } });
    element.addEventListener("click", () => options.openMenu(entry, element));
    return element;
  };

  /** @type {import("../../shared/list.js").Column<Entry>[]} */
  const columns = [
    {
      id: "name", label: t("column.name"), width: "minmax(0, 1fr)", isSortable: true,
      cell: (entry) => [rowPicture(entry), h("span", { class: "entry-text" }, name(entry),
        h("span", { class: "entry-facts", "aria-hidden": "true", text: facts(entry) })), marks(entry)].flat(),
    },
    { id: "star", label: t("files.starred"), width: "var(--touch)", isWide: true, isLabelHidden: true, cell: star },
    {
      id: "modified", label: t("column.modified"), width: "minmax(0, 11rem)", isSortable: true, isWide: true,
      cell: (entry) => timeElement(entry.modified),
    },
    {
      id: "size", label: t("column.size"), width: "minmax(0, 6.5rem)", isSortable: true, isWide: true, isNumber: true,
      cell: sizeCell,
    },
    { id: "more", label: t("files.more"), width: "var(--touch)", isLabelHidden: true, cell: (entry) => more(entry, "row-more") },
  ];

  /** @param {Entry} entry */
  const card = (entry) => {
    const picture = h("div", { class: "card-picture" }, kindIcon(entry));
    addPicture(picture, entry, CARD_PICTURE);
    if (entry.isFolder) import("./covers.js").then(({ showCover }) => showCover(picture, entry), () => { /* The icon is enough. */ });
    return [
      picture,
      h("div", { class: "card-foot" },
        h("span", { class: "entry-text", id: uniqueId("card"), data: { label: "" } }, name(entry), h("span", { class: "entry-facts is-shown", text: facts(entry) })), marks(entry)),
      more(entry, "card-more"),
    ];
  };

  return { columns, card };
}
