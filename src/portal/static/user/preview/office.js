// The preview of an office document shows its text. The browser reads the document from memory.

import { ApiError, failure, failureWord, fileUrl, noteDownload } from "../../shared/api.js";
import { t } from "../../shared/i18n.js";
import { officeElements } from "../office/show.js";

/**
 * @param {import("./preview.js").Stage} stage
 * @returns {Promise<import("./preview.js").Shown>}
 */
export async function show(stage) {
  const { entry, element } = stage;
  const download = { label: t("action.download"), run: () => stage.context.operations.download([entry]) };
  const { isText, elements } = await officeElements(entry, () => bytesOf(stage), download);
  if (isText) element.classList.add("is-text");
  element.append(...elements);
  return {};
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
