// The panel of a group: its members, its name, and a button that removes it.

import { command, records } from "../../shared/api.js";
import { confirmDialog } from "../../shared/dialog.js";
import { field } from "../../shared/fields.js";
import { plainName } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast, toast } from "../../shared/toast.js";
import { needs } from "../allowed.js";
import { adminErrorText } from "../error-text.js";
import { form, selectField } from "../forms.js";
import { groupName } from "../views/groups.js";

/** @typedef {import("../views/groups.js").GroupRecord} GroupRecord */
/** @typedef {{ changed: () => Promise<void>, removed: () => Promise<void> }} Around */

/** @param {ReturnType<typeof import("../../shared/panel.js").createPanel>} panel @param {GroupRecord} group @param {Around} around */
export function showGroup(panel, group, around) {
  panel.show({
    title: groupName(group),
    subtitle: t("groups.membercount", { count: group.membercount }),
    tabs: [{ id: "group", label: t("groups.members"), show: (content) => {
      const members = h("div", { class: "panel-part" });
      fill(content, members, group.everyonegroup ? h("p", { class: "quiet", text: t("groups.everybodyhint") }) : [h("hr", { class: "line" }), nameForm(group, around), removal(group, around)]);
      void showMembers(members, group, around);
    } }],
  });
}

/** @param {HTMLElement} place @param {GroupRecord} group @param {Around} around */
async function showMembers(place, group, around) {
  try {
    /** @type {import("../../../replies.js").MemberRecord[]} */
    const members = await records("getmembersforgroup", "member", { groupid: group.groupid, start: 0, end: 1000 }, { side: "admin" });
    /** @type {import("../../../replies.js").PersonRecord[]} */
    const users = group.everyonegroup ? [] : await records("search", "user", { keyword: "" }, { side: "admin" });
    const others = users.filter(({ username }) => !members.some(({ name }) => name === username));
    fill(place,
      members.length === 0 ? h("p", { class: "quiet", text: t("groups.nomembers") }) : null,
      h("ul", { class: "member-list", "aria-label": t("groups.members") }, members.map((member) => memberItem(group, member, around))),
      others.length > 0 ? adding(group, others, around) : null);
  } catch (error) {
    fill(place, h("p", { class: "form-error", role: "alert", text: adminErrorText(error) }));
  }
}

/** @param {GroupRecord} group @param {import("../../../replies.js").MemberRecord} member @param {Around} around */
function memberItem(group, member, around) {
  const name = plainName(member.displayname || member.name);
  return h("li", { class: "member-item" }, icon("user"), h("bdi", { class: "cut", dir: "auto", text: name }),
    group.everyonegroup ? null : needs("deletememberfromgroup", button({ icon: "close", label: t("groups.takeout", { name }), kind: "quiet", onclick: () => void run(async () => {
      await command("deletememberfromgroup", { groupid: group.groupid, userid: member.name }, { side: "admin" });
      await around.changed();
    }) })));
}

/** @param {GroupRecord} group @param {import("../../../replies.js").PersonRecord[]} others @param {Around} around */
function adding(group, others, around) {
  const user = selectField(t("groups.addmember"), others.map((one) => [one.username, plainName(one.displayname || one.username)]), others[0]?.username ?? "");
  return needs("addmembertogroup", form([user.element, h("div", { class: "card-actions" }, button({ text: t("groups.putin"), props: { type: "submit" } }))], async () => {
    await command("addmembertogroup", { groupid: group.groupid, userid: user.input.value }, { side: "admin" });
    await around.changed();
  }));
}

/** @param {GroupRecord} group @param {Around} around */
function nameForm(group, around) {
  const name = field({ label: t("groups.name"), value: group.groupname, props: { maxlength: 100, autocomplete: "off" } });
  return needs("updategroup", form([name.element, h("div", { class: "card-actions" }, button({ text: t("action.save"), props: { type: "submit" } }))], async () => {
    const wanted = name.input.value.trim();
    name.setError(wanted ? null : t("groups.noname"));
    if (!wanted || wanted === group.groupname) return;
    await command("updategroup", { groupid: group.groupid, groupname: wanted }, { side: "admin" });
    await around.changed();
  }));
}

/** @param {GroupRecord} group @param {Around} around */
function removal(group, around) {
  const name = groupName(group);
  return needs("deletegroup", h("div", { class: "endings" }, button({ text: t("groups.delete"), icon: "trash", class: "is-danger", onclick: () => void run(async () => {
    if (!await confirmDialog({ title: t("groups.deletetitle", { name }), text: t("groups.deletetext"), confirm: t("groups.delete"), isDanger: true })) return;
    await command("deletegroup", { groupid: group.groupid }, { side: "admin" });
    toast(t("groups.deleted", { name }));
    await around.removed();
  }) })));
}

/** @param {() => Promise<void>} work */
async function run(work) {
  try {
    await work();
  } catch (error) {
    errorToast(adminErrorText(error));
  }
}
