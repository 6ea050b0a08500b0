// Edits a text, and locks the file for others meanwhile.

import { plainName } from "../../shared/format.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast, orTell } from "../../shared/toast.js";
import { folderChanged } from "../state.js";
import { ask } from "./choices.js";
import { showText } from "./text-read.js";
import { saveText } from "./text-save.js";

/** @typedef {import("./text.js").TextPage} TextPage */

/** @param {TextPage} page @param {string} text */
export async function startWriting(page, text) {
  await holdLock(page);
  if (page.isLeft) return;
  const own = h("textarea", { class: "editor", value: text, spellcheck: page.isMarkdown || /\.txt$/i.test(page.entry.name), dir: "auto", "aria-label": plainName(page.entry.name) });
  page.area = own;
  page.element.classList.add("is-editing");
  const save = button({ icon: "save", text: t("action.save"), kind: "primary", onclick: () => void saveText(page) });
  const done = button({ text: t("action.done"), kind: "quiet", onclick: () => { if (mayLeave(page)) void showText(page); } });
  page.stage.setTools(done, save);
  const mark = () => { save.disabled = !isChanged(page); };
  own.addEventListener("input", mark);
  own.addEventListener("keydown", (event) => {
    // Escape leaves the field and not the file, so that no text is lost.
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      done.focus();
    }
  });
  mark();
  fill(page.element, own);
  own.focus();
  own.setSelectionRange(0, 0);
}

/** Locks the file for others while this person edits it. @param {TextPage} page */
export async function holdLock(page) {
  const { holdWhileEditing } = await import("../files/lock.js");
  const account = page.context.store.get().account.name;
  const lock = await holdWhileEditing(page.entry.path, account, () => errorToast(t("lock.lost")));
  if (page.isLeft) lock.release();
  else page.lock = lock;
  folderChanged(page.context.store, page.stage.folder);
}

/** @param {TextPage} page */
export function releaseLock(page) {
  page.lock?.release();
  page.lock = null;
}

/** @param {TextPage} page */
export function isChanged(page) {
  return page.area !== null && page.area.value !== page.file.text;
}

/** @param {TextPage} page */
export function mayLeave(page) {
  if (!isChanged(page)) return true;
  orTell(askUnsaved().then(async (answer) => {
    // A text that could not be saved stays in the editor.
    if (answer === "stay" || (answer === "save" && !await saveText(page))) {
      page.area?.focus();
      return;
    }
    if (page.area) page.area.value = page.file.text;
    await showText(page);
  }));
  return false;
}

/** Asks what to do with a text that is not saved. */
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
