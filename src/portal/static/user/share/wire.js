// The calls for sharing: shares, their members and their links.

import { call, command, record, records } from "../../shared/api.js";
import { personOf } from "./profiles.js";

/** @typedef {import("../../shared/types.js").ShareRecord} ShareRecord */
/** @typedef {import("../../shared/types.js").MemberRecord} MemberRecord */
/** @typedef {import("./profiles.js").Profile} Profile */

/**
 * Somebody who has a share, or can be given it.
 * @typedef {object} Member
 * @property {boolean} isGroup
 * @property {string} id the account or the id of the group
 * @property {string} name as people see it
 * @property {boolean} hasPicture
 * @property {boolean} isEverybody the group of all accounts
 * @property {boolean} isInvited whether they were invited by mail and have not signed in yet
 * @property {Rights} rights
 */

/** The rights of a member. @typedef {Record<"read" | "download" | "write" | "disallowdelete" | "share" | "allowmanage", boolean>} Rights */

/** The use that a link allows. @typedef {"none" | "view" | "look" | "add" | "drop"} LinkUse */

/** The API's flags for each use. @type {Record<LinkUse, import("../../shared/api.js").Params>} */
const LINK_FLAGS = {
  none: { allowpublicaccess: 0, allowpublicupload: 0, allowpublicviewonly: 0, allowpublicuploadonly: 0 },
  view: { allowpublicaccess: 1, allowpublicupload: 0, allowpublicviewonly: 0, allowpublicuploadonly: 0 },
  look: { allowpublicaccess: 1, allowpublicupload: 0, allowpublicviewonly: 1, allowpublicuploadonly: 0 },
  add: { allowpublicaccess: 1, allowpublicupload: 1, allowpublicviewonly: 0, allowpublicuploadonly: 0 },
  drop: { allowpublicaccess: 1, allowpublicupload: 1, allowpublicviewonly: 0, allowpublicuploadonly: 1 },
};

/** Reads a flag of the API, which may be 1, `true` or the text "true". @param {unknown} value */
export function isSet(value) {
  return value === 1 || value === true || value === "1" || value === "true";
}

/** The use that a link allows. @param {ShareRecord} share @returns {LinkUse} */
export function linkUse(share) {
  if (!isSet(share.allowpublicaccess)) return "none";
  if (isSet(share.allowpublicuploadonly)) return "drop";
  if (isSet(share.allowpublicviewonly)) return "look";
  return isSet(share.allowpublicupload) ? "add" : "view";
}

/**
 * The share of an entry that this person may change: their own, otherwise one that they manage; `null` if there is none.
 * @param {string} path @returns {Promise<ShareRecord | null>}
 */
export async function shareAt(path) {
  /** @type {ShareRecord[]} */
  const [first] = await records("getmanageablesharesforpath", "share", { path, showchildpaths: 0 });
  return first ?? null;
}

/** Shares an entry, or returns its share if it has one. @param {string} path @returns {Promise<ShareRecord>} */
export function makeShare(path) {
  return record("quickshare", "share", { sharelocation: path });
}

/** The share of an album; `null` if it is not shared. @param {string} id of the list @returns {Promise<ShareRecord | null>} */
export async function shareOfAlbum(id) {
  return (await ownShares()).find((share) => share.albumid === id) ?? null;
}

/** Shares an album, or returns its share if it has one. @param {string} id of the list @returns {Promise<ShareRecord>} */
export function shareAlbum(id) {
  return record("sharealbum", "share", { id });
}

/** @param {string} shareid @returns {Promise<Member[]>} everybody with whom it is shared, groups first */
export async function membersOf(shareid) {
  const [groups, users] = await Promise.all([
    /** @type {Promise<import("../../../replies.js").ShareGroupRecord[]>} */ (records("getgroupaccessforshare", "group", { shareid })),
    /** @type {Promise<import("../../../replies.js").ShareUserRecord[]>} */ (records("getuseraccessforshare", "user", { shareid })),
  ]);
  const people = await Promise.all(users.map((one) => personOf(one.name)));
  return [
    ...groups.map((one) => member(one, { isGroup: true, id: one.groupid, name: one.groupname, hasPicture: false, isEverybody: one.groupname === "EVERYONE", isInvited: false })),
    ...users.map((one, at) => member(one, { isGroup: false, id: one.name, name: people[at]?.displayname || one.name, hasPicture: people[at]?.hasprofileimage === 1, isEverybody: false, isInvited: isSet(one.isinvited) })),
  ];
}

