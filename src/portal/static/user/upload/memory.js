// Uploads that are not finished, remembered by the browser, so that they can go on after the page was closed. Only what
// a file is called and where it goes is kept; the file itself has to be chosen again.

import { remember } from "../../shared/memory.js";

/**
 * @typedef {object} UploadRecord
 * @property {string} id
 * @property {string} account
 * @property {string} name of the file
 * @property {number} size in bytes
 * @property {number} modified in milliseconds since 1970
 * @property {string} root the folder it was dropped on
 * @property {string} below the folders between, as `a/b`
 * @property {string} target the name it gets
 * @property {boolean} replaces whether it may take the place of a file
 * @property {boolean} isBegun whether the server has some of it
 */

const STORE = "uploads";

/** @type {Promise<IDBDatabase | null> | null} */
let opened = null;

/** The database; `null` where the browser keeps nothing. */
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
    // What cannot be remembered is uploaded all the same.
    transaction.onerror = () => resolve(undefined);
    transaction.onabort = () => resolve(undefined);
  });
}

/** @param {UploadRecord[]} records */
export async function keep(records) {
  if (records.length === 0) return;
  remember("uploads", "1");
  await inStore("readwrite", (store) => { for (const record of records) store.put(record); });
  // Once more, should what was the last one have been dropped meanwhile.
  remember("uploads", "1");
}

/** @param {string[]} ids */
export async function drop(ids) {
  if (ids.length === 0) return;
  await inStore("readwrite", (store) => { for (const id of ids) store.delete(id); });
  const left = await inStore("readonly", (store) => store.count());
  if (left === 0) remember("uploads", null);
}

/** @param {string} account @returns {Promise<UploadRecord[]>} */
export async function recall(account) {
  const all = /** @type {UploadRecord[] | undefined} */ (await inStore("readonly", (store) => store.getAll()));
  return (all ?? []).filter((record) => record.account === account);
}
