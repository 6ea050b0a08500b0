// Gives something to a person or a group: the form that chooses them and their rights, and the
// lines of those who have it.

import { records } from "../shared/api.js";
import { plainName } from "../shared/format.js";
import { button, fill, h, icon } from "../shared/h.js";
import { t } from "../shared/i18n.js";
import { errorToast } from "../shared/toast.js";
import { needs } from "./allowed.js";
import { adminErrorText } from "./error-text.js";
import { form, selectField } from "./forms.js";
import { groupName } from "./views/groups.js";

/**
 * A person or a group.
 * @typedef {object} Who
 * @property {boolean} isGroup
 * @property {string} id the account or the id of the group
 * @property {string} name as people read it
 */

const SIDE = /** @type {const} */ ({ side: "admin" });

/** All people and groups who can get something. @returns {Promise<Who[]>} */
export async function everybody() {
  /** @type {[import("./views/groups.js").GroupRecord[], { username: string, displayname?: string }[]]} */
  const [groups, users] = await Promise.all([records("getgroups", "group", {}, SIDE), records("search", "user", { keyword: "" }, SIDE)]);
  return [
    ...groups.map((group) => ({ isGroup: true, id: group.groupid, name: groupName(group) })),
    ...users.map((user) => ({ isGroup: false, id: user.username, name: plainName(user.displayname || user.username) })),
  ];
}

/** @param {Who} one @param {Who} other */
export function isSame(one, other) {
  return one.isGroup === other.isGroup && one.id === other.id;
}

/**
 * The form that gives something to a person or group.
 * @param {{ operation: string, label: string, may: string, submit: string, whom: Who[], levels: [string, string][], give: (who: Who, level: string) => Promise<void> }} options
 *   `levels`: the values and labels of the levels
 */
export function giveForm({ operation, label, may, submit, whom, levels, give }) {
  const chosen = h("select", { class: "input" });
  const part = (/** @type {string} */ title, /** @type {boolean} */ isGroup) => {
    const found = whom.filter((who) => who.isGroup === isGroup);
    return found.length === 0 ? null : h("optgroup", { label: title }, found.map((who) => h("option", { value: String(whom.indexOf(who)), text: who.name })));
  };
  fill(chosen, part(t("who.groups"), true), part(t("who.people"), false));
  const level = selectField(may, levels, levels[0]?.[0] ?? "");
  return needs(operation, form([
    h("label", { class: "field" }, h("span", { class: "field-label", text: label }), chosen), level.element,
    h("div", { class: "card-actions" }, button({ text: submit, props: { type: "submit" } }))],
  async () => {
    const who = whom[Number(chosen.value)];
    if (who) await give(who, level.input.value);
  }));
}

/**
 * The line of a member.
 * @param {{ operation: string, who: Who, mayOf: string, takeFrom: string, level: string, levels: [string, string][], fixed?: string,
 *   change: (level: string) => Promise<void>, take: () => Promise<void> }} options `fixed`: the reason why it cannot be changed here
 */
export function memberLine({ operation, who, mayOf, takeFrom, level, levels, fixed, change, take }) {
  const name = h("bdi", { class: "cut", dir: "auto", text: who.name });
  const words = levels.find(([one]) => one === level)?.[1] ?? level;
  const select = needs(operation, h("select", { class: "input member-level", "aria-label": mayOf, on: { change: () => void orTellAdmin(() => change(select.value)) } },
    levels.map(([value, text]) => h("option", { value, text }))));
  select.value = level;
  return h("li", { class: "member-item" }, icon(who.isGroup ? "users" : "user"),
    fixed ? h("span", { class: "entry-text" }, name, h("span", { class: "quiet", text: `${words} \u00b7 ${fixed}` })) : [name, select,
      needs(operation, button({ icon: "close", label: takeFrom, kind: "quiet", onclick: () => void orTellAdmin(take) }))]);
}

/** Does some work and shows its failure. @param {() => Promise<void>} work */
export async function orTellAdmin(work) {
  try {
    await work();
  } catch (error) {
    errorToast(adminErrorText(error));
  }
}
