// Comments on one entry, in its details: the comments, their authors, and a field for a new one.

import { command, errorText, records } from "../../shared/api.js";
import { confirmDialog } from "../../shared/dialog.js";
import { plainName, timeElement } from "../../shared/format.js";
import { button, fill, h, uniqueId } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { errorLine } from "../../shared/fields.js";
import { errorToast } from "../../shared/toast.js";
import { avatar } from "../account/avatars.js";
import { folderChanged } from "../state.js";
import { bytesOf, parentOf } from "./paths.js";
import { knownName } from "./who.js";

/** @typedef {import("../../shared/types.js").CommentRecord} CommentRecord */

/** The maximum number of characters of a comment. The server counts bytes and refuses too many. */
const LENGTH_MAX = 4000;

/** Comments that were begun and not sent, by path. The panel is made anew when another entry is chosen. @type {Map<string, string>} */
const drafts = new Map();

/**
 * @typedef {object} CommentsBox
 * @property {import("../state.js").UserStore} store
 * @property {string} own
 * @property {HTMLOListElement} list
 * @property {HTMLElement} status
 * @property {{ element: HTMLFormElement, input: HTMLTextAreaElement }} form
 * @property {string} path
 */

/**
 * @param {HTMLElement} content
 * @param {string} path
 * @param {import("../state.js").Context} context
 */
export function showComments(content, path, context) {
  const { store } = context;
  const own = store.get().account.name;
  const list = h("ol", { class: "comments" });
  const status = h("p", { class: "quiet" });
  const form = composer({
    label: t("comments.write"),
    value: drafts.get(path) ?? "",
    confirm: t("comments.send"),
    onInput: (text) => { if (text) drafts.set(path, text); else drafts.delete(path); },
    send: async (text) => {
      await records("addcommentforitem", "comment", { fullpath: path, parent: parentOf(path), text });
      drafts.delete(path);
      form.input.value = "";
      announce(t("comments.sent"));
      await reload(box);
    },
  });
  /** @type {CommentsBox} */
  const box = { store, own, list, status, form, path };
  fill(content, h("div", { class: "comments-box" }, status, list, form.element, tellOption(path)));
  status.textContent = t("view.loading");
  void loadComments(box);
}

/** True if this person is notified when others comment. @param {string} path */
function tellOption(path) {
  const box = h("input", { type: "checkbox", disabled: true });
  const label = h("label", { class: "option", hidden: true }, box, h("span", { text: t("comments.tell") }));
  box.addEventListener("change", async () => {
    box.disabled = true;
    try {
      await command(box.checked ? "removenotificationfilter" : "addnotificationfilter", { path });
    } catch (error) {
      box.checked = !box.checked;
      errorToast(errorText(error));
    } finally {
      box.disabled = false;
    }
  });
  command("isnotificationfilterset", { path }).then(({ result }) => {
    box.checked = result === 0;
    box.disabled = false;
    label.hidden = false;
  }, () => { /* The choice is left out; the comments say what is wrong. */ });
  return label;
}

/**
 * A field for a text of several lines, with a button that sends it.
 * @param {{ label: string, value: string, confirm: string, send: (text: string) => Promise<void>, cancel?: () => void,
 *   onInput?: (text: string) => void }} options
 */
function composer(options) {
  const id = uniqueId("comment");
  const wrong = errorLine({ class: "field-error", id: `${id}-error` });
  const input = h("textarea", { class: "input", id, rows: 3, maxLength: LENGTH_MAX, value: options.value, "aria-describedby": `${id}-error` });
  const send = button({ text: options.confirm, kind: "primary", props: { type: "submit" } });
  const submit = async () => {
    const text = input.value.trim();
    if (!text || send.disabled) return;
    if (bytesOf(text) > LENGTH_MAX) {
      wrong.textContent = t("comments.long");
      return;
    }
    send.disabled = true;
    wrong.textContent = "";
    try {
      await options.send(text);
    } catch (error) {
      wrong.textContent = errorText(error);
    } finally {
      send.disabled = false;
    }
  };
  input.addEventListener("input", () => options.onInput?.(input.value));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void submit();
    } else if (event.key === "Escape" && options.cancel) {
      // This ends editing and keeps the panel open.
      event.preventDefault();
      options.cancel();
    }
  });
  const element = h("form", { class: "form", on: { submit: (/** @type {Event} */ event) => {
    event.preventDefault();
    void submit();
  } } },
  h("div", { class: "field" }, h("label", { class: "field-label", htmlFor: id, text: options.label }), input, wrong),
  h("div", { class: "card-actions" }, options.cancel ? button({ text: t("dialog.cancel"), onclick: options.cancel }) : null, send));
  return { element, input };
}

/** @param {CommentsBox} box */
async function loadComments(box) {
  try {
    await drawComments(box, await records("getcommentsforitem", "comment", { fullpath: box.path }));
  } catch (error) {
    box.status.textContent = errorText(error);
    box.status.hidden = false;
  }
}

/** @param {CommentsBox} box @param {CommentRecord[]} comments */
async function drawComments(box, comments) {
  fill(box.list, await Promise.all(comments.map(async (comment) => commentItem(box, comment, await knownName(comment.who)))));
  box.status.textContent = t("comments.none");
  box.status.hidden = comments.length > 0;
  box.list.hidden = comments.length === 0;
}

/** Loads the list of files again, because it shows which files have comments. @param {CommentsBox} box */
function reload(box) {
  folderChanged(box.store, parentOf(box.path));
  return loadComments(box);
}

/** @param {CommentsBox} box @param {CommentRecord} comment @param {string} name of who wrote it */
function commentItem(box, comment, name) {
  const item = h("li", { class: "comment" });
  const read = () => fill(item,
    h("p", { class: "comment-head" }, avatar({ name: comment.who, displayName: name, hasPicture: comment.hasprofileimage === 1 }),
      h("span", null, h("strong", { title: plainName(comment.who), text: name }), " ", h("span", { class: "quiet" }, timeElement(comment.whenepochutc)))),
    h("p", { class: "comment-text", dir: "auto", text: comment.text }),
    comment.who === box.own ? h("div", { class: "comment-acts" },
      button({ icon: "rename", label: t("comments.edit"), kind: "quiet", onclick: edit }),
      button({ icon: "trash", label: t("comments.remove"), kind: "quiet", onclick: () => void remove() })) : null);
  const edit = () => {
    const form = composer({
      label: t("comments.edit"),
      value: comment.text,
      confirm: t("action.save"),
      send: async (text) => {
        await records("updatecommentforitem", "comment", { fullpath: box.path, id: comment.id, text });
        comment.text = text;
        read();
        item.querySelector("button")?.focus();
      },
      cancel: () => { read(); item.querySelector("button")?.focus(); },
    });
    fill(item, form.element);
    form.input.focus();
  };
  const remove = async () => {
    if (!await confirmDialog({ title: t("comments.removeask"), confirm: t("action.delete"), isDanger: true })) return;
    try {
      await command("removecommentforitem", { fullpath: box.path, id: comment.id });
      announce(t("comments.removed"));
      await reload(box);
      box.form.input.focus();
    } catch (error) {
      box.status.textContent = errorText(error);
      box.status.hidden = false;
    }
  };
  read();
  return item;
}
