// The metadata sets, which describe files. The list is at the left, and the panel shows one of
// them.

import { command, records } from "../../shared/api.js";
import { askText } from "../../shared/fields.js";
import { plainName } from "../../shared/format.js";
import { h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { toast } from "../../shared/toast.js";
import { adminErrorText } from "../error-text.js";
import { listPage } from "../list-page.js";
import { showSet } from "../metadata/details.js";
import { setName } from "../metadata/set.js";

/** @typedef {import("../metadata/set.js").MetadataSet} MetadataSet */

/**
 * @param {import("../state.js").Context} _context
 * @param {import("../../shared/router.js").Route} first
 * @returns {import("../../shared/views.js").View}
 */
export function open(_context, first) {
  /** @type {import("../list-page.js").ListPage<MetadataSet>} */
  const page = {
    view: "metadata",
    words: {
      title: t("place.metadata"), details: t("metadatasets.details"), add: t("metadatasets.add"), failed: t("metadatasets.failed"),
      count: (count) => t("metadatasets.count", { count }),
    },
    columns: [
      { id: "name", label: t("metadatasets.set"), width: "minmax(0, 2fr)", cell: (set) => [icon("list"), h("bdi", { class: "cut strong", dir: "auto", text: setName(set) })] },
      { id: "attributes", label: t("metadatasets.attributes"), width: "minmax(84px, 1fr)", isNumber: true, cell: (set) => h("span", { class: "number", text: String(set.attributes_total) }) },
    ],
    keyOf: (set) => set.id,
    nameOf: setName,
    load: () => records("getmetadatasetdefinitions", "metadataset", {}, { side: "admin" }),
    show: showSet,
    add: askForSet,
    adding: "addmetadataset",
  };
  return listPage(page, first);
}

/** Makes a set that everybody may use. Returns a function that finds it in the list; `null` if the person cancels. @returns {Promise<((set: MetadataSet) => boolean) | null>} */
async function askForSet() {
  const name = await askText({
    title: t("metadatasets.add"), label: t("metadatasets.name"), confirm: t("metadatasets.create"),
    submit: async (value) => {
      if (value.trim() === "") return t("metadatasets.noname");
      try {
        /** @type {import("../../../replies.js").GroupRecord[]} */
        const groups = await records("getgroups", "group", {}, { side: "admin" });
        const everyone = groups.find((group) => group.everyonegroup);
        const group = everyone ? { group0_id: everyone.groupid, group0_read: "true", group0_write: "true", groups_total: 1 } : {};
        await command("addmetadataset", { name: value.trim(), allowallpaths: "true", ...group }, { side: "admin" });
        return null;
      } catch (error) {
        return adminErrorText(error);
      }
    },
  });
  if (name === null) return null;
  toast(t("metadatasets.added", { name: plainName(name.trim()) }));
  return (set) => set.name === name.trim();
}
