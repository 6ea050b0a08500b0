// The number of new notifications. It is loaded when the page is opened, when somebody looks at it
// again, and after a new sign-in. There is no timer, because an open page must not keep the
// server's disk awake.

import { records } from "../../shared/api.js";

/** @typedef {import("../../shared/types.js").NotificationRecord} NotificationRecord */

/**
 * Within this many milliseconds, the server is not asked again when somebody looks at the page
 * again.
 */
const PAUSE = 60_000;

/**
 * Loads the notifications and returns the number of new ones.
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
    // The number stays as it was. The view of the notifications reports its own failures.
    loadNotifications(store).catch(() => { asked = 0; });
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}
