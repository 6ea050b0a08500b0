// Loads notifications, marks them as read and removes them.

import { command, errorText, records } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { activityItem } from "../files/activity.js";
import { loadNotifications } from "./count.js";
import { notificationItem } from "./item.js";

/** @typedef {import("../../shared/types.js").NotificationRecord} NotificationRecord */
/** @typedef {import("../views/notifications.js").NotificationsView} NotificationsView */

const COMMENTED = 9;

/** @param {NotificationsView} view */
export function showNotifications(view) {
  fill(view.list, view.shown.map((one) => notificationItem(view, one)));
  view.buttons.hidden = view.shown.length === 0;
  view.readAll.hidden = view.shown.every((one) => one.alreadyread === 1);
  fill(view.stage, view.shown.length > 0 ? view.list : notice({ icon: "bell", title: t("notices.none"), text: t("notices.nonetext") }));
}

/** @param {NotificationsView} view */
export async function loadShown(view) {
  try {
    view.shown = await loadNotifications(view.store);
    showNotifications(view);
  } catch (error) {
    fill(view.stage, notice({ icon: "warning", title: t("notices.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void loadShown(view) } }));
  }
}

/** @param {NotificationsView} view */
export async function loadOthers(view) {
  /** @type {import("../../shared/types.js").ActivityRecord[]} */
  const all = await records("getnotificationstream", "notificationstream");
  // Comments have notifications of their own.
  const found = all.filter((one) => one.actioncode !== COMMENTED);
  view.others.hidden = found.length === 0;
  fill(view.others, h("h2", { text: t("notices.others") }), h("ol", { class: "activities" }, found.map((one) => activityItem(one, view.home))));
}

/** @param {NotificationsView} view @param {NotificationRecord[]} notices */
export async function markRead(view, notices) {
  if (notices.length === 0) return;
  await command("acktoasts", { acktoastids: notices.map((one) => one.toastrid).join(",") });
  for (const one of notices) one.alreadyread = 1;
  view.store.set({ newNotifications: view.shown.filter((one) => one.alreadyread === 0).length });
  showNotifications(view);
}

/** @param {NotificationsView} view @param {NotificationRecord} one */
export async function removeNotification(view, one) {
  await command("deletetoasts", { toastrid: one.toastrid });
  const at = view.shown.indexOf(one);
  await loadShown(view);
  announce(t("notices.removed"));
  // The focus stays where it was.
  const next = view.list.children[Math.min(at, view.shown.length - 1)]?.querySelector("a, button");
  (next instanceof HTMLElement ? next : view.context.shell.main).focus();
}

/** @param {NotificationsView} view */
export async function removeAllOf(view) {
  await command("deletetoasts", { clearallforuser: true });
  await loadShown(view);
  announce(t("notices.removedall"));
  view.context.shell.focusView();
}
