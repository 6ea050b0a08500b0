// The names under which the portals know the records of the API, for the type checker. The records themselves are in
// `replies.d.ts`, which the program writes from their declarations. Nothing here runs.

/**
 * The reply of an action.
 * @typedef {{ type: string, result: number, message: string }} Command
 */

/** @typedef {import("../../replies.js").EntryRecord} EntryRecord */

/**
 * A file or folder as the portals hold it.
 * @typedef {object} Entry
 * @property {string} path the full path
 * @property {string} name
 * @property {boolean} isFolder
 * @property {number} size in bytes; 0 of a folder
 * @property {number} modified in seconds since 1970 UTC
 * @property {boolean} canRename
 * @property {boolean} isLocked
 * @property {boolean} canLock whether this person may lock it, or end its lock
 * @property {boolean} isStarred
 * @property {boolean} isCommented
 * @property {boolean} canShow whether the server sends it to be shown, not only saved
 * @property {"" | "private" | "public"} isShared with people, or by a link
 * @property {boolean} canShare
 * @property {string} etag
 * @property {string} excerpt of a search that found it in its text: what is there
 */

/** @typedef {import("../../replies.js").ListingMeta} ListMeta */

/** @typedef {import("../../replies.js").AuthenticationRecord} AuthenticationInfo */

/** @typedef {import("../../replies.js").ServerRecord} ServerInfo */

/** @typedef {import("../../replies.js").Profile} ProfileSettings */

/** @typedef {import("../../replies.js").Session} SessionRecord */

/** @typedef {import("../../replies.js").SecondFactorRecord} SecondFactor */

/** @typedef {import("../../replies.js").OfferedKeyRecord} OfferedKey */

/** @typedef {import("../../replies.js").SystemStatusRecord} SystemStatus */
/**
 * The same for somebody who is signed in.
 * @typedef {SystemStatus & Required<Pick<SystemStatus, "storageusage" | "sizelimit" | "usagepercent" | "availablestorage">>} StorageStatus
 */

/** @typedef {import("../../replies.js").DiskUsageRecord} UsageDetails */

/** @typedef {import("../../replies.js").FolderUsage} FolderUsage */

/** @typedef {import("../../replies.js").UploadRecord} UploadStatus */

/** @typedef {import("../../replies.js").Comment} CommentRecord */

/** What somebody did; notices have it as well. @typedef {import("../../replies.js").ActivityRecord} ActivityRecord */

/** @typedef {import("../../replies.js").ToastRecord} NotificationRecord */

/** @typedef {import("../../replies.js").OpenedLinkRecord} OneTimeLink */

/** @typedef {import("../../replies.js").DeviceRecord} DeviceRecord */

/** @typedef {import("../../replies.js").ShareRecord} ShareRecord */

/**
 * Somebody with whom something is shared: an account by `name`, or a group.
 * @typedef {import("../../replies.js").ShareUserRecord | import("../../replies.js").ShareGroupRecord} MemberRecord
 */

/** @typedef {import("../../replies.js").LinkAddressRecord} LinkAddress */

/** @typedef {import("../../replies.js").ShareActivityRecord} ShareActivityRecord */

/** @typedef {import("../../replies.js").LinkRecord} LinkRecord */

export {};
