// The menu of the button "New" in views without a folder. What is new goes into the person's own
// folder.

import { go } from "../../shared/router.js";
import { orTell } from "../../shared/toast.js";
import { newMenu } from "../files/menus.js";
import { folderAddress, homeOf, join } from "../files/paths.js";
import { pickFiles } from "../files/pick-files.js";

/** @typedef {import("../state.js").Context} Context */

/** @param {Context} context @returns {import("../../shared/menu.js").MenuEntry[]} */
export function newAtHome(context) {
  const home = homeOf(context.store.get().account.name);
  return newMenu({
    pick: (isFolder) => pickFiles({ context, path: () => home }, isFolder),
    make: (what) => orTell(make(context, home, what)),
  });
}

/** @param {Context} context @param {string} home @param {"folder" | "text"} what */
async function make({ operations }, home, what) {
  const name = await (what === "folder" ? operations.newFolder(home) : operations.newTextFile(home));
  if (name !== null) go(what === "folder" ? folderAddress(join(home, name), home) : folderAddress(home, home, { open: name }));
}
