// The browser remembers unfinished uploads, so that they can continue after the page was closed. It
// stores only the name of the file and its target, so the person must choose the file again. Files that
// another app has shared are kept until the server has them.

import { remember } from "../../shared/memory.js";
import { dropShared } from "../device/shared-files.js";

/**
 * @typedef {object} UploadRecord
 * @property {string} id
 * @property {string} account
 * @property {string} name of the file
 * @property {number} size in bytes
 * @property {number} modified in milliseconds since 1970
 * @property {string} root the folder it was dropped on
 * @property {string} below the folders from there, as `a/b`
 * @property {string} target the name on the server
 * @property {boolean} replaces whether it may replace a file
 * @property {boolean} isBegun whether the server has some of it
 * @property {string} [shared] the id of the file, if this device keeps it
 */

const STORE = "uploads";

/** @type {Promise<IDBDatabase | null> | null} */
let opened = null;

/** The database; `null` if the browser stores nothing. */
function database() {
  opened ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open("cloudlet", 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
      request.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  return opened;
}

/**
 * @template Value
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<Value> | void} use
 * @returns {Promise<Value | undefined>}
 */
async function inStore(mode, use) {
  const open = await database();
  if (!open) return undefined;
  return new Promise((resolve) => {
    const transaction = open.transaction(STORE, mode);
    const request = use(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request ? request.result : undefined);
    // An upload goes on even if it cannot be remembered.
    transaction.onerror = () => resolve(undefined);
    transaction.onabort = () => resolve(undefined);
  });
}

/** @param {UploadRecord[]} records */
export async function keep(records) {
  if (records.length === 0) return;
  remember("uploads", "1");
  await inStore("readwrite", (store) => { for (const record of records) store.put(record); });
  // Sets the flag again, in case another upload that was thought to be the last one removed it.
  remember("uploads", "1");
}

/** @param {string[]} ids */
export async function drop(ids) {
  if (ids.length === 0) return;
  await inStore("readwrite", (store) => { for (const id of ids) store.delete(id); });
  const left = await inStore("readonly", (store) => store.count());
  if (left === 0) remember("uploads", null);
}

/** Forgets an upload that is over, and before that its file if this device keeps it. @param {UploadRecord} record */
export async function dropUpload(record) {
  if (record.shared) await dropShared(record.shared).catch(() => undefined);
  await drop([record.id]);
}

/** @param {string} account @returns {Promise<UploadRecord[]>} */
export async function recall(account) {
  const all = /** @type {UploadRecord[] | undefined} */ (await inStore("readonly", (store) => store.getAll()));
  return (all ?? []).filter((record) => record.account === account);
}
