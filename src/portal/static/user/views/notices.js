// Notices: what a person should know at their next visit, and what others did to their files.

import { ROOT, command, errorText, records } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { nameElement, plainName, shortName, timeElement } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/live.js";
import { menuButton } from "../../shared/menu.js";
import { orTell, toast } from "../../shared/toast.js";
import { face } from "../faces.js";
import { activityItem } from "../files/activity.js";
import { folderAddress, homeOf, parentOf } from "../files/paths.js";
import { loadNotices } from "../notices.js";

/** @typedef {import("../../shared/types.js").NoticeRecord} NoticeRecord */

const COMMENTED = 9;

/**
 * @param {import("../state.js").Context} context
 * @returns {import("../../shared/views.js").View}
 */
export function open(context) {
  const { store } = context;
  const home = homeOf(store.get().account.name);
  const list = h("ol", { class: "activities notices" });
  const others = h("section", { class: "notices-others", "aria-label": t("notices.others"), hidden: true });
  const readAll = button({ text: t("notices.readall"), onclick: () => orTell(markRead(shown.filter((one) => one.alreadyread === 0))) });
  const removeAll = button({ text: t("notices.removeall"), kind: "quiet", onclick: () => orTell(removeAllOf()) });
  const acts = h("div", { class: "card-actions", hidden: true }, readAll, removeAll);
  const stage = h("div", { class: "notices-stage" });
  /** @type {NoticeRecord[]} */
  let shown = [];

  const show = () => {
    fill(list, shown.map(noticeItem));
    acts.hidden = shown.length === 0;
    readAll.hidden = shown.every((one) => one.alreadyread === 1);
    fill(stage, shown.length > 0 ? list : notice({ icon: "bell", title: t("notices.none"), text: t("notices.nonetext") }));
  };

  const load = async () => {
    try {
      shown = await loadNotices(store);
      show();
    } catch (error) {
      fill(stage, notice({ icon: "warning", title: t("notices.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void load() } }));
    }
  };

  const loadOthers = async () => {
    /** @type {import("../../shared/types.js").ActivityRecord[]} */
    const all = await records("getnotificationstream", "notificationstream");
    // Comments are notices of their own.
    const found = all.filter((one) => one.actioncode !== COMMENTED);
    others.hidden = found.length === 0;
    fill(others, h("h2", { text: t("notices.others") }), h("ol", { class: "activities" }, found.map((one) => activityItem(one, home))));
  };

  /** @param {NoticeRecord[]} notices */
  const markRead = async (notices) => {
    if (notices.length === 0) return;
    await command("acktoasts", { acktoastids: notices.map((one) => one.toastrid).join(",") });
    for (const one of notices) one.alreadyread = 1;
    store.set({ newNotices: shown.filter((one) => one.alreadyread === 0).length });
    show();
  };

  /** @param {NoticeRecord} one */
  const remove = async (one) => {
    await command("deletetoasts", { toastrid: one.toastrid });
    const at = shown.indexOf(one);
    await load();
    announce(t("notices.removed"));
    // The keyboard stays where it was.
    const next = list.children[Math.min(at, shown.length - 1)]?.querySelector("a, button");
    (next instanceof HTMLElement ? next : context.shell.main).focus();
  };

  const removeAllOf = async () => {
    await command("deletetoasts", { clearallforuser: true });
    await load();
    announce(t("notices.removedall"));
    context.shell.focusView();
  };

  /** @param {NoticeRecord} one */
  const silence = async (one) => {
    await command("addnotificationfilter", { path: one.path });
    toast(t("notices.silenced", { name: shortName(one.name) }), {
      action: { run: () => orTell(command("removenotificationfilter", { path: one.path })) },
    });
  };

  /** @param {NoticeRecord} one */
  function noticeItem(one) {
    const { title, text, href, label } = wordsOf(one);
    const link = h("a", { class: "entry-link", href, on: { click: () => { if (one.alreadyread === 0) orTell(markRead([one])); } } }, title);
    const menu = menuButton(button({ icon: "more", label: t("notices.menu", { name: label }), kind: "quiet" }), () => [
      { label: t("action.open"), icon: "open", run: () => link.click() },
      one.alreadyread === 0 && { label: t("notices.read"), icon: "check", run: () => orTell(markRead([one])) },
      one.type === "comment" && { label: t("notices.silence"), icon: "bell-off", run: () => orTell(silence(one)) },
      null,
      { label: t("action.delete"), icon: "trash", isDanger: true, run: () => orTell(remove(one)) },
    ]);
    return h("li", { class: ["activity", "notice-item", one.alreadyread === 0 && "is-new"] },
      one.type === "comment"
        ? face({ name: one.creater, displayName: one.createrdisplayname, hasPicture: one.createrhasimage === 1 }, { badge: "comment" })
        : icon("warning"),
      h("span", { class: "activity-text" },
        h("span", { class: "notice-head" }, link, one.alreadyread === 0 ? h("span", { class: "notice-new", text: t("notices.new") }) : null),
        text, h("span", { class: "quiet" }, timeElement(one.whenepochutc))),
      menu);
  }

  /** @param {NoticeRecord} one */
  function wordsOf(one) {
    if (one.type === "limit") return { title: t("notices.limit"), text: h("span", { text: t("notices.limittext") }), href: "#/me", label: t("notices.limit") };
    if (one.type === "disk") return { title: t("notices.disk"), text: h("span", { text: t("notices.disktext") }), href: `${ROOT}/admin/`, label: t("notices.disk") };
    return {
      title: nameElement(one.name),
      text: [
        h("span", { class: "quiet", text: t("notices.commented", { who: plainName(one.createrdisplayname || one.creater) }) }),
        h("span", { class: "notice-quote", dir: "auto", text: one.message }),
      ],
      href: folderAddress(parentOf(one.path), home, { details: one.name, tab: "comments" }),
      label: plainName(one.name),
    };
  }

  void load();
  // What others did is a help; without it the notices are whole.
  loadOthers().catch(() => { others.hidden = true; });
  return {
    element: h("div", { class: "page" }, acts, stage, others),
    bar: [h("h1", { class: "bar-title", tabIndex: -1, text: t("place.notices") })],
    title: () => t("place.notices"),
  };
}
