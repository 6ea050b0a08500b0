// The sharing of an entry, in its details: the people who have it, their rights, its link, and a button to change all of this.

import { errorText } from "../../shared/api.js";
import { plainName } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { isWithin, SHARED } from "../files/paths.js";
import { leave } from "./leave.js";
import { levelOf } from "./levels.js";
import { nameOf, picture } from "./people.js";
import { shownNameOf } from "./profiles.js";
import { linkUse, membersOf, shareAt } from "./wire.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/** @param {HTMLElement} content @param {Entry} entry @param {import("../state.js").Context} context */
export async function showSharing(content, entry, context) {
  try {
    const [share, shared] = await Promise.all([
      entry.canShare ? shareAt(entry.path) : null, isWithin(entry.path, SHARED) ? sharedBy(entry, context) : null, loadBundle("share"),
    ]);
    const members = share ? await membersOf(share.shareid) : [];
    const use = share ? linkUse(share) : "none";
    fill(content,
      shared,
      members.length > 0 || use !== "none" ? h("ul", { class: "share-members", "aria-label": t("share.people") },
        members.map((one) => line(
          picture(one), h("bdi", { dir: "auto", text: nameOf(one) }), t(`sharelevel.${levelOf(one.rights, entry.isFolder)}`))),
        use !== "none" ? line(h("span", { class: "avatar", "aria-hidden": "true" }, h("span", { class: "initials" }, icon("link"))), t("share.anyone"), t(`linkuse.${use}`)) : null)
        : entry.canShare ? h("p", { class: "quiet", text: t("share.none") }) : null,
      entry.canShare ? h("div", null, button({ text: t("action.share"), icon: "share", onclick: () => context.operations.share(entry) })) : null);
  } catch (error) {
    fill(content, h("p", { class: "form-error", role: "alert", text: errorText(error) }));
  }
}

/** @param {import("../../shared/h.js").Child} picture @param {import("../../shared/h.js").Child} who @param {string} may */
function line(picture, who, may) {
  return h("li", { class: "activity" }, picture, h("span", { class: "activity-text" }, h("span", null, who), h("span", { class: "quiet", text: may })));
}

/** The person who shares an entry, and a button to leave the share. @param {Entry} entry @param {import("../state.js").Context} context */
async function sharedBy(entry, context) {
  const [owner = "", ...below] = entry.path.slice(SHARED.length + 1).split("/");
  const [who] = await Promise.all([shownNameOf(owner), loadBundle("share")]);
  return h("div", { class: "card-actions" },
    h("p", { title: plainName(owner), text: t("shared.by", { who }) }),
    // Entries deeper in a share come and go with it.
    below.length === 1 ? button({ text: t("share.leave"), icon: "sign-out", onclick: () => void leave(context, entry) }) : null);
}
