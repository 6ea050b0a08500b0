// The list of photos. Only its visible part is in the page.

import { dayName } from "../../shared/days.js";
import { dayTime, plainName, playTime } from "../../shared/format.js";
import { h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { mayBeDrawn } from "../files/kinds.js";
import { show } from "../files/pictures.js";
import { entryOf } from "./entry.js";
import { layOut, lineAt } from "./layout.js";
import { moved } from "./keys.js";
import { followPressing } from "./pressing.js";

/** @typedef {import("../../../replies.js").PhotoRecord} PhotoRecord */
/** @typedef {import("./layout.js").Line} Line */
/** @typedef {{ day: number, at: number }} Spot a photo by its day and its place among those of the day */

/** This many pixels beyond each edge are drawn, so that scrolling shows no gaps. */
const BEYOND = 600;
/** The size of thumbnails in pixels. It is sharp on screens with two pixels per point. */
const PICTURE = 320;
/**
 * Milliseconds without scrolling before photos are loaded, because a person who scrolls through
 * years does not need all photos between.
 */
const REST = 100;

/**
 * @typedef {object} Grid
 * @property {import("./layout.js").Day[]} days
 * @property {ReturnType<typeof import("./load.js").createLoader>} loader
 * @property {(photo: PhotoRecord) => string} hrefOf
 * @property {(photo: PhotoRecord) => void} onOpen
 * @property {import("./selecting.js").Selecting} selecting
 * @property {() => void} onScroll
 * @property {() => void} onLayout
 * @property {HTMLElement} element
 * @property {HTMLElement} body
 * @property {Map<number, HTMLElement>} shown the lines that are in the page
 * @property {Set<number>} waiting those whose photos are still being loaded
 * @property {ReturnType<typeof layOut>} layout
 * @property {Spot} active the photo that the Tab key reaches
 * @property {boolean} isFocusDue whether it gets the focus as soon as it is there
 * @property {number} timer
 */

/** @param {Pick<Grid, "days" | "loader" | "hrefOf" | "onOpen" | "selecting" | "onScroll" | "onLayout">} options */
export function createGrid(options) {
  const body = h("div", { class: "photos-body" });
  const element = h("div", { class: "photos-list", role: "region", "aria-label": t("place.photos") }, body);
  /** @type {Grid} */
  const grid = {
    ...options, element, body, shown: new Map(), waiting: new Set(), layout: layOut(options.days, 0), active: { day: 0, at: 0 }, isFocusDue: false, timer: 0,
  };
  element.addEventListener("scroll", () => {
    update(grid);
    grid.onScroll();
  }, { passive: true });
  element.addEventListener("keydown", (event) => onKey(grid, event));
  const observer = new ResizeObserver(() => measure(grid));
  observer.observe(element);
  return {
    element,
    /** Draws photos that were loaded. */
    refresh: () => refresh(grid),
    layout: () => grid.layout,
    /** The day at the upper edge. */
    dayNow: () => grid.layout.lines[lineAt(grid.layout.lines, element.scrollTop)]?.day ?? 0,
    scrollToDay: (/** @type {number} */ day) => scrollToDay(grid, day),
    /** Scrolls to a photo and gives it the focus. */
    focus: (/** @type {Spot} */ spot) => focus(grid, spot),
    focusActive: () => focus(grid, grid.active),
    showChosen() {
      for (const link of body.querySelectorAll("a.photo")) if (link instanceof HTMLElement) showChosen(grid, link);
    },
    stop() {
      clearTimeout(grid.timer);
      observer.disconnect();
    },
  };
}

/** @param {Grid} grid */
function update(grid) {
  const { layout: { lines }, element, shown, body } = grid;
  if (lines.length === 0 || element.clientWidth === 0) return;
  const first = lineAt(lines, element.scrollTop - BEYOND);
  const last = lineAt(lines, element.scrollTop + element.clientHeight + BEYOND);
  for (const [index, line] of shown) {
    // The element with the focus stays, so that the keys continue there.
    if (index >= first && index <= last || line.contains(document.activeElement)) continue;
    line.remove();
    shown.delete(index);
    grid.waiting.delete(index);
  }
  clearTimeout(grid.timer);
  const want = () => void grid.loader.want(/** @type {Line} */ (lines[first]).day, /** @type {Line} */ (lines[last]).day);
  grid.timer = setTimeout(want, REST);
  for (let index = first; index <= last; index += 1) {
    if (shown.has(index)) continue;
    const line = makeLine(grid, index);
    shown.set(index, line);
    // The order in the page matters for keyboards and screen readers.
    const next = [...shown.keys()].filter((other) => other > index).sort((a, b) => a - b)[0];
    body.insertBefore(line, next === undefined ? null : shown.get(next) ?? null);
  }
  keepReachable(grid);
}

/** @param {Grid} grid @param {number} index */
function makeLine(grid, index) {
  const { top, height, day, first, count } = /** @type {Line} */ (grid.layout.lines[index]);
  const style = { top: `${top}px`, height: `${height}px` };
  if (first < 0) return h("h2", { class: "photos-day", style, text: dayName(grid.days[day]?.day ?? "") });
  const photos = grid.loader.of(day).slice(first, first + count);
  if (photos.length < count) grid.waiting.add(index);
  else grid.waiting.delete(index);
  return h("div", { class: "photos-line", style }, Array.from({ length: count }, (_, at) => square(grid, photos[at], { day, at: first + at })));
}

/** @param {Grid} grid @param {PhotoRecord | undefined} photo still being loaded, where there is none @param {Spot} spot */
function square(grid, photo, spot) {
  if (!photo) return h("span", { class: "photo" });
  const isVideo = photo.isvideo === 1;
  const label = [isVideo ? t("kind.video") : "", plainName(photo.name), dayTime(photo.taken), lengthName(photo)].filter(Boolean).join(", ");
  const link = h("a", { class: ["photo", isVideo && "is-video-file"], href: grid.hrefOf(photo), title: plainName(photo.name), tabIndex: -1, data: { path: photo.path, label } },
    icon(isVideo ? "video" : "image", { class: "photo-kind" }),
    photo.duration > 0 && h("span", { class: "photo-length", "aria-hidden": "true", text: playTime(photo.duration) }),
    h("span", { class: "mark", "aria-hidden": "true" }, icon("check")));
  showChosen(grid, link);
  link.addEventListener("focus", () => {
    grid.active = spot;
    keepReachable(grid);
  });
  followPressing(link, {
    isChoosing: grid.selecting.isOn,
    toggle: () => grid.selecting.toggle(photo),
    open() {
      grid.active = spot;
      grid.onOpen(photo);
    },
  });
  const entry = entryOf(photo);
  if (mayBeDrawn(entry)) show(link, entry, PICTURE);
  return link;
}

/** @param {Grid} grid @param {HTMLElement} link */
function showChosen({ selecting }, link) {
  const { path = "", label = "" } = link.dataset;
  const isChosen = selecting.has(path);
  link.classList.toggle("is-chosen", isChosen);
  link.setAttribute("aria-label", isChosen ? `${label}, ${t("photos.selected")}` : label);
}

/** The duration of a video for screen readers; empty if it is unknown. @param {PhotoRecord} photo */
function lengthName({ duration }) {
  return duration > 0 ? t("photos.length", { time: playTime(duration) }) : "";
}

/** The Tab key reaches one of the photos, and the arrow keys reach the others. @param {Grid} grid */
function keepReachable(grid) {
  for (const one of grid.body.querySelectorAll("a.photo[tabindex='0']")) if (one instanceof HTMLElement) one.tabIndex = -1;
  const now = elementOf(grid, grid.active) ?? grid.body.querySelector("a.photo");
  if (now instanceof HTMLElement) now.tabIndex = 0;
}

/** @param {Grid} grid @param {Spot} spot */
function lineOf(grid, { day, at }) {
  return grid.layout.lines.findIndex((line) => line.day === day && line.first >= 0 && at >= line.first && at < line.first + line.count);
}

/** @param {Grid} grid @param {Spot} spot */
function elementOf(grid, spot) {
  const index = lineOf(grid, spot);
  const link = grid.shown.get(index)?.children[spot.at - (grid.layout.lines[index]?.first ?? 0)];
  return link instanceof HTMLAnchorElement ? link : null;
}

/** @param {Grid} grid @param {Spot} spot */
function focus(grid, spot) {
  const line = grid.layout.lines[lineOf(grid, spot)];
  if (!line) return;
  grid.active = spot;
  const { element } = grid;
  if (line.top < element.scrollTop) element.scrollTop = line.top;
  else if (line.top + line.height > element.scrollTop + element.clientHeight) element.scrollTop = line.top + line.height - element.clientHeight;
  update(grid);
  const link = elementOf(grid, spot);
  grid.isFocusDue = !link;
  link?.focus({ preventScroll: true });
}

/** @param {Grid} grid @param {KeyboardEvent} event */
function onKey(grid, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLAnchorElement)) return;
  const { day, at } = grid.active;
  const photo = grid.loader.of(day)[at];
  if (event.key === " " && photo) {
    event.preventDefault();
    grid.selecting.toggle(photo);
    return;
  }
  if (event.key === "Escape" && grid.selecting.isOn()) {
    event.preventDefault();
    grid.selecting.clear();
    return;
  }
  const next = moved(grid.layout.lines, lineOf(grid, grid.active), grid.active, event.key);
  if (!next) return;
  event.preventDefault();
  focus(grid, next);
}

