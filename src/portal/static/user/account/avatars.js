// Avatars: the picture of an account or, if it has none, the initials of its name. Each picture is
// loaded once, however often the person is shown, and only if the server has said that there is
// one.

import { begin, end, url } from "../../shared/api.js";
import { h, icon } from "../../shared/h.js";
import { initialsOf } from "../../shared/shell.js";

const OPERATION = "getprofileimage";
/** The number of pictures in memory. */
const KEPT_MAX = 100;

/** The addresses of pictures in memory, by account. @type {Map<string, Promise<string>>} */
const kept = new Map();

/**
 * The avatar of a person. It is decoration beside the name.
 * @param {{ name: string, displayName?: string, hasPicture: boolean }} person
 * @param {{ class?: string, badge?: string }} [options] `badge`: an icon at its edge that says what was done
 */
export function avatar(person, options = {}) {
  const circle = h("span", { class: "initials" }, initialsOf(person.displayName || person.name));
  showPicture(circle, person.name, person.hasPicture);
  return h("span", { class: ["avatar", options.class], "aria-hidden": "true" }, circle, options.badge ? icon(options.badge, { class: "avatar-badge" }) : null);
}

/**
 * Shows the picture of an account over its initials.
 * @param {HTMLElement} circle @param {string} name @param {boolean} hasPicture
 */
export function showPicture(circle, name, hasPicture) {
  circle.dataset.avatar = name;
  circle.querySelector("img")?.remove();
  if (!hasPicture) return;
  const asked = picture(name);
  asked.then((address) => {
    // The picture may have changed in the meantime.
    if (kept.get(name) === asked) circle.append(h("img", { src: address, alt: "", draggable: false }));
  }, () => { /* The initials are enough. */ });
}

/**
 * Shows the new picture of an account everywhere, or its initials if the picture was removed.
 * @param {string} name @param {boolean} hasPicture
 */
export function pictureChanged(name, hasPicture) {
  forget(name);
  for (const circle of document.querySelectorAll("[data-avatar]")) {
    if (circle instanceof HTMLElement && circle.dataset.avatar === name) showPicture(circle, name, hasPicture);
  }
}

/** @param {string} name */
function picture(name) {
  const known = kept.get(name);
  if (known) return known;
  const asked = load(name);
  kept.set(name, asked);
  asked.catch(() => { if (kept.get(name) === asked) kept.delete(name); });
  const [oldest] = kept.keys();
  if (kept.size > KEPT_MAX && oldest !== undefined) forget(oldest);
  return asked;
}

/** @param {string} name */
function forget(name) {
  // Pictures that are already shown stay.
  kept.get(name)?.then((address) => URL.revokeObjectURL(address), () => undefined);
  kept.delete(name);
}

/** @param {string} username @returns {Promise<string>} */
async function load(username) {
  const noted = begin("core", OPERATION, { username }, { method: "GET" });
  try {
    const response = await fetch(url(OPERATION, { username }), { credentials: "same-origin" });
    end(noted, response.status, "", response.ok);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return URL.createObjectURL(await response.blob());
  } catch (error) {
    if (noted.status === undefined) end(noted, 0, String(error), false);
    throw error;
  }
}
