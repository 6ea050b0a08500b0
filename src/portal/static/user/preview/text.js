// Text, code and Markdown: to be read, and to be written. What is saved replaces only the content that was read: when
// somebody has changed the file meanwhile, the person decides.

import { ApiError, errorText, failure, failureWord, fileUrl, noteDownload } from "../../shared/api.js";
import { button, fill, h } from "../../shared/h.js";
import { openDialog } from "../../shared/dialog.js";
import { clockTime, plainName, size } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/live.js";
import { errorToast, orTell, toast } from "../../shared/toast.js";
import { uploadPart } from "../../shared/upload-part.js";
import { TEXT_BYTES_MAX, kindOf } from "../files/kinds.js";
import { folderAddress, freeName, homeOf, isWithin, numbered, parentOf, rootOf } from "../files/paths.js";
import { loadFolder } from "../files/folder.js";
import { checkThere } from "../files/there.js";
import { folderChanged } from "../state.js";

/** Bytes that are shown of a file that is too large to be shown whole. */
const BEGINNING = 256 * 1024;

/**
 * A text as it lies in the file.
 * @typedef {object} Text
 * @property {string} text with line feeds only
 * @property {boolean} isUtf8 whether it can be written back as it was
 * @property {boolean} hasMark whether it begins with a byte order mark
 * @property {"\n" | "\r\n"} lineEnd
 * @property {string} etag
 * @property {boolean} isWhole
 */

/**
 * @param {import("./preview.js").Stage} stage
 * @returns {Promise<import("./preview.js").Shown>}
 */
