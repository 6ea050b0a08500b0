// The files view follows the address.

import { plainName } from "../../../shared/format.js";
import { announce } from "../../../shared/announce.js";
import { orTell } from "../../../shared/toast.js";
import { folderAddress, folderName, folderOf, rootOf } from "../paths.js";

/** @typedef {import("../../views/files.js").FilesView} FilesView */

/** @param {FilesView} view @param {import("../../../shared/router.js").Route} route */
export function followAddress(view, route) {
  const path = folderOf(route, view.fileView.home);
  const filter = route.query.get("filter") ?? "";
  const isHere = path === view.fileView.path();
  view.overlays.followDetails(route, isHere);
  if (!isHere) {
    view.list.select([]);
    view.fileView.presetFilter(filter);
    view.bar.showFilter(false);
    view.bar.setFilter(filter);
    const name = route.query.get("details");
    if (name && name !== ".") view.fileView.want(name);
    void view.fileView.load(path);
    announce(plainName(folderName(path, view.fileView.home)));
    return;
  }
  if (filter !== view.fileView.filter() && !view.bar.isFiltering()) {
    view.bar.setFilter(filter);
    view.fileView.setFilter(filter);
  }
  view.overlays.followFile(route);
}

/** @param {FilesView} view */
export function showRoots(view) {
  const path = view.fileView.path();
  const { disks, teamFolders } = view.context.store.get();
  view.roots.hidden = disks.length + teamFolders.length === 0 || path !== rootOf(path, view.fileView.home);
  if (!view.roots.hidden) orTell(import("../../shell/disks.js").then((module) => module.showRoots(view.roots, view.context.store, path, folderAddress, teamFolders)));
}
