// A person's own lists of favorites, with a box for each that tells whether it contains some
// entries.

import { command, errorText, records } from "../../shared/api.js";
import { openDialog } from "../../shared/dialog.js";
import { askText, errorLine } from "../../shared/fields.js";
import { nameElement } from "../../shared/format.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { STARS } from "../state.js";
import { bytesOf } from "./paths.js";

const NAME_BYTES_MAX = 200;

/** @typedef {import("../../../replies.js").FavoriteList} FavoriteList */

/** The lists that a person has made. @returns {Promise<FavoriteList[]>} */
export async function ownLists() {
  /** @type {FavoriteList[]} */
  const all = await records("getallfavoritelists", "favoritelist");
  return all.filter((list) => list.id !== STARS);
}

/** The person's own lists that contain an entry. @param {string} path @returns {Promise<FavoriteList[]>} */
export async function listsOf(path) {
  /** @type {FavoriteList[]} */
  const all = await records("getfavoritelistforitem", "favoritelist", { path });
  return all.filter((list) => list.id !== STARS);
}

/** Asks for the name of a new list and makes it. @returns {Promise<{ id: string, name: string } | null>} */
export async function makeList() {
  let id = "";
  const name = await askText({
    title: t("lists.new"),
    label: t("name.label"),
    confirm: t("new.create"),
    submit: (value) => named(value, async (wanted) => { id = (await command("addfavoritelist", { name: wanted })).message; }),
  });
  return name === null ? null : { id, name: name.trim() };
}

/**
 * Gives a list its name. Returns the fault of the name or of the call; `null` if it was done.
 * @param {string} value @param {(name: string) => Promise<void>} give
 */
export async function named(value, give) {
  const name = value.trim();
  if (!name) return t("name.empty");
  if (bytesOf(name) > NAME_BYTES_MAX) return t("name.long");
  try {
    await give(name);
    return null;
  } catch (error) {
    return errorText(error);
  }
}

/**
 * Shows the lists that contain some entries, and lets the person change them. A ticked list contains all of the entries.
 * @param {import("../../shared/types.js").Entry[]} entries
 * @returns {Promise<void>} when it is closed
 */
export async function chooseLists(entries) {
  const [lists, ...found] = await Promise.all([ownLists(), ...entries.map((entry) => listsOf(entry.path))]);
  /** The number of entries that a list contains. @param {string} id */
  const count = (id) => found.filter((one) => one.some((list) => list.id === id)).length;
  const body = h("div", { class: "form" });
  const wrong = errorLine();

  /** @param {{ id: string, name: string }} list @param {number} has */
  const option = (list, has) => {
    const box = h("input", { type: "checkbox", checked: has === entries.length, indeterminate: has > 0 && has < entries.length });
    box.addEventListener("change", async () => {
      const isIn = box.checked;
      box.disabled = true;
      wrong.textContent = "";
      try {
        for (const entry of entries) await command(isIn ? "setfavorite" : "unsetfavorite", { id: list.id, name: entry.path });
        announce(t(isIn ? "lists.added" : "lists.removed", { name: list.name }));
      } catch (error) {
        box.checked = !isIn;
        wrong.textContent = errorText(error);
      } finally {
        box.disabled = false;
        box.focus();
      }
    });
    return h("label", { class: "option" }, box, nameElement(list.name));
  };

  fill(body, lists.length === 0 ? h("p", { class: "quiet", text: t("lists.none") }) : null, lists.map((list) => option(list, count(list.id))));
  return new Promise((resolve) => {
    const create = button({ text: t("lists.new"), icon: "plus", kind: "quiet", class: "picker-new", onclick: async () => {
      const made = await makeList();
      if (!made) return;
      body.querySelector(":scope > .quiet")?.remove();
      const line = option(made, 0);
      body.append(line);
      // The new list was made for these entries.
      line.querySelector("input")?.click();
    } });
    openDialog({
      title: t("lists.title", { count: entries.length }),
      mayJustClose: true,
      body: [body, wrong],
      actions: [create],
      onClose: () => resolve(),
    });
  });
}
