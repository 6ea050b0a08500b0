// An item of what happened lately: a file with its picture, or many files that were treated
// together, in one sentence.

import { clock } from "../../shared/days.js";
import { fullTime, nameElement, shortName } from "../../shared/format.js";
import { h, icon } from "../../shared/h.js";
import { t, tNodes } from "../../shared/i18n.js";
import { avatar } from "../account/avatars.js";
import { DELETED, actionOf } from "../files/activity.js";
import { folderAddress, folderName, leafOf, parentOf } from "../files/paths.js";
import { kindOf } from "../files/kinds.js";
import { addPicture } from "../files/rows.js";
import { whoName } from "../files/who.js";

/** @typedef {import("../../shared/types.js").ActivityRecord} ActivityRecord */

/** The pixels of a picture. Lists ask for the same size, so both show one picture. */
const PICTURE = 160;

/** @param {ActivityRecord} record @param {string} home @param {boolean} isThere whether it may have a picture */
export function recentItem(record, home, isThere) {
  const action = actionOf(record);
  const who = whoName(record.who, record.whodisplayname);
  const text = record.count > 1 ? manyEntries(record, action, who, home) : oneEntry(record, action, who, home);
  const iso = new Date(record.whenepochutc * 1000).toISOString();
  return h("li", { class: "activity recent-item" },
    picture(record, isThere),
    h("span", { class: "activity-text" }, text),
    record.who ? avatar({ name: record.who, displayName: who, hasPicture: record.hasprofileimage === 1 }) : h("span", { class: "avatar", "aria-hidden": "true" }, h("span", { class: "initials" }, icon("disk"))),
    h("time", { class: "quiet recent-time", datetime: iso, title: fullTime(record.whenepochutc), text: clock(record.whenepochutc) }));
}

/** @param {ActivityRecord} record @param {boolean} isThere */
function picture(record, isThere) {
  /** @type {import("../../shared/types.js").Entry} */
  const entry = {
    path: record.path, name: leafOf(record.path), isFolder: record.isfile === 0, size: 1, folderSize: 0, isFolderSizeExact: false, modified: record.whenepochutc, canRename: false, isLocked: false,
    canLock: false, isStarred: false, isCommented: false, canShow: true, isShared: "", canShare: false, etag: String(record.whenepochutc), excerpt: "",
  };
  const kind = kindOf(entry);
  const box = h("span", { class: ["recent-picture", record.count > 1 && "is-many"], "aria-hidden": "true" }, icon(kind.icon, { class: `kind tint-${kind.tint}` }));
  if (isThere && !entry.isFolder) addPicture(box, entry, PICTURE);
  return box;
}

/** @param {ActivityRecord} record @param {{ label: string }} action @param {string} who @param {string} home */
function oneEntry(record, action, who, home) {
  const title = nameElement(record.path === home ? t("files.home") : leafOf(record.path));
  const folder = parentOf(record.path);
  const address = record.isfile ? folderAddress(folder, home, { open: record.name }) : folderAddress(record.path, home);
  const words = { name: shortName(record.misc), folder: record.misc.startsWith("/") ? shortName(folderName(parentOf(record.misc), home)) : "" };
  return [
    record.actioncode === DELETED ? title : h("a", { class: "entry-link", href: address }, title),
    h("span", { class: "quiet recent-words" }, h("span", { text: t(action.label, words) }), " \u00b7 ", h("bdi", { dir: "auto", text: who }),
      record.path === home ? null : [" \u00b7 ", h("a", { class: "recent-folder", href: folderAddress(folder, home), text: shortName(folderName(folder, home)) })]),
  ];
}

/** @param {ActivityRecord} record @param {{ sentence: string, entries: string }} action @param {string} who @param {string} home */
function manyEntries(record, action, who, home) {
  const folder = parentOf(record.path);
  return h("a", { class: "entry-link recent-sentence", href: folderAddress(folder, home) }, tNodes(action.sentence, {
    who: h("bdi", { dir: "auto", text: who }),
    what: t(action.entries, { count: record.count }),
    place: h("strong", { text: shortName(folderName(folder, home)) }),
    folder: record.misc.startsWith("/") ? shortName(folderName(parentOf(record.misc), home)) : "",
  }));
}
