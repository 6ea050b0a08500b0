// Shortcuts to places that a person visits often. They are below the places in the rail or, if
// there is no rail, in the view of the favorites.

import { command, records } from "../../shared/api.js";
import { nameElement, plainName, shortName } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { openMenu } from "../../shared/menu.js";
import { errorToast, orTell, toast } from "../../shared/toast.js";
import { folderAddress, homeOf, parentOf } from "../files/paths.js";

/** @typedef {import("../../../replies.js").ShortcutRecord} Shortcut */

/**
 * The kind that this portal stores for shortcuts to files. Clients choose these numbers themselves.
 */
const FILE = 1;
/** The maximum number of shortcuts on the server. */
const COUNT_MAX = 10;

/** @type {Shortcut[]} */
let shortcuts = [];
/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {Shortcut[]} next */
function set(next) {
  shortcuts = next;
  for (const listener of [...listeners]) listener();
}

export async function loadShortcuts() {
  set(await records("getshortcuts", "shortcut", {}, { isQuiet: true }));
}

/** Creates a shortcut. @param {import("../../shared/types.js").Entry} entry */
async function addShortcut(entry) {
  const { message: rid } = await command("addshortcut", { scname: shortName(entry.name), scvalue: entry.path, sctype: entry.isFolder ? 0 : FILE });
  await loadShortcuts();
  toast(t("shortcuts.added", { name: shortName(entry.name) }), { action: { run: () => orTell(remove(rid)) } });
}

/** @param {string} rid */
async function remove(rid) {
  await command("deleteshortcut", { rid });
  await loadShortcuts();
}

/** True if a loaded shortcut leads to a path. @param {string} path */
export function hasShortcut(path) {
  return shortcuts.some((one) => one.value === path);
}

/** Adds a shortcut to an entry, or removes it. @param {import("../../shared/types.js").Entry} entry */
export async function toggleShortcut(entry) {
  await loadShortcuts();
  const present = shortcuts.find((one) => one.value === entry.path);
  if (!present && shortcuts.length >= COUNT_MAX) {
    errorToast(t("shortcuts.full"));
    return;
  }
  await (present ? removeShortcut(present) : addShortcut(entry));
}

/** Removes a shortcut. @param {Shortcut} shortcut */
async function removeShortcut(shortcut) {
  await remove(shortcut.rid);
  toast(t("shortcuts.removed", { name: shortcut.name }), { action: { run: () => orTell((async () => {
    await command("addshortcut", { scname: shortcut.name, scvalue: shortcut.value, sctype: shortcut.type });
    await loadShortcuts();
  })()) } });
}

/**
 * Shows the shortcuts in an element and keeps them up to date. The element is hidden while there are none.
 * @param {HTMLElement} element
 * @param {string} accountName
 * @returns {() => void} stops that
 */
export function showShortcuts(element, accountName) {
  const home = homeOf(accountName);
  const draw = () => {
    element.hidden = shortcuts.length === 0;
    fill(element, h("h2", { class: "shortcuts-title", text: t("shortcuts.title") }),
      h("ul", { class: "shortcuts-list" }, shortcuts.map((one) => {
        const isFile = one.type === FILE;
        const href = isFile ? folderAddress(parentOf(one.value), home, { open: one.value.slice(one.value.lastIndexOf("/") + 1) }) : folderAddress(one.value, home);
        const more = button({ icon: "close", label: t("shortcuts.remove", { name: plainName(one.name) }), kind: "quiet", class: "shortcut-remove", onclick: () => orTell(removeShortcut(one)) });
        const item = h("li", { class: "shortcut" },
          h("a", { class: "place", href, title: plainName(one.name) }, icon(isFile ? "file" : "folder"), h("span", { class: "place-label" }, nameElement(one.name))), more);
        item.addEventListener("contextmenu", (event) => {
          event.preventDefault();
          void openMenu([{ label: t("shortcuts.removeone"), icon: "close", run: () => orTell(removeShortcut(one)) }], { x: event.clientX, y: event.clientY });
        });
        return item;
      })));
  };
  listeners.add(draw);
  draw();
  return () => listeners.delete(draw);
}
