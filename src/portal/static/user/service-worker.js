// The service worker of the user portal: starts the frame without a connection, and keeps what was
// looked at for the person who is signed in. The server fills in the address of the assets, which
// is a hash of their contents, and their names. So each build of the program is another worker.
//
// It answers for the page of the portal alone. The admin portal, links, and all that changes
// anything go to the server as if there was no worker.

const ASSETS = "{{assets}}";
/** The names of the assets of the portal; none if the server reads them from a folder. */
const FILES = "{{files}}".split(" ").filter(Boolean);
const IS_FIXED = FILES.length > 0;

const ROOT = new URL("./", location.href);
const PREFIX = `cloudlet ${ROOT.pathname} `;
const FRAMES = `${PREFIX}frame `;
const FRAME = `${FRAMES}${ASSETS}`;
/** Who the kept replies and pictures belong to, and the replies. */
const REPLIES = `${PREFIX}replies`;
/** Thumbnails. */
const SMALL = `${PREFIX}small`;
/** Pictures as they fit a screen. */
const SEEN = `${PREFIX}seen`;
const OWNER = new URL("kept/owner", ROOT).href;

/** The replies that are kept: what the frame starts with, and lists of entries. */
const KEPT = new Set(["getauthenticationinfo", "serverinfo", "getfilelist", "getphotodays", "getphotos", "getsystemstatus"]);
/** Operations after which another person may act, or nobody. */
const ENDS = new Set(["locksession", "loginguest"]);
/** Number and bytes of what is kept; each thing beyond these bytes is not. */
const BOUNDS = {
  [REPLIES]: { count: 300, bytes: 2 << 20 },
  [SMALL]: { count: 2000, bytes: 256 << 10 },
  [SEEN]: { count: 150, bytes: 2 << 20 },
};
/** Pictures of up to this many pixels are thumbnails. */
const SMALL_SIDE = 640;
/** Milliseconds before a kept reply is given instead of one from the server. */
const PATIENCE = 4000;
const FAILURE = "X-Cloudlet-Error";
const TOKEN = "X-XSRF-TOKEN";

/** The worker itself. The types of pages do not know it. */
const worker = /** @type {any} */ (self);

/** @typedef {{ name: string, token: string }} Owner */

/** Grows when everything is forgotten, so that an older reply is not kept afterwards. */
let era = 0;
/** True if the server did not answer the last time. */
let isAway = false;

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(install()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const answer = answerFor(event);
  if (answer) event.respondWith(answer);
});
worker.addEventListener("message", (/** @type {any} */ { data, source }) => {
  if (data === "connection") source.postMessage({ isAway });
});

/** Loads every asset of this build. If the server has another build meanwhile, this worker is given up. */
async function install() {
  const frame = await caches.open(FRAME);
  const page = await fetch(ROOT, { cache: "no-cache", credentials: "same-origin" });
  const text = await page.clone().text();
  if (!page.ok || !text.includes(`${ASSETS}/`)) throw new Error("The server has another build.");
  await frame.addAll(FILES.map((name) => new URL(`${ASSETS}/${name}`, ROOT).href));
  await frame.put(ROOT.href, page);
  await worker.skipWaiting();
}

/**
 * Forgets the frames of earlier builds, except of the one before, because it may still be open.
 * Each address has the hash of its build, so the two never mix.
 */
