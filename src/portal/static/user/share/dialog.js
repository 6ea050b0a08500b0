// The share dialog: with whom an entry is shared, what they may do, and its link. An entry is shared when the first person
// or the link is added, and no longer when the last is taken away.

import { errorText } from "../../shared/api.js";
import { confirmDialog, openDialog } from "../../shared/dialog.js";
import { errorLine } from "../../shared/fields.js";
import { shortName } from "../../shared/format.js";
import { addStyle, button, fill, h } from "../../shared/h.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { toast } from "../../shared/toast.js";
import { parentOf, SHARED } from "../files/paths.js";
import { folderChanged } from "../state.js";
import { createLinkPart } from "./link.js";
import { createPeoplePart } from "./people.js";
import { endShare, isSet, makeShare, membersOf, shareAlbum, shareAt, shareOfAlbum } from "./wire.js";

/** @typedef {import("../../shared/types.js").ShareRecord} ShareRecord */
/** @typedef {import("./wire.js").Member} Member */

/**
 * What is shared: an entry, or an album.
 * @typedef {object} Shared
 * @property {string} path
 * @property {string} name
 * @property {boolean} isFolder
 * @property {string} [album] the id of the list that is shared as an album
 * @property {() => void} [onChange] called after each change of the share of an album
 */

/**
 * What the parts of the dialog share.
 * @typedef {object} Sharing
 * @property {Shared} entry
 * @property {{ store: import("../state.js").UserStore }} context
 * @property {ShareRecord | null} share `null` while it is not shared
 * @property {Member[]} members
 * @property {() => Promise<ShareRecord>} ensure shares the entry
 * @property {(work: () => Promise<unknown>) => Promise<boolean>} change runs what changes the share and shows how it is then; false where it failed
 */

/**
 * @param {{ store: import("../state.js").UserStore }} context
 * @param {Shared} entry
 */
export async function openShare(context, entry) {
  addStyle(new URL("share.css", import.meta.url));
  await loadBundle("share");
  const [share, wrong, foot] = [await shareOf(entry), errorLine(), h("div", { class: "dialog-actions" })];
  /** @type {Sharing} */
  const sharing = {
    entry, context, share, members: share ? await membersOf(share.shareid) : [],
    ensure: async () => { sharing.share ??= await (entry.album ? shareAlbum(entry.album) : makeShare(entry.path)); return sharing.share; },
    change: async (work) => {
      wrong.textContent = "";
      let isDone = true;
      try {
        await work();
      } catch (error) {
        wrong.textContent = errorText(error);
        isDone = false;
      }
      await renew(sharing).catch((error) => { wrong.textContent ||= errorText(error); });
      show();
      return isDone;
    },
  };
  const [people, link] = [createPeoplePart(sharing), createLinkPart(sharing)];
  const show = () => {
    people.show();
    link.show();
    fill(foot, sharing.share ? button({ text: t("share.end"), kind: "quiet", class: "share-end", onclick: () => void endAll() }) : null,
      button({ text: t("share.done"), onclick: () => dialog.close() }));
  };
  const endAll = async () => {
    if (!await confirmDialog({ title: t("share.endtitle", { name: shortName(entry.name) }), text: t("share.endtext"), confirm: t("share.end"), isDanger: true })) return;
    if (!await sharing.change(async () => { if (sharing.share) await endShare(sharing.share.shareid); })) return;
    dialog.close();
    toast(t("share.ended", { name: shortName(entry.name) }));
  };
  show();
  const dialog = openDialog({ title: t("share.title", { name: shortName(entry.name) }), class: "share", mayJustClose: true, body: [entry.album ? h("p", { class: "quiet", text: t("share.album") }) : null, people.element, link.element, wrong, foot] });
  // The keyboard of a phone would cover half of what there is to see.
  if (matchMedia("(pointer: coarse)").matches) focusTitle(dialog.element);
  else people.focus();
}

/** @param {HTMLElement} dialog */
function focusTitle(dialog) {
  const title = dialog.querySelector(".dialog-title");
  if (!(title instanceof HTMLElement)) return;
  title.tabIndex = -1;
  title.focus();
}

/** @param {Shared} entry */
function shareOf(entry) {
  return entry.album ? shareOfAlbum(entry.album) : shareAt(entry.path);
}

/** Asks how it is shared now. @param {Sharing} sharing */
async function renew(sharing) {
  const { entry, context } = sharing;
  sharing.share = await shareOf(entry);
  sharing.members = sharing.share ? await membersOf(sharing.share.shareid) : [];
  if (sharing.share && sharing.members.length === 0 && !isSet(sharing.share.allowpublicaccess)) {
    // A share without members and without a link is removed.
    await endShare(sharing.share.shareid);
    sharing.share = null;
  }
  folderChanged(context.store, entry.album ? SHARED : parentOf(entry.path));
  entry.onChange?.();
}
