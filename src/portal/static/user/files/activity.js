// What happened to files and folders: who did what, and when. For the details of an entry and for the view of what was
// done lately.

import { errorText, records } from "../../shared/api.js";
import { nameElement, shortName, timeElement } from "../../shared/format.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { avatar } from "../account/avatars.js";
import { folderAddress, folderName, leafOf, parentOf } from "./paths.js";
import { whoName } from "./who.js";

/** @typedef {import("../../shared/types.js").ActivityRecord} ActivityRecord */

const PAGE = 50;
const DELETED = 5;
const MOVED = 7;

/** What the numbers of the API are called here, and how they look. @type {Record<number, { label: string, icon: string }>} */
const ACTIONS = {
  3: { label: "activity.added", icon: "upload" },
  4: { label: "activity.changed", icon: "save" },
  [DELETED]: { label: "activity.deleted", icon: "trash" },
  6: { label: "activity.renamed", icon: "rename" },
  [MOVED]: { label: "activity.moved", icon: "move" },
  8: { label: "activity.made", icon: "new-folder" },
  9: { label: "activity.commented", icon: "comment" },
  10: { label: "activity.restored", icon: "refresh" },
};

/**
 * Puts what happened to an entry, and to all below it, into an element, the newest first.
 * @param {HTMLElement} content
 * @param {string} path
 * @param {string} home
 * @param {() => void} [showEmpty] nothing has happened, and there is more to say than that
 * @returns {Promise<void>} ends when the newest are there
 */
export function showActivity(content, path, home, showEmpty = () => undefined) {
  const list = h("ol", { class: "activities" });
  const status = h("p", { class: "quiet", text: t("view.loading") });
  const more = button({ text: t("activity.more"), onclick: () => void load() });
  more.hidden = true;
  let start = 0;

  const load = async () => {
    more.disabled = true;
    try {
      // One more than is shown tells whether there are more.
      /** @type {ActivityRecord[]} */
      const all = await records("getactivitystream", "activitystreamrecord", { parent: path, start, limit: PAGE + 1 });
      start += PAGE;
      list.append(...all.slice(0, PAGE).map((record) => activityItem(record, home)));
      more.hidden = all.length <= PAGE;
      status.textContent = t("activity.none");
      status.hidden = list.children.length > 0;
      if (list.children.length === 0) showEmpty();
    } catch (error) {
      status.textContent = errorText(error);
      status.hidden = false;
      more.hidden = false;
    } finally {
      more.disabled = false;
    }
  };
  fill(content, h("div", { class: "activities-box" }, status, list, h("div", null, more)));
  return load();
}

/** One thing that happened. @param {ActivityRecord} record @param {string} home */
export function activityItem(record, home) {
  const action = ACTIONS[record.actioncode] ?? { label: "activity.changed", icon: "save" };
  // Where it came from is told to those who may know.
  const label = record.actioncode === MOVED && record.misc === "" ? "activity.here" : action.label;
  const folder = parentOf(record.path);
  const address = record.isfile ? folderAddress(folder, home, { open: record.name }) : folderAddress(record.path, home);
  const name = nameElement(record.path === home ? t("files.home") : leafOf(record.path));
  return h("li", { class: "activity" },
    avatar({ name: record.who, displayName: whoName(record.who, record.whodisplayname), hasPicture: record.hasprofileimage === 1 }, { badge: action.icon }),
    h("span", { class: "activity-text" },
      record.actioncode === DELETED ? name : h("a", { class: "entry-link", href: address }, name),
      h("span", { class: "quiet", text: t(label, wordsOf(record, home)) }),
      h("span", { class: "quiet" }, h("bdi", { dir: "auto", text: whoName(record.who, record.whodisplayname) }), ", ", timeElement(record.whenepochutc))));
}

/** @param {ActivityRecord} record @param {string} home */
function wordsOf(record, home) {
  return { name: shortName(record.misc), folder: record.misc.startsWith("/") ? shortName(folderName(parentOf(record.misc), home)) : "" };
}
