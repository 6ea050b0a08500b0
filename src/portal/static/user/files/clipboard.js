// Copying, cutting and pasting with the keyboard and the menus of the browser.

import { isTyping } from "../../shared/keys.js";
import { orTell } from "../../shared/toast.js";

/** @typedef {import("./file-view.js").FileView} FileView */

/** @param {FileView} fileView @param {AbortSignal} signal stops that */
export function followClipboard(fileView, signal) {
  document.addEventListener("copy", (event) => onCopy(fileView, event, "copy"), { signal });
  document.addEventListener("cut", (event) => onCopy(fileView, event, "move"), { signal });
  document.addEventListener("paste", (event) => onPaste(fileView, event), { signal });
}

/** @param {FileView} fileView @param {ClipboardEvent} event */
function onPaste(fileView, event) {
  if (isElsewhere(event)) return;
  const { context, path } = fileView;
  const files = [...event.clipboardData?.files ?? []];
  if (files.length > 0) {
    event.preventDefault();
    const folder = path();
    void import("../upload/collect.js").then(({ collectPasted }) => context.upload(collectPasted(files), folder));
  } else if (context.store.get().clipboard) {
    event.preventDefault();
    orTell(context.operations.paste(path()));
  }
}

/** @param {FileView} fileView @param {ClipboardEvent} event @param {"copy" | "move"} mode */
function onCopy(fileView, event, mode) {
  // If text is selected, the text is copied.
  if (isElsewhere(event) || !getSelection()?.isCollapsed) return;
  const entries = fileView.chosen();
  if (entries.length === 0) return;
  event.preventDefault();
  // This also removes a file from the system's clipboard, so that pasting means these entries.
  event.clipboardData?.setData("text/plain", entries.map((entry) => entry.name).join("\n"));
  fileView.context.operations.toClipboard(entries, mode);
}

/** @param {ClipboardEvent} event */
function isElsewhere(event) {
  return isTyping(event.target) || document.querySelector("dialog[open]") !== null;
}
