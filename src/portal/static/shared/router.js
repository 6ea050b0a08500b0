// The addresses of views. Each view has an address in the hash, `#/VIEW/part/part?key=value`,
// because the page itself is served at a few paths only. So back, forward, reload and copied links
// work. Each entry of the history also stores small notes of its view, such as how far it was
// scrolled.

/**
 * @typedef {object} Route
 * @property {string} view the first part
 * @property {string[]} path the further parts, decoded
 * @property {URLSearchParams} query
 */

/** @type {Set<(route: Route, how: { isReturn: boolean }) => void>} */
const listeners = new Set();
/**
 * Functions that are called before a view is left. If one returns `false`, the view stays.
 * @type {Set<() => boolean>}
 */
const guards = new Set();
let current = location.hash;

/**
 * @param {string} hash
 * @returns {Route}
 */
export function parse(hash) {
  const [path = "", query = ""] = split(hash.replace(/^#\/?/, ""), "?");
  const [view = "", ...rest] = path.split("/").filter((part) => part !== "").map(decode);
  return { view, path: rest, query: new URLSearchParams(query) };
}

/** @param {string} text @param {string} mark */
function split(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A link that somebody shortened by hand.
  }
}

/**
 * The address of a view, for links.
 * @param {string} view
 * @param {string[]} [path]
 * @param {Record<string, string | null | undefined>} [query] empty values are left out
 */
export function address(view, path = [], query = {}) {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) parameters.set(key, value);
  const text = parameters.toString();
  return `#/${[view, ...path].map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
}

/** The address that is shown now. */
export function route() {
  return parse(location.hash);
}

/**
 * Goes to an address. With `replace`, the present entry of the history is replaced, and no new one
 * is added.
 * @param {string} to
 * @param {{ replace?: boolean }} [options]
 */
export function go(to, options = {}) {
  if (to === location.hash) return tell(false);
  if (!mayLeave()) return;
  if (options.replace) history.replaceState(history.state, "", to);
  else history.pushState(null, "", to);
  current = location.hash;
  tell(false);
}

/**
 * Runs something after a pause, for example to put a typed text into the address, unless the person
 * has gone to another view meanwhile. Returns the timer.
 * @param {() => void} run
 * @param {number} pause milliseconds
 */
export function whileHere(run, pause) {
  const place = () => split(location.hash, "?")[0];
  const here = place();
  return setTimeout(() => { if (place() === here) run(); }, pause);
}

/**
 * Calls a listener after every change of the address.
 * @param {(route: Route, how: { isReturn: boolean }) => void} listener `isReturn`: by back or forward
 */
export function onRoute(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Lets a view with unsaved work ask before it is left.
 * @param {() => boolean} guard
 */
export function guardLeaving(guard) {
  guards.add(guard);
  return () => guards.delete(guard);
}

function mayLeave() {
  return [...guards].every((guard) => guard());
}

/** Stores notes in the present entry of the history. @param {Record<string, unknown>} notes */
export function note(notes) {
  history.replaceState({ ...history.state, ...notes }, "", location.hash || location.pathname + location.search);
}

/** The notes of the present entry. @returns {Record<string, any>} */
export function notes() {
  return history.state ?? {};
}

/** @param {boolean} isReturn */
function tell(isReturn) {
  const now = route();
  for (const listener of [...listeners]) listener(now, { isReturn });
}

/** Starts to follow the address. */
export function startRouting() {
  history.scrollRestoration = "manual";
  addEventListener("popstate", () => {
    if (location.hash === current) return;
    if (!mayLeave()) {
      history.pushState(null, "", current);
      return;
    }
    current = location.hash;
    tell(true);
  });
  tell(false);
}
