// The activities of files and folders: who did what, and when. The details of an entry show them, and the view of recent changes does.

import { nameElement, shortName, timeElement } from "../../shared/format.js";
import { h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { avatar } from "../account/avatars.js";
import { showPages } from "./activity-pages.js";
import { folderAddress, folderName, leafOf, parentOf } from "./paths.js";
import { whoName } from "./who.js";

/** @typedef {import("../../shared/types.js").ActivityRecord} ActivityRecord */

export const DELETED = 5;
const MOVED = 7;

const FILES = "details.filecount";
const FOLDERS = "details.foldercount";
const ITEMS = "bin.count";

/**
 * The names of the API's numbers: for one entry, for many in a folder, as a whole sentence, and the word for these entries.
 * @type {Record<number, { label: string, many: string, sentence: string, entries: string, icon: string }>}
 */
const ACTIONS = {
  3: { label: "activity.added", many: "activity.addedmany", sentence: "recent.added", entries: FILES, icon: "upload" },
  4: { label: "activity.changed", many: "activity.changedmany", sentence: "recent.changed", entries: FILES, icon: "save" },
  [DELETED]: { label: "activity.deleted", many: "activity.deletedmany", sentence: "recent.deleted", entries: ITEMS, icon: "trash" },
  6: { label: "activity.renamed", many: "activity.renamedmany", sentence: "recent.renamed", entries: ITEMS, icon: "rename" },
  [MOVED]: { label: "activity.moved", many: "activity.movedmany", sentence: "recent.moved", entries: ITEMS, icon: "move" },
  8: { label: "activity.made", many: "activity.mademany", sentence: "recent.made", entries: FOLDERS, icon: "new-folder" },
  9: { label: "activity.commented", many: "activity.commented", sentence: "recent.changed", entries: ITEMS, icon: "comment" },
  10: { label: "activity.restored", many: "activity.restoredmany", sentence: "recent.restored", entries: ITEMS, icon: "refresh" },
};
const OTHER = { label: "activity.changed", many: "activity.changedmany", sentence: "recent.changed", entries: ITEMS, icon: "save" };
/** Something was moved here from a place that this person may not know. */
const MOVED_HERE = { label: "activity.here", many: "activity.heremany", sentence: "recent.here", entries: ITEMS, icon: "move" };

/**
 * Shows in an element what happened to an entry and to all entries below it, the newest first.
 * @param {HTMLElement} content
 * @param {string} path
 * @param {string} home
 * @param {() => void} [showEmpty] called if nothing has happened and more can be shown than that
 * @returns {Promise<void>} ends when the newest are shown
 */
export function showActivity(content, path, home, showEmpty = () => undefined) {
  const list = h("ol", { class: "activities" });
  return showPages({
    content, path, class: "activities-box", list, showEmpty,
    add: (records) => list.append(...records.map((record) => activityItem(record, home))),
  });
}

/** @param {ActivityRecord} record */
export function actionOf(record) {
  return record.actioncode === MOVED && record.misc === "" ? MOVED_HERE : ACTIONS[record.actioncode] ?? OTHER;
}

/** An item of the list: something that happened to one entry, or to many in a folder. @param {ActivityRecord} record @param {string} home */
export function activityItem(record, home) {
  const action = actionOf(record);
  const who = whoName(record.who, record.whodisplayname);
  const { title, address } = record.count > 1 ? manyEntries(record, action.entries, home) : oneEntry(record, home);
  const label = t(record.count > 1 ? action.many : action.label, wordsOf(record, home));
  return h("li", { class: "activity" },
    avatar({ name: record.who, displayName: who, hasPicture: record.hasprofileimage === 1 }, { badge: action.icon }),
    h("span", { class: "activity-text" },
      address === null ? title : h("a", { class: "entry-link", href: address }, title),
      h("span", { class: "quiet", text: label }),
      h("span", { class: "quiet" }, h("bdi", { dir: "auto", text: who }), ", ", timeElement(record.whenepochutc))));
}

/** @param {ActivityRecord} record @param {string} home */
function oneEntry(record, home) {
  const title = nameElement(record.path === home ? t("files.home") : leafOf(record.path));
  const inFolder = folderAddress(parentOf(record.path), home, { open: record.name });
  const address = record.isfile ? inFolder : folderAddress(record.path, home);
  return { title, address: record.actioncode === DELETED ? null : address };
}

/** @param {ActivityRecord} record @param {string} entries the word for them @param {string} home */
function manyEntries(record, entries, home) {
  return { title: h("span", { text: t(entries, { count: record.count }) }), address: folderAddress(parentOf(record.path), home) };
}

/** @param {ActivityRecord} record @param {string} home */
function wordsOf(record, home) {
  return {
    name: shortName(record.misc),
    folder: record.misc.startsWith("/") ? shortName(folderName(parentOf(record.misc), home)) : "",
    place: shortName(folderName(parentOf(record.path), home)),
  };
}
