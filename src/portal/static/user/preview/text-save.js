// Saves a text. If somebody else has changed the file meanwhile, the person decides what to do.

import { ApiError, errorText } from "../../shared/api.js";
import { clockTime } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { errorToast, orTell, toast } from "../../shared/toast.js";
import { uploadPart } from "../../shared/upload-part.js";
import { checkExists } from "../files/exists.js";
import { loadFolder } from "../files/folder.js";
import { freeName, numbered } from "../files/paths.js";
import { folderChanged } from "../state.js";
import { ask } from "./choices.js";
import { read } from "./text-file.js";
import { showText } from "./text-read.js";

/** @typedef {import("./text.js").TextPage} TextPage */

/** @param {TextPage} page @param {{ isForced?: boolean, name?: string }} [how] @returns {Promise<boolean>} whether it is saved */
export async function saveText(page, how = {}) {
  if (!page.area || page.isSaving) return false;
  const text = page.area.value;
  page.isSaving = true;
  try {
    const etag = await sendText(page, text, how);
    if (how.name) return true;
    page.file = { ...page.file, text, etag: etag ?? page.file.etag };
    page.area?.dispatchEvent(new Event("input"));
    offerBack(page, text);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.kind === "changed" && !how.isForced) orTell(settleChange(page, text));
    else errorToast(t("text.notsaved", { reason: errorText(error) }), { label: t("action.retry"), run: () => void saveText(page, how) });
    return false;
  } finally {
    page.isSaving = false;
  }
}

/** @param {TextPage} page @param {string} text @param {{ isForced?: boolean, name?: string }} how */
export async function sendText(page, text, how) {
  const lines = page.file.lineEnd === "\n" ? text : text.replaceAll("\n", page.file.lineEnd);
  const blob = new Blob([page.file.hasMark ? "\ufeff" : "", lines], { type: "text/plain" });
  const { etag } = await uploadPart({
    appname: "explorer",
    path: page.stage.folder,
    filename: how.name ?? page.entry.name,
    offset: 0,
    complete: 1,
    filesize: blob.size,
    ifetag: how.isForced || how.name ? null : page.file.etag,
    nofileoverwrite: how.name ? 1 : 0,
  }, blob);
  folderChanged(page.context.store, page.stage.folder);
  return etag;
}

/**
 * Reports that a text is saved, and offers to restore the text before.
 * @param {TextPage} page @param {string} saved
 */
export function offerBack(page, saved) {
  const back = async () => {
    const { bringBack } = await import("../files/bring-back.js");
    await bringBack(page.entry.path);
    folderChanged(page.context.store, page.stage.folder);
    announce(t("undo.done"));
    if (page.isLeft) return;
    page.file = await read(page.stage);
    // Text that was written since then stays, and can be saved over the restored one.
    if (page.area?.value === saved) page.area.value = page.file.text;
    if (page.area) page.area.dispatchEvent(new Event("input"));
    else await showText(page);
  };
  page.offer?.close();
  page.offer = toast(t("text.saved", { time: clockTime(Date.now()) }), { action: { run: () => orTell(back()) } });
}

/** Asks what to do because somebody else has changed the file. @param {TextPage} page @param {string} mine */
export async function settleChange(page, mine) {
  const isThere = await checkExists(page.entry.path).then(() => true, (error) => {
    if (error instanceof ApiError && error.kind === "missing") return false;
    throw error;
  });
  if (!isThere) {
    // The file was deleted or moved, so the text cannot replace anything.
    if (!await saveText(page, { name: page.entry.name })) return;
    toast(t("text.savedanew"));
    page.file = await read(page.stage);
    page.area?.dispatchEvent(new Event("input"));
    return;
  }
  const choice = await askChanged();
  if (choice === "copy") {
    const { entries } = await loadFolder(page.stage.folder);
    const name = freeName(numbered(page.entry.name, 2), (one) => entries.some((other) => other.name === one));
    // A text that could not be saved stays in the editor.
    if (!await saveText(page, { name })) return;
    page.file = await read(page.stage);
    await showText(page);
    toast(t("text.savedas", { name }));
  } else if (choice === "replace") {
    await saveText(page, { isForced: true });
  } else if (choice === "theirs") {
    page.file = await read(page.stage);
    await showText(page);
    announce(t("text.reloaded"));
  } else if (page.area) {
    page.area.value = mine;
    page.area.focus();
  }
}

/** Asks about the file that somebody else has changed. */
function askChanged() {
  return ask({
    title: t("text.changed"),
    text: t("text.changedtext"),
    choices: [
      { value: "theirs", label: "text.theirs" },
      { value: "replace", label: "text.replace" },
      { value: "copy", label: "text.copy", kind: "primary", isSafe: true },
    ],
  });
}
