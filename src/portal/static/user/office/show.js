// Shows the text of an office document, without layout and pictures: in the preview, and on the page of a link.

import { notice } from "../../shared/dialog.js";
import { plainName } from "../../shared/format.js";
import { addStyle, h } from "../../shared/h.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { kindOf } from "../files/kinds.js";
import { textOf } from "./text.js";
import { BadArchive } from "./zip.js";

/** The largest document that is read, in bytes. */
const BYTES_MAX = 32 * 1024 * 1024;

/**
 * The elements that show a document.
 * @param {{ name: string, size: number }} file
 * @param {() => Promise<Uint8Array>} load loads its content, which happens only if it is not too large
 * @param {{ label: string, run: () => void }} action what is offered if there is no text to show
 * @returns {Promise<{ isText: boolean, elements: HTMLElement[] }>}
 */
export async function officeElements(file, load, action) {
  addStyle(new URL("office.css", import.meta.url));
  await loadBundle("office");
  const refused = (/** @type {string} */ title) => ({ isText: false, elements: [notice({ icon: kindOf({ ...file, isFolder: false }).icon, title: t(title), text: t("office.elsewhere"), action })] });
  if (file.size > BYTES_MAX) return refused("office.large");
  const bytes = await load();
  try {
    const { pages, isWhole } = await textOf(file.name.slice(file.name.lastIndexOf(".") + 1).toLowerCase(), bytes);
    const elements = [h("p", { class: "office-notice", text: t(isWhole ? "office.textonly" : "office.beginning") }),
      h("div", { class: "office", tabIndex: 0, role: "region", "aria-label": plainName(file.name) }, pages.map((page) => pageOf(page, file.name)))];
    if (pages.every(({ lines }) => lines.every((line) => line.trim() === ""))) elements.push(h("p", { class: "notice quiet", text: t("office.empty") }));
    return { isText: true, elements };
  } catch (error) {
    if (!(error instanceof BadArchive)) throw error;
    return refused("office.damaged");
  }
}

/** @param {import("./text.js").Page} page @param {string} name of the file */
function pageOf({ title, lines }, name) {
  const isTable = kindOf({ name, isFolder: false }).id === "sheet";
  return h("section", { class: "office-page" },
    title ? h("h3", { class: "office-title", text: isTable ? title : t("office.slide", { number: title }) }) : null,
    isTable
      ? h("table", { class: "office-table" }, h("tbody", null, lines.map((line) => h("tr", null, line.split("\t").map((cell) => h("td", { dir: "auto", text: cell }))))))
      : lines.map((line) => h("p", { class: "office-line", dir: "auto", text: line })));
}
