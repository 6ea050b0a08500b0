// What accounts hold. The server walks their files to count it, so each account is asked for once, few at a time, and the
// answer is kept for a while.

import { record } from "../shared/api.js";

/**
 * @typedef {object} Usage
 * @property {string} username
 * @property {number} livebytes
 * @property {number} livefiles
 * @property {number} versionsbytes
 * @property {number} binbytes
 * @property {number} incompletebytes
 * @property {number} totalbytes
 * @property {number} quotabytes 0 for no limit
 * @property {string} [freespace] where one account was asked for
 */

/** Accounts that are counted at the same time. */
const AT_ONCE = 2;
/** Milliseconds for which a count serves. */
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
    /** What is known already. @param {string} name @returns {Usage | null} */
    known: (name) => known.get(name)?.usage ?? null,

    /** Asks, unless the answer is fresh. @param {string} name @returns {Promise<Usage>} */
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

    /** Takes over what the server has counted of all accounts, where nothing better is known. @param {Usage[]} usages */
    learn(usages) {
      for (const usage of usages) {
        if (known.has(usage.username)) continue;
        // Not fresh: whoever asks for this one gets a count of its own.
        known.set(usage.username, { at: 0, answer: Promise.resolve(usage), usage });
      }
    },

    /** Asks anew the next time; without a name for all. @param {string} [name] */
    forget(name) {
      if (name === undefined) known.clear();
      else known.delete(name);
    },
  };
}

/** @typedef {ReturnType<typeof createUsages>} Usages */