async function activate() {
  const frames = (await caches.keys()).filter((name) => name.startsWith(FRAMES) && name !== FRAME);
  await Promise.all(frames.slice(0, -1).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/**
 * The answer to a request; `null` if it is none of the worker's.
 * @param {any} event @returns {Promise<Response> | null}
 */
function answerFor(event) {
  /** @type {Request} */
  const request = event.request;
  const url = new URL(request.url);
  if (url.origin !== ROOT.origin || !url.pathname.startsWith(ROOT.pathname)) return null;
  const path = url.pathname.slice(ROOT.pathname.length);
  if (request.mode === "navigate" && request.method === "POST") return path === "share-target" ? takeShared(request) : null;
  if (request.mode === "navigate") return isPortal(url) && request.method === "GET" ? page(request) : null;
  if (request.method === "GET" && path.startsWith("static/")) return asset(request);
  if (!path.startsWith("core/")) return null;
  const operation = path.slice("core/".length);
  if (request.method === "GET" && isPicture(request, operation, url)) return ofPortal(event, () => picture(event, url));
  if (request.method !== "POST" || url.search) return null;
  if (ENDS.has(operation)) return ending(request);
  return KEPT.has(operation) ? ofPortal(event, () => reply(event, operation)) : null;
}

/**
 * True for thumbnails, pictures for the screen, and small pictures that are shown as they are.
 * @param {Request} request @param {string} operation @param {URL} url
 */
function isPicture(request, operation, url) {
  if (operation === "getfsthumbimage") return true;
  return operation === "downloadfile" && request.destination === "image" && url.searchParams.get("disposition") === "inline";
}

/** True for the addresses of the portal. Links have one of these with a `mode`. @param {URL} url */
function isPortal(url) {
  const path = url.pathname.slice(ROOT.pathname.length);
  return path === "" || (path === "ui/core/index.html" && !url.search);
}

/**
 * Answers a request of the portal's own page. Those of other pages, such as of links, are passed on.
 * @param {any} event @param {() => Promise<Response>} answer
 */
async function ofPortal(event, answer) {
  const client = await worker.clients.get(event.clientId);
  return client && isPortal(new URL(client.url)) ? answer() : fetch(event.request);
}

/** The page: of the server, or of this build if there is no connection. @param {Request} request */
async function page(request) {
  const frame = await caches.open(FRAME);
  const kept = await frame.match(ROOT.href);
  // The page names its assets relative to its own address.
  const isRoot = new URL(request.url).pathname === ROOT.pathname;
  try {
    return await withPatience(fetch(request), kept && isRoot);
  } catch (error) {
    away(true);
    if (kept && isRoot) return kept;
    if (kept) return Response.redirect(ROOT.href, 302);
    throw error;
  }
}

/** @param {Request} request */
async function asset(request) {
  const kept = await caches.match(request.url);
  if (kept && IS_FIXED) return kept;
  try {
    const fresh = await fetch(request);
    if (!IS_FIXED && fresh.ok) await (await caches.open(FRAME)).put(request.url, fresh.clone());
    return fresh;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/**
 * Waits for the server. If there is something to give instead, it does not wait for long.
 * @param {Promise<Response>} answer @param {unknown} instead
 * @returns {Promise<Response>}
 */
function withPatience(answer, instead) {
  if (!instead) return answer;
  return Promise.race([answer, new Promise((_, reject) => {
    setTimeout(() => reject(new TypeError("The server did not answer in time.")), PATIENCE);
  })]);
}

/** Tells the pages when the connection goes or comes. @param {boolean} is */
function away(is) {
  if (is === isAway) return;
  isAway = is;
  void worker.clients.matchAll().then((/** @type {any[]} */ pages) => pages.forEach((one) => one.postMessage({ isAway })));
}

/** @returns {Promise<Owner | null>} */
async function owner() {
  const kept = await (await caches.open(REPLIES)).match(OWNER);
  return kept ? kept.json() : null;
}

/** Forgets everything that belongs to a person. */
async function forget() {
  era += 1;
  await Promise.all([REPLIES, SMALL, SEEN].map((name) => caches.delete(name)));
}

/** A call that ends a session or begins one: nothing of the session before stays. @param {Request} request */
async function ending(request) {
  await forget();
  return fetch(request).finally(forget);
}

/**
 * A reply of the server or, without a connection, the kept one. It is kept for the session that
 * asked: another person's page has another token, and gets nothing of it.
 * @param {any} event @param {string} operation
 */
async function reply(event, operation) {
  /** @type {Request} */
  const request = event.request;
  const token = request.headers.get(TOKEN) ?? "";
  const body = await request.clone().text();
  const address = new URL(`kept/${operation}?${body}`, ROOT).href;
  const begun = era;
  const answer = fetch(request);
  const keeping = answer.then((fresh) => keepReply(fresh.clone(), { operation, address, token, begun })).catch(() => undefined);
  event.waitUntil(keeping);
  const known = await owner();
  const kept = known?.token === token ? await (await caches.open(REPLIES)).match(address) : undefined;
  try {
    const fresh = await withPatience(answer, kept);
    // Whoever is signed in is known before the page asks for anything more.
    if (operation === "getauthenticationinfo") await keeping;
    away(false);
    return fresh;
  } catch (error) {
    if (request.signal.aborted) throw error;
    away(true);
    if (kept && begun === era) return kept;
    throw error;
  }
}

/**
 * @param {Response} fresh
 * @param {{ operation: string, address: string, token: string, begun: number }} about
 */
async function keepReply(fresh, { operation, address, token, begun }) {
  if (fresh.headers.get(FAILURE) === "unauthenticated") return forget();
  if (!fresh.ok || fresh.headers.has(FAILURE)) return undefined;
  const known = await owner();
  if (operation === "getauthenticationinfo") {
    const info = (await fresh.clone().json()).info?.[0];
    if (!info?.authenticated) return forget();
    if (known && known.name !== info.profile) await forget();
    else if (begun !== era) return undefined;
    begun = era;
    await (await caches.open(REPLIES)).put(OWNER, Response.json({ name: info.profile, token }));
  } else if (known?.token !== token && operation !== "serverinfo") {
    return undefined;
  }
  return begun === era ? keep(REPLIES, address, fresh) : undefined;
}

/** A thumbnail or a picture for the screen. @param {any} event @param {URL} url */
async function picture(event, url) {
  /** @type {Request} */
  const request = event.request;
  const name = Number(url.searchParams.get("width") ?? Infinity) <= SMALL_SIDE ? SMALL : SEEN;
  const begun = era;
  const answer = fetch(request);
  const kept = await owner() ? await (await caches.open(name)).match(url.href) : undefined;
  try {
    const fresh = await withPatience(answer, kept);
    if (fresh.ok && begun === era && await owner()) event.waitUntil(keep(name, url.href, fresh.clone()));
    return fresh;
  } catch (error) {
    if (kept && begun === era) return kept;
    throw error;
  }
}

/**
 * Keeps a response, and forgets what was kept the longest ago.
 * @param {string} name of the cache @param {string} address @param {Response} response
 */
async function keep(name, address, response) {
  const { count, bytes } = /** @type {{ count: number, bytes: number }} */ (BOUNDS[name]);
  const begun = era;
  if (Number(response.headers.get("Content-Length") ?? 0) > bytes) return;
  const body = await response.blob();
  if (body.size > bytes || begun !== era) return;
  const cache = await caches.open(name);
  // The latest is the last one.
  await cache.delete(address);
  const headers = ["Content-Type", "ETag"].map((one) => /** @type {[string, string]} */ ([one, response.headers.get(one) ?? ""]));
  await cache.put(address, new Response(body, { headers: headers.filter(([, value]) => value) }));
  const all = (await cache.keys()).filter((one) => one.url !== OWNER);
  await Promise.all(all.slice(0, Math.max(0, all.length - count)).map((one) => cache.delete(one)));
  if (begun !== era) await caches.delete(name);
}

/** The database of the files that other apps have shared. The portal uses the same names. @returns {Promise<IDBDatabase>} */
function sharedFiles() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("cloudlet-shared", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("files", { keyPath: "id" });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

/**
 * Takes files that another app shares, and opens the portal, which asks where they go. They stay on
 * this device until the server has them.
 * @param {Request} request
 */
async function takeShared(request) {
  const files = (await request.formData()).getAll("files").filter((one) => one instanceof File);
  const account = (await owner())?.name ?? "";
  const came = Date.now().toString(36);
  let lacking = files.length;
  try {
    const open = await sharedFiles();
    for (const [number, file] of files.entries()) {
      // One after the other, so that those before a device that is full are kept.
      const id = `${came}-${String(number).padStart(6, "0")}-${Math.random().toString(36).slice(2, 8)}`;
      await new Promise((resolve, reject) => {
        const transaction = open.transaction("files", "readwrite");
        transaction.objectStore("files").put({ id, account, file });
        transaction.oncomplete = () => resolve(undefined);
        transaction.onabort = () => reject(transaction.error);
      });
      lacking -= 1;
    }
    open.close();
  } catch (error) {
    console.warn(error);
  }
  return Response.redirect(new URL(`./#/received${lacking > 0 ? `?lacking=${lacking}` : ""}`, ROOT).href, 303);
}
