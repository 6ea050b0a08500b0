// The health of the cloud: its volumes, checks and backups. It is loaded once for all parts that
// show something of it, and now and then again while the page is visible.

import { call, records } from "../shared/api.js";
import { t } from "../shared/i18n.js";

/** @typedef {import("../../replies.js").VolumeRecord} Volume */
/** @typedef {import("../../replies.js").CheckRecord} Check */
/** @typedef {import("../../replies.js").ChecksMeta} Upkeep */
/** @typedef {import("../../replies.js").FindingRecord} Finding */
/** @typedef {{ volumes: Volume[], checks: Check[], upkeep: Upkeep, findings: Finding[] }} Known */

/** Milliseconds between two updates while the page is visible, and while a check runs. */
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

  /** Loads it again. */
  const load = () => (asking ??= ask());

  return {
    load,
    /** The last answer. */
    known: () => known,
    /** The reason why the last load failed; `null` if it succeeded. */
    failure: () => failure,
    /** Calls a listener after each answer. Returns a function that stops this. @param {() => void} listener */
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @typedef {ReturnType<typeof createHealth>} Health */

/** Accounts that wait for an administrator are findings too, but they are shown separately. @param {Finding} finding */
export function isAccount(finding) {
  return finding.kind === "letin";
}

/** Clients on hold are findings too, but they have a card of their own. @param {Finding} finding */
export function isHold(finding) {
  return finding.kind === "decide";
}

/** The findings that are about entries. @param {Finding} finding */
export function isOfEntry(finding) {
  return !isAccount(finding) && !isHold(finding);
}

/** True if a scheduled backup is late. The machine may have been off for a night. @param {Upkeep} upkeep */
export function isBackupLate(upkeep) {
  if (upkeep.backupto === "") return false;
  return Date.now() / 1000 - upkeep.lastbackupepochutc > (upkeep.backupeveryhours * 2 + 1) * 3600;
}

/** True if the last check of a kind found nothing wrong. @param {Check} check */
export function isSound(check) {
  return check.wrong === 0 && check.failure === "";
}

/** True if another cloud uses the disk. @param {Volume} volume */
export function isInUse({ cause }) {
  return cause === "in-use" || cause === "leased";
}

/** Who uses a disk, and since when. @param {Volume} volume */
export function usedText({ usedby: name, usedsince: since }) {
  if (name === "") return t("volumeused.unknown");
  return since === "" ? t("volumeused.by", { name }) : t("volumeused.since", { name, since });
}
