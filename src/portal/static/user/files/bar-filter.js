// The field in the bar that filters the folder.

import { go, whileHere } from "../../shared/router.js";

/** @typedef {import("./bar.js").Bar} Bar */

/** Milliseconds after a keystroke before the filter is put into the address. */
const FILTER_PAUSE = 300;

/** @param {Bar} bar */
export function followInput(bar) {
  bar.input.addEventListener("input", () => {
    bar.fileView.setFilter(bar.input.value);
    clearTimeout(bar.timer);
    bar.timer = whileHere(() => toAddress(bar), FILTER_PAUSE);
  });
  bar.input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      clearTimeout(bar.timer);
      bar.input.value = "";
      bar.fileView.setFilter("");
      toAddress(bar);
      showFilter(bar, false);
      bar.fileView.list.focus();
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      bar.fileView.list.focus();
    }
  });
  bar.input.addEventListener("blur", () => { if (!bar.input.value) showFilter(bar, false); });
}

/** On phones the field replaces the bar. @param {Bar} bar @param {boolean} isShown */
export function showFilter(bar, isShown) {
  bar.tools.classList.toggle("is-filtering", isShown);
  bar.crumbs.classList.toggle("is-away", isShown);
  if (isShown) {
    bar.input.focus();
    bar.input.select();
  }
}

/** @param {Bar} bar */
export function toAddress(bar) {
  return go(bar.fileView.here(), { replace: true });
}
