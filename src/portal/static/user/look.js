// How folders are shown: as rows or cards, which each folder has for itself, and in which order. The browser remembers it.

import { remember, remembered } from "../shared/memory.js";
import { parentOf } from "./files/paths.js";

/** @typedef {import("./state.js").Look} Look */
/** @typedef {import("./state.js").UserStore} UserStore */

/** Folders whose shape is remembered; beyond, the choices that were made first are forgotten. */
const FOLDERS_MAX = 200;

/** @param {string} name */
function parsed(name) {
  try {
    return JSON.parse(remembered(name) ?? "null");
  } catch {
    // Something else wrote there; the usual look serves.
    return null;
  }
}

/** The look before any folder is shown. @returns {Look} */
export function savedLook() {
  const saved = parsed("look");
  return {
    shape: saved?.shape === "cards" ? "cards" : "rows",
    sort: saved?.sort === "modified" || saved?.sort === "size" ? saved.sort : "name",
    isDescending: saved?.isDescending === true,
    showsHidden: saved?.showsHidden === true,
  };
}

/** The choices by folder, the latest last. @returns {Map<string, Look["shape"]>} */
function shapes() {
  const saved = parsed("shapes");
  return new Map(Array.isArray(saved) ? saved.filter((one) => Array.isArray(one) && (one[1] === "rows" || one[1] === "cards")) : []);
}

/** The shape of a folder: what was chosen for it, else for the nearest folder above. @param {string} folder */
export function shapeOf(folder) {
  const chosen = shapes();
  for (let at = folder; at !== "/"; at = parentOf(at)) {
    const shape = chosen.get(at);
    if (shape) return shape;
  }
  return savedLook().shape;
}

/** Another folder is shown, in its shape. @param {UserStore} store @param {string} folder */
export function showShapeOf(store, folder) {
  const { look } = store.get();
  const shape = shapeOf(folder);
  if (shape !== look.shape) store.set({ look: { ...look, shape } });
}

/** @param {UserStore} store @param {string} folder @param {Look["shape"]} shape */
export function setShape(store, folder, shape) {
  const chosen = shapes();
  chosen.delete(folder);
  chosen.set(folder, shape);
  remember("shapes", JSON.stringify([...chosen].slice(-FOLDERS_MAX)));
  store.set({ look: { ...store.get().look, shape } });
}

/** @param {UserStore} store @param {Pick<Look, "sort" | "isDescending">} order */
export function setOrder(store, order) {
  remember("look", JSON.stringify({ ...savedLook(), ...order }));
  store.set({ look: { ...store.get().look, ...order } });
}

/** @param {UserStore} store @param {boolean} showsHidden */
export function setShowsHidden(store, showsHidden) {
  remember("look", JSON.stringify({ ...savedLook(), showsHidden }));
  store.set({ look: { ...store.get().look, showsHidden } });
}
