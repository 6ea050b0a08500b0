// The list of photos. Only its visible part is in the page.

import { dayName } from "../../shared/days.js";
import { h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { orTell } from "../../shared/toast.js";
import { blockAt, createLayouter, lineOf, linesBetween, ratioOf } from "./layout.js";
import { moved } from "./keys.js";
import { followPressing, linkAt } from "./pressing.js";
import { followPinch } from "./size.js";
import { makeRoom, makeTile, showChosen } from "./tile.js";

/** @typedef {import("../../../replies.js").PhotoRecord} PhotoRecord */
/** @typedef {import("./layout.js").Line} Line */
/** @typedef {{ day: number, at: number }} Spot a photo by its day and its place among those of the day */

/** This many pixels beyond each edge are drawn, so that scrolling shows no gaps. */
const BEYOND = 600;
/**
 * While a person scrolls, photos are loaded after this many milliseconds of rest, because one who
 * scrolls through years does not need all photos between.
 */
const REST = 100;
/** No day has as many photos. */
const DAY_PLACES = 2 ** 24;

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
 * @property {number} startAt pixels by which it is scrolled at first
 * @property {number} width pixels of the list
 * @property {number} height
 * @property {WeakMap<HTMLElement, { photo: PhotoRecord, spot: Spot }>} photos those in the page
 * @property {WeakMap<PhotoRecord[], number[]>} ratios those of the photos of a day
 * @property {HTMLElement} element
 * @property {HTMLElement} body
 * @property {Map<number, Shown>} shown the lines that are in the page
 * @property {ReturnType<typeof createLayouter>} layOut
 * @property {import("./layout.js").Layout} layout
 * @property {Spot} active the photo that the Tab key reaches
 * @property {Spot | null} anchor where a range begins: the last photo that was selected
 * @property {boolean} isFocusDue whether it gets the focus as soon as it is there
 * @property {number} timer
 * @property {number} frame in which the lines beyond the edges are added
 * @property {number} asked when the visible part last changed, in milliseconds
 */
/** @typedef {{ line: Line, known: number, element: HTMLElement }} Shown a line in the page; `known`: how many of its photos were loaded */

/** @param {Pick<Grid, "days" | "loader" | "hrefOf" | "onOpen" | "selecting" | "shapes" | "size" | "onSize" | "onScroll" | "onLayout" | "startAt">} options */
export function createGrid(options) {
  const body = h("div", { class: "photos-body" });
  const element = h("div", { class: "photos-list", role: "region", "aria-label": t("place.photos") }, body);
  const layOut = createLayouter();
  /** @type {Grid} */
  const grid = {
    ...options, width: 0, height: 0, photos: new WeakMap(), ratios: new WeakMap(), element, body, shown: new Map(), layOut, layout: layOut([], 0, options.size, () => []), active: { day: 0, at: 0 }, anchor: null, isFocusDue: false, timer: 0, frame: 0, asked: -Infinity,
  };
  listen(grid);
  const observer = new ResizeObserver(() => {
    [grid.width, grid.height] = [element.clientWidth, element.clientHeight];
    arrange(grid);
  });
  observer.observe(element);
  return {
    element,
    /** Draws photos that were loaded. */
    refresh: () => refresh(grid),
    layout: () => grid.layout,
    /** The number of pixels by which the list can be scrolled. */
    range: () => Math.max(1, grid.layout.height - grid.height),
    /** The day at the upper edge. */
    dayNow: () => grid.layout.blocks[blockAt(grid.layout.blocks, element.scrollTop)]?.days[0]?.day ?? 0,
    scrollToDay: (/** @type {number} */ day) => scrollToDay(grid, day),
    setSize(/** @type {import("./layout.js").Size} */ size) {
      grid.size = size;
      arrange(grid);
    },
    /** Scrolls to a photo and gives it the focus. */
    focus: (/** @type {Spot} */ spot) => focus(grid, spot),
    focusActive: () => focus(grid, grid.active),
    showChosen() {
      for (const link of body.querySelectorAll("a.photo")) if (link instanceof HTMLElement) showChosen(link, grid.selecting);
    },
    stop() {
      clearTimeout(grid.timer);
      cancelAnimationFrame(grid.frame);
      observer.disconnect();
    },
  };
}

/** @param {Grid} grid */
function listen(grid) {
  const { element } = grid;
  element.addEventListener("scroll", () => {
    update(grid);
    grid.onScroll();
  }, { passive: true });
  element.addEventListener("keydown", (event) => onKey(grid, event));
  element.addEventListener("focusin", (event) => {
    grid.active = spotAt(grid, linkAt(event)) ?? grid.active;
    keepReachable(grid);
  });
  followPress(grid);
  followPinch(element, () => grid.size, grid.onSize);
}

/** Identifies a line. The order of these numbers is that of reading. @param {Line} line */
const numberOf = ({ day, first }) => day * DAY_PLACES + first + 1;

/** Draws what is near the visible part, and loads its photos. @param {Grid} grid */
function update(grid) {
  const lines = draw(grid);
  if (lines.length > 0) ask(grid, lines);
}

/**
 * Draws the visible part, and what is beyond its edges one frame later.
 * @param {Grid} grid @returns {Line[]} the lines that are to be there
 */
function draw(grid) {
  const { layout, shown, body, width, height } = grid;
  if (layout.blocks.length === 0 || width === 0) return [];
  const top = grid.element.scrollTop;
  const lines = linesBetween(layout, top - BEYOND, top + height + BEYOND);
  const wanted = new Map(lines.map((line) => [numberOf(line), line]));
  for (const [number, { element }] of shown) {
    // The element with the focus stays, so that the keys continue there.
    if (wanted.has(number) || element.contains(document.activeElement)) continue;
    element.remove();
    shown.delete(number);
  }
  const missing = lines.filter((line) => !shown.has(numberOf(line)));
  const seen = missing.filter((line) => line.top < top + height && line.top + line.height > top);
  const made = new Map((seen.length > 0 ? seen : missing).map((line) => [numberOf(line), makeLine(grid, line)]));
  for (const [number, line] of made) shown.set(number, line);
  // The order in the page matters for keyboards and screen readers.
  /** @type {HTMLElement | null} */
  let next = null;
  for (const number of [...shown.keys()].sort((one, other) => other - one)) {
    const element = /** @type {Shown} */ (shown.get(number)).element;
    if (made.has(number)) body.insertBefore(element, next);
    next = element;
  }
  cancelAnimationFrame(grid.frame);
  if (made.size < missing.length) grid.frame = requestAnimationFrame(() => void draw(grid));
  keepReachable(grid);
  return lines;
}

/** Loads the photos of lines: at once, or when the person has stopped scrolling. @param {Grid} grid @param {Line[]} lines */
function ask(grid, lines) {
  const [first, last] = [lines[0], lines.at(-1)];
  if (!first || !last) return;
  const now = performance.now();
  const isMoving = now - grid.asked < REST;
  grid.asked = now;
  clearTimeout(grid.timer);
  const want = () => void grid.loader.want(first.day, last.day);
  if (isMoving) grid.timer = setTimeout(want, REST);
  else want();
}

/** @param {Grid} grid @param {Line} line @returns {Shown} */
function makeLine(grid, line) {
  const { top, height, left, width, day, first, count } = line;
  if (first < 0) {
    const style = { top: `${top}px`, left: `${left}px`, width: `${width}px`, height: `${height}px` };
    const name = grid.days[day]?.day ?? "";
    return { line, known: 0, element: h("h2", { class: "photos-day", style }, h("span", { text: dayName(name, line.isNarrow) })) };
  }
  const photos = grid.loader.of(day).slice(first, first + count);
  const element = h("div", { class: "photos-line", style: { top: `${top}px`, left: `${left}px`, height: `${height - grid.layout.gap}px` } },
    line.widths.map((one, at) => framed(grid, photos[at], { day, at: first + at }, `${one}px`)));
  return { line, known: photos.length, element };
}

/** @param {Grid} grid @param {PhotoRecord | undefined} photo still being loaded, where there is none @param {Spot} spot @param {string} width */
function framed(grid, photo, spot, width) {
  if (!photo) return makeRoom(width);
  const link = makeTile(photo, width, grid.hrefOf(photo), grid.size);
  grid.photos.set(link, { photo, spot });
  showChosen(link, grid.selecting);
  return link;
}

/** @param {Grid} grid @param {HTMLElement | null} link */
const spotAt = ({ photos }, link) => link && photos.get(link)?.spot;

/** @param {Grid} grid */
function followPress(grid) {
  const at = (/** @type {HTMLElement} */ link, /** @type {(photo: PhotoRecord, spot: Spot) => void} */ run) => {
    const found = grid.photos.get(link);
    if (found) run(found.photo, found.spot);
  };
  followPressing(grid.body, {
    isChoosing: grid.selecting.isOn,
    toggle: (link) => at(link, (photo, spot) => toggle(grid, photo, spot)),
    extend: (link) => at(link, (_, spot) => orTell(extend(grid, anchorOf(grid, spot), spot))),
    open: (link) => at(link, (photo, spot) => {
      grid.active = spot;
      grid.onOpen(photo);
    }),
  });
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

/** The Tab key reaches one of the photos, and the arrow keys reach the others. @param {Grid} grid */
function keepReachable(grid) {
  for (const one of grid.body.querySelectorAll("a.photo[tabindex='0']")) if (one instanceof HTMLElement) one.tabIndex = -1;
  const now = elementOf(grid, grid.active) ?? grid.body.querySelector("a.photo");
  if (now instanceof HTMLElement) now.tabIndex = 0;
}

/** @param {Grid} grid @param {Spot} spot */
function elementOf(grid, spot) {
  const line = lineOf(grid.layout, spot);
  const link = line && grid.shown.get(numberOf(line))?.element.children[spot.at - line.first];
  return link instanceof HTMLAnchorElement ? link : null;
}

/** @param {Grid} grid @param {Spot} spot */
function focus(grid, spot) {
  const line = lineOf(grid.layout, spot);
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
  const next = moved(grid.days, grid.layout, grid.active, event.key);
  if (!next) return;
  event.preventDefault();
  if (event.shiftKey) orTell(extend(grid, anchorOf(grid, grid.active), next));
  focus(grid, next);
}

/** Draws photos that were loaded. Their shapes change the rows. @param {Grid} grid */
function refresh(grid) {
  arrange(grid);
  if (grid.isFocusDue) focus(grid, grid.active);
}

/** The known shapes of a day's photos. @param {Grid} grid @param {number} day */
function ratiosOf({ days, loader, shapes, ratios }, day) {
  const name = days[day]?.day ?? "";
  const photos = loader.of(day);
  if (photos.length > 0 && !ratios.has(photos)) {
    ratios.set(photos, photos.map(ratioOf));
    shapes.set(name, ratios.get(photos) ?? []);
  }
  return shapes.get(name) ?? [];
}

/** Places all lines anew. What is at the upper edge stays there. @param {Grid} grid */
function arrange(grid) {
  const { element, body, layout: old, width } = grid;
  if (width === 0) return;
  const before = linesBetween(old, element.scrollTop, element.scrollTop + 1)[0];
  const beyond = before ? element.scrollTop - before.top : 0;
  const hadFocus = body.contains(document.activeElement);
  const layout = grid.layOut(grid.days, width, grid.size, (day) => ratiosOf(grid, day));
  grid.layout = layout;
  body.style.height = `${layout.height}px`;
  body.style.setProperty("--photo-gap", `${layout.gap}px`);
  keepEqual(grid);
  if (before && element.scrollTop > 0) {
    const now = lineOf(layout, { day: before.day, at: before.first });
    if (now) element.scrollTop = now.top + Math.min(beyond, now.height - 1);
  } else if (grid.startAt > 0) {
    [element.scrollTop, grid.startAt] = [grid.startAt, 0];
  }
  update(grid);
  if (hadFocus && !body.contains(document.activeElement)) focus(grid, grid.active);
  grid.onLayout();
  grid.onScroll();
}

/** Moves the lines that are as before to their new place, and removes the others. @param {Grid} grid */
function keepEqual({ shown, layout, loader }) {
  const shapeOf = (/** @type {Line} */ line) => `${line.first} ${line.height} ${line.isNarrow} ${line.width} ${line.widths.join()}`;
  for (const [number, { line, known, element }] of shown) {
    const next = lineOf(layout, { day: line.day, at: line.first });
    const hasMore = known < line.count && loader.of(line.day).length > line.first + known;
    if (!next || hasMore || shapeOf(next) !== shapeOf(line)) {
      element.remove();
      shown.delete(number);
      continue;
    }
    if (next.top !== line.top) element.style.top = `${next.top}px`;
    if (next.left !== line.left) element.style.left = `${next.left}px`;
    shown.set(number, { line: next, known, element });
  }
}

/** @param {Grid} grid @param {number} day */
function scrollToDay({ layout, element }, day) {
  element.scrollTop = layout.blocks[layout.blockOf[day] ?? 0]?.top ?? 0;
}
