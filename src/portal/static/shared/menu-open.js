// An open menu: at the pointer, below a button, or on phones as a sheet at the lower edge. Arrow
// keys, letters, Enter and Escape work as in any menu, and the focus returns to where it was.

import { swipeCloses } from "./dialog.js";
import { h, icon } from "./h.js";
import { t } from "./i18n.js";

/** @typedef {import("./menu.js").MenuEntry} MenuEntry */
/** @typedef {import("./menu.js").MenuItem} MenuItem */

const GAP = 4;
/** Events of the window after which an open menu belongs to nothing that is shown. */
const OUTDATING = ["resize", "popstate"];
/** @type {(() => void) | null} */
let closeOpen = null;

/**
 * @param {MenuEntry[]} entries
 * @param {{ x: number, y: number } | Element} place a point, or the button that it belongs to
 * @param {{ label?: string, onClose?: () => void }} [options]
 */
export function showMenu(entries, place, options = {}) {
  closeOpen?.();
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const menu = h("div", { class: "menu", role: "menu", tabIndex: -1, "aria-label": options.label ?? null });
  const shade = h("div", { class: "menu-shade", role: "region", "aria-label": options.label ?? t("menu.region") });
  const close = (/** @type {boolean} */ returnsFocus = true) => {
    if (closeOpen !== close) return;
    closeOpen = null;
    shade.remove();
    for (const name of OUTDATING) removeEventListener(name, closeOutdated);
    if (place instanceof Element) place.setAttribute("aria-expanded", "false");
    if (returnsFocus) before?.focus();
    options.onClose?.();
  };
  const closeOutdated = () => close();
  closeOpen = close;
  for (const entry of tidy(entries)) {
    menu.append(entry ? item(entry, close) : h("div", { class: "menu-line", role: "separator" }));
  }
  shade.append(menu);
  shade.addEventListener("pointerdown", (event) => { if (event.target === shade) close(); });
  shade.addEventListener("contextmenu", (event) => event.preventDefault());
  menu.addEventListener("keydown", (event) => onKey(event, menu, close));
  // While a modal dialog is open, elements outside of it cannot be reached.
  const modal = [...document.querySelectorAll("dialog[open]")].pop();
  (modal ?? document.body).append(shade);
  position(menu, place);
  swipeCloses(menu, close);
  if (place instanceof Element) place.setAttribute("aria-expanded", "true");
  for (const name of OUTDATING) addEventListener(name, closeOutdated);
  items(menu)[0]?.focus();
}

/** Removes separators at the ends and repeated ones. @param {MenuEntry[]} entries */
function tidy(entries) {
  const given = entries.filter((entry) => entry !== false && entry !== undefined);
  return given.filter((entry, at) => entry !== null || (at > 0 && at < given.length - 1 && given[at - 1] !== null));
}

/** @param {MenuItem} entry @param {(returnsFocus?: boolean) => void} close */
function item(entry, close) {
  const isChoice = entry.isChecked !== undefined;
  const props = {
    class: ["menu-item", entry.isDanger && "is-danger"],
    role: isChoice ? "menuitemradio" : "menuitem",
    tabIndex: -1,
    "aria-checked": isChoice ? String(entry.isChecked) : null,
    "aria-disabled": entry.isDisabled ? "true" : null,
    "aria-keyshortcuts": entry.keys ?? null,
  };
  const content = [
    isChoice ? icon(entry.isChecked ? "check" : "none") : icon(entry.icon ?? "none"),
    h("span", { class: "menu-label", text: entry.label }),
    entry.keys ? h("kbd", { class: "menu-keys", "aria-hidden": "true", text: entry.keys }) : null,
  ];
  if (entry.href) return h("a", { ...props, href: entry.href, on: { click: () => close() } }, content);
  return h("button", { ...props, type: "button", on: { click: () => {
    if (entry.isDisabled) return;
    close();
    entry.run?.();
  } } }, content);
}

/** @param {HTMLElement} menu @returns {HTMLElement[]} */
function items(menu) {
  return [...menu.querySelectorAll(".menu-item")].map((element) => /** @type {HTMLElement} */ (element));
}

/** @param {KeyboardEvent} event @param {HTMLElement} menu @param {() => void} close */
function onKey(event, menu, close) {
  const all = items(menu);
  const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const focus = (/** @type {number} */ index) => all[(index + all.length) % all.length]?.focus();
  event.stopPropagation();
  if (event.key === "ArrowDown") focus(at + 1);
  else if (event.key === "ArrowUp") focus(at - 1);
  else if (event.key === "Home") focus(0);
  else if (event.key === "End") focus(all.length - 1);
  else if (event.key === "Escape" || event.key === "Tab") close();
  else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) {
    const wanted = event.key.toLowerCase();
    const order = [...all.slice(at + 1), ...all.slice(0, at + 1)];
    order.find((element) => element.querySelector(".menu-label")?.textContent?.toLowerCase().startsWith(wanted))?.focus();
  } else return;
  event.preventDefault();
}

/** Keeps the menu inside the window. @param {HTMLElement} menu @param {{ x: number, y: number } | Element} place */
function position(menu, place) {
  const isPoint = !(place instanceof Element);
  const anchor = isPoint ? null : place.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const right = innerWidth - GAP - width;
  let x = isPoint ? place.x : (anchor?.left ?? 0);
  let y = isPoint ? place.y : (anchor?.bottom ?? 0) + GAP;
  if (x > right) x = isPoint ? x - width : (anchor?.right ?? 0) - width;
  if (y + height > innerHeight - GAP) y = isPoint ? y - height : (anchor?.top ?? 0) - GAP - height;
  menu.style.left = `${Math.max(GAP, Math.min(x, right))}px`;
  menu.style.top = `${Math.max(GAP, Math.min(y, innerHeight - GAP - height))}px`;
}
