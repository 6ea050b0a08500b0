// Text, code and Markdown, for reading and editing. Saving replaces only the content that was read.
// If somebody else has changed the file meanwhile, the person decides what to do.

import { read } from "./text-file.js";
import { orTell } from "../../shared/toast.js";
import { kindOf } from "../files/kinds.js";
import { folderChanged } from "../state.js";
import { showText } from "./text-read.js";
import { saveText } from "./text-save.js";
import { isChanged, mayLeave, releaseLock, startWriting } from "./text-write.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {import("../state.js").Context} Context */

/**
 * @typedef {object} TextPage
 * @property {Entry} entry
 * @property {HTMLElement} element
 * @property {Context} context
 * @property {Text} file
 * @property {boolean} isMarkdown
 * @property {HTMLTextAreaElement | null} area
 * @property {boolean} isRaw
 * @property {boolean} isSaving
 * @property {{ release: () => void } | null} lock
 * @property {boolean} isLeft
 * @property {import("../../shared/toast.js").Toast | null} offer
 * @property {import("./preview.js").Stage} stage
 */

/**
 * A text, as it was read from the file.
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
  const isMarkdown = kindOf(entry).preview === "markdown";
  /** @type {TextPage} */
  const page = {
    entry, element, context, file: await read(stage), isMarkdown, area: null, isRaw: false, isSaving: false,
    lock: null, isLeft: false, offer: null, stage,
  };
  element.classList.add("is-text");
  const warn = (/** @type {BeforeUnloadEvent} */ event) => { if (isChanged(page)) event.preventDefault(); };
  addEventListener("beforeunload", warn);
  await showText(page);
  if (page.file.text === "" && page.file.isWhole && !(entry.isLocked && !entry.canLock)) orTell(startWriting(page, ""));
  return {
    mayLeave: () => mayLeave(page),
    onKey(event) {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return false;
      if (page.area && isChanged(page)) void saveText(page);
      return true;
    },
    stop() {
      page.isLeft = true;
      removeEventListener("beforeunload", warn);
      if (page.lock) folderChanged(context.store, stage.folder);
      releaseLock(page);
    },
  };
}

