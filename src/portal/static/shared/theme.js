// The person's choice of the light or the dark theme. `theme-start.js` applies it.

import { remember, remembered } from "./memory.js";

/** @typedef {"system" | "light" | "dark"} Theme */

/** @type {Theme[]} */
export const THEMES = ["system", "light", "dark"];

/** @returns {Theme} */
export function theme() {
  const choice = remembered("theme");
  return choice === "light" || choice === "dark" ? choice : "system";
}

/** @param {Theme} choice */
export function setTheme(choice) {
  remember("theme", choice === "system" ? null : choice);
  dispatchEvent(new Event("cloudlet:theme"));
}
