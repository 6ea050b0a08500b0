// The list of photos. Only its visible part is in the page.

import { dayName } from "../../shared/days.js";
import { dayTime, plainName, playTime } from "../../shared/format.js";
import { h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { orTell } from "../../shared/toast.js";
import { mayBeDrawn } from "../files/kinds.js";
import { show } from "../files/pictures.js";
import { entryOf } from "./entry.js";
import { layOut, lineAt, ratioOf } from "./layout.js";
import { moved } from "./keys.js";
import { followPressing } from "./pressing.js";
import { followPinch } from "./size.js";

/** @typedef {import("../../../replies.js").PhotoRecord} PhotoRecord */
/** @typedef {import("./layout.js").Line} Line */
/** @typedef {{ day: number, at: number }} Spot a photo by its day and its place among those of the day */

/** This many pixels beyond each edge are drawn, so that scrolling shows no gaps. */
const BEYOND = 600;
/** The size of thumbnails in pixels, by that of the photos. */
const PICTURE = { small: 320, medium: 320, large: 640 };
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
 * @property {Map<string, number[]>} shapes the ratios of photos by their day, which outlive this list
 * @property {import("./layout.js").Size} size
 * @property {(size: import("./layout.js").Size) => void} onSize
 * @property {() => void} onScroll
 * @property {() => void} onLayout
 * @property {HTMLElement} element
 * @property {HTMLElement} body
 * @property {Map<number, HTMLElement>} shown the lines that are in the page
 * @property {Set<number>} waiting those whose photos are still being loaded
 * @property {ReturnType<typeof layOut>} layout
 * @property {Spot} active the photo that the Tab key reaches
 * @property {Spot | null} anchor where a range begins: the last photo that was selected
 * @property {boolean} isFocusDue whether it gets the focus as soon as it is there
 * @property {number} timer
 */

/** @param {Pick<Grid, "days" | "loader" | "hrefOf" | "onOpen" | "selecting" | "shapes" | "size" | "onSize" | "onScroll" | "onLayout">} options */
export function createGrid(options) {
  const body = h("div", { class: "photos-body" });
  const element = h("div", { class: "photos-list", role: "region", "aria-label": t("place.photos") }, body);
  /** @type {Grid} */
  const grid = {
    ...options, element, body, shown: new Map(), waiting: new Set(), layout: layOut([], 0, options.size, () => []), active: { day: 0, at: 0 }, anchor: null, isFocusDue: false, timer: 0,
  };
  element.addEventListener("scroll", () => {
    update(grid);
    grid.onScroll();
  }, { passive: true });
  element.addEventListener("keydown", (event) => onKey(grid, event));
  followPinch(element, () => grid.size, options.onSize);
  const observer = new ResizeObserver(() => arrange(grid));
  observer.observe(element);
  return {
    element,
    /** Draws photos that were loaded. */
    refresh: () => refresh(grid),
    layout: () => grid.layout,
    /** The day at the upper edge. */
    dayNow: () => grid.layout.lines[lineAt(grid.layout.lines, element.scrollTop)]?.day ?? 0,
    scrollToDay: (/** @type {number} */ day) => scrollToDay(grid, day),
    setSize(/** @type {import("./layout.js").Size} */ size) {
      grid.size = size;
      arrange(grid);
    },
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
  const line = /** @type {Line} */ (grid.layout.lines[index]);
  const { top, height, day, first, count } = line;
  if (first < 0) return h("h2", { class: "photos-day", style: { top: `${top}px`, height: `${height}px` }, text: dayName(grid.days[day]?.day ?? "") });
  const photos = grid.loader.of(day).slice(first, first + count);
  if (photos.length < count) grid.waiting.add(index);
  else grid.waiting.delete(index);
  return h("div", { class: "photos-line", style: { top: `${top}px`, height: `${height - grid.layout.gap}px` } },
    line.widths.map((width, at) => framed(grid, photos[at], { day, at: first + at }, `${width}px`)));
}

/** @param {Grid} grid @param {PhotoRecord | undefined} photo still being loaded, where there is none @param {Spot} spot @param {string} width */
function framed(grid, photo, spot, width) {
  if (!photo) return h("span", { class: "photo", style: { width } });
  const isVideo = photo.isvideo === 1;
  const label = [isVideo ? t("kind.video") : "", plainName(photo.name), dayTime(photo.taken), lengthName(photo)].filter(Boolean).join(", ");
  const link = h("a", { class: ["photo", isVideo && "is-video-file"], href: grid.hrefOf(photo), title: plainName(photo.name), tabIndex: -1, style: { width }, data: { path: photo.path, label } },
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
    toggle: () => toggle(grid, photo, spot),
    extend: () => orTell(extend(grid, anchorOf(grid, spot), spot)),
    open() {
      grid.active = spot;
      grid.onOpen(photo);
    },
  });
  const entry = entryOf(photo);
  if (mayBeDrawn(entry)) show(link, entry, PICTURE[grid.size]);
  return link;
}

/** @param {Grid} grid @param {PhotoRecord} photo @param {Spot} spot */
function toggle(grid, photo, spot) {
  grid.anchor = spot;
  grid.selecting.toggle(photo);
}

/** Where a range to a photo begins. @param {Grid} grid @param {Spot} spot */
const anchorOf = (grid, spot) => (grid.selecting.isOn() && grid.anchor) || spot;

/** Selects all photos from one to another. Those that are not known yet are loaded first. @param {Grid} grid @param {Spot} anchor @param {Spot} spot */
async function extend(grid, anchor, spot) {
  const ends = [anchor, spot].sort((a, b) => a.day - b.day || a.at - b.at);
  const [from, to] = /** @type {[Spot, Spot]} */ (ends);
  await grid.loader.want(from.day, to.day);
  /** @type {PhotoRecord[]} */
  const photos = [];
  for (let day = from.day; day <= to.day; day += 1) photos.push(...grid.loader.of(day).slice(day === from.day ? from.at : 0, day === to.day ? to.at + 1 : undefined));
  grid.anchor = anchor;
  grid.selecting.add(photos);
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

/** The index of the line of a photo, or of its day's heading if the place is -1. @param {Grid} grid @param {Spot} spot */
function lineOf(grid, { day, at }) {
  return grid.layout.lines.findIndex((line) => line.day === day && (at < 0 ? line.first < 0 : line.first >= 0 && at >= line.first && at < line.first + line.count));
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
    if (event.shiftKey) orTell(extend(grid, anchorOf(grid, grid.active), grid.active));
    else toggle(grid, photo, grid.active);
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
  if (event.shiftKey) orTell(extend(grid, anchorOf(grid, grid.active), next));
  focus(grid, next);
}

/** @param {Grid} grid */
function refresh(grid) {
  // The shapes of the loaded photos change the rows.
  if (grid.layout.isEven) arrange(grid);
  for (const index of [...grid.waiting]) {
    const line = makeLine(grid, index);
    grid.shown.get(index)?.replaceWith(line);
    grid.shown.set(index, line);
  }
  keepReachable(grid);
  if (grid.isFocusDue) focus(grid, grid.active);
}

/** The known shapes of a day's photos. @param {Grid} grid @param {number} day */
function ratiosOf({ days, loader, shapes }, day) {
  const name = days[day]?.day ?? "";
  const photos = loader.of(day);
  if (photos.length > 0) shapes.set(name, photos.map(ratioOf));
  return shapes.get(name) ?? [];
}

/** Places all lines anew. What is at the upper edge stays there. @param {Grid} grid */
function arrange(grid) {
  const { element, body, layout: old } = grid;
  const before = old.lines[lineAt(old.lines, element.scrollTop)];
  const beyond = before ? element.scrollTop - before.top : 0;
  const hadFocus = body.contains(document.activeElement);
  const layout = layOut(grid.days, element.clientWidth, grid.size, (day) => ratiosOf(grid, day));
  grid.layout = layout;
  body.style.height = `${layout.height}px`;
  body.style.setProperty("--photo-gap", `${layout.gap}px`);
  keepEqual(grid, old.lines);
  if (before && element.scrollTop > 0) {
    const now = layout.lines[lineOf(grid, { day: before.day, at: before.first })];
    if (now) element.scrollTop = now.top + Math.min(beyond, now.height - 1);
  }
  update(grid);
  if (hadFocus && !body.contains(document.activeElement)) focus(grid, grid.active);
  grid.onLayout();
  grid.onScroll();
}

/** Moves the lines that are as before to their new place, and removes the others. @param {Grid} grid @param {Line[]} old */
function keepEqual(grid, old) {
  const { shown, waiting, layout: { lines } } = grid;
  const before = [...shown];
  const waited = new Set(waiting);
  const shapeOf = (/** @type {Line | undefined} */ line) => `${line?.first} ${line?.height} ${line?.widths.join()}`;
  shown.clear();
  waiting.clear();
  for (const [index, element] of before) {
    const { day, first } = /** @type {Line} */ (old[index]);
    const next = lineOf(grid, { day, at: first });
    if (next < 0 || waited.has(index) || shapeOf(lines[next]) !== shapeOf(old[index])) {
      element.remove();
      continue;
    }
    element.style.top = `${lines[next]?.top}px`;
    shown.set(next, element);
  }
}

/** @param {Grid} grid @param {number} day */
function scrollToDay(grid, day) {
  grid.element.scrollTop = grid.layout.lines.find((line) => line.day === day)?.top ?? 0;
}
