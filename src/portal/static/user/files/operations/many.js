// Does something with each of many entries, with progress, failures and undo.

import { ApiError, errorText } from "../../../shared/api.js";
import { t } from "../../../shared/i18n.js";
import { announce } from "../../../shared/announce.js";
import { errorToast, toast } from "../../../shared/toast.js";

/** Milliseconds before work on many entries shows its progress. */
const PATIENCE = 300;
/** Number of calls at the same time. */
const AT_ONCE = 4;

/**
 * Does something with each of many, a few at a time. It shows the progress, and the person can cancel it.
 * @template Item
 * @param {Item[]} items
 * @param {string} message a key with `done` and `count`
 * @param {(item: Item) => Promise<void>} action
 * @param {number} [atOnce]
 * @returns {Promise<{ failed: { item: Item, error: unknown }[], done: number, isStopped: boolean }>}
 */
export async function forEach(items, message, action, atOnce = AT_ONCE) {
  /** @type {{ item: Item, error: unknown }[]} */
  const failed = [];
  let done = 0;
  let next = 0;
  let isStopped = false;
  /** @type {{ toast: import("../../../shared/toast.js").Toast | null }} */
  const progress = { toast: null };
  const timer = setTimeout(() => {
    progress.toast = toast(t(message, { done, count: items.length }), {
      stays: true,
      action: { label: t("action.stop"), run: () => { isStopped = true; } },
    });
  }, PATIENCE);
  const work = async () => {
    while (next < items.length && !isStopped) {
      const item = /** @type {Item} */ (items[next]);
      next += 1;
      try {
        await action(item);
        done += 1;
      } catch (error) {
        failed.push({ item, error });
        // Without an answer or a session the others would fail as well.
        if (error instanceof ApiError && (error.kind === "offline" || error.kind === "ended")) isStopped = true;
      }
      progress.toast?.setText(t(message, { done, count: items.length }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  clearTimeout(timer);
  progress.toast?.close();
  return { failed, done, isStopped };
}

/**
 * Reports that some of many failed.
 * @param {string} message a key with `count` and `reason`
 * @param {{ error: unknown }[]} failed
 */
export function tellFailures(message, failed) {
  const first = failed[0];
  if (!first || (first.error instanceof ApiError && first.error.kind === "ended")) return;
  errorToast(t(message, { count: failed.length, reason: errorText(first.error) }));
}

/** @param {() => Promise<void>} back */
export async function undo(back) {
  try {
    await back();
    announce(t("undo.done"));
  } catch (error) {
    errorToast(errorText(error));
  }
}
