// Lists as albums: the cover is the first picture of a list, and its owner chooses the order.

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

/** Pixels of a cover. */
const COVER = 160;
/** Lists whose covers are shown. */
const COVERS_MAX = 50;

/** Covers by the id of the list; `null`: it has no picture. @type {Map<string, Entry | null>} */
const covers = new Map();

addStyle(new URL("albums.css", import.meta.url));

/** Notes the cover of a list. @param {string} id @param {Entry[]} entries */
export function noteCover(id, entries) {
  covers.set(id, entries.find(isDrawn) ?? null);
}

/** Whether a list is looked at as pictures: most of what is in it are some. @param {Entry[]} entries */
export function isAlbum(entries) {
  const pictures = entries.filter((entry) => ["image", "video"].includes(kindOf(entry).id));
  return pictures.length * 2 > entries.length;
}

/** The cover of a list, or the icon of lists. @param {string} id */
export function coverOf(id) {
  const box = h("span", { class: "album-cover", "aria-hidden": "true" }, icon("list"));
  const cover = covers.get(id);
  if (cover) show(box, cover, COVER);
  return box;
}

/** Finds the covers that are not known yet. @param {{ id: string }[]} lists @param {AbortSignal} signal @returns {Promise<boolean>} whether there are new ones */
export async function loadCovers(lists, signal) {
  const missing = lists.slice(0, COVERS_MAX).filter(({ id }) => !covers.has(id));
  for (const { id } of missing) {
    const entries = await records("getfavoritesinlist", "entry", { id }, { signal });
    noteCover(id, entries.map(toEntry));
  }
  return missing.length > 0;
}

/**
 * Moves an entry to another place of its list. What is not there at the moment keeps its place in the list, so nothing is
 * moved then.
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
