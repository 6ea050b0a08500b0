// A share, as an administrator sees it: the entry, its owner, the members, and a button that ends
// it.

import { command } from "../../shared/api.js";
import { confirmDialog } from "../../shared/dialog.js";
import { nameElement, plainName, shortName, timeElement } from "../../shared/format.js";
import { button, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast, toast } from "../../shared/toast.js";
import { mayCall, needs } from "../allowed.js";
import { auditLink } from "../audit/link.js";
import { adminErrorText } from "../error-text.js";

/** @typedef {import("../../shared/types.js").ShareRecord} ShareRecord */

/**
 * @param {ShareRecord} share
 * @param {{ admin: string, hasOwner: boolean, onEnded: () => Promise<void> }} options `hasOwner`: tells who shares it
 */
export function shareItem(share, options) {
  const ways = [
    share.hasmembers ? t("shares.people") : null,
    share.allowpublicaccess ? t(share.expired ? "shares.expired" : "shares.link") : null,
    share.ispublicsecure ? t("shares.password") : null,
    share.homeonly ? t("shares.home") : null,
  ].filter(Boolean).join(" \u00b7 ");
  const name = shortName(share.sharename || share.sharedobjname);
  return h("li", { class: "member-item share-item" }, icon(share.isdir ? "folder" : "file"),
    h("span", { class: "entry-text" }, nameElement(share.sharelocation),
      h("span", { class: "quiet" }, options.hasOwner ? [h("bdi", { dir: "auto", text: plainName(share.shareowner) }), " \u00b7 "] : null, ways || t("shares.nobody"), " \u00b7 ", timeElement(share.createdts),
        share.successfulaccesstimes > 0 ? ` \u00b7 ${t("shares.visits", { count: share.successfulaccesstimes })}` : null)),
    share.allowpublicaccess && mayCall("getaudit") ? auditLink({ user: `link:${share.shareid}` }, t("shares.inaudit", { name })) : null,
    needs("core/deleteshare", button({ icon: "close", label: t("shares.endof", { name }), kind: "quiet", onclick: () => void end(share, name, options) })));
}

/** @param {ShareRecord} share @param {string} name @param {{ admin: string, onEnded: () => Promise<void> }} options */
async function end(share, name, { admin, onEnded }) {
  if (!await confirmDialog({ title: t("shares.endtitle", { name }), text: t("shares.endtext"), confirm: t("shares.end"), isDanger: true })) return;
  try {
    await command("deleteshare", { shareid: share.shareid, adminproxyuserid: admin });
    toast(t("shares.ended", { name }));
    await onEnded();
  } catch (error) {
    errorToast(adminErrorText(error));
  }
}
