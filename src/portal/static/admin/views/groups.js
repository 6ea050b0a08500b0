// The groups of accounts: making, renaming and removing them, and their members. The list is at the
// left, and the panel shows one of them.

import { call, records } from "../../shared/api.js";
import { askText } from "../../shared/fields.js";
import { plainName } from "../../shared/format.js";
import { h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { toast } from "../../shared/toast.js";
import { adminErrorText } from "../error-text.js";
import { showGroup } from "../groups/details.js";
import { listPage } from "../list-page.js";

/** @typedef {import("../../../replies.js").GroupRecord} GroupRecord */

/** @param {GroupRecord} group */
export function groupName(group) {
  return group.everyonegroup ? t("groups.everybody") : plainName(group.groupname);
}

/**
 * @param {import("../state.js").Context} _context
 * @param {import("../../shared/router.js").Route} first
 * @returns {import("../../shared/views.js").View}
 */
export function open(_context, first) {
  /** @type {import("../list-page.js").ListPage<GroupRecord>} */
  const page = {
    view: "groups",
    words: {
      title: t("place.groups"), details: t("groups.details"), add: t("groups.add"), failed: t("groups.failed"),
      count: (count) => t("groups.count", { count }),
    },
    columns: [
      { id: "name", label: t("groups.group"), width: "minmax(0, 2fr)", cell: (group) => [icon("users"), h("bdi", { class: "cut strong", dir: "auto", text: groupName(group) })] },
      { id: "members", label: t("groups.members"), width: "minmax(84px, 1fr)", isNumber: true, cell: (group) => h("span", { class: "number", text: String(group.membercount) }) },
    ],
    keyOf: (group) => group.groupid,
    nameOf: groupName,
    load: () => records("getgroups", "group", {}, { side: "admin" }),
    show: showGroup,
    add: askForGroup,
    adding: "addgroup",
  };
  return listPage(page, first);
}

/** Makes a group. Returns a function that finds it in the list; `null` if the person cancels. @returns {Promise<((group: GroupRecord) => boolean) | null>} */
async function askForGroup() {
  /** @type {string | undefined} */
  let made;
  const name = await askText({
    title: t("groups.add"), label: t("groups.name"), confirm: t("groups.create"),
    submit: async (value) => {
      if (value.trim() === "") return t("groups.noname");
      try {
        const reply = await call("addgroup", { groupname: value.trim() }, { side: "admin" });
        made = reply.group?.[0]?.groupid;
        return null;
      } catch (error) {
        return adminErrorText(error);
      }
    },
  });
  if (name === null) return null;
  toast(t("groups.added", { name: plainName(name.trim()) }));
  return (group) => group.groupid === made;
}
