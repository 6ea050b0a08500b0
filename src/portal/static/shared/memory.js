// What this browser remembers for a person: language, theme, how lists look. Never anything secret, never anything
// that would be missed: some browsers keep nothing, and then the defaults serve.

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
    // A browser that keeps nothing: the choice lasts until the page is closed.
  }
}
