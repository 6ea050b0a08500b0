// The panel of a network folder: who may view or change it.

import { command, records } from "../../shared/api.js";
import { plainName } from "../../shared/format.js";
import { fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { toast } from "../../shared/toast.js";
import { adminErrorText } from "../error-text.js";
import { everybody, giveForm, isSame, memberLine } from "../who.js";

/** @typedef {import("../views/disks.js").ExternalRecord} ExternalRecord */
/** @typedef {import("../who.js").Who} Who */
/** @typedef {Who & { mayWrite: boolean, isConfigured: boolean }} DiskMember */

const SIDE = /** @type {const} */ ({ side: "admin" });

/** @param {ReturnType<typeof import("../../shared/panel.js").createPanel>} panel @param {ExternalRecord} disk @param {{ changed: () => Promise<void> }} around */
export function showDisk(panel, disk, around) {
  panel.show({
    title: plainName(disk.name),
    subtitle: h("bdi", { dir: "auto", text: disk.location }),
    tabs: [{ id: "members", label: t("disks.members"), show: (content) => void showMembers(content, disk, around) }],
  });
}

/** @param {HTMLElement} content @param {ExternalRecord} disk @param {{ changed: () => Promise<void> }} around */
async function showMembers(content, disk, around) {
  const place = h("div", { class: "panel-part" });
  fill(content, place);
  try {
    const all = await everybody();
    const members = await membersOf(disk, all);
    const others = all.filter((who) => !members.some((one) => isSame(one, who)));
    /** @type {[string, string][]} */
    const levels = [["0", t("disks.read")], ["1", t("disks.write")]];
    const give = async (/** @type {Who} */ who, /** @type {string} */ writemode) => {
      await command(who.isGroup ? "addgrouptoexternal" : "addusertoexternal", { ...keysOf(disk, who), writemode }, SIDE);
      toast(t("disks.saved"));
      await around.changed();
    };
    fill(place,
      members.length === 0 ? h("p", { class: "quiet", text: t("disks.nobody") }) : null,
      h("ul", { class: "member-list", "aria-label": t("disks.members") }, members.map((who) => memberLine({
        operation: "addusertoexternal", who, levels, level: who.mayWrite ? "1" : "0", fixed: who.isConfigured ? t("disks.configured") : undefined,
        mayOf: t("disks.mayof", { name: who.name }), takeFrom: t("disks.takefrom", { name: who.name }),
        change: (level) => give(who, level),
        take: async () => {
          await command(who.isGroup ? "deletegroupfromexternal" : "deleteuserfromexternal", keysOf(disk, who), SIDE);
          await around.changed();
        },
      }))),
      others.length > 0 ? giveForm({ operation: "addusertoexternal", label: t("who.give"), may: t("who.may"), submit: t("who.do"), whom: others, levels, give }) : null);
  } catch (error) {
    fill(place, h("p", { class: "form-error", role: "alert", text: adminErrorText(error) }));
  }
}

/** @param {ExternalRecord} disk @param {Who} who */
function keysOf({ externalid }, who) {
  return who.isGroup ? { externalid, groupid: who.id } : { externalid, userid: who.id };
}

/**
 * The members of a network folder with their names, groups first.
 * @param {ExternalRecord} disk @param {Who[]} all @returns {Promise<DiskMember[]>}
 */
async function membersOf({ externalid }, all) {
  /** @type {[import("../../../replies.js").ExternalGroupRecord[], import("../../../replies.js").ExternalUserRecord[]]} */
  const [groups, users] = await Promise.all([
    records("getgroupsforexternal", "group", { externalid }, SIDE), records("getusersforexternal", "user", { externalid }, SIDE)]);
  const named = (/** @type {Who} */ who) => all.find((one) => isSame(one, who)) ?? who;
  return [
    ...groups.map((one) => ({ ...named({ isGroup: true, id: one.id, name: plainName(one.groupname) }), mayWrite: one.writemode === 1, isConfigured: one.isconfigured === 1 })),
    ...users.map((one) => ({ ...named({ isGroup: false, id: one.name, name: plainName(one.name) }), mayWrite: one.writemode === 1, isConfigured: one.isconfigured === 1 })),
  ];
}
