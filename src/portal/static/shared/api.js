// Calls of the server's API, the only way in which the portals reach it: whatever a portal does, a script can do too.
// Errors become `ApiError` with a kind that the portals have words for. Every call is noted for the call inspector, with
// secrets masked. An ended session is told to whoever listens, once.

import { t, has } from "./i18n.js";

/** @typedef {"core" | "admin"} Side */
/** @typedef {Record<string, string | number | boolean | null | undefined | File>} Params a call has one file at most */

/**
 * What went wrong, as far as it matters for what to do. `offline`: no answer; `ended`: not signed in; `exists`: the name is
 * taken; `changed`: the content is another by now; `missing`: it is not there; `busy`: another upload of it is under way;
 * `incomplete`: parts of an upload are missing; `wait`: too many attempts; `crowded`: too much is going on; `absent`: the server does not offer this;
 * `server`: its fault; `other`: the server's sentence says it. The rest only have words of their own.
 * @typedef {"offline" | "ended" | "exists" | "changed" | "missing" | "busy" | "incomplete" | "wait" | "absent" | "server" |
 *   "full" | "quota" | "disk" | "itself" | "longname" | "badname" | "credentials" | "oldpassword" | "setupcode" | "pairingcode" | "onetimelink" | "wrongcode" | "usedcode" |
 *   "clockoff" | "signinended" | "factorrequired" |
 *   "shortpassword" | "username" | "locked" | "crowded" | "silentdisk" | "unsupported" | "toolarge" | "held" | "other"} ErrorKind
 */

/** A call that did not do what it should. Its message is the server's sentence. */
export class ApiError extends Error {
  /**
   * @param {ErrorKind} kind
   * @param {string} message
   * @param {string} operation
   * @param {string} [word] the server's word for it
   * @param {Record<string, string>} [details] what belongs to it: who has locked it, how long to wait
   */
  constructor(kind, message, operation, word = "", details = {}) {
    super(message);
    this.name = "ApiError";
    this.kind = kind;
    this.operation = operation;
    this.word = word;
    this.details = details;
  }
}

/**
 * A call as the inspector shows it.
 * @typedef {object} Call
 * @property {number} id
 * @property {number} at milliseconds since 1970
 * @property {Side} side
 * @property {string} operation
 * @property {"GET" | "POST"} method
 * @property {[string, string][]} params with secrets masked
 * @property {string} [file] the name of an uploaded file
 * @property {{ from: number, bytes: number }} [part] which bytes of it, where it is not the whole
 * @property {number} [status] of HTTP; none while it runs, 0 without an answer
 * @property {number} [milliseconds]
 * @property {string} [reply] the first part of it
 * @property {number} [bytes] of the reply
 * @property {boolean} [isOk]
 * @property {boolean} [isHandedOver] the browser does it by itself, so that nothing is known of its reply
 */

/** The header of every call that failed. */
export const FAILURE = "X-Cloudlet-Error";
const CALLS_MAX = 500;
const REPLY_CHARACTERS_MAX = 20_000;
const MASK = "********";
/** Parameters whose values nobody may read over a shoulder. */
const SECRET = /password|passphrase|secret|^code$|token/i;

/**
 * What the words mean by which the server tells failures. Those that it does not know are `other`: the sentence says it.
 * @type {Record<string, ErrorKind>}
 */
const KINDS = {
  "unauthenticated": "ended", "credentials": "credentials", "pairing-code": "pairingcode", "one-time-link": "onetimelink", "old-password": "oldpassword",
  "setup-code": "setupcode", "wrong-code": "wrongcode", "used-code": "usedcode", "clock-off": "clockoff", "sign-in-ended": "signinended",
  "factor-required": "factorrequired", "password-too-short": "shortpassword", "bad-user-name": "username", "wait": "wait",
  "locked": "locked", "exists": "exists", "changed": "changed", "not-found": "missing", "no-such-user": "missing", "into-itself": "itself",
  "name-too-long": "longname", "bad-name": "badname", "upload-under-way": "busy", "upload-incomplete": "incomplete",
  "busy": "crowded", "check-under-way": "crowded", "full": "full", "quota": "quota", "offline": "disk", "disk-silent": "silentdisk", "not-offered": "absent", "internal": "server",
  "unsupported": "unsupported", "too-large": "toolarge", "held": "held",
};

/** Where the server's root is, seen from the page. */
export const ROOT = document.documentElement.dataset.root || ".";

/** @type {Call[]} */
const calls = [];
/** @type {Set<(call: Call) => void>} */
const callListeners = new Set();
/** @type {Set<(side: Side) => void>} */
const endListeners = new Set();
/** @type {Set<() => void>} */
const heldListeners = new Set();
let lastCall = 0;

/** The newest calls, the oldest first. */
export function pastCalls() {
  return calls;
}

/** Calls a listener when a call begins and when it has ended. @param {(call: Call) => void} listener */
export function onCall(listener) {
  callListeners.add(listener);
  return () => callListeners.delete(listener);
}

