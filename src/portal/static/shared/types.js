// The records of the API as the portals read them, for the type checker. Nothing here runs.

/**
 * The reply of an action.
 * @typedef {{ type: string, result: number, message: string }} Command
 */

/**
 * A file or folder as the API sends it; only what the portals read.
 * @typedef {object} EntryRecord
 * @property {string} path
 * @property {string} dirpath
 * @property {string} name
 * @property {string} ext
 * @property {number} fullsize
 * @property {"dir" | "file"} type
 * @property {number} modifiedepochutc
 * @property {number} canrename
 * @property {number} canupload
 * @property {number} showprev
 * @property {number} locked
 * @property {number} showlockunlock
 * @property {string} favoritelistid
 * @property {string} [highlight] of a search
 * @property {number} commented
 * @property {string} lastmodifiedby
 * @property {string} etag
 * @property {string} isshared `private` where people have it, `public` where a link leads to it, too
 * @property {number} isshareable
 * @property {string} [deletedfrom] in the recycle bin: the path it had
 * @property {number} [deletedonepoch] in the recycle bin: when it was deleted, in seconds since 1970 UTC
 */

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

/** @typedef {{ parentpath: string, total: number, realpath: string, isroot: number, canupload: number }} ListMeta */

/**
 * @typedef {object} AuthenticationInfo
 * @property {string} profile the account's name; empty when nobody is signed in
 * @property {string} displayname
 * @property {number} authenticated
 */

/** @typedef {{ name: string, version: string, awaitssetup: number, passwordminlength: number,
 *   accentcolour: string, logo: string, hasterms: number, hasprivacy: number }} ServerInfo */

/** @typedef {{ displayname: string, email: string, isadmin: number, hasprofileimage: number, nickname: string }} ProfileSettings */

/**
 * @typedef {object} SessionRecord
 * @property {string} id
 * @property {string} side
 * @property {number} createdepochutc
 * @property {number} lastusedepochutc
 * @property {string} address
 * @property {string} agent
 * @property {number} iscurrent
 */

/** @typedef {{ isenabled: number, sinceepochutc: number, recoverycodes: number, isrequired: number }} SecondFactor */

/** @typedef {{ secret: string, address: string, qr: string }} OfferedKey */

/** @typedef {{ storageusage: number, sizelimit: number, usagepercent: number, availablestorage: number, disknearlyfull?: number }} StorageStatus `disknearlyfull`: told to administrators */

/**
 * @typedef {object} UsageDetails
 * @property {number} storageusage
 * @property {number} sizelimit
 * @property {number} livefiles
 * @property {number} livefolders
 * @property {string} livesize
 * @property {string} versionedsize
 * @property {number} versionedfiles
 * @property {string} recyclesize
 * @property {number} recyclefiles
 * @property {string} incompletesize
 * @property {number} incompletefiles
 */

/** @typedef {{ totalfiles: number, totalfolders: number, totalsize: string }} FolderUsage */

/** @typedef {{ received: string, size: number }} UploadStatus */

/** @typedef {{ id: string, who: string, text: string, whenepochutc: number, hasprofileimage: number }} CommentRecord */

/** @typedef {{ path: string, name: string, isfile: number, actioncode: number, who: string, whodisplayname?: string, misc: string, whenepochutc: number, hasprofileimage: number }} ActivityRecord `whodisplayname`: in notices */

/**
 * @typedef {object} NotificationRecord
 * @property {string} toastrid
 * @property {"comment" | "limit" | "disk" | "share" | "secondfactor"} type
 * @property {string} path
 * @property {string} name
 * @property {string} message
 * @property {string} creater
 * @property {string} createrdisplayname
 * @property {number} createrhasimage
 * @property {number} alreadyread
 * @property {number} whenepochutc
 */

/**
 * A share, as whoever may change it sees it.
 * @typedef {object} ShareRecord
 * @property {string} shareid
 * @property {string} sharename
 * @property {string} sharelocation the path of what is shared
 * @property {string} sharedobjname
 * @property {string} shareurl
 * @property {number | ""} validityperiodts when the link ends
 * @property {number} expired whether it has
 * @property {number} maxdownloads 0 for any number
 * @property {number} downloadcount
 * @property {number} allowpublicaccess
 * @property {number} allowpublicupload
 * @property {number} allowpublicviewonly
 * @property {number} allowpublicuploadonly
 * @property {number} isdir
 * @property {number} createdts
 * @property {string} shareowner
 * @property {number} ispublicsecure whether the link has a password
 * @property {number} hidenotifications
 * @property {number} homeonly
 * @property {number} hasmembers
 * @property {number} successfulaccesstimes how often the link was opened
 */

/**
 * Somebody with whom something is shared: an account by `name`, or a group.
 * @typedef {object} MemberRecord
 * @property {string} [name]
 * @property {string} [groupid]
 * @property {string} [groupname]
 * @property {string} read
 * @property {string} write
 * @property {string} share
 * @property {string} download
 * @property {string} disallowdelete
 * @property {string} allowmanage
 */

/** @typedef {{ url: string, qr: string, kind: "name" | "address" | "public" }} LinkAddress */

/** @typedef {{ path: string, name: string, actioncode: number, who: string, whenepochutc: number, ip: string, how: string }} ShareActivityRecord */

/**
 * What whoever has a link is told about it. Of a link with a password, before it is given, `needspassword` alone counts.
 * @typedef {object} LinkRecord
 * @property {number} needspassword
 * @property {string} name of what is shared
 * @property {"dir" | "file"} type
 * @property {string} ownerdisplayname
 * @property {string} ownerimage the address of the owner's picture, from the root of the server; empty without one
 * @property {number} allowpublicupload
 * @property {number} allowpublicviewonly
 * @property {number} allowpublicuploadonly
 * @property {number} sharesizelimit bytes that a file may have which is uploaded, 0 for any number
 * @property {number} ends seconds since 1970 UTC, 0 for a link without an end
 * @property {string} text words of the administrator
 */

export {};
