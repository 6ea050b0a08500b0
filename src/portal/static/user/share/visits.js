// The activities at a share: the visits by its link and the changes of its members, with their time and address.

import { errorText, records } from "../../shared/api.js";
import { plainName, timeElement } from "../../shared/format.js";
import { fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { isVisitor, knownName } from "../files/who.js";

/** The names of the API's numbers. @type {Record<number, { label: string, icon: string }>} */
const ACTIONS = {
  1: { label: "visit.downloaded", icon: "download" },
  2: { label: "visit.opened", icon: "eye" },
  3: { label: "visit.uploaded", icon: "upload" },
  4: { label: "visit.uploaded", icon: "upload" },
  5: { label: "visit.deleted", icon: "trash" },
  8: { label: "visit.made", icon: "new-folder" },
};
const OTHER = { label: "visit.changed", icon: "rename" };

/** @param {HTMLElement} content @param {import("../../shared/types.js").ShareRecord} share */
export async function showVisits(content, share) {
  fill(content, h("p", { class: "quiet", role: "status", text: t("view.loading") }));
  try {
    /** @type {import("../../shared/types.js").ShareActivityRecord[]} */
    const all = await records("getshareactivityforshare", "shareactivity", { shareid: share.shareid });
    fill(content, all.length === 0
      ? h("p", { class: "quiet", text: t("share.novisits") })
      : h("ol", { class: "share-visits" }, await Promise.all(all.map(async (visit) => visitItem(visit, share.sharelocation, await knownName(visit.who))))));
  } catch (error) {
    fill(content, h("p", { class: "form-error", role: "alert", text: errorText(error) }));
  }
}

/** @param {import("../../shared/types.js").ShareActivityRecord} visit @param {string} place of the share @param {string} who was there */
function visitItem(visit, place, who) {
  // Below a request for files, the folder says who sent something.
  const name = visit.path.startsWith(`${place}/`) ? visit.path.slice(place.length + 1) : visit.name;
  const action = ACTIONS[visit.actioncode] ?? OTHER;
  const isAccount = visit.who !== "" && !isVisitor(visit.who);
  return h("li", { class: "activity" }, icon(action.icon), h("span", { class: "activity-text" },
    h("span", null, t(action.label), " ", h("bdi", { dir: "auto", text: plainName(name) })),
    h("span", { class: "quiet" }, isAccount ? [h("bdi", { dir: "auto", title: plainName(visit.who), text: who }), ", "] : null,
      visit.ip ? `${t("visit.from", { address: visit.ip })}, ` : null, timeElement(visit.whenepochutc))));
}