/** Calls a listener when the server refuses a change because very many were made. @param {() => void} listener */
export function onHeld(listener) {
  heldListeners.add(listener);
  return () => heldListeners.delete(listener);
}

/** Calls a listener when the server says that nobody is signed in. @param {(side: Side) => void} listener */
export function onSessionEnd(listener) {
  endListeners.add(listener);
  return () => endListeners.delete(listener);
}

/**
 * The URL of an operation, relative to the page, so that it also holds behind a proxy's sub-path.
 * @param {string} operation
 * @param {Params} [params]
 * @param {Side} [side]
 */
export function url(operation, params, side = "core") {
  const query = params ? `?${form(params)}` : "";
  return `${ROOT}/${side}/${operation}${query}`;
}

/**
 * The address from which a file is saved, or with `isShown` shown where its type is harmless.
 * @param {string} path
 * @param {{ isShown?: boolean, version?: string }} [options] `version`: makes a changed file another address
 */
export function fileUrl(path, options = {}) {
  const filename = path.slice(path.lastIndexOf("/") + 1);
  const disposition = options.isShown ? "inline" : "attachment";
  return url("downloadfile", { filepath: path, filename, disposition, v: options.version });
}

/** @param {Params} params */
function form(params) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === null || value instanceof File) continue;
    search.append(name, typeof value === "boolean" ? (value ? "1" : "0") : String(value));
  }
  return search;
}

/** The parameters as a body, with the file after all others. @param {Params} params */
function bodyOf(params) {
  const file = Object.entries(params).find(([, value]) => value instanceof File);
  if (!file) return form(params);
  const body = new FormData();
  for (const [name, value] of form(params)) body.append(name, value);
  body.append(file[0], /** @type {File} */ (file[1]));
  return body;
}

/** @param {string} name */
function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found?.slice(name.length + 1) || null;
}

/**
 * The headers of a call. A person may be signed in as user and as admin; each side has its own token.
 * @param {Side} side
 * @returns {Record<string, string>}
 */
export function headers(side) {
  const own = side === "admin" ? "X-XSRF-TOKEN-admin" : "X-XSRF-TOKEN-user";
  return {
    Accept: "application/json",
    "X-Requested-With": "XMLHttpRequest",
    "X-XSRF-TOKEN": cookie(own) ?? cookie("X-XSRF-TOKEN") ?? "NONE",
  };
}

/**
 * Notes a call that begins.
 * @param {Side} side
 * @param {string} operation
 * @param {Params} params
 * @param {{ method?: "GET" | "POST", file?: string, part?: { from: number, bytes: number } | undefined }} [more]
 * @returns {Call}
 */
export function begin(side, operation, params, more = {}) {
  const masked = [...form(params)].map(([name, value]) =>
    /** @type {[string, string]} */ ([name, SECRET.test(name) ? MASK : value]));
  lastCall += 1;
  /** @type {Call} */
  const call = { id: lastCall, at: Date.now(), side, operation, method: more.method ?? "POST", params: masked };
  if (more.file) call.file = more.file;
  if (more.part) call.part = more.part;
  calls.push(call);
  if (calls.length > CALLS_MAX) calls.shift();
  for (const listener of callListeners) listener(call);
  return call;
}

/**
 * Notes how a call has ended.
 * @param {Call} call
 * @param {number} status
 * @param {string} reply
 * @param {boolean} isOk
 */
export function end(call, status, reply, isOk) {
  call.milliseconds = Date.now() - call.at;
  call.status = status;
  call.bytes = reply.length;
  call.reply = reply.length > REPLY_CHARACTERS_MAX ? `${reply.slice(0, REPLY_CHARACTERS_MAX)}\u2026` : reply;
  call.isOk = isOk;
  for (const listener of callListeners) listener(call);
}

/**
 * Notes a download that the browser does by itself.
 * @param {string} operation
 * @param {Params} params
 */
export function noteDownload(operation, params) {
  const call = begin("core", operation, params, { method: "GET" });
  call.isHandedOver = true;
  call.isOk = true;
  for (const listener of callListeners) listener(call);
}

/**
 * The failure that a reply tells, if it tells one.
 * @param {string} operation
 * @param {number} status
 * @param {string | null} word the header `X-Cloudlet-Error`
 * @param {any} reply parsed, or nothing that could be parsed
 * @param {string} text
 * @returns {ApiError | null}
 */
export function failure(operation, status, word, reply, text) {
  const command = reply?.command?.[0];
  // Result 0 without a failure word means "no".
  const isFailure = word !== null || status >= 400;
  if (!isFailure) return null;
  // A refused upload says why in a bare sentence; a failure without a word is not of our server, and its text a page.
  const isSentence = word !== null || status < 400;
  const sentence = command?.message || reply?.meta?.message || (isSentence ? text.slice(0, 200) : `HTTP ${status}`);
  if (word !== null) return failureOf(word, sentence, operation);
  if (status === 401) return new ApiError("ended", sentence, operation);
  // A proxy, or a server that is just starting, counts as no answer.
  if (!command && [502, 503, 504].includes(status)) return new ApiError("offline", sentence, operation);
  return new ApiError(status >= 500 ? "server" : "other", sentence, operation);
}

