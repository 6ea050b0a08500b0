// Calls the API of the server. The portals reach the server in no other way, so a script can do
// everything that a portal does. A failure becomes an `ApiError`, whose kind has messages in the
// portals. The call inspector receives every call, with secrets masked. When a session has ended,
// listeners are called once.

import { size } from "./format.js";
import { t, has } from "./i18n.js";

/** @typedef {"core" | "admin"} Side */
/** @typedef {Record<string, string | number | boolean | null | undefined | File>} Params a call has one file at most */

/**
 * The kinds of errors, as far as they decide what to do. `offline`: no answer; `ended`: not signed
 * in; `exists`: the name is taken; `changed`: the content has changed meanwhile; `missing`: the
 * entry does not exist; `busy`: another upload of the file is under way; `incomplete`: parts of an
 * upload are missing; `wait`: too many attempts; `crowded`: the server is too busy; `absent`: the
 * server does not offer the operation; `server`: a fault of the server; `other`: the server's
 * message explains it. All others only have messages of their own.
 * @typedef {"offline" | "ended" | "exists" | "changed" | "missing" | "busy" | "incomplete" | "wait" | "absent" | "server" |
 *   "full" | "quota" | "disk" | "itself" | "longname" | "badname" | "credentials" | "oldpassword" | "setupcode" | "pairingcode" | "onetimelink" | "wrongcode" | "usedcode" |
 *   "clockoff" | "signinended" | "factorrequired" |
 *   "shortpassword" | "username" | "locked" | "crowded" | "silentdisk" | "unsupported" | "toolarge" | "held" | "other"} ErrorKind
 */

/** A call that failed. The message is the one of the server. */
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
 * @property {number} [status] of HTTP; missing while the call runs, 0 if there was no answer
 * @property {number} [milliseconds]
 * @property {string} [reply] the beginning of the reply
 * @property {number} [bytes] of the reply
 * @property {boolean} [isOk]
 * @property {boolean} [isHandedOver] the browser makes the call by itself, and its reply is unknown
 */

/** The header that every failed call has. */
export const FAILURE = "X-Cloudlet-Error";
const CALLS_MAX = 500;
const REPLY_CHARACTERS_MAX = 20_000;
const MASK = "********";
/** Parameters whose values are masked, so that nobody can read them on the screen. */
const SECRET = /password|passphrase|secret|^code$|token/i;

/**
 * The kinds of errors for the server's error codes. An unknown code becomes `other`, and the
 * server's message explains it.
 * @type {Record<string, ErrorKind>}
 */
const KINDS = {
  "unauthenticated": "ended", "credentials": "credentials", "pairing-code": "pairingcode", "one-time-link": "onetimelink", "old-password": "oldpassword",
  "setup-code": "setupcode", "wrong-code": "wrongcode", "used-code": "usedcode", "clock-off": "clockoff", "sign-in-ended": "signinended",
  "factor-required": "factorrequired", "password-too-short": "shortpassword", "bad-user-name": "username", "wait": "wait",
  "locked": "locked", "exists": "exists", "changed": "changed", "not-found": "missing", "no-such-user": "missing", "into-itself": "itself",
  "name-too-long": "longname", "bad-name": "badname", "upload-under-way": "busy", "upload-incomplete": "incomplete",
  "busy": "crowded", "check-under-way": "crowded", "full": "full", "quota": "quota", "offline": "disk", "disk-silent": "silentdisk", "disk-waking": "silentdisk", "disk-busy": "crowded", "disk-in-use": "disk", "not-offered": "absent", "internal": "server",
  "unsupported": "unsupported", "too-large": "toolarge", "held": "held",
};

/** The path from the page to the server's root. */
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

/** The newest calls, in the order in which they were made. */
export function pastCalls() {
  return calls;
}

/** Calls a listener when a call begins and when it has ended. @param {(call: Call) => void} listener */
export function onCall(listener) {
  callListeners.add(listener);
  return () => callListeners.delete(listener);
}

/**
 * Calls a listener when the server refuses a change because the client has made very many.
 * @param {() => void} listener
 */
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
 * The URL of an operation, relative to the page, so that it also works below a path of a proxy.
 * @param {string} operation
 * @param {Params} [params]
 * @param {Side} [side]
 */
export function url(operation, params, side = "core") {
  const query = params ? `?${form(params)}` : "";
  return `${ROOT}/${side}/${operation}${query}`;
}

