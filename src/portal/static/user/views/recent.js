// What was done lately to the files of a person, and to those on further disks.

import { h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { showActivity } from "../files/activity.js";
import { homeOf } from "../files/paths.js";

/**
 * @param {import("../state.js").Context} context
 * @returns {import("../../shared/views.js").View}
 */
export function open(context) {
  const home = homeOf(context.store.get().account.name);
  const box = h("div");
  showActivity(box, "/", home);
  return {
    element: h("div", { class: "page" }, box),
    bar: [h("h1", { class: "bar-title", tabIndex: -1, text: t("place.recent") })],
    title: () => t("place.recent"),
  };
}
