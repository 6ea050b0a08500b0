// Keyboard shortcuts. Each part of a portal declares its own, and `?` lists them. People whom
// shortcuts of a single key disturb can turn these off (WCAG 2.1.4).

import { h } from "./h.js";
import { t } from "./i18n.js";
import { remember, remembered } from "./memory.js";

/**
 * @typedef {object} Shortcut
 * @property {string} keys as shown and as `Mod+Shift+a` is read; `Mod` is Ctrl, or Command on a Mac; several by space
 * @property {string} label key of the message that says what it does
 * @property {string} group key of the message that names its group
 * @property {(event: KeyboardEvent) => void} [run] without it, another part handles the shortcut, and it is only listed
 */

/** @type {Set<Shortcut>} */
const shortcuts = new Set();
const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** True if shortcuts of a single key work. */
export function singleKeys() {
  return remembered("singlekeys") !== "off";
}

/** @param {boolean} isOn */
export function setSingleKeys(isOn) {
  remember("singlekeys", isOn ? null : "off");
}

/**
 * Declares shortcuts.
 * @param {Shortcut[]} list
 * @returns {() => void} takes them away
 */
export function addShortcuts(list) {
  list.forEach((shortcut) => shortcuts.add(shortcut));
  return () => list.forEach((shortcut) => shortcuts.delete(shortcut));
}

/**
 * True if the event is one of these keys.
 * @param {KeyboardEvent} event
 * @param {string} keys
 */
export function isKeys(event, keys) {
  return keys.split(" ").some((combination) => {
    const parts = combination.split("+");
    const key = parts.pop() || "+";
    const mod = IS_MAC ? event.metaKey : event.ctrlKey;
    // A sign such as `?` needs Shift on some keyboards only.
    const shift = key.length === 1 && !/[a-z0-9]/i.test(key) ? true : event.shiftKey === parts.includes("Shift");
    const pressed = event.key === " " ? "space" : event.key.toLowerCase();
    return pressed === key.toLowerCase() && mod === parts.includes("Mod")
      && shift && event.altKey === parts.includes("Alt");
  });
}

/** True if the focused element takes typed letters. @param {EventTarget | null} target */
export function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "range"].includes(target.type);
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Starts to listen. It is called once for the page. */
export function startShortcuts() {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    for (const shortcut of shortcuts) {
      if (!shortcut.run || !isKeys(event, shortcut.keys)) continue;
      const isSingle = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (isTyping(event.target) && (isSingle || !event.altKey)) continue;
      if (isSingle && !singleKeys()) continue;
      event.preventDefault();
      shortcut.run(event);
      return;
    }
  });
}

/** The name of a shortcut on this machine. @param {string} keys */
export function keysText(keys) {
  const names = { Mod: IS_MAC ? "\u2318" : t("key.ctrl"), Shift: t("key.shift"), Alt: t("key.alt") };
  /** @type {Record<string, string>} */
  const all = {
    ...names, ArrowUp: "\u2191", ArrowDown: "\u2193", ArrowLeft: "\u2190", ArrowRight: "\u2192",
    Enter: t("key.enter"), Escape: t("key.escape"), Delete: t("key.delete"), Space: t("key.space"),
    Backspace: t("key.backspace"), Home: t("key.home"), End: t("key.end"),
  };
  return keys.split(" ")[0]?.split("+").map((part) => all[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join("+") ?? "";
}

/** All shortcuts, by group. */
export function shortcutList() {
  /** @type {Map<string, Shortcut[]>} */
  const groups = new Map();
  for (const shortcut of shortcuts) groups.set(shortcut.group, [...(groups.get(shortcut.group) ?? []), shortcut]);
  return h("div", { class: "shortcuts" }, [...groups].map(([group, list]) => h("section", null,
    h("h3", { text: t(group) }),
    h("dl", null, list.map((shortcut) => h("div", null,
      h("dt", null, shortcut.keys.split(" ").flatMap((keys) => [" ", h("kbd", { text: keysText(keys) })])),
      h("dd", { text: t(shortcut.label) })))))));
}
