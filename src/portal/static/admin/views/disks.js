// The network folders: further disks of the machine, and who may use each. The list is at the left,
// and the panel shows one of them.

import { records } from "../../shared/api.js";
import { plainName } from "../../shared/format.js";
import { h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { showDisk } from "../disks/details.js";
import { listPage } from "../list-page.js";

/** @typedef {import("../../../replies.js").ExternalRecord} ExternalRecord */

/**
 * @param {import("../state.js").Context} _context
 * @param {import("../../shared/router.js").Route} first
 * @returns {import("../../shared/views.js").View}
 */
export function open(_context, first) {
  /** @type {import("../list-page.js").ListPage<ExternalRecord>} */
  const page = {
    view: "disks",
    words: {
      title: t("place.disks"), details: t("disks.details"), failed: t("disks.failed"), none: t("disks.none"), noneText: t("disks.nonetext"),
      count: (count) => t("disks.count", { count }),
    },
    columns: [
      { id: "name", label: t("disks.disk"), width: "minmax(0, 2fr)", cell: (disk) => [icon("disk"), h("bdi", { class: "cut strong", dir: "auto", text: plainName(disk.name) })] },
      { id: "people", label: t("disks.people"), width: "minmax(84px, 1fr)", isNumber: true, cell: (disk) => h("span", { class: "number", text: String(disk.numusers + disk.numgroups) }) },
    ],
    keyOf: (disk) => disk.externalid,
    nameOf: (disk) => plainName(disk.name),
    load: () => records("getexternals", "external", {}, { side: "admin" }),
    show: showDisk,
  };
  return listPage(page, first);
}