/** @param {MemberRecord} record @param {Omit<Member, "rights">} who @returns {Member} */
function member(record, who) {
  return {
    ...who,
    rights: {
      read: isSet(record.read), download: isSet(record.download), write: isSet(record.write), share: isSet(record.share),
      disallowdelete: isSet(record.disallowdelete), allowmanage: isSet(record.allowmanage),
    },
  };
}

/** @param {string} shareid @param {Member} who */
export function addMember(shareid, who) {
  return who.isGroup ? command("addgrouptoshare", { shareid, groupid: who.id }) : command("addusertoshare", { shareid, userid: who.id });
}

/** @param {string} shareid @param {Member} who @param {Partial<Rights>} rights */
export function setRights(shareid, who, rights) {
  const words = Object.fromEntries(Object.entries(rights).map(([name, value]) => [name, String(value)]));
  return who.isGroup
    ? command("setgroupaccessforshare", { shareid, groupid: who.id, ...words })
    : command("setuseraccessforshare", { shareid, userid: who.id, ...words });
}

/** @param {string} shareid @param {Member} who */
export function removeMember(shareid, who) {
  return who.isGroup ? command("deletegroupfromshare", { shareid, groupid: who.id }) : command("deleteuserfromshare", { shareid, userid: who.id });
}

/** People and groups that match a text. @param {string} filter @param {AbortSignal} signal @returns {Promise<Member[]>} */
export async function findMembers(filter, signal) {
  const [groups, people] = await Promise.all([
    /** @type {Promise<{ groupid: string, groupname: string, everyonegroup: number }[]>} */ (records("searchgroups", "group", { filter, limit: 5 }, { signal })),
    /** @type {Promise<Profile[]>} */ (records("searchprofiles", "profile", { filter, context: "share", limit: 8 }, { signal })),
  ]);
  const rights = { read: true, download: true, write: false, disallowdelete: false, share: false, allowmanage: false };
  return [
    ...people.map((one) => ({ isGroup: false, id: one.username, name: one.displayname || one.username, hasPicture: one.hasprofileimage === 1, isEverybody: false, isInvited: false, rights })),
    ...groups.map((one) => ({ isGroup: true, id: String(one.groupid), name: one.groupname, hasPicture: false, isEverybody: isSet(one.everyonegroup), isInvited: false, rights })),
  ];
}

/**
 * True if this person may invite somebody by mail who has no account.
 * @param {string} address @param {AbortSignal} signal
 */
export async function mayInvite(address, signal) {
  const reply = await call("searchprofiles", { filter: address, context: "share", limit: 1 }, { signal });
  return isSet(reply.meta?.inviteallowed);
}

/** Makes an account for somebody, who gets a mail and is a member of the share. @param {string} shareid @param {string} email */
export function invite(shareid, email) {
  return command("createprofileoninvite", { shareid, email });
}

/**
 * Tells members of a share about it by mail. The answer says why nothing was sent; it is empty otherwise.
 * @param {string} shareid @param {Member} who @returns {Promise<string>}
 */
export async function tellByMail(shareid, who) {
  const toemailid = who.isGroup ? who.name : who.id;
  const { status, reason } = await record("sendsharetoemail", "emailstatus", { toemailid, shareid, publicshare: 0 });
  return status === 1 ? "" : reason;
}

/** @param {string} shareid @param {LinkUse} use */
export function setLinkUse(shareid, use) {
  return command("setallowpublicaccess", { shareid, ...LINK_FLAGS[use] });
}

/** Changes the options of a link. @param {string} shareid @param {import("../../shared/api.js").Params} change @returns {Promise<ShareRecord>} */
export function changeShare(shareid, change) {
  return record("updateshare", "share", { shareid, ...change });
}

/** @param {ShareRecord} share @param {string} token the new end of its address */
export function setToken(share, token) {
  const base = share.shareurl.slice(0, share.shareurl.lastIndexOf("/") + 1);
  return command("updatesharelink", { shareid: share.shareid, oldsharelink: share.shareurl, newsharelink: base + token });
}

/** @param {string} shareid */
export function endShare(shareid) {
  return command("deleteshare", { shareid });
}

/** @returns {Promise<ShareRecord[]>} what this person shares */
export function ownShares() {
  return records("getshares", "share");
}

/**
 * The addresses of a link, the best first, each with a QR code.
 * @param {string} shareid @param {string | null} baseurl the address at which this browser reaches the cloud
 * @returns {Promise<import("../../shared/types.js").LinkAddress[]>}
 */
export async function addressesOf(shareid, baseurl) {
  const reply = await call("getlinkaddresses", { shareid, baseurl });
  return reply.address ?? [];
}
