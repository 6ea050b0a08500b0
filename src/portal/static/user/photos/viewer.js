// A photo that is open over the others. The address names it.

import { dayTime } from "../../shared/format.js";
import { createOver } from "../preview/over.js";
import { addressOf } from "../views/photos.js";
import { entryOf } from "./entry.js";

/** @typedef {import("../views/photos.js").PhotosView} PhotosView */
/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {import("../../../replies.js").PhotoRecord} PhotoRecord */

/** @param {import("../state.js").Context} context @param {() => PhotosView} viewOf */
export function createPhotoOver(context, viewOf) {
  /** @type {Shown | null} */
  let shown = null;
  return createOver({
    context,
    isPartly: true,
    async prepare() {
      const view = viewOf();
      const day = view.days.findIndex((one) => one.day === view.route.query.get("day"));
      shown = new Shown(view, day);
      if (day >= 0) await view.loader?.want(day, day);
    },
    entries: () => shown?.entries() ?? [],
    factsOf: (entry) => shown?.takenOf(entry.path) ?? "",
    addressOf: (path) => addressOf(viewOf(), path === null ? {} : { day: shown?.dayOf(path), open: path }),
    focus: (path) => focusOn(viewOf(), path),
  });
}

/**
 * The photos that can be shown one after the other: the known ones around the first. More are
 * loaded on the way.
 */
class Shown {
  /** @param {PhotosView} view @param {number} day */
  constructor(view, day) {
    this.day = day;
    // The photos at the time of opening. The preview removes photos that are deleted meanwhile.
    this.loader = view.loader;
    /** @type {Map<string, { entry: Entry, photo: PhotoRecord }>} */
    this.known = new Map();
  }

  /** @returns {Entry[]} */
  entries() {
    return (this.day < 0 ? [] : this.loader?.around(this.day) ?? []).map((photo) => {
      const known = this.known.get(photo.path) ?? { entry: entryOf(photo), photo };
      this.known.set(photo.path, known);
      return known.entry;
    });
  }

  /** @param {string} path */
  dayOf(path) { return this.known.get(path)?.photo.taken.slice(0, 10) ?? ""; }

  /** @param {string} path */
  takenOf(path) {
    const taken = this.known.get(path)?.photo.taken;
    return taken ? dayTime(taken) : "";
  }
}

/** Scrolls to a photo and gives it the focus. @param {PhotosView} view @param {string} path */
function focusOn(view, path) {
  if (view.isOver) return;
  for (const [day] of view.days.entries()) {
    const at = view.loader?.of(day).findIndex((photo) => photo.path === path) ?? -1;
    if (at >= 0) return view.grid?.focus({ day, at });
  }
}
