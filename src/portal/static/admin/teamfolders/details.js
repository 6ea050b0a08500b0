// The panel of a team folder: its members, and the access lists of the folder and of those in it.

import { plainName } from "../../shared/format.js";
import { fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { toast } from "../../shared/toast.js";
import { LEVELS } from "../../user/share/levels.js";
import { adminErrorText } from "../error-text.js";
import { everybody, giveForm, isSame, memberLine } from "../who.js";
import { showLists } from "./lists.js";
import { giveShare, membersOf, shareOf, takeShare } from "./wire.js";

/** @typedef {import("../who.js").Who} Who */
/** @typedef {import("../views/teamfolders.js").Team} Team */
/** @typedef {import("../../shared/types.js").EntryRecord} EntryRecord */

/** @param {ReturnType<typeof import("../../shared/panel.js").createPanel>} panel @param {EntryRecord} folder @param {Team} team @param {{ changed: () => Promise<void> }} around */
export function showTeamFolder(panel, folder, team, around) {
  panel.show({
    title: plainName(folder.name),
    tabs: [
      { id: "members", label: t("teamfolders.members"), show: (content) => void showMembers(content, folder, team, around) },
      { id: "lists", label: t("teamfolders.lists"), show: (content) => void showLists(content, folder, team) },
    ],
  });
}

/** @param {HTMLElement} content @param {EntryRecord} folder @param {Team} team @param {{ changed: () => Promise<void> }} around */
async function showMembers(content, folder, { account, as }, around) {
  const place = h("div", { class: "panel-part" });
  fill(content, place);
  try {
    // A folder without members is not shared, and showing it here must not share it.
    const shareid = folder.isshared ? await shareOf(folder.path, as) : null;
    const all = (await everybody()).filter((who) => who.isGroup || who.id !== account);
    const members = shareid ? await membersOf(shareid, as, all) : [];
    const others = all.filter((who) => !members.some((one) => isSame(one, who)));
    const levels = LEVELS.map((level) => /** @type {[string, string]} */ ([level, t(`sharelevel.${level}`)]));
    const give = async (/** @type {Who} */ who, /** @type {string} */ level, isNew = true) => {
      await giveShare(shareid ?? await shareOf(folder.path, as), as, who, /** @type {import("./wire.js").Level} */ (level), isNew);
      toast(t("disks.saved"));
      await around.changed();
    };
    fill(place,
      members.length === 0 ? h("p", { class: "quiet", text: t("teamfolders.nobody") }) : null,
      h("ul", { class: "member-list", "aria-label": t("teamfolders.members") }, members.map((who) => memberLine({
        operation: "core/addusertoshare", who, levels, level: who.level, mayOf: t("disks.mayof", { name: who.name }), takeFrom: t("disks.takefrom", { name: who.name }),
        change: (level) => give(who, level, false),
        take: async () => {
          await takeShare(shareid ?? "", as, who);
          await around.changed();
        },
      }))),
      others.length > 0 ? giveForm({ operation: "core/addusertoshare", label: t("who.give"), may: t("who.may"), submit: t("who.do"), whom: others, levels: levels.slice(1), give }) : null);
  } catch (error) {
    fill(place, h("p", { class: "form-error", role: "alert", text: adminErrorText(error) }));
  }
}
