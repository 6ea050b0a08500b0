// Shows a text for reading.

import { errorText } from "../../shared/api.js";
import { plainName, size } from "../../shared/format.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { orTell } from "../../shared/toast.js";
import { BEGINNING } from "./text-file.js";
import { imageFor, linkFor } from "./text-links.js";
import { releaseLock, startWriting } from "./text-write.js";

/** @typedef {import("./text.js").TextPage} TextPage */

/** @param {TextPage} page */
export async function showText(page) {
  page.area = null;
  releaseLock(page);
  page.element.classList.remove("is-editing");
  const edit = button({ icon: "rename", text: t("action.edit"), kind: "quiet", onclick: () => orTell(startWriting(page, page.file.text)) });
  const isLockedByOther = page.entry.isLocked && !page.entry.canLock;
  edit.disabled = !page.file.isUtf8 || !page.file.isWhole || isLockedByOther;
  if (edit.disabled) edit.title = t(isLockedByOther ? "lock.locked" : page.file.isWhole ? "text.notutf8" : "text.large");
  const raw = page.isMarkdown
    ? button({ icon: "code", label: t("text.raw"), kind: "quiet", onclick: () => { page.isRaw = !page.isRaw; void showText(page); }, props: { "aria-pressed": String(page.isRaw) } })
    : null;
  page.stage.setTools(raw, edit);
  const head = page.file.isWhole ? null : h("p", { class: "text-notice", text: t("text.beginning", { size: size(BEGINNING) }) });
  const lock = isLockedByOther ? h("div", { class: "text-notice" }) : null;
  if (lock) void import("../files/lock.js").then(({ showLock }) => showLock(lock, page.context, page.entry)).catch((error) => { lock.textContent = errorText(error); });
  if (page.isMarkdown && !page.isRaw && page.file.isWhole) {
    const { renderMarkdown } = await import("./markdown.js");
    const content = renderMarkdown(page.file.text, { linkFor: (target) => linkFor(page, target), imageFor: (source) => imageFor(page, source) });
    fill(page.element, lock, h("article", { class: "markdown", tabIndex: 0, dir: "auto" }, content));
  } else {
    fill(page.element, lock, head, h("pre", { class: "text", tabIndex: 0, dir: "auto", "aria-label": plainName(page.entry.name), text: page.file.text }));
  }
  if (page.file.text === "") fill(page.element, lock, h("p", { class: "notice quiet", text: t("text.empty") }));
}