export async function show(stage) {
  const { entry, element, context } = stage;
  let file = await read(stage);
  const isMarkdown = kindOf(entry).preview === "markdown";
  /** @type {HTMLTextAreaElement | null} */
  let area = null;
  let isRaw = false;
  let isSaving = false;
  /** @type {{ release: () => void } | null} */
  let held = null;
  let isOver = false;
  element.classList.add("is-text");

  const isChanged = () => area !== null && area.value !== file.text;

  const view = async () => {
    area = null;
    release();
    element.classList.remove("is-editing");
    const edit = button({ icon: "rename", text: t("action.edit"), kind: "quiet", onclick: () => orTell(write(file.text)) });
    const isOthers = entry.isLocked && !entry.canLock;
    edit.disabled = !file.isUtf8 || !file.isWhole || isOthers;
    if (edit.disabled) edit.title = t(isOthers ? "lock.locked" : file.isWhole ? "text.notutf8" : "text.large");
    const raw = isMarkdown
      ? button({ icon: "code", label: t("text.raw"), kind: "quiet", onclick: () => { isRaw = !isRaw; void view(); }, props: { "aria-pressed": String(isRaw) } })
      : null;
    stage.setTools(raw, edit);
    const head = file.isWhole ? null : h("p", { class: "text-notice", text: t("text.beginning", { size: size(BEGINNING) }) });
    const lock = isOthers ? h("div", { class: "text-notice" }) : null;
    if (lock) void import("../files/lock.js").then(({ showLock }) => showLock(lock, context, entry)).catch((error) => { lock.textContent = errorText(error); });
    if (isMarkdown && !isRaw && file.isWhole) {
      const { renderMarkdown } = await import("./markdown.js");
      const page = renderMarkdown(file.text, { linkFor, imageFor });
      fill(element, lock, h("article", { class: "markdown", tabIndex: 0, dir: "auto" }, page));
    } else {
      fill(element, lock, head, h("pre", { class: "text", tabIndex: 0, dir: "auto", "aria-label": plainName(entry.name), text: file.text }));
    }
    if (file.text === "") fill(element, lock, h("p", { class: "notice quiet", text: t("text.empty") }));
  };

  const release = () => {
    held?.release();
    held = null;
  };

  /** Keeps others from changing the file while it is written here. */
  const hold = async () => {
    const { holdWhileEditing } = await import("../files/lock.js");
    const account = context.store.get().account.name;
    const lock = await holdWhileEditing(entry.path, account, () => errorToast(t("lock.lost")));
    if (isOver) lock.release();
    else held = lock;
    folderChanged(context.store, stage.folder);
  };

  /** @param {string} text */
  const write = async (text) => {
    await hold();
    if (isOver) return;
    const own = h("textarea", { class: "editor", value: text, spellcheck: isMarkdown || /\.txt$/i.test(entry.name), dir: "auto", "aria-label": plainName(entry.name) });
    area = own;
    element.classList.add("is-editing");
    const save = button({ icon: "save", text: t("action.save"), kind: "primary", onclick: () => void store() });
    const done = button({ text: t("action.done"), kind: "quiet", onclick: () => { if (mayLeave()) void view(); } });
    stage.setTools(done, save);
    const mark = () => { save.disabled = !isChanged(); };
    own.addEventListener("input", mark);
    own.addEventListener("keydown", (event) => {
      // Escape leaves the field rather than the file, so that nothing written is lost by it.
      if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        done.focus();
      }
    });
    mark();
    fill(element, own);
    own.focus();
    own.setSelectionRange(0, 0);
  };

  /** @param {{ isForced?: boolean, name?: string }} [how] @returns {Promise<boolean>} whether it is saved */
  const store = async (how = {}) => {
    if (!area || isSaving) return false;
    const text = area.value;
    isSaving = true;
    try {
      const etag = await save(text, how);
      if (how.name) return true;
      file = { ...file, text, etag: etag ?? file.etag };
      area?.dispatchEvent(new Event("input"));
      offerBack(text);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.kind === "changed" && !how.isForced) orTell(settle(text));
      else errorToast(t("text.notsaved", { reason: errorText(error) }), { label: t("action.retry"), run: () => void store(how) });
      return false;
    } finally {
      isSaving = false;
    }
  };

  /** @type {import("../../shared/toast.js").Toast | null} */
  let offer = null;
  /** Tells that a text is saved, and offers the one before. @param {string} saved */
  const offerBack = (saved) => {
    const back = async () => {
      const { bringBack } = await import("../files/bring-back.js");
      await bringBack(entry.path);
      folderChanged(context.store, stage.folder);
      announce(t("undo.done"));
      if (isOver) return;
      file = await read(stage);
      // What has been written since stays, and can be saved over it.
      if (area?.value === saved) area.value = file.text;
      if (area) area.dispatchEvent(new Event("input"));
      else await view();
    };
    offer?.close();
    offer = toast(t("text.saved", { time: clockTime(Date.now()) }), { action: { run: () => orTell(back()) } });
  };

  /** @param {string} text @param {{ isForced?: boolean, name?: string }} how */
  const save = async (text, how) => {
    const lines = file.lineEnd === "\n" ? text : text.replaceAll("\n", file.lineEnd);
    const blob = new Blob([file.hasMark ? "\ufeff" : "", lines], { type: "text/plain" });
    const { etag } = await uploadPart({
      appname: "explorer",
      path: stage.folder,
      filename: how.name ?? entry.name,
      offset: 0,
      complete: 1,
      filesize: blob.size,
      ifetag: how.isForced || how.name ? null : file.etag,
      nofileoverwrite: how.name ? 1 : 0,
    }, blob);
    folderChanged(context.store, stage.folder);
    return etag;
  };

  /** The file was changed by somebody else: what is to become of the two? @param {string} mine */
  const settle = async (mine) => {
    const isThere = await checkThere(entry.path).then(() => true, (error) => {
      if (error instanceof ApiError && error.kind === "missing") return false;
      throw error;
    });
    if (!isThere) {
      // It was deleted or moved: there is nothing that the text could take the place of.
      if (!await store({ name: entry.name })) return;
      toast(t("text.savedanew"));
      file = await read(stage);
      area?.dispatchEvent(new Event("input"));
      return;
    }
    const choice = await askChanged();
    if (choice === "copy") {
      const { entries } = await loadFolder(stage.folder);
      const name = freeName(numbered(entry.name, 2), (one) => entries.some((other) => other.name === one));
      // What could not be saved stays in the field.
      if (!await store({ name })) return;
      file = await read(stage);
      await view();
      toast(t("text.savedas", { name }));
    } else if (choice === "replace") {
      await store({ isForced: true });
    } else if (choice === "theirs") {
      file = await read(stage);
      await view();
      announce(t("text.reloaded"));
    } else if (area) {
      area.value = mine;
      area.focus();
    }
  };

  const mayLeave = () => {
    if (!isChanged()) return true;
    orTell(askUnsaved().then(async (answer) => {
      // What could not be saved stays in the field.
      if (answer === "stay" || (answer === "save" && !await store())) {
        area?.focus();
        return;
      }
      if (area) area.value = file.text;
      await view();
    }));
    return false;
  };

  const warn = (/** @type {BeforeUnloadEvent} */ event) => { if (isChanged()) event.preventDefault(); };
  addEventListener("beforeunload", warn);

  /** Where a link in a Markdown text leads. @param {string} target */
  const linkFor = (target) => {
    const path = resolved(target);
    return path === null ? null : folderAddress(parentOf(path), homeOf(context.store.get().account.name), { open: path.slice(path.lastIndexOf("/") + 1) });
  };
  /** @param {string} source */
  const imageFor = (source) => {
    const path = resolved(source);
    return path === null ? null : fileUrl(path, { isShown: true });
  };
  /** A path beside the file; nothing above the person's own files or the disk. @param {string} target */
  const resolved = (target) => {
    if (target === "" || /^([a-z][a-z0-9+.-]*:|\/\/|#)/i.test(target)) return null;
    const root = rootOf(stage.folder, homeOf(context.store.get().account.name));
    const parts = target.startsWith("/") ? root.split("/").filter(Boolean) : stage.folder.split("/").filter(Boolean);
    for (const part of decoded(target.split(/[?#]/)[0] ?? "").split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push(part);
    }
    const path = `/${parts.join("/")}`;
    return isWithin(path, root) && path !== root ? path : null;
  };

  await view();
  if (file.text === "" && file.isWhole && !(entry.isLocked && !entry.canLock)) orTell(write(""));
  return {
    mayLeave,
    onKey(event) {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return false;
      if (area && isChanged()) void store();
      return true;
    },
    stop() {
      isOver = true;
      removeEventListener("beforeunload", warn);
      if (held) folderChanged(context.store, stage.folder);
      release();
    },
  };
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The label of UTF-16 that a byte order mark tells. @param {Uint8Array} bytes */
function utf16Of(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : null;
}

/** @param {import("./preview.js").Stage} stage @returns {Promise<Text>} */
async function read(stage) {
  const { entry, signal } = stage;
  noteDownload("downloadfile", { filepath: entry.path, disposition: "inline" });
  const isLarge = entry.size > TEXT_BYTES_MAX;
  const response = await fetch(fileUrl(entry.path, { isShown: true }), {
    signal,
    cache: "no-store",
    headers: { Accept: "application/json", ...(isLarge ? { Range: `bytes=0-${BEGINNING - 1}` } : {}) },
  });
  if (!response.ok) {
    const reply = await response.json().catch(() => null);
    throw failure("downloadfile", response.status, failureWord(response), reply, "") ?? new ApiError("server", `HTTP ${response.status}`, "downloadfile");
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const etag = (response.headers.get("ETag") ?? "").replace(/^W\/|"/g, "");
  const isWhole = response.status !== 206 && !isLarge;
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  let text = "";
  let isUtf8 = true;
  const utf16 = utf16Of(bytes);
  try {
    text = new TextDecoder(utf16 ?? "utf-8", { fatal: isWhole && utf16 === null }).decode(bytes);
    // A NUL is in no text that somebody wrote.
    isUtf8 = utf16 === null && !text.includes("\0");
  } catch {
    isUtf8 = false;
    text = new TextDecoder("windows-1252").decode(bytes);
  }
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  // Mixed line ends, or those of very old Macs, would not come back as they were.
  const plain = text.replaceAll("\r\n", "\n");
  const isPure = !plain.includes("\r") && (lineEnd === "\n" || (text.match(/\n/g) ?? []).length === (text.match(/\r\n/g) ?? []).length);
  return { text: plain.replaceAll("\r", "\n"), isUtf8: isUtf8 && isPure, hasMark, lineEnd, etag, isWhole };
}

/**
 * Asks which of a few. Closing the dialog chooses nothing.
 * @template {string} Choice
 * @param {{ title: string, text: string, choices: { value: Choice, label: string, kind?: "plain" | "primary" | "danger", isSafe?: boolean }[] }} options
 *   `isSafe`: loses nothing, and has the focus
 * @returns {Promise<Choice | null>}
 */
function ask(options) {
  return new Promise((resolve) => {
    /** @type {Choice | null} */
    let answer = null;
    const dialog = openDialog({
      title: options.title,
      body: [h("p", { text: options.text })],
      actions: options.choices.map(({ value, label, kind, isSafe }) => button({
        text: t(label), kind: kind ?? "plain", onclick: () => { answer = value; dialog.close(); }, props: { autofocus: isSafe },
      })),
      onClose: () => resolve(answer),
    });
  });
}

/** What is to become of the file that somebody else changed. */
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

/** What is to become of a text that is not saved. */
async function askUnsaved() {
  const answer = await ask({
    title: t("text.unsaved"),
    text: t("text.unsavedtext"),
    choices: [
      { value: "discard", label: "text.discard", kind: "danger" },
      { value: "save", label: "action.save" },
      { value: "stay", label: "text.keepediting", kind: "primary", isSafe: true },
    ],
  });
  return answer ?? "stay";
}
