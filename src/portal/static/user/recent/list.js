// What happened lately: the files, under the days on which something was done to them.

import { dayName } from "../../shared/days.js";
import { isoDay } from "../../shared/format.js";
import { h } from "../../shared/h.js";
import { showPages } from "../files/activity-pages.js";
import { DELETED } from "../files/activity.js";
import { isWithin, parentOf } from "../files/paths.js";
import { recentItem } from "./item.js";

/** @typedef {import("../../shared/types.js").ActivityRecord} ActivityRecord */

/**
 * Shows in an element what happened, the newest first.
 * @param {HTMLElement} content @param {string} home
 * @param {() => void} showEmpty called if nothing has happened
 * @returns {Promise<void>} ends when the newest are shown
 */
export function showRecent(content, home, showEmpty) {
  const list = h("div", { class: "recent" });
  /** The paths that are not there any more: of an entry, or of all in a folder that were deleted together. @type {string[]} */
  const gone = [];
  /** @type {{ day: string, items: HTMLElement } | null} */
  let last = null;

  /** @param {ActivityRecord} record */
  const add = (record) => {
    const day = isoDay(new Date(record.whenepochutc * 1000));
    if (last?.day !== day) {
      const id = `recent-${day}`;
      last = { day, items: h("ol", { class: "recent-items", "aria-labelledby": id }) };
      list.append(h("h2", { class: "recent-day", id, text: dayName(day) }), last.items);
    }
    if (record.actioncode === DELETED) gone.push(record.count > 1 ? parentOf(record.path) : record.path);
    last.items.append(recentItem(record, home, !gone.some((path) => isWithin(record.path, path))));
  };

  return showPages({ content, path: "/", class: "recent-box", list, add: (records) => records.forEach(add), showEmpty });
}