/** A failure by the server's word for it. @param {string} word @param {string} sentence @param {string} operation */
export function failureOf(word, sentence, operation) {
  const [name = "", ...parameters] = word.split(/; ?/);
  const details = Object.fromEntries(parameters.map((one) => one.split("=").map(decodeURIComponent)));
  if (name === "held") for (const listener of [...heldListeners]) listener();
  return new ApiError(KINDS[name] ?? "other", sentence, operation, name, details);
}

/** The word by which a reply tells a failure. @param {Response} response */
export function failureWord(response) {
  return response.headers.get(FAILURE);
}

/** @param {ApiError} error @param {Side} side */
export function tellEnd(error, side) {
  if (error.kind === "ended") for (const listener of [...endListeners]) listener(side);
}

/** @param {string} text */
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * What a call may be told.
 * @typedef {object} CallOptions
 * @property {Side} [side] `core` without it
 * @property {AbortSignal} [signal]
 * @property {boolean} [isQuiet] an ended session is only an error, not told to everybody
 */

/**
 * A reply: `meta` where there is one, and records by their name. A name without records is missing.
 * @typedef {Record<string, any[]> & { meta?: any }} Reply
 */

/**
 * Calls an operation and gives its reply.
 * @param {string} operation
 * @param {Params} [params]
 * @param {CallOptions} [options]
 * @returns {Promise<Reply>}
 */
export async function call(operation, params = {}, options = {}) {
  const side = options.side ?? "core";
  const noted = begin(side, operation, params);
  /** @type {Response} */
  let response;
  let text = "";
  try {
    response = await fetch(url(operation, undefined, side), {
      method: "POST",
      headers: headers(side),
      body: bodyOf(params),
      credentials: "same-origin",
      cache: "no-store",
      signal: options.signal ?? null,
    });
    text = await response.text();
  } catch (cause) {
    end(noted, 0, String(cause), false);
    if (options.signal?.aborted) throw cause;
    throw new ApiError("offline", String(cause), operation);
  }
  const reply = parsed(text);
  const error = failure(operation, response.status, failureWord(response), reply, text);
  end(noted, response.status, text, !error && reply !== null);
  if (error) {
    if (!options.isQuiet) tellEnd(error, side);
    throw error;
  }
  if (reply === null) throw new ApiError("server", text.slice(0, 200), operation);
  const etag = response.headers.get("ETag");
  if (etag) reply.etag = [etag.replace(/^W\/|"/g, "")];
  return reply;
}

/**
 * Calls an action.
 * @param {string} operation
 * @param {Params} [params]
 * @param {CallOptions} [options]
 * @returns {Promise<import("./types.js").Command>}
 */
export async function command(operation, params, options) {
  const reply = await call(operation, params, options);
  return reply.command?.[0];
}

/**
 * Calls an operation and gives its records of a name.
 * @template {object} [Row=any]
 * @param {string} operation
 * @param {string} name of the records
 * @param {Params} [params]
 * @param {CallOptions} [options]
 * @returns {Promise<Row[]>}
 */
export async function records(operation, name, params, options) {
  const reply = await call(operation, params, options);
  return reply[name] ?? [];
}

/**
 * Calls an operation and gives its only record.
 * @template {object} [Row=any]
 * @param {string} operation
 * @param {string} name of the record
 * @param {Params} [params]
 * @param {CallOptions} [options]
 * @returns {Promise<Row>}
 */
export async function record(operation, name, params, options) {
  const [row] = await records(operation, name, params, options);
  if (!row) throw new ApiError("missing", `${operation}: ${name}`, operation);
  return row;
}

/**
 * What to tell a person about an error: our words in their language where we have them, else that these are the server's.
 * @param {unknown} error
 * @returns {string}
 */
export function errorText(error) {
  if (error instanceof ApiError) {
    const key = `error.${error.kind}`;
    if (error.kind === "wait") return t(key, { count: Number(error.details.seconds ?? 1) });
    if (error.kind !== "other" && has(key)) return t(key, { who: error.details.by ?? "" });
    return error.message ? t("error.other", { message: error.message }) : t("error.server");
  }
  if (isModuleFailure(error)) return t(navigator.onLine ? "error.module" : "error.offline");
  // An error for programmers is not shown to people.
  console.error(error);
  return t("error.portal");
}

/** Whether a part of the page itself could not be loaded. Each browser says it in its own words. @param {unknown} error */
function isModuleFailure(error) {
  return error instanceof TypeError && /dynamically imported module|importing a module script/i.test(error.message);
}

/** Whether an error only means that the call was aborted. @param {unknown} error */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}
