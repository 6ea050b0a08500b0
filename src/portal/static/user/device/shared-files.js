// The files that another app has shared with this one. The service worker puts them here, and each
// stays until the server has it.

/**
 * @typedef {object} SharedFile
 * @property {string} id
 * @property {string} account who was signed in; empty if that is unknown
 * @property {File} file
 */

/** The service worker uses the same names. */
const DATABASE = "cloudlet-shared";
const STORE = "files";

/** @returns {Promise<IDBDatabase>} */
function database() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @template Value
 * @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<Value>} use
 * @returns {Promise<Value>}
 */
async function inStore(mode, use) {
  const open = await database();
  return new Promise((resolve, reject) => {
    const transaction = open.transaction(STORE, mode);
    const request = use(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  }).finally(() => open.close());
}

/** The files for a person, in the order in which they came. @param {string} account @returns {Promise<SharedFile[]>} */
export async function sharedFiles(account) {
  const all = /** @type {SharedFile[]} */ (await inStore("readonly", (store) => store.getAll()));
  return all.filter((one) => one.account === account || one.account === "");
}

/** @param {string} id @returns {Promise<SharedFile | undefined>} */
export function sharedFile(id) {
  return inStore("readonly", (store) => store.get(id));
}

/** @param {string} id */
export function dropShared(id) {
  return inStore("readwrite", (store) => store.delete(id));
}
