// The storage of accounts. The server visits all files of an account to count it, so each account
// is asked for once, a few at a time, and the answer is kept for a while.

import { record } from "../shared/api.js";

/** @typedef {import("../../replies.js").UserUsageRecord} Usage */

/** Number of accounts that are counted at the same time. */
const AT_ONCE = 2;
/** Milliseconds for which a count is used. */
const FRESH = 5 * 60 * 1000;

export function createUsages() {
  /** @type {Map<string, { at: number, answer: Promise<Usage>, usage: Usage | null }>} */
  const known = new Map();
  /** @type {(() => void)[]} */
  const waiting = [];
  let running = 0;

  const next = () => {
    while (running < AT_ONCE && waiting.length > 0) {
      running += 1;
      waiting.shift()?.();
    }
  };

  /** @param {string} name @returns {Promise<Usage>} */
  const count = async (name) => {
    await new Promise((resolve) => {
      waiting.push(() => resolve(undefined));
      next();
    });
    try {
      return await record("getuserusage", "usage", { username: name }, { side: "admin" });
    } finally {
      running -= 1;
      next();
    }
  };

  return {
    /** The last count of an account. @param {string} name @returns {Usage | null} */
    known: (name) => known.get(name)?.usage ?? null,

    /** Counts an account, unless its count is fresh. @param {string} name @returns {Promise<Usage>} */
    ask(name) {
      const present = known.get(name);
      if (present && Date.now() - present.at < FRESH) return present.answer;
      const entry = { at: Date.now(), answer: count(name), usage: present?.usage ?? null };
      known.set(name, entry);
      entry.answer.then((usage) => { entry.usage = usage; }, () => {
        if (known.get(name) === entry) known.delete(name);
      });
      return entry.answer;
    },

    /** Takes the server's own counts for accounts without a count. @param {Usage[]} usages */
    learn(usages) {
      for (const usage of usages) {
        if (known.has(usage.username)) continue;
        // It is not fresh, so the next request for this account counts it again.
        known.set(usage.username, { at: 0, answer: Promise.resolve(usage), usage });
      }
    },

    /** Forgets the count of an account, or all counts without a name. @param {string} [name] */
    forget(name) {
      if (name === undefined) known.clear();
      else known.delete(name);
    },
  };
}

/** @typedef {ReturnType<typeof createUsages>} Usages */
