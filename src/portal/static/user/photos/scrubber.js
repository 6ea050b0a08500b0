// The scrubber beside the photos. It shows all years from top to bottom, and the month at the
// present position.

import { monthName } from "../../shared/days.js";
import { fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { monthsOf } from "./layout.js";

/** Years are at least this many pixels apart, so that they do not overlap. */
const YEAR = 22;

/**
 * @typedef {object} Scrubber
 * @property {{ month: string, first: number, count: number }[]} months
 * @property {() => ReturnType<typeof import("./grid.js").createGrid> | null} gridOf
 * @property {HTMLElement} element
 * @property {HTMLElement} years
 * @property {HTMLElement} thumb
 * @property {HTMLElement} label
 * @property {HTMLElement} month where the month is told beside the list too
 */

/**
 * @param {import("./layout.js").Day[]} days
 * @param {Scrubber["gridOf"]} gridOf
 * @param {HTMLElement} month
 */
export function createScrubber(days, gridOf, month) {
  const months = monthsOf(days);
  const label = h("span", { class: "scrubber-label", "aria-hidden": "true" });
  const thumb = h("span", { class: "scrubber-thumb" }, label);
  const years = h("span", { class: "scrubber-years", "aria-hidden": "true" });
  const element = h("div", {
    class: "scrubber", role: "slider", tabIndex: 0, "aria-label": t("photos.month"), "aria-orientation": "vertical", "aria-valuemin": "0", "aria-valuemax": String(months.length - 1),
  }, years, thumb);
  /** @type {Scrubber} */
  const scrubber = { months, gridOf, element, years, thumb, label, month };
  addDragging(scrubber);
  element.addEventListener("keydown", (event) => {
    const next = monthAfter(months, monthNow(scrubber), event.key);
    if (next === null) return;
    event.preventDefault();
    gridOf()?.scrollToDay(months[next]?.first ?? 0);
  });
  const observer = new ResizeObserver(() => drawYears(scrubber));
  observer.observe(element);
  return {
    element,
    /** Called when the list was scrolled. */
    show: () => show(scrubber),
    /** Called when the list has another layout. */
    drawYears: () => drawYears(scrubber),
    stop: () => observer.disconnect(),
  };
}

/** The number of pixels by which the list can be scrolled. @param {Scrubber} scrubber */
const range = ({ gridOf }) => gridOf()?.range() ?? 1;

/** @param {Scrubber} scrubber */
function monthNow({ months, gridOf }) {
  const day = gridOf()?.dayNow() ?? 0;
  return Math.max(0, months.filter(({ first }) => first <= day).length - 1);
}

/** @param {Scrubber} scrubber */
function drawYears(scrubber) {
  const { months, gridOf, element, years } = scrubber;
  const layout = gridOf()?.layout();
  const topOf = (/** @type {number} */ day) => layout?.blocks[layout.blockOf[day] ?? -1]?.top ?? 0;
  const marks = [];
  let free = 0;
  let last = "";
  for (const { month, first } of months) {
    const year = month.slice(0, 4);
    if (year === last) continue;
    last = year;
    const top = Math.min(1, topOf(first) / range(scrubber)) * element.clientHeight;
    if (top < free || top > element.clientHeight - YEAR) continue;
    free = top + YEAR;
    marks.push(h("span", { class: "scrubber-year", style: { top: `${top}px` }, text: year }));
  }
  fill(years, marks);
}

/** @param {Scrubber} scrubber */
function show(scrubber) {
  const { months, gridOf, element, thumb, label } = scrubber;
  const grid = gridOf();
  if (!grid) return;
  const now = monthNow(scrubber);
  const { month = "", count = 0 } = months[now] ?? {};
  thumb.style.top = `${100 * Math.min(1, grid.element.scrollTop / range(scrubber))}%`;
  label.textContent = scrubber.month.textContent = month ? monthName(month) : "";
  element.setAttribute("aria-valuenow", String(now));
  element.setAttribute("aria-valuetext", month ? t("photos.ofmonth", { month: monthName(month), count }) : "");
  // Its room stays, because the rows depend on the width, and what fits into one may not fit into another.
  element.style.visibility = range(scrubber) <= 1 ? "hidden" : "";
}

/** @param {Scrubber} scrubber */
function addDragging(scrubber) {
  const { element, gridOf } = scrubber;
  const drag = (/** @type {PointerEvent} */ event) => {
    const box = element.getBoundingClientRect();
    const grid = gridOf();
    if (grid) grid.element.scrollTop = Math.max(0, Math.min(1, (event.clientY - box.top) / box.height)) * range(scrubber);
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    element.classList.add("is-dragged");
    drag(event);
  });
  element.addEventListener("pointermove", (event) => { if (element.classList.contains("is-dragged")) drag(event); });
  for (const name of ["pointerup", "pointercancel"]) element.addEventListener(name, () => element.classList.remove("is-dragged"));
}

/**
 * The month to which a key leads; `null` if the key means nothing here.
 * @param {{ month: string }[]} months @param {number} now @param {string} key
 */
function monthAfter(months, now, key) {
  const last = months.length - 1;
  const year = months[now]?.month.slice(0, 4) ?? "";
  switch (key) {
    case "ArrowUp": case "ArrowLeft": return Math.max(0, now - 1);
    case "ArrowDown": case "ArrowRight": return Math.min(last, now + 1);
    case "PageUp": return Math.max(0, months.findIndex(({ month }) => month.slice(0, 4) === year) - 1);
    case "PageDown": {
      const older = months.findIndex(({ month }) => month.slice(0, 4) < year);
      return older < 0 ? last : older;
    }
    case "Home": return 0;
    case "End": return last;
    default: return null;
  }
}
