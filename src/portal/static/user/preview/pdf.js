// Shows a PDF in the browser's own viewer. The server sends files in a sandbox in which no viewer
// runs, so the bytes are loaded and shown from memory. If the browser has no viewer, or the file is
// too large for that, it is saved instead.

import { ApiError, failure, failureWord, fileUrl, noteDownload } from "../../shared/api.js";
import { button, h } from "../../shared/h.js";
import { plainName } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";

/** The largest PDF that is shown, in bytes. */
const BYTES_MAX = 200 * 1024 * 1024;

/**
 * @param {import("./preview.js").Stage} stage
 * @returns {Promise<import("./preview.js").Shown>}
 */
export async function show(stage) {
  const { entry, element } = stage;
  if (navigator.pdfViewerEnabled === false || entry.size > BYTES_MAX) {
    const isLarge = entry.size > BYTES_MAX;
    element.append(h("div", { class: "notice" },
      h("p", { class: "notice-title", text: t(isLarge ? "preview.largepdf" : "preview.nopdf") }),
      h("p", { class: "notice-text", text: t("preview.nopdftext") }),
      button({ text: t("action.download"), icon: "download", kind: "primary", onclick: () => stage.context.operations.download([entry]) })));
    return {};
  }
  noteDownload("downloadfile", { filepath: entry.path, disposition: "inline" });
  const response = await fetch(fileUrl(entry.path, { isShown: true }), { signal: stage.signal, cache: "no-cache", headers: { Accept: "application/json" } });
  if (!response.ok) {
    const reply = await response.json().catch(() => null);
    throw failure("downloadfile", response.status, failureWord(response), reply, "") ?? new ApiError("server", `HTTP ${response.status}`, "downloadfile");
  }
  const address = URL.createObjectURL(new Blob([await response.arrayBuffer()], { type: "application/pdf" }));
  element.classList.add("is-pdf");
  element.append(h("iframe", { class: "pdf", src: address, title: plainName(entry.name) }));
  return { stop: () => URL.revokeObjectURL(address) };
}
