// A photo as the rest of the portal holds a file.

/** @typedef {import("../../../replies.js").PhotoRecord} PhotoRecord */
/** @typedef {import("../../shared/types.js").Entry} Entry */

/** What one may do with it is not known yet. @param {PhotoRecord} photo @returns {Entry} */
export function entryOf(photo) {
  return {
    path: photo.path, name: photo.name, isFolder: false, size: photo.size, modified: photo.modifiedepochutc, canRename: false, isLocked: false,
    canLock: false, isStarred: false, isCommented: false, canShow: true, isShared: "", canShare: false, etag: `${photo.modifiedepochutc}-${photo.size}`, excerpt: "",
  };
}
