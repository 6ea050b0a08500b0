// The calls about team folders. An administrator acts for the account that owns them, with the
// parameter `adminproxyuserid`.

import { call, command, record, records } from "../../shared/api.js";
import { plainName } from "../../shared/format.js";
import { levelOf, rightsOf } from "../../user/share/levels.js";
import { isSet } from "../../user/share/wire.js";
import { isSame } from "../who.js";

/** @typedef {import("../who.js").Who} Who */
/** @typedef {import("../../user/share/levels.js").Level} Level */
/** @typedef {import("../../shared/types.js").EntryRecord} EntryRecord */
/** @typedef {import("../../../replies.js").AccessEntryRecord} AccessEntryRecord */

/**
 * The parameter for calls on an account's files by an administrator.
 * @typedef {{ adminproxyuserid: string }} As
 */

/** The account whose folders are team folders; empty if there is none. @returns {Promise<string>} */
export async function teamAccount() {
  const { username } = await record("getteamfolderproperties", "teamfolderproperty", {}, { side: "admin" });
  return username;
}

/** @param {string} username empty for none */
export function setTeamAccount(username) {
  return command("setteamfolderuser", { username }, { side: "admin" });
}

/** The folders in a folder. @param {string} path @param {As} as @returns {Promise<EntryRecord[]>} */
export async function foldersIn(path, as) {
  /** @type {EntryRecord[]} */
  const entries = await records("getfilelist", "entry", { path, limit: -1, ...as });
  return entries.filter((entry) => entry.type === "dir" && entry.name !== "recyclebin");
}

/**
 * Returns the id of a folder's share. If the folder is not shared yet, this shares it, without
 * members.
 * @param {string} path @param {As} as @returns {Promise<string>} its id
 */
export async function shareOf(path, as) {
  const { shareid } = await record("quickshare", "share", { sharelocation: path, ...as });
  return shareid;
}

/**
 * The members of a share, groups first.
 * @param {string} shareid @param {As} as @param {Who[]} all everybody, for their names @returns {Promise<(Who & { level: Level })[]>}
 */
export async function membersOf(shareid, as, all) {
  /** @type {[import("../../../replies.js").ShareGroupRecord[], import("../../../replies.js").ShareUserRecord[]]} */
  const [groups, users] = await Promise.all([
    records("getgroupaccessforshare", "group", { shareid, ...as }), records("getuseraccessforshare", "user", { shareid, ...as })]);
  const level = (/** @type {import("../../shared/types.js").MemberRecord} */ one) => levelOf({
    read: isSet(one.read), download: isSet(one.download), write: isSet(one.write), share: isSet(one.share),
    disallowdelete: isSet(one.disallowdelete), allowmanage: isSet(one.allowmanage),
  }, true);
  const named = (/** @type {Who} */ who) => all.find((one) => isSame(one, who)) ?? who;
  return [
    ...groups.map((one) => ({ ...named({ isGroup: true, id: one.groupid, name: plainName(one.groupname) }), level: level(one) })),
    ...users.map((one) => ({ ...named({ isGroup: false, id: one.name, name: plainName(one.name) }), level: level(one) })),
  ];
}

/**
 * Gives somebody a share, or changes their rights.
 * @param {string} shareid @param {As} as @param {Who} who @param {Level} level @param {boolean} isNew
 */
export async function giveShare(shareid, as, who, level, isNew) {
  const key = who.isGroup ? { groupid: who.id } : { userid: who.id };
  if (isNew) await command(who.isGroup ? "addgrouptoshare" : "addusertoshare", { shareid, ...key, ...as });
  const rights = Object.fromEntries(Object.entries(rightsOf(level)).map(([name, value]) => [name, String(value)]));
  await command(who.isGroup ? "setgroupaccessforshare" : "setuseraccessforshare", { shareid, ...key, ...rights, ...as });
}

/** @param {string} shareid @param {As} as @param {Who} who */
export function takeShare(shareid, as, who) {
  return who.isGroup
    ? command("deletegroupfromshare", { shareid, groupid: who.id, ...as })
    : command("deleteuserfromshare", { shareid, userid: who.id, ...as });
}

/** The access list of a folder. @param {string} path @param {As} as @returns {Promise<{ inherits: boolean, entries: AccessEntryRecord[] }>} */
export async function accessListOf(path, as) {
  const reply = await call("getacl", { path, ...as });
  return { inherits: isSet(reply.meta?.inherit), entries: reply.ace ?? [] };
}

/** The kinds of entries, each with its letters and flag. @type {Record<string, { perm: string, flag: "allow" | "deny" }>} */
export const ENTRY_KINDS = {
  none: { perm: "RWDS", flag: "deny" },
  view: { perm: "R", flag: "allow" },
  add: { perm: "RW", flag: "allow" },
  edit: { perm: "RWD", flag: "allow" },
  all: { perm: "RWDS", flag: "allow" },
};

/**
 * Sets somebody's entry in a folder's access list.
 * @param {string} path @param {As} as @param {Who} who @param {string} kind @param {boolean} isNew
 */
export async function setEntry(path, as, who, kind, isNew) {
  if (!isNew) await removeEntry(path, as, who);
  await command("addaclentry", { path, ...memberOf(who), ...ENTRY_KINDS[kind], ...as });
}

/** @param {string} path @param {As} as @param {Who} who */
export function removeEntry(path, as, who) {
  return command("deleteaclentry", { path, ...memberOf(who), ...as });
}

/** @param {string} path @param {As} as @param {boolean} inherits */
export function setInheritance(path, as, inherits) {
  return command("setaclinheritance", { path, inherit: inherits ? 1 : 0, ...as });
}

/** @param {Who} who */
function memberOf(who) {
  return { type: who.isGroup ? "group" : "user", value: who.id };
}
