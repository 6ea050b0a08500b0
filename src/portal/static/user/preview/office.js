// The preview of an office document shows its text without layout and pictures. The browser reads the document from memory.

import { ApiError, failure, failureWord, fileUrl, noteDownload } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { plainName } from "../../shared/format.js";
import { h } from "../../shared/h.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { kindOf } from "../files/kinds.js";
import { textOf } from "../office/text.js";
import { BadArchive } from "../office/zip.js";

/** The largest document that is read, in bytes. */
const BYTES_MAX = 32 * 1024 * 1024;

/**
 * @param {import("./preview.js").Stage} stage
 * @returns {Promise<import("./preview.js").Shown>}
 */
export async function show(stage) {
  const { entry, element } = stage;
  await loadBundle("office");
  const download = { label: t("action.download"), run: () => stage.context.operations.download([entry]) };
  if (entry.size > BYTES_MAX) {
    element.append(notice({ icon: kindOf(entry).icon, title: t("office.large"), text: t("preview.nonetext"), action: download }));
    return {};
  }
  const bytes = await bytesOf(stage);
  try {
    const { pages, isWhole } = await textOf(entry.name.slice(entry.name.lastIndexOf(".") + 1).toLowerCase(), bytes);
    element.classList.add("is-text");
    element.append(h("p", { class: "text-notice", text: t(isWhole ? "office.textonly" : "office.beginning") }),
      h("div", { class: "office", tabIndex: 0, role: "region", "aria-label": plainName(entry.name) }, pages.map((page) => pageOf(page, entry.name))));
    if (pages.every(({ lines }) => lines.every((line) => line.trim() === ""))) element.append(h("p", { class: "notice quiet", text: t("office.empty") }));
  } catch (error) {
    if (!(error instanceof BadArchive)) throw error;
    element.append(notice({ icon: kindOf(entry).icon, title: t("office.damaged"), text: t("preview.nonetext"), action: download }));
  }
  return {};
}

/** @param {import("../office/text.js").Page} page @param {string} name of the file */
function pageOf({ title, lines }, name) {
  const isTable = kindOf({ name, isFolder: false }).id === "sheet";
  return h("section", { class: "office-page" },
    title ? h("h3", { class: "office-title", text: isTable ? title : t("office.slide", { number: title }) }) : null,
    isTable
      ? h("table", { class: "office-table" }, h("tbody", null, lines.map((line) => h("tr", null, line.split("\t").map((cell) => h("td", { dir: "auto", text: cell }))))))
      : lines.map((line) => h("p", { class: "office-line", dir: "auto", text: line })));
}

/** @param {import("./preview.js").Stage} stage */
async function bytesOf({ entry, signal }) {
  noteDownload("downloadfile", { filepath: entry.path, disposition: "inline" });
  const response = await fetch(fileUrl(entry.path, { isShown: true }), { signal, cache: "no-cache", headers: { Accept: "application/json" } });
  if (!response.ok) {
    const reply = await response.json().catch(() => null);
    throw failure("downloadfile", response.status, failureWord(response), reply, "") ?? new ApiError("server", `HTTP ${response.status}`, "downloadfile");
  }
  return new Uint8Array(await response.arrayBuffer());
}
