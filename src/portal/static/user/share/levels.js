// Levels of rights to a shared entry. Each level has a word and stands for a set of rights.

/** @typedef {import("./wire.js").Rights} Rights */
/** @typedef {"look" | "view" | "add" | "edit" | "pass" | "manage"} Level */

/** From the least to the most. @type {Level[]} */
export const LEVELS = ["look", "view", "add", "edit", "pass", "manage"];

/**
 * The rights of a level.
 * @param {Level} level
 * @returns {Omit<Rights, "read">}
 */
export function rightsOf(level) {
  const at = LEVELS.indexOf(level);
  return {
    download: at >= 1,
    write: at >= 2,
    disallowdelete: at <= 2,
    share: at >= 4,
    allowmanage: at >= 5,
  };
}

/** The highest level within somebody's rights. @param {Rights} rights @param {boolean} isFolder @returns {Level} */
export function levelOf(rights, isFolder) {
  if (!rights.download) return "look";
  if (!rights.write) return "view";
  // A file contains nothing that could be added or deleted.
  if (rights.disallowdelete && isFolder) return "add";
  if (!rights.share) return "edit";
  return rights.allowmanage ? "manage" : "pass";
}
