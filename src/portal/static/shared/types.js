// The portals' names for the records of the API, for the type checker. The records themselves are
// in `replies.d.ts`, which the program writes from their declarations. Nothing here runs.

/** The reply to an action. @typedef {{ type: string, result: number, message: string }} Command */

/** @typedef {import("../../replies.js").EntryRecord} EntryRecord */

/**
 * A file or folder, as the portals know it.
 * @typedef {object} Entry
 * @property {string} path the full path
 * @property {string} name
 * @property {boolean} isFolder
 * @property {number} size in bytes; 0 for a folder
 * @property {number} folderSize the bytes of all files below a folder, as far as they are known
 * @property {boolean} isFolderSizeExact whether there are no more
 * @property {number} modified in seconds since 1970 UTC
 * @property {boolean} canRename
 * @property {boolean} isLocked
 * @property {boolean} canLock whether this person may lock or unlock it
 * @property {boolean} isStarred
 * @property {boolean} isCommented
 * @property {boolean} canShow whether browsers may show it, and not only save it
 * @property {"" | "private" | "public"} isShared whether it is shared with people or by a link
 * @property {boolean} canShare
 * @property {string} etag
 * @property {string} excerpt the text in which a search found it
 * @property {number} [place] its place in a shared album, from 1; 0 elsewhere
 */

/** @typedef {import("../../replies.js").ListingMeta} ListMeta */

/** @typedef {import("../../replies.js").AuthenticationRecord} AuthenticationInfo */

/** @typedef {import("../../replies.js").ServerRecord} ServerInfo */

/** @typedef {import("../../replies.js").Profile} ProfileSettings */

/** @typedef {import("../../replies.js").Session} SessionRecord */

/** @typedef {import("../../replies.js").SecondFactorRecord} SecondFactor */

/** @typedef {import("../../replies.js").OfferedKeyRecord} OfferedKey */

/**
 * The facts about the server, as everybody may ask for them.
 * @typedef {import("../../replies.js").SystemStatusRecord} SystemStatus
 */
/**
 * The same facts with the storage of a person who is signed in.
 * @typedef {SystemStatus & Required<Pick<SystemStatus, "storageusage" | "sizelimit" | "usagepercent" | "availablestorage">>} StorageStatus
 */

/** @typedef {import("../../replies.js").DiskUsageRecord} UsageDetails */

/** @typedef {import("../../replies.js").FolderUsage} FolderUsage */

/** @typedef {import("../../replies.js").UploadRecord} UploadStatus */

/** @typedef {import("../../replies.js").HeldFileRecord} HeldFile */

/** @typedef {import("../../replies.js").Comment} CommentRecord */

/**
 * What a person did. Notifications have it too.
 * @typedef {import("../../replies.js").ActivityRecord} ActivityRecord
 */

/** @typedef {import("../../replies.js").ToastRecord} NotificationRecord */

/** @typedef {import("../../replies.js").OpenedLinkRecord} OneTimeLink */

/** @typedef {import("../../replies.js").DeviceRecord} DeviceRecord */

/** @typedef {import("../../replies.js").ShareRecord} ShareRecord */

/**
 * A member of a share: an account by `name`, or a group.
 * @typedef {import("../../replies.js").ShareUserRecord | import("../../replies.js").ShareGroupRecord} MemberRecord
 */

/** @typedef {import("../../replies.js").LinkAddressRecord} LinkAddress */

/** @typedef {import("../../replies.js").ShareActivityRecord} ShareActivityRecord */

/** @typedef {import("../../replies.js").LinkRecord} LinkRecord */

export {};
