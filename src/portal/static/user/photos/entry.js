// Turns a photo into the form that the rest of the portal uses for files.

/** @typedef {import("../../../replies.js").PhotoRecord} PhotoRecord */
/** @typedef {import("../../shared/types.js").Entry} Entry */

/** The rights to the photo are not known yet. @param {PhotoRecord} photo @returns {Entry} */
export function entryOf(photo) {
  return {
    path: photo.path, name: photo.name, isFolder: false, size: photo.size, folderSize: 0, isFolderSizeExact: false, modified: photo.modifiedepochutc, canRename: false, isLocked: false,
    canLock: false, isStarred: false, isCommented: false, canShow: true, isShared: "", canShare: false, etag: `${photo.modifiedepochutc}-${photo.size}`, excerpt: "",
  };
}
