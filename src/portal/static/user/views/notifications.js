// Notifications: what a person should know at their next visit, and what others did to their files.

import { button, h } from "../../shared/h.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { orTell } from "../../shared/toast.js";
import { homeOf } from "../files/paths.js";
import { loadOthers, loadShown, markRead, removeAllOf } from "../notifications/load.js";

/** @typedef {import("../state.js").UserStore} UserStore */
/** @typedef {import("../../shared/types.js").NotificationRecord} NotificationRecord */

/**
 * @typedef {object} NotificationsView
 * @property {UserStore} store
 * @property {string} home
 * @property {HTMLOListElement} list
 * @property {HTMLElement} others
 * @property {HTMLButtonElement} readAll
 * @property {HTMLDivElement} buttons
 * @property {HTMLDivElement} stage
 * @property {NotificationRecord[]} shown
 * @property {import("../state.js").Context} context
 */

/**
 * @param {import("../state.js").Context} context
 * @returns {Promise<import("../../shared/views.js").View>}
 */
export async function open(context) {
  // What others did is said in the words of the details of an entry.
  await Promise.all([loadBundle("notices"), loadBundle("details")]);
  const { store } = context;
  const home = homeOf(store.get().account.name);
  const list = h("ol", { class: "activities notices" });
  const others = h("section", { class: "notices-others", "aria-label": t("notices.others"), hidden: true });
  const readAll = button({ text: t("notices.readall"), onclick: () => orTell(markRead(view, view.shown.filter((one) => one.alreadyread === 0))) });
  const removeAll = button({ text: t("notices.removeall"), kind: "quiet", onclick: () => orTell(removeAllOf(view)) });
  const buttons = h("div", { class: "card-actions", hidden: true }, readAll, removeAll);
  const stage = h("div", { class: "page-box notices-stage" });
  /** @type {NotificationsView} */
  const view = { store, home, list, others, readAll, buttons, stage, shown: [], context };
  void loadShown(view);
  // The list of what others did is only an addition, so its failure does not matter.
  loadOthers(view).catch(() => { others.hidden = true; });
  return {
    element: h("div", { class: "page" }, buttons, stage, others),
    bar: [h("h1", { class: "bar-title", tabIndex: -1, text: t("place.notices") })],
    title: () => t("place.notices"),
  };
}

