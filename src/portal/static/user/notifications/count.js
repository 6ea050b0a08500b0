// Notices: how many are new. They are asked for when the page is opened, when it is looked at again and when somebody signs
// in again, and not by the clock: an open page must not keep the server's disk awake.

import { records } from "../../shared/api.js";

/** @typedef {import("../../shared/types.js").NotificationRecord} NotificationRecord */

/** Milliseconds within which the page may be looked at again without asking. */
const PAUSE = 60_000;

/**
 * Fetches the notices and tells how many are new.
 * @param {import("../state.js").UserStore} store
 * @returns {Promise<NotificationRecord[]>}
 */
export async function loadNotifications(store) {
  /** @type {NotificationRecord[]} */
  const notices = await records("gettoasts", "toast", {}, { isQuiet: true });
  store.set({ newNotifications: notices.filter((notice) => notice.alreadyread === 0).length });
  return notices;
}

/** @param {import("../state.js").UserStore} store */
export function followNotifications(store) {
  let asked = 0;
  const ask = () => {
    if (document.visibilityState !== "visible" || Date.now() - asked < PAUSE) return;
    asked = Date.now();
    // The number stays as it was; the view of the notices tells its own failures.
    loadNotifications(store).catch(() => { asked = 0; });
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}
