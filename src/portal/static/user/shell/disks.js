// Further disks: as places in the rail, and as a choice where there is no rail.

import { nameElement, plainName } from "../../shared/format.js";
import { fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { route } from "../../shared/router.js";
import { folderAddress, folderName, homeOf, leafOf } from "../files/paths.js";

/**
 * @param {import("../../shared/shell.js").Shell} shell
 * @param {import("../state.js").UserStore} store
 * @param {string[]} disks their paths
 */
export function showDisks(shell, store, disks) {
  const home = homeOf(store.get().account.name);
  const place = (/** @type {string} */ disk) => h("li", null,
    h("a", { class: "place", href: folderAddress(disk, home), title: plainName(leafOf(disk)), data: { place: `disk/${leafOf(disk)}`, folder: disk } },
      icon("disk"), h("span", { class: "place-label" }, nameElement(leafOf(disk)))));
  shell.own.before(h("section", { class: "rail-own", "aria-label": t("disks.title") },
    h("h2", { class: "shortcuts-title", text: t("disks.title") }), h("ul", { class: "shortcuts-list" }, disks.map(place))));
  const files = shell.element.querySelector(".rail [data-place=files]");
  if (files instanceof HTMLElement) files.dataset.folder = home;
  const { view, path } = route();
  shell.setPlace(view, `${view}/${path[0] ?? ""}`);
  store.set({ disks });
}

/**
 * Lets the person choose between their own files and each of the disks.
 * @param {HTMLElement} shelf
 * @param {import("../state.js").UserStore} store
 * @param {string} chosen
 * @param {(root: string, home: string) => string} addressOf
 */
export function showRoots(shelf, store, chosen, addressOf) {
  const { account, disks } = store.get();
  const home = homeOf(account.name);
  fill(shelf, [home, ...disks].map((root) => h("a", { class: "chip", href: addressOf(root, home), "aria-current": root === chosen ? "page" : null },
    nameElement(folderName(root, home)))));
}
