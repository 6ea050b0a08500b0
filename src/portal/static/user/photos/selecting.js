// Photos are selected by their marks, by a long press, with the space bar, in ranges, or by taps after
// "Select". The actions on them stand in a bar.

import { t } from "../../shared/i18n.js";
import { orTell } from "../../shared/toast.js";
import { isWithin } from "../files/paths.js";
import { createSelectionBar } from "../files/selection.js";
import { entryOf } from "./entry.js";

/** @typedef {import("../views/photos.js").PhotosView} PhotosView */
/** @typedef {import("../../../replies.js").PhotoRecord} PhotoRecord */
/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {ReturnType<typeof createSelecting>} Selecting */

/** At most this many photos go into lists at once, as in the files view. */
const LISTED_MAX = 20;

/** @param {import("../state.js").Context} context @param {() => PhotosView} viewOf */
export function createSelecting(context, viewOf) {
  /** @type {Map<string, PhotoRecord>} */
  const chosen = new Map();
  let isChoosing = false;
  /** What one may do with the own photos is known. The server refuses what one may not do with others. @returns {Entry[]} */
  const entries = () => [...chosen.values()].map((photo) => {
    const isOwn = isWithin(photo.path, viewOf().home);
    return { ...entryOf(photo), canRename: isOwn, canShare: isOwn };
  });
  const isOn = () => isChoosing || chosen.size > 0;
  const show = () => {
    bar.show();
    viewOf().grid?.showChosen();
  };
  const select = (/** @type {string[]} */ paths) => {
    isChoosing &&= paths.length > 0;
    for (const path of [...chosen.keys()]) if (!paths.includes(path)) chosen.delete(path);
    show();
  };
  const remove = async () => {
    if (await context.operations.remove(entries())) select([]);
  };
  const bar = createSelectionBar({ context, chosen: entries, list: { selection: () => new Set(chosen.keys()), select, isOn: () => isOn(), focus: () => viewOf().grid?.focusActive() } }, {
    entryMenu: async () => photoMenu(context, entries(), () => orTell(remove())),
    remove: () => orTell(remove()),
  });
  return {
    bar,
    /** @param {string} path */
    has: (path) => chosen.has(path),
    /** Whether a click selects. */
    isOn,
    /** From now on a tap selects, until the selection is cleared. */
    start() {
      isChoosing = true;
      show();
    },
    clear: () => select([]),
    /** @param {PhotoRecord} photo */
    toggle(photo) {
      if (!chosen.delete(photo.path)) chosen.set(photo.path, photo);
      show();
    },
    /** @param {PhotoRecord[]} photos */
    add(photos) {
      for (const photo of photos) chosen.set(photo.path, photo);
      show();
    },
  };
}

/** @param {import("../state.js").Context} context @param {Entry[]} entries @param {() => void} remove @returns {import("../../shared/menu.js").MenuEntry[]} */
function photoMenu({ operations }, entries, remove) {
  const [first] = entries;
  return [
    { label: t(entries.length === 1 ? "action.download" : "action.downloadzip"), icon: "download", run: () => operations.download(entries) },
    entries.length === 1 && first?.canShare && { label: t("action.share"), icon: "share", run: () => operations.share(first) },
    null,
    { label: t("action.moveto"), icon: "move", run: () => orTell(operations.transferByPicking(entries, "move")) },
    { label: t("action.copyto"), icon: "copy", run: () => orTell(operations.transferByPicking(entries, "copy")) },
    { label: t("action.star"), icon: "star", run: () => orTell(operations.star(entries, true, () => undefined)) },
    entries.length <= LISTED_MAX && { label: t("action.lists"), icon: "list", run: () => orTell(import("../files/lists.js").then(({ chooseLists }) => chooseLists(entries))) },
    null,
    { label: t("action.delete"), icon: "trash", isDanger: true, run: remove },
  ];
}
