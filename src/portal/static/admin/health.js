// How the cloud is doing: its volumes and what checks and backups say. Asked for once for all who show a part of it, and
// again now and then while the page is seen.

import { call, records } from "../shared/api.js";

/** @typedef {import("../../replies.js").VolumeRecord} Volume */
/** @typedef {import("../../replies.js").CheckRecord} Check */
/** @typedef {import("../../replies.js").ChecksMeta} Upkeep */
/** @typedef {import("../../replies.js").FindingRecord} Finding */
/** @typedef {{ volumes: Volume[], checks: Check[], upkeep: Upkeep, findings: Finding[] }} Known */

/** Milliseconds between two looks while the page is seen, and while a check is under way. */
const PAUSE = 5 * 60_000;
const BUSY_PAUSE = 2000;

export function createHealth() {
  /** @type {Known | null} */
  let known = null;
  /** @type {unknown} */
  let failure = null;
  /** @type {Promise<void> | null} */
  let asking = null;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  let timer = 0;

  const ask = async () => {
    try {
      const [volumes, reply, findings] = await Promise.all([
        records("getvolumes", "volume", {}, { side: "admin" }),
        call("getchecks", {}, { side: "admin" }),
        records("getfindings", "finding", {}, { side: "admin" }),
      ]);
      known = { volumes, checks: reply.check ?? [], upkeep: reply.meta, findings };
      failure = null;
    } catch (error) {
      failure = error;
    }
    asking = null;
    for (const listener of [...listeners]) listener();
    later();
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (document.visibilityState === "visible") void load();
      else later();
    }, known?.upkeep.isrunning && !failure ? BUSY_PAUSE : PAUSE);
  };

  /** Asks anew. */
  const load = () => (asking ??= ask());

  return {
    load,
    /** What the last answer said. */
    known: () => known,
    /** Why there was no answer the last time; `null` when there was. */
    failure: () => failure,
    /** Calls after each answer; returns how to stop that. @param {() => void} listener */
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @typedef {ReturnType<typeof createHealth>} Health */

/** Hours after which a backup of a schedule is late: it may have been off for a night. @param {Upkeep} upkeep */
export function isBackupLate(upkeep) {
  if (upkeep.backupto === "") return false;
  return Date.now() / 1000 - upkeep.lastbackupepochutc > (upkeep.backupeveryhours * 2 + 1) * 3600;
}

/** Whether the last check of a kind found nothing wrong. @param {Check} check */
export function isSound(check) {
  return check.wrong === 0 && check.failure === "";
}
