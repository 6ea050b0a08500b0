// Lists as albums. The cover is the first picture of a list, and the person chooses the order of
// the entries.

import { command, records } from "../../shared/api.js";
import { addStyle, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { errorToast } from "../../shared/toast.js";
import { toEntry } from "../files/folder.js";
import { isDrawn, kindOf } from "../files/kinds.js";
import { show } from "../files/pictures.js";
import { ownLists } from "../files/lists.js";
import { loadEntries, showEntries } from "./entries.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {import("../views/starred.js").StarredView} StarredView */

/** The size of a cover in pixels. */
const COVER = 160;
/** The number of lists that are shown with covers. */
const COVERS_MAX = 50;

/** The covers by the id of the list; `null` if it has no picture. @type {Map<string, Entry | null>} */
const covers = new Map();

addStyle(new URL("albums.css", import.meta.url));

/** Remembers the cover of a list. @param {string} id @param {Entry[]} entries */
export function noteCover(id, entries) {
  covers.set(id, entries.find(isDrawn) ?? null);
}

/** True if a list is shown as pictures, because most of its entries are pictures. @param {Entry[]} entries */
export function isAlbum(entries) {
  const pictures = entries.filter((entry) => ["image", "video"].includes(kindOf(entry).id));
  return pictures.length * 2 > entries.length;
}

/** The cover of a list or, if it has none, an icon. @param {string} id */
export function coverOf(id) {
  const box = h("span", { class: "album-cover", "aria-hidden": "true" }, icon("list"));
  const cover = covers.get(id);
  if (cover) show(box, cover, COVER);
  return box;
}

/**
 * Loads the covers that are not known yet.
 * @param {{ id: string }[]} lists @param {AbortSignal} signal @returns {Promise<boolean>} whether there are new ones
 */
export async function loadCovers(lists, signal) {
  const missing = lists.slice(0, COVERS_MAX).filter(({ id }) => !covers.has(id));
  for (const { id } of missing) {
    const entries = await records("getfavoritesinlist", "entry", { id }, { signal });
    noteCover(id, entries.map(toEntry));
  }
  return missing.length > 0;
}

/**
 * Moves an entry to another position in its list. An entry that is missing at the moment keeps its
 * position, so nothing can be moved then.
 * @param {StarredView} view @param {Entry} entry @param {number} to its new place
 */
export async function moveTo(view, entry, to) {
  const id = view.listId;
  const others = view.list.items().filter((one) => one.path !== entry.path);
  const entries = [...others.slice(0, to), entry, ...others.slice(to)];
  const known = (await ownLists()).find((one) => one.id === id);
  if (Number(known?.count) !== entries.length) {
    errorToast(t("lists.incomplete"));
    return;
  }
  showEntries(view, entries);
  view.list.activateKey(entry.path);
  const paths = Object.fromEntries(entries.map((one, at) => [`path${at + 1}`, one.path]));
  try {
    await command("replacefavoritelist", { id, count: entries.length, ...paths });
    announce(t("lists.placed", { name: entry.name, at: to + 1 }));
  } finally {
    await loadEntries(view);
    view.list.activateKey(entry.path);
  }
}
