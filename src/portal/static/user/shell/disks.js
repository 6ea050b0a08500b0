// Further disks and team folders: places in the rail, or a choice if there is no rail.

import { nameElement, plainName } from "../../shared/format.js";
import { fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { route } from "../../shared/router.js";
import { placesOf } from "../../shared/views.js";
import { folderAddress, folderName, homeOf, leafOf, parentOf } from "../files/paths.js";

/**
 * @param {import("../../shared/shell.js").Shell} shell
 * @param {import("../state.js").UserStore} store
 * @param {string[]} disks their paths
 */
export function showDisks(shell, store, disks) {
  const home = homeOf(store.get().account.name);
  showPlaces(shell, { title: t("disks.title"), icon: "disk", roots: disks, home, idOf: (disk) => `disk/${leafOf(disk)}` });
  const files = shell.element.querySelector(".rail [data-place=files]");
  if (files instanceof HTMLElement) files.dataset.folder = home;
  store.set({ disks });
}

/**
 * @param {import("../../shared/shell.js").Shell} shell
 * @param {import("../state.js").UserStore} store
 * @param {string[]} teamFolders their paths
 */
export function showTeamFolders(shell, store, teamFolders) {
  const home = homeOf(store.get().account.name);
  showPlaces(shell, { title: t("team.title"), icon: "users", roots: teamFolders, home, idOf: (folder) => `with/${leafOf(parentOf(folder))}/${leafOf(folder)}` });
  store.set({ teamFolders });
}

/**
 * Puts a group of places into the rail.
 * @param {import("../../shared/shell.js").Shell} shell
 * @param {{ title: string, icon: string, roots: string[], home: string, idOf: (root: string) => string }} group
 */
function showPlaces(shell, { title, icon: sign, roots, home, idOf }) {
  const place = (/** @type {string} */ root) => h("li", null,
    h("a", { class: "place", href: folderAddress(root, home), title: plainName(leafOf(root)), data: { place: idOf(root), folder: root } },
      icon(sign), h("span", { class: "place-label" }, nameElement(leafOf(root)))));
  shell.own.before(h("section", { class: "rail-own", "aria-label": title },
    h("h2", { class: "shortcuts-title", text: title }), h("ul", { class: "shortcuts-list" }, roots.map(place))));
  shell.setPlace(...placesOf(route()));
}

/**
 * Lets the person choose between their own files, the further disks, and other folders.
 * @param {HTMLElement} shelf
 * @param {import("../state.js").UserStore} store
 * @param {string} chosen
 * @param {(root: string, home: string) => string} addressOf
 * @param {string[]} [more]
 */
export function showRoots(shelf, store, chosen, addressOf, more = []) {
  const { account, disks } = store.get();
  const home = homeOf(account.name);
  fill(shelf, [home, ...disks, ...more].map((root) => h("a", { class: "chip", href: addressOf(root, home), "aria-current": root === chosen ? "page" : null },
    nameElement(folderName(root, home)))));
}
