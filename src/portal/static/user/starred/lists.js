// A person's own lists of favorites: choosing, creating, renaming and deleting them.

import { command, records } from "../../shared/api.js";
import { confirmDialog } from "../../shared/dialog.js";
import { askText } from "../../shared/fields.js";
import { nameElement, plainName, shortName } from "../../shared/format.js";
import { fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { address, go } from "../../shared/router.js";
import { orTell } from "../../shared/toast.js";
import { makeList, named, ownLists } from "../files/lists.js";
import { STARS } from "../state.js";
import { coverOf, loadCovers } from "./albums.js";
import { loadEntries } from "./entries.js";

/** @typedef {import("../views/starred.js").StarredView} StarredView */

/** @param {StarredView} view */
export function drawShelf(view) {
  view.shelf.hidden = view.lists.length === 0;
  const chip = (/** @type {string} */ id, /** @type {import("../../shared/h.js").Child} */ text) => h("a", {
    class: ["chip", id !== STARS && "album"], href: address("starred", id === STARS ? [] : [id]), "aria-current": id === view.listId ? "page" : null,
  }, id === STARS ? null : coverOf(id), text, markOf(view, id));
  fill(view.shelf, chip(STARS, t("place.starred")), view.lists.map((one) => chip(one.id, nameElement(one.name))));
  view.heading.textContent = title(view);
  view.more.hidden = isStars(view);
  view.own.hidden = !isStars(view);
  view.context.titleChanged();
}

/** @param {StarredView} view */
export async function loadLists(view) {
  view.lists = await ownLists();
  drawShelf(view);
  if (view.lists.length > 0) await loadShared(view);
  if (await loadCovers(view.lists, view.stop.signal)) drawShelf(view);
}

/** The mark of a list that is shared. @param {StarredView} view @param {string} id */
function markOf(view, id) {
  const shared = view.shared.get(id);
  return shared ? icon(shared === "public" ? "link" : "users", { class: "entry-mark", label: t(`sharedmark.${shared}`) }) : null;
}

/** Asks which lists are shared. @param {StarredView} view */
async function loadShared(view) {
  /** @type {import("../../shared/types.js").ShareRecord[]} */
  const shares = await records("getshares", "share", {}, { signal: view.stop.signal });
  view.shared.clear();
  for (const share of shares) {
    if (share.albumid && (share.allowpublicaccess || share.hasmembers)) view.shared.set(share.albumid, share.allowpublicaccess ? "public" : "private");
  }
  drawShelf(view);
}

/** @param {StarredView} view */
export function shareList(view) {
  const onChange = () => orTell(loadShared(view));
  view.operations.share({ path: "", name: listName(view), isFolder: false, album: view.listId, onChange });
}

/** @param {StarredView} view */
export async function createOwnList(view) {
  const made = await makeList();
  if (!made) return;
  await loadLists(view);
  go(address("starred", [made.id]));
}

/** @param {StarredView} view */
export async function renameList(view) {
  const id = view.listId;
  const done = await askText({
    title: t("lists.rename"), label: t("name.label"), value: listName(view), confirm: t("action.rename"),
    submit: (value) => named(value, async (wanted) => { await command("updatefavoritelist", { id, name: wanted }); }),
  });
  if (done !== null) await loadLists(view);
}

/** @param {StarredView} view */
export async function removeList(view) {
  const [id, called] = [view.listId, listName(view)];
  if (!await confirmDialog({ title: t("lists.deleteask", { name: shortName(called) }), text: [t("lists.deletetext"), view.shared.has(id) ? t("lists.deleteshared") : ""].join(" ").trim(), confirm: t("action.delete"), isDanger: true })) return;
  await command("removefavoritelist", { id });
  if (view.stop.signal.aborted) return;
  view.lists = view.lists.filter((one) => one.id !== id);
  go(address("starred"), { replace: true });
  await loadLists(view);
}

/** @param {StarredView} view @param {import("../../shared/router.js").Route} route */
export function followAddress(view, route) {
  const id = route.path[0] ?? STARS;
  if (id === view.listId) {
    view.over.follow();
    return;
  }
  view.listId = id;
  drawShelf(view);
  void loadEntries(view);
}

/** @param {StarredView} view */
export function isStars(view) {
  return view.listId === STARS;
}

/** @param {StarredView} view */
export function listName(view) {
  return view.lists.find((one) => one.id === view.listId)?.name ?? "";
}

/** @param {StarredView} view */
export function title(view) {
  return isStars(view) ? t("place.starred") : plainName(listName(view));
}