/**
 * The address that saves a file. With `isShown`, a file of a harmless type is shown.
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

/** The parameters as a body. The file comes last. @param {Params} params */
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
 * The headers of a call. A person may be signed in both as a user and as an administrator, and each
 * side has its own token.
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
 * Records the beginning of a call for the inspector.
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
 * Records the end of a call for the inspector.
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
 * Records a download, which the browser makes by itself.
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
 * The failure in a reply, or nothing if the call succeeded.
 * @param {string} operation
 * @param {number} status
 * @param {string | null} word the header `X-Cloudlet-Error`
 * @param {any} reply parsed, or nothing that could be parsed
 * @param {string} text
 * @returns {ApiError | null}
 */
export function failure(operation, status, word, reply, text) {
  const command = reply?.command?.[0];
  // Result 0 without an error code is the answer "no".
  const isFailure = word !== null || status >= 400;
  if (!isFailure) return null;
  // A refused upload gives the reason in a bare sentence. A failure without an error code is not
  // from our server, and its text is a page.
  const isSentence = word !== null || status < 400;
  const sentence = command?.message || reply?.meta?.message || (isSentence ? text.slice(0, 200) : `HTTP ${status}`);
  if (word !== null) return failureOf(word, sentence, operation);
  if (status === 401) return new ApiError("ended", sentence, operation);
  // An answer of a proxy, or of a server that is just starting, counts as no answer.
  if (!command && [502, 503, 504].includes(status)) return new ApiError("offline", sentence, operation);
  return new ApiError(status >= 500 ? "server" : "other", sentence, operation);
}

/** The failure for an error code. @param {string} word @param {string} sentence @param {string} operation */
export function failureOf(word, sentence, operation) {
  const [name = "", ...parameters] = word.split(/; ?/);
  const details = Object.fromEntries(parameters.map((one) => one.split("=").map(decodeURIComponent)));
  if (name === "held") for (const listener of [...heldListeners]) listener();
  return new ApiError(KINDS[name] ?? "other", sentence, operation, name, details);
}

/** The error code in a reply. @param {Response} response */
export function failureWord(response) {
  return response.headers.get(FAILURE);
}

/** @param {ApiError} error @param {Side} side */
export function tellEnd(error, side) {
  if (error.kind === "ended") for (const listener of [...endListeners]) listener(side);
}

/** The name of an account's person. @type {(account: string) => Promise<string>} */
let nameOf = async (account) => account;

/** From now on, failures name people as people know them. @param {typeof nameOf} how */
export function namePeople(how) {
  nameOf = how;
}

/** A failure with the name of the person in it; that of the account if the name cannot be found. @param {ApiError} error */
export async function named(error) {
  const { by } = error.details;
  if (by) error.details.by = await nameOf(by).catch(() => by);
  return error;
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
 * Options of a call.
 * @typedef {object} CallOptions
 * @property {Side} [side] `core` without it
 * @property {AbortSignal} [signal]
 * @property {boolean} [isQuiet] an ended session is only an error, and calls no listener
 */

/**
 * A reply: `meta` if there is one, and the records by their name. A name without records is
 * missing.
 * @typedef {Record<string, any[]> & { meta?: any }} Reply
 */

/**
 * Calls an operation and returns its reply.
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
    throw await named(error);
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
 * Calls an operation and returns its records with this name.
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
 * Calls an operation and returns its only record.
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
 * The message about an error. If the portals have no message in the person's language, it is the
 * server's, and says so.
 * @param {unknown} error
 * @returns {string}
 */
export function errorText(error) {
  if (error instanceof ApiError) {
    const key = `error.${error.kind}`;
    if (error.kind === "wait") return t(key, { count: Number(error.details.seconds ?? 1) });
    const { limit, left } = error.details;
    if (limit !== undefined && left !== undefined) return t("error.limit", { limit: size(Number(limit)), left: size(Number(left)) });
    // Visitors are not told who has locked it.
    if (error.kind === "locked" && !error.details.by) return t("error.lockednow");
    if (error.kind !== "other" && has(key)) return t(key, { who: error.details.by ?? "" });
    return error.message ? t("error.other", { message: error.message }) : t("error.server");
  }
  if (isModuleFailure(error)) return t(navigator.onLine ? "error.module" : "error.offline");
  // People cannot use this error, so it goes to the console.
  console.error(error);
  return t("error.portal");
}

/**
 * True if a part of the page itself could not be loaded. Each browser words that differently.
 * @param {unknown} error
 */
function isModuleFailure(error) {
  return error instanceof TypeError && /dynamically imported module|importing a module script/i.test(error.message);
}

/** True if the error only means that the call was cancelled. @param {unknown} error */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}
