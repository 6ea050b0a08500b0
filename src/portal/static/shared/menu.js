// Menus for the parts that offer them: the entries, opening a menu, and buttons that open one. The
// menu itself is in `menu-open.js`, which is loaded with the first menu.

/**
 * @typedef {object} MenuItem
 * @property {string} label
 * @property {string} [icon]
 * @property {string} [keys] the shortcut that does the same
 * @property {boolean} [isDanger]
 * @property {boolean} [isDisabled]
 * @property {boolean} [isChecked] makes it one of a choice
 * @property {string} [href] makes it a link
 * @property {() => void} [run]
 */

/** @typedef {MenuItem | null | false | undefined} MenuEntry `null` is a line between groups */

/**
 * Opens a menu.
 * @param {MenuEntry[]} entries
 * @param {{ x: number, y: number } | Element} place a point, or the button that it belongs to
 * @param {{ label?: string, onClose?: () => void }} [options]
 */
export async function openMenu(entries, place, options = {}) {
  const { showMenu } = await import("./menu-open.js");
  showMenu(entries, place, options);
}

/**
 * Makes a button open a menu.
 * @param {HTMLButtonElement} element
 * @param {() => MenuEntry[] | Promise<MenuEntry[]>} entries
 */
export function menuButton(element, entries) {
  element.setAttribute("aria-haspopup", "menu");
  element.setAttribute("aria-expanded", "false");
  element.addEventListener("click", async () => {
    await openMenu(await entries(), element, { label: element.getAttribute("aria-label") ?? element.textContent ?? "" });
  });
  return element;
}
