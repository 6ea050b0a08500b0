// Shows a notification with its actions.

import { ROOT, command } from "../../shared/api.js";
import { nameElement, plainName, shortName, timeElement } from "../../shared/format.js";
import { button, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { menuButton } from "../../shared/menu.js";
import { orTell, toast } from "../../shared/toast.js";
import { avatar } from "../account/avatars.js";
import { folderAddress, parentOf } from "../files/paths.js";
import { markRead, removeNotification } from "./load.js";

/** @typedef {import("../../shared/types.js").NotificationRecord} NotificationRecord */
/** @typedef {import("../views/notifications.js").NotificationsView} NotificationsView */

/** @param {NotificationsView} view @param {NotificationRecord} one */
export function notificationItem(view, one) {
  const { title, text, href, label } = wordsOf(view, one);
  const link = h("a", { class: "entry-link", href, on: { click: () => { if (one.alreadyread === 0) orTell(markRead(view, [one])); } } }, title);
  const menu = menuButton(button({ icon: "more", label: t("notices.menu", { name: label }), kind: "quiet" }), () => [
    { label: t("action.open"), icon: "open", run: () => link.click() },
    one.alreadyread === 0 && { label: t("notices.read"), icon: "check", run: () => orTell(markRead(view, [one])) },
    one.type === "comment" && { label: t("notices.silence"), icon: "bell-off", run: () => orTell(silence(one)) },
    null,
    { label: t("action.delete"), icon: "trash", isDanger: true, run: () => orTell(removeNotification(view, one)) },
  ]);
  return h("li", { class: ["activity", "notice-item", one.alreadyread === 0 && "is-new"] },
    one.type === "comment" || one.type === "share"
      ? avatar({ name: one.creater, displayName: one.createrdisplayname, hasPicture: one.createrhasimage === 1 }, { badge: one.type })
      : icon("warning"),
    h("span", { class: "activity-text" },
      h("span", { class: "notice-head" }, link, one.alreadyread === 0 ? h("span", { class: "notice-new", text: t("notices.new") }) : null),
      text, h("span", { class: "quiet" }, timeElement(one.whenepochutc))),
    menu);
}

/** @param {NotificationsView} view @param {NotificationRecord} one */
export function wordsOf(view, one) {
  if (one.type === "limit") return { title: t("notices.limit"), text: h("span", { text: t("notices.limittext") }), href: "#/me", label: t("notices.limit") };
  if (one.type === "disk") return { title: t("notices.disk"), text: h("span", { text: t("notices.disktext") }), href: `${ROOT}/admin/`, label: t("notices.disk") };
  if (one.type === "secondfactor") {
    return { title: t("notices.factor"), text: h("span", { text: t("notices.factortext") }), href: "#/me", label: t("notices.factor") };
  }
  if (one.type === "held") {
    const isOwn = one.creater === view.store.get().account.name;
    const title = t("notices.held", { count: Number(one.message) });
    const text = h("span", { text: t(isOwn ? "notices.heldtext" : "notices.heldofother", { who: plainName(one.createrdisplayname || one.creater) }) });
    return { title, text, href: isOwn ? "#/files" : `${ROOT}/admin/`, label: title };
  }
  if (one.type === "share") {
    return {
      title: nameElement(one.name),
      text: h("span", { class: "quiet", text: t("notices.shared", { who: plainName(one.createrdisplayname || one.creater) }) }),
      href: sharedAddress(one.path, view.home),
      label: plainName(one.name),
    };
  }
  return {
    title: nameElement(one.name),
    text: [
      h("span", { class: "quiet", text: t("notices.commented", { who: plainName(one.createrdisplayname || one.creater) }) }),
      h("span", { class: "notice-quote", dir: "auto", text: one.message }),
    ],
    href: folderAddress(parentOf(one.path), view.home, { details: one.name, tab: "comments" }),
    label: plainName(one.name),
  };
}

/**
 * The address of an entry that others share with this person. The view there finds out whether it
 * is a folder.
 * @param {string} path @param {string} home
 */
function sharedAddress(path, home) {
  return folderAddress(parentOf(path), home, { details: path.slice(path.lastIndexOf("/") + 1) });
}

/** @param {NotificationRecord} one */
export async function silence(one) {
  await command("addnotificationfilter", { path: one.path });
  toast(t("notices.silenced", { name: shortName(one.name) }), {
    action: { run: () => orTell(command("removenotificationfilter", { path: one.path })) },
  });
}
