// What happened lately: the files, under the days on which something was done to them.

import { errorText, records } from "../../shared/api.js";
import { dayName } from "../../shared/days.js";
import { isoDay } from "../../shared/format.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { DELETED } from "../files/activity.js";
import { isWithin, parentOf } from "../files/paths.js";
import { recentItem } from "./item.js";

/** @typedef {import("../../shared/types.js").ActivityRecord} ActivityRecord */

const PAGE = 50;

/**
 * Shows in an element what happened, the newest first.
 * @param {HTMLElement} content @param {string} home
 * @param {() => void} showEmpty called if nothing has happened
 * @returns {Promise<void>} ends when the newest are shown
 */
export function showRecent(content, home, showEmpty) {
  const list = h("div", { class: "recent" });
  const status = h("p", { class: "quiet", text: t("view.loading") });
  const more = button({ text: t("activity.more"), onclick: () => void load() });
  more.hidden = true;
  let start = 0;
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

  const load = async () => {
    more.disabled = true;
    try {
      // One record more than the page shows is loaded, to find out whether there are more.
      /** @type {ActivityRecord[]} */
      const all = await records("getactivitystream", "activitystreamrecord", { parent: "/", start, limit: PAGE + 1 });
      start += PAGE;
      all.slice(0, PAGE).forEach(add);
      more.hidden = all.length <= PAGE;
      status.hidden = true;
      if (!last) showEmpty();
    } catch (error) {
      status.textContent = errorText(error);
      status.hidden = false;
      more.hidden = false;
    } finally {
      more.disabled = false;
    }
  };
  fill(content, h("div", { class: "recent-box" }, status, list, h("div", null, more)));
  return load();
}
