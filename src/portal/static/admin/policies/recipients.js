// The groups and accounts to which a policy is given.

import { command, records } from "../../shared/api.js";
import { plainName } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { needs } from "../allowed.js";
import { adminErrorText } from "../error-text.js";
import { form, selectField } from "../forms.js";
import { groupName } from "../views/groups.js";
import { run } from "./details.js";

/** @typedef {import("../views/policies.js").PolicyRecord} PolicyRecord */
/** @typedef {import("./details.js").Around} Around */
/** @typedef {{ username: string, displayname?: string }} Person */

const SIDE = /** @type {const} */ ({ side: "admin" });

/** @param {HTMLElement} content @param {PolicyRecord} policy @param {Around} around */
export async function showRecipients(content, policy, around) {
  const place = h("div", { class: "panel-part" });
  fill(content, place);
  try {
    /** @type {[import("../views/groups.js").GroupRecord[], Person[], import("../views/groups.js").GroupRecord[], Person[]]} */
    const [groups, users, allGroups, allUsers] = await Promise.all([
      records("getgroupsforpolicy", "group", { policyid: policy.policyid }, SIDE),
      records("getusersforpolicy", "user", { policyid: policy.policyid }, SIDE),
      records("getgroups", "group", {}, SIDE),
      records("search", "user", { keyword: "" }, SIDE),
    ]);
    const names = new Map(allUsers.map((one) => [one.username, plainName(one.displayname || one.username)]));
    const otherGroups = allGroups.filter((one) => !groups.some((known) => known.groupid === one.groupid));
    const otherUsers = allUsers.filter((one) => !users.some((known) => known.username === one.username));
    fill(place,
      policy.isdefault === 1 ? h("p", { class: "quiet", text: t("policies.isdefaulthint") }) : null,
      h("ul", { class: "member-list", "aria-label": t("policies.people") },
        groups.map((group) => h("li", { class: "member-item" }, icon("users"), h("bdi", { class: "cut", dir: "auto", text: groupName(group) }), takeFromGroup(group, around))),
        users.map((user) => h("li", { class: "member-item" }, icon("user"), h("bdi", { class: "cut", dir: "auto", text: names.get(user.username) ?? user.username })))),
      groups.length + users.length === 0 ? h("p", { class: "quiet", text: t("policies.nobody") }) : null,
      otherUsers.length > 0 ? needs("assignpolicytouser", giving(t("policies.giveuser"), otherUsers.map((one) => [one.username, names.get(one.username) ?? ""]),
        (username) => command("assignpolicytouser", { username, policyid: policy.policyid }, SIDE), around)) : null,
      otherGroups.length > 0 ? needs("assignpolicytogroup", giving(t("policies.givegroup"), otherGroups.map((one) => [one.groupid, groupName(one)]),
        (groupid) => command("assignpolicytogroup", { groupid, policyid: policy.policyid }, SIDE), around)) : null);
  } catch (error) {
    fill(place, h("p", { class: "form-error", role: "alert", text: adminErrorText(error) }));
  }
}

/** @param {import("../views/groups.js").GroupRecord} group @param {Around} around */
function takeFromGroup(group, around) {
  return needs("assignpolicytogroup", button({ icon: "close", label: t("policies.takefrom", { name: groupName(group) }), kind: "quiet", onclick: () => void run(async () => {
    await command("assignpolicytogroup", { groupid: group.groupid, policyid: "" }, SIDE);
    await around.changed();
  }) }));
}

/** @param {string} label @param {[string, string][]} options @param {(chosen: string) => Promise<unknown>} give @param {Around} around */
function giving(label, options, give, around) {
  const choice = selectField(label, options, options[0]?.[0] ?? "");
  return form([choice.element, h("div", { class: "card-actions" }, button({ text: t("policies.give"), props: { type: "submit" } }))], async () => {
    await give(choice.input.value);
    await around.changed();
  });
}