/** @param {Grid} grid */
function refresh(grid) {
  for (const index of [...grid.waiting]) {
    const line = makeLine(grid, index);
    grid.shown.get(index)?.replaceWith(line);
    grid.shown.set(index, line);
  }
  keepReachable(grid);
  if (grid.isFocusDue) focus(grid, grid.active);
}

/** @param {Grid} grid */
function measure(grid) {
  const { element, body, shown } = grid;
  const before = grid.layout.lines[lineAt(grid.layout.lines, element.scrollTop)];
  const hadFocus = body.contains(document.activeElement);
  const layout = layOut(grid.days, element.clientWidth);
  grid.layout = layout;
  body.style.height = `${layout.height}px`;
  body.style.setProperty("--photo", `${layout.side}px`);
  body.style.setProperty("--photo-gap", `${layout.gap}px`);
  // The photo at the top stays there.
  if (before && element.scrollTop > 0) {
    if (before.first < 0) scrollToDay(grid, before.day);
    else element.scrollTop = layout.lines[lineOf(grid, { day: before.day, at: before.first })]?.top ?? 0;
  }
  for (const line of shown.values()) line.remove();
  shown.clear();
  grid.waiting.clear();
  update(grid);
  if (hadFocus) focus(grid, grid.active);
  grid.onLayout();
  grid.onScroll();
}

/** @param {Grid} grid @param {number} day */
function scrollToDay(grid, day) {
  grid.element.scrollTop = grid.layout.lines.find((line) => line.day === day)?.top ?? 0;
}
