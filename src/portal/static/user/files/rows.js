// How an entry looks in the list: as a row with its cells, and as a card.

import { fileUrl } from "../../shared/api.js";
import { nameElement, plainName, size, timeElement, when } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { hasThumbnail, kindOf } from "./kinds.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/**
 * @param {{ addressOf: (entry: Entry) => string, editorOf: (entry: Entry) => HTMLElement | null, openMenu: (entry: Entry, button: Element) => void }} options
 *   `editorOf`: the field that stands in place of a name while it is changed
 */
export function createRows(options) {
  /** @param {Entry} entry */
  const kindIcon = (entry) => {
    const kind = kindOf(entry);
    return icon(kind.icon, { class: `kind tint-${kind.tint}`, label: t(`kind.${kind.id}`) });
  };

  /** @param {Entry} entry */
  const facts = (entry) => (entry.isFolder ? when(entry.modified) : `${size(entry.size)} \u00b7 ${when(entry.modified)}`);

  /** @param {Entry} entry */
  const name = (entry) => {
    const editor = options.editorOf(entry);
    if (editor) return h("span", { class: "rename-box", data: { own: "" } }, editor);
    const link = h("a", { class: "entry-link", href: options.addressOf(entry), tabIndex: -1, draggable: false }, nameElement(entry.name));
    if (!entry.isLocked) return link;
    return h("span", { class: "entry-marked" }, link, icon("lock", { class: "entry-mark", label: t(entry.canLock ? "lock.own" : "lock.locked") }));
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
      cell: (entry) => [kindIcon(entry), h("span", { class: "entry-text" }, name(entry),
        h("span", { class: "entry-facts", "aria-hidden": "true", text: facts(entry) }))],
    },
    {
      id: "modified", label: t("column.modified"), width: "minmax(0, 11rem)", isSortable: true, isWide: true,
      cell: (entry) => timeElement(entry.modified),
    },
    {
      id: "size", label: t("column.size"), width: "minmax(0, 6.5rem)", isSortable: true, isWide: true, isNumber: true,
      cell: (entry) => (entry.isFolder ? h("span", { class: "quiet", "aria-label": t("column.nosize"), text: "\u2013" }) : size(entry.size)),
    },
    { id: "more", label: t("files.more"), width: "var(--touch)", isLabelHidden: true, cell: (entry) => more(entry, "row-more") },
  ];

  /** @param {Entry} entry */
  const card = (entry) => {
    const picture = h("div", { class: "card-picture" });
    if (hasThumbnail(entry)) {
      const image = h("img", { src: fileUrl(entry.path, { isShown: true, version: entry.etag }), alt: "", loading: "lazy", decoding: "async", draggable: false });
      // What cannot be drawn is shown as what it is called.
      image.addEventListener("error", () => fill(picture, kindIcon(entry)));
      picture.append(image);
    } else {
      picture.append(kindIcon(entry));
    }
    return [
      picture,
      h("div", { class: "card-foot" },
        h("span", { class: "entry-text" }, name(entry), h("span", { class: "entry-facts is-shown", text: facts(entry) }))),
      more(entry, "card-more"),
    ];
  };

  return { columns, card };
}
