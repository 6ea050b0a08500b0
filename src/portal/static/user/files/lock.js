// Locks of files and folders: locking, unlocking, showing the owner of a lock, and the lock of an
// editor while somebody writes.

import { ApiError, begin, command, end, errorText, headers, record, url } from "../../shared/api.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { fullTime, plainName, shortName } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { errorToast, toast } from "../../shared/toast.js";
import { folderChanged } from "../state.js";
import { parentOf } from "./paths.js";
import { knownName } from "./who.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {import("../../../replies.js").LockState} LockInfo */

/** Seconds for which the lock of an editor lasts unless it is prolonged, so that a browser that has gone does not keep others out for long. */
const EDITOR_SECONDS = 150;
/** A person's own lock with at most this many seconds left belongs to an editor, perhaps in another window. */
const SHORT_SECONDS = 600;
const PROLONG_MILLISECONDS = 60_000;

/**
 * Locks an entry, or ends its lock.
 * @param {import("../state.js").UserStore} store @param {Entry} entry
 */
export async function toggleLock(store, entry) {
  try {
    await command(entry.isLocked ? "unlock" : "lock", { path: entry.path });
    toast(t(entry.isLocked ? "lock.ended" : "lock.taken", { name: shortName(entry.name) }));
  } catch (error) {
    errorToast(errorText(error));
  }
  folderChanged(store, parentOf(entry.path));
}

/**
 * Shows who has locked an entry, if anybody has.
 * @param {HTMLElement} element to be filled @param {import("../state.js").Context} context @param {Entry} entry
 */
export async function showLock(element, context, entry) {
  /** @type {LockInfo} */
  const info = await record("getfilelockinfo", "filelockinfo", { path: entry.path });
  if (info.locked !== 1) return;
  const own = context.store.get().account.name;
  const who = info.lockedby === own ? t("lock.byyou") : t("lock.by", { who: await knownName(info.lockedby) });
  const above = info.lockpath !== entry.path ? h("p", { class: "quiet", text: t("lock.above", { path: info.lockpath }) }) : null;
  const until = info.lockexpirationepochutc ? h("p", { class: "quiet" }, t("lock.until"), " ", fullTime(info.lockexpirationepochutc)) : null;
  const unlock = entry.isLocked && entry.canLock
    ? button({ text: t("action.unlock"), icon: "lock", onclick: () => void toggleLock(context.store, entry) })
    : null;
  fill(element, h("p", { class: "details-lock-who", title: plainName(info.lockedby) }, icon("lock"), h("bdi", { text: who })), above, until, unlock);
}

/**
 * Locks a file while somebody edits it. A lock that they had before stays as it is.
 * @param {string} path @param {string} own the name of the account
 * @param {() => void} onLost called if somebody else has taken the lock
 */
export async function holdWhileEditing(path, own, onLost) {
  const params = { path, relative_expiration: EDITOR_SECONDS };
  let isTaken = await take(path, own, params);
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  const prolong = async () => {
    try {
      await command("lock", params, { isQuiet: true });
    } catch (error) {
      if (!(error instanceof ApiError) || error.kind !== "locked") return;
      isTaken = false;
      clearInterval(timer);
      onLost();
    }
  };
  const leavePage = () => {
    if (!isTaken) return;
    const call = begin("core", "unlock", { path });
    void fetch(url("unlock", undefined, "core"), {
      method: "POST", body: new URLSearchParams({ path }), headers: headers("core"), credentials: "same-origin", keepalive: true,
    }).then((reply) => end(call, reply.status, "", reply.ok), () => end(call, 0, "", false));
  };
  // A page in the browser's cache can come back with its editor.
  const comeBack = (/** @type {PageTransitionEvent} */ event) => { if (event.persisted && isTaken) void prolong(); };
  if (isTaken) {
    timer = setInterval(() => void prolong(), PROLONG_MILLISECONDS);
    addEventListener("pagehide", leavePage);
    addEventListener("pageshow", comeBack);
  }
  return {
    release() {
      clearInterval(timer);
      removeEventListener("pagehide", leavePage);
      removeEventListener("pageshow", comeBack);
      if (!isTaken) return;
      isTaken = false;
      command("unlock", { path }, { isQuiet: true }).catch(() => { /* It ends by itself. */ });
    },
  };
}

/**
 * Locks a file for an editor. Returns whether the editor has to end the lock.
 * @param {string} path @param {string} own @param {{ path: string, relative_expiration: number }} params
 */
async function take(path, own, params) {
  try {
    /** @type {LockInfo} */
    const info = await record("getfilelockinfo", "filelockinfo", { path });
    const left = info.lockexpirationepochutc ? info.lockexpirationepochutc - Date.now() / 1000 : Infinity;
    if (info.locked === 1 && info.lockedby === own && left > SHORT_SECONDS) return false;
    await command("lock", params);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.kind === "locked") throw error;
    // The person can write without a lock too. Saving never replaces a content that somebody else
    // wrote meanwhile.
    return false;
  }
}
