// The look of folders: rows or cards, which each folder remembers, and the order. The browser
// stores it.

import { remember, remembered } from "../shared/memory.js";
import { parentOf } from "./files/paths.js";

/** @typedef {import("./state.js").Look} Look */
/** @typedef {import("./state.js").UserStore} UserStore */

/** The number of folders whose choice is remembered. The oldest choices are forgotten first. */
const FOLDERS_MAX = 200;

/** @param {string} name */
function parsed(name) {
  try {
    return JSON.parse(remembered(name) ?? "null");
  } catch {
    // Something else wrote this value, so the default is used.
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

/**
 * The shape of a folder's list, rows or cards: the choice for it or, without one, for the nearest folder above.
 * @param {string} folder
 */
export function shapeOf(folder) {
  const chosen = shapes();
  for (let at = folder; at !== "/"; at = parentOf(at)) {
    const shape = chosen.get(at);
    if (shape) return shape;
  }
  return savedLook().shape;
}

/**
 * Shows another folder with its own choice of rows or cards.
 * @param {UserStore} store @param {string} folder
 */
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
