// Copies a text to the clipboard. Over plain HTTP, browsers lack the new function, so the old one
// is used.

import { toast } from "./toast.js";
import { t } from "./i18n.js";

/** @param {string} text */
export async function copyText(text) {
  if (navigator.clipboard && isSecureContext) {
    await navigator.clipboard.writeText(text);
  } else {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "visually-hidden";
    const parent = [...document.querySelectorAll("dialog[open]")].pop() ?? document.body;
    const before = document.activeElement;
    parent.append(area);
    area.select();
    const isDone = document.execCommand("copy");
    area.remove();
    if (before instanceof HTMLElement) before.focus();
    if (!isDone) throw new Error(t("copytext.failed"));
  }
  toast(t("copytext.done"));
}
