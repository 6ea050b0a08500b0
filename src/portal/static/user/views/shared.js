// Shares: those that others give this person, those that this person gives to people, and those by
// links. Each is a tab with an address of its own.

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
import { SHARED, folderAddress, homeOf, join, parentOf } from "../files/paths.js";
import { leave } from "../share/leave.js";
import { linkOf } from "../share/link.js";
import { shownNameOf } from "../share/profiles.js";
import { isSet, linkUse, ownShares } from "../share/wire.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {import("../../shared/types.js").ShareRecord} ShareRecord */
/** @typedef {{ context: import("../state.js").Context, home: string, tab: string, tabs: HTMLElement, box: HTMLElement, stop: AbortController }} SharedView */

/**
 * The tabs by the second part of the address. `title` is that of the window and of the list.
 * @type {Record<string, { label: string, title: string, show: (view: SharedView) => Promise<void> }>}
 */
const TABS = {
  "": { label: "shared.tabwith", title: "shared.with", show: showWithMe },
  people: { label: "shared.tabby", title: "shared.own", show: showByMe },
  links: { label: "shared.tablink", title: "shared.links", show: showLinks },
};

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} route
 * @returns {Promise<import("../../shared/views.js").View>}
 */
export async function open(context, route) {
  addStyle(new URL("../share/share.css", import.meta.url));
  await loadBundle("share");
  const home = homeOf(context.store.get().account.name);
  const tabs = h("nav", { class: "tabs shared-tabs", "aria-label": t("place.shared") },
    Object.entries(TABS).map(([tab, { label }]) => h("a", { class: "tab", href: address("shared", tab ? [tab] : []), data: { tab }, text: t(label) })));
  /** @type {SharedView} */
  const view = { context, home, tab: "", tabs, box: h("section", { class: "shared-part" }), stop: new AbortController() };
  const load = () => void TABS[view.tab]?.show(view);
  const end = context.store.watch((state) => state.changed, load);
  follow(view, route);
  load();
  return {
    element: h("div", { class: "page" }, tabs, view.box),
    bar: [h("h1", { class: "bar-title", tabIndex: -1, text: t("place.shared") })],
    title: () => t(TABS[view.tab]?.title ?? "place.shared"),
    update(next) {
      follow(view, next);
      load();
    },
    again: load,
    renew: load,
    leave() {
      end();
      view.stop.abort();
    },
  };
}

/** Shows which tab an address names. What the tab before was still loading is not shown any more. @param {SharedView} view @param {import("../../shared/router.js").Route} route */
function follow(view, { path: [name = ""] }) {
  view.stop.abort();
  view.stop = new AbortController();
  view.tab = Object.hasOwn(TABS, name) ? name : "";
  for (const link of view.tabs.querySelectorAll("a")) {
    if (link.dataset.tab === view.tab) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  view.box.setAttribute("aria-label", t(TABS[view.tab]?.title ?? "place.shared"));
  fill(view.box);
}

/**
 * Loads a tab, or says why it cannot be loaded. The old content stays until the new one is there.
 * @param {SharedView} view @param {(signal: AbortSignal) => Promise<import("../../shared/h.js").Child>} load
 */
async function show(view, load) {
  const { signal } = view.stop;
  try {
    const shown = await load(signal);
    if (!signal.aborted) fill(view.box, shown);
  } catch (error) {
    if (signal.aborted) return;
    fill(view.box, notice({ icon: "warning", title: t("view.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void show(view, load) } }));
  }
}

/** A list of items, or what stands in its place. @param {HTMLElement[]} items @param {Parameters<typeof notice>[0]} none */
function listOf(items, none) {
  return items.length === 0 ? notice(none) : h("ul", { class: "shared-list" }, items);
}

/** @param {SharedView} view */
function showWithMe(view) {
  return show(view, async (signal) => {
    const inFolder = async (/** @type {string} */ path) => (await records("getfilelist", "entry", { path, limit: -1 }, { signal })).map(toEntry);
    const owners = await inFolder(SHARED);
    const items = await Promise.all(owners.map(async ({ name }) => {
      const [entries, who] = await Promise.all([inFolder(join(SHARED, name)), shownNameOf(name)]);
      return entries.map((entry) => withItem(view, entry, { who, account: plainName(name) }));
    }));
    return listOf(items.flat(), { icon: "users", title: t("shared.nonewithtitle"), text: t("shared.nonewith") });
  });
}

/** @param {SharedView} view @param {Entry} entry @param {{ who: string, account: string }} owner as people see them, and the name of the account */
function withItem(view, entry, { who, account }) {
  const href = entry.isFolder ? folderAddress(entry.path, view.home) : folderAddress(parentOf(entry.path), view.home, { open: entry.name });
  const kind = kindOf(entry);
  return h("li", { class: "shared-item" }, icon(kind.icon, { class: `kind tint-${kind.tint}`, label: t(`kind.${kind.id}`) }),
    h("span", { class: "activity-text" }, h("a", { class: "entry-link", href }, nameElement(entry.name)),
      h("span", { class: "quiet", title: account, text: t("shared.by", { who }) })),
    menuButton(button({ icon: "more", label: t("files.moreof", { name: plainName(entry.name) }), kind: "quiet" }), () => [
      { label: t("action.open"), icon: "open", href },
      entry.canShare && { label: t("action.share"), icon: "share", run: () => view.context.operations.share(entry) },
      null,
      { label: t("share.leave"), icon: "sign-out", isDanger: true, run: () => void leave(view.context, entry) },
    ]));
}

/** What people and groups have. @param {SharedView} view */
function showByMe(view) {
  return show(view, async () => {
    const shares = (await ownShares()).filter((share) => isSet(share.hasmembers));
    return listOf(shares.map((share) => ownItem(view, share)), { icon: "share", title: t("shared.noneowntitle"), text: t("shared.noneown") });
  });
}

/** @param {SharedView} view */
function showLinks(view) {
  return show(view, async () => {
    const shares = (await ownShares()).filter((share) => linkUse(share) !== "none");
    return listOf(shares.map((share) => ownItem(view, share)), { icon: "link", title: t("shared.nonelinkstitle"), text: t("shared.nonelinks") });
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
