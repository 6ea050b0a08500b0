// The activities below a path, a page at a time, with a button for the next page.

import { errorText, records } from "../../shared/api.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";

/** @typedef {import("../../shared/types.js").ActivityRecord} ActivityRecord */

const PAGE = 50;

/**
 * @typedef {object} Pages
 * @property {HTMLElement} content where they are shown
 * @property {string} path the entry whose activities are loaded, with all entries below it
 * @property {string} class of the box around them
 * @property {HTMLElement} list the element that holds what was added
 * @property {(records: ActivityRecord[]) => void} add adds a page to the list
 * @property {() => void} showEmpty called if nothing has happened
 */

/** Shows activities, the newest first. Ends when the first page is shown. @param {Pages} pages @returns {Promise<void>} */
export function showPages({ content, path, class: name, list, add, showEmpty }) {
  const status = h("p", { class: "quiet", text: t("view.loading") });
  const more = button({ text: t("activity.more"), onclick: () => void load() });
  more.hidden = true;
  let start = 0;

  const load = async () => {
    more.disabled = true;
    try {
      // One record more than the page shows is loaded, to find out whether there are more.
      /** @type {ActivityRecord[]} */
      const all = await records("getactivitystream", "activitystreamrecord", { parent: path, start, limit: PAGE + 1 });
      start += PAGE;
      add(all.slice(0, PAGE));
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
  fill(content, h("div", { class: name }, status, list, h("div", null, more)));
  return load();
}
