// Loads the entries of the recycle bin.

import { call } from "../../shared/api.js";
import { toEntry } from "./folder.js";

/**
 * A deleted entry. Its path is that in the bin.
 * @typedef {import("../../shared/types.js").Entry & { deletedFrom: string, deletedAt: number, keptUntil: number }} DeletedEntry
 */

/**
 * The entries of a bin, the last deleted first.
 * @param {string} bin @param {AbortSignal} [signal]
 * @returns {Promise<DeletedEntry[]>}
 */
export async function loadDeleted(bin, signal) {
  const reply = await call("getfilelist", { path: bin, limit: -1 }, { signal });
  const entries = (reply.entry ?? []).map((record) => ({ ...toEntry(record), deletedFrom: record.deletedfrom, deletedAt: record.deletedonepoch, keptUntil: record.keptuntilepoch }));
  return entries.sort((a, b) => b.deletedAt - a.deletedAt);
}
