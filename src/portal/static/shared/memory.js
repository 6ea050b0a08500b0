// Values that this browser remembers for a person: the language, the theme, and the form of lists.
// They are never secret and never important, because some browsers store nothing, and then the
// defaults are used.

const PREFIX = "cloudlet.";

/**
 * @param {string} name
 * @returns {string | null}
 */
export function remembered(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {string | null} value `null` forgets it
 */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // This browser stores nothing, so the choice lasts until the page is closed.
  }
}
