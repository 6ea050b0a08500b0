// Shares: those that others give this person, and those that this person gives to people and by
// links.

import { errorText, records } from "../../shared/api.js";
import { copyText } from "../../shared/copy.js";
import { notice } from "../../shared/dialog.js";
import { nameElement, plainName } from "../../shared/format.js";
import { addStyle, button, fill, h, icon } from "../../shared/h.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { menuButton } from "../../shared/menu.js";
import { address } from "../../shared/router.js";
import { orTell } from "../../shared/toast.js";
import { toEntry } from "../files/folder.js";
import { kindOf } from "../files/kinds.js";
import { SHARED, folderAddress, homeOf, join, leafOf, parentOf } from "../files/paths.js";
import { leave } from "../share/leave.js";
import { linkOf } from "../share/link.js";
import { isSet, linkUse, ownShares } from "../share/wire.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {import("../../shared/types.js").ShareRecord} ShareRecord */
/** @typedef {{ context: import("../state.js").Context, home: string, withMe: HTMLElement, byMe: HTMLElement, stop: AbortController }} SharedView */

/**
 * @param {import("../state.js").Context} context
 * @returns {Promise<import("../../shared/views.js").View>}
 */
export async function open(context) {
  addStyle(new URL("../share/share.css", import.meta.url));
  await loadBundle("share");
  const home = homeOf(context.store.get().account.name);
  const [withMe, byMe] = [h("div", { class: "page-box" }), h("div", { class: "page-box" })];
  /** @type {SharedView} */
  const view = { context, home, withMe, byMe, stop: new AbortController() };
  const load = () => { void showWithMe(view); void showByMe(view); };
  const end = context.store.watch((state) => state.changed, load);
  load();
  return {
    element: h("div", { class: "page" },
      h("section", { class: "shared-part", "aria-label": t("shared.with") }, h("h2", { text: t("shared.with") }), withMe),
      h("section", { class: "shared-part", "aria-label": t("shared.own") }, h("h2", { text: t("shared.own") }), byMe)),
    bar: [h("h1", { class: "bar-title", tabIndex: -1, text: t("place.shared") })],
    title: () => t("place.shared"),
    again: load,
    renew: load,
    leave() {
      end();
      view.stop.abort();
    },
  };
}

/**
 * Loads a part, or says why it cannot be loaded. The old content stays until the new one is there.
 * @param {SharedView} view @param {HTMLElement} part @param {() => Promise<import("../../shared/h.js").Child>} load
 */
async function show(view, part, load) {
  try {
    const shown = await load();
    if (!view.stop.signal.aborted) fill(part, shown);
  } catch (error) {
    if (view.stop.signal.aborted) return;
    fill(part, notice({ icon: "warning", title: t("view.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void show(view, part, load) } }));
  }
}

/** @param {SharedView} view */
function showWithMe(view) {
  const inFolder = async (/** @type {string} */ path) => (await records("getfilelist", "entry", { path, limit: -1 }, { signal: view.stop.signal })).map(toEntry);
  return show(view, view.withMe, async () => {
    const owners = await inFolder(SHARED);
    const shared = (await Promise.all(owners.map(({ name }) => inFolder(join(SHARED, name))))).flat();
    return shared.length === 0
      ? h("p", { class: "quiet", text: t("shared.nonewith") })
      : h("ul", { class: "shared-list" }, shared.map((entry) => withItem(view, entry)));
  });
}

/** @param {SharedView} view @param {Entry} entry */
function withItem(view, entry) {
  const href = entry.isFolder ? folderAddress(entry.path, view.home) : folderAddress(parentOf(entry.path), view.home, { open: entry.name });
  const kind = kindOf(entry);
  return h("li", { class: "shared-item" }, icon(kind.icon, { class: `kind tint-${kind.tint}`, label: t(`kind.${kind.id}`) }),
    h("span", { class: "activity-text" }, h("a", { class: "entry-link", href }, nameElement(entry.name)),
      h("span", { class: "quiet", text: t("shared.by", { who: plainName(leafOf(parentOf(entry.path))) }) })),
    menuButton(button({ icon: "more", label: t("files.moreof", { name: plainName(entry.name) }), kind: "quiet" }), () => [
      { label: t("action.open"), icon: "open", href },
      entry.canShare && { label: t("action.share"), icon: "share", run: () => view.context.operations.share(entry) },
      null,
      { label: t("share.leave"), icon: "sign-out", isDanger: true, run: () => void leave(view.context, entry) },
    ]));
}

/** @param {SharedView} view */
function showByMe(view) {
  return show(view, view.byMe, async () => {
    const shares = (await ownShares()).filter((share) => isSet(share.hasmembers) || linkUse(share) !== "none");
    return shares.length === 0
      ? h("p", { class: "quiet", text: t("shared.noneown") })
      : h("ul", { class: "shared-list" }, shares.map((share) => ownItem(view, share)));
  });
}

/** @param {SharedView} view @param {ShareRecord} share */
function ownItem(view, share) {
  const album = share.albumid;
  const entry = { path: share.sharelocation, name: share.sharedobjname, isFolder: isSet(share.isdir) && !album, ...(album ? { album } : {}) };
  const use = linkUse(share);
  const kind = album ? { id: "album", icon: "list", tint: "picture" } : kindOf(entry);
  const file = () => folderAddress(parentOf(entry.path), view.home, { open: entry.name });
  const href = album ? address("starred", [album]) : entry.isFolder ? folderAddress(entry.path, view.home) : file();
  const facts = [isSet(share.hasmembers) ? t("sharedmark.private") : null, use !== "none" ? t("shared.link", { use: t(`linkuse.${use}`) }) : null, share.expired ? t("share.expired") : null];
  return h("li", { class: "shared-item" }, icon(kind.icon, { class: `kind tint-${kind.tint}`, label: t(album ? "lists.one" : `kind.${kind.id}`) }),
    h("span", { class: "activity-text" }, h("a", { class: "entry-link", href }, nameElement(entry.name)),
      h("span", { class: "quiet", text: facts.filter(Boolean).join(" \u00b7 ") })),
    use !== "none" ? button({ icon: "copy", label: t("share.copyof", { name: plainName(entry.name) }), kind: "quiet", onclick: () => orTell(copyText(linkOf(share))) }) : null,
    button({ icon: "share", label: t("share.changeof", { name: plainName(entry.name) }), kind: "quiet", onclick: () => view.context.operations.share(entry) }));
}
