// All photos and videos of a person, by the day on which they were taken.

import { call, errorText } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { isoDay } from "../../shared/format.js";
import { addStyle, button, fill, h } from "../../shared/h.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { address, go, note } from "../../shared/router.js";
import { errorToast } from "../../shared/toast.js";
import { homeOf } from "../files/paths.js";
import { createGrid } from "../photos/grid.js";
import { daysOf, onThisDay } from "../photos/layout.js";
import { createLoader, newestPhotos } from "../photos/load.js";
import { createScrubber } from "../photos/scrubber.js";
import { createSelecting } from "../photos/selecting.js";
import { savedSize, sizeButton } from "../photos/size.js";
import { fillSources } from "../photos/sources.js";
import { createPhotoOver } from "../photos/viewer.js";

/** @typedef {import("../photos/layout.js").Day} Day */
/** @typedef {import("../../shared/router.js").Route} Route */

/** Milliseconds before photos are asked for again while the server still reads some. */
const READING_PAUSE = 2000;
/** From this many hidden pixels on, a list is long. */
const LONG = 200;
const KINDS = ["all", "photos", "videos"];

/**
 * @typedef {object} PhotosView
 * @property {import("../state.js").Context} context
 * @property {string} home
 * @property {string} kind
 * @property {string} path the folder whose photos are shown
 * @property {Route} route
 * @property {HTMLElement} stage
 * @property {HTMLSelectElement} kinds
 * @property {HTMLSelectElement} sources
 * @property {HTMLElement} past the photos of this day in earlier years
 * @property {HTMLElement} month the month of the uppermost photos, while no heading tells it
 * @property {HTMLParagraphElement} status
 * @property {Day[]} days
 * @property {ReturnType<typeof createLoader> | null} loader
 * @property {ReturnType<typeof createGrid> | null} grid
 * @property {ReturnType<typeof createScrubber> | null} scrubber
 * @property {import("../photos/selecting.js").Selecting} selecting
 * @property {ReturnType<typeof createPhotoOver>} over the photo that is shown above the others
 * @property {import("../photos/layout.js").Size} size
 * @property {Map<string, number[]>} shapes the shapes of photos by their day
 * @property {string} shown a text that identifies the shown photos, to see whether they have changed
 * @property {number} timer
 * @property {boolean} isOver
 */

/**
 * @param {import("../state.js").Context} context
 * @param {Route} route
 * @returns {Promise<import("../../shared/views.js").View>}
 */
export async function open(context, route) {
  addStyle(new URL("../photos/photos.css", import.meta.url));
  await loadBundle("photos");
  const stage = h("div", { class: "photos-stage" });
  const kinds = h("select", { class: "input", "aria-label": t("photos.kind") }, KINDS.map((value) => h("option", { value, text: t(`photos.${value}`) })));
  const sources = h("select", { class: "input", "aria-label": t("photos.source"), hidden: true });
  const [past, month] = [h("div", { class: "photos-past" }), h("span", { class: "photos-month", "aria-hidden": "true" })];
  const status = h("p", { class: "files-status", role: "status" });
  const home = homeOf(context.store.get().account.name);
  /** @type {PhotosView} */
  const view = {
    context, home, kind: "all", path: "/", route, stage, kinds, sources, past, month, status, days: [], loader: null, grid: null, scrubber: null, size: savedSize(), shapes: new Map(), shown: "", timer: 0, isOver: false,
    over: createPhotoOver(context, () => view), selecting: createSelecting(context, () => view),
  };
  kinds.addEventListener("change", () => go(addressOf(view, { kind: kinds.value }), { replace: true }));
  sources.addEventListener("change", () => go(addressOf(view, { in: sources.value }), { replace: true }));
  const stopWatching = context.store.watch((state) => state.changed, () => void load(view));
  follow(view, route);
  void load(view);
  void fillSources(sources, home).then(() => { sources.value = view.path; }, () => undefined);
  return {
    element: h("div", { class: "photos" },
      h("div", { class: "photos-top" }, h("div", { class: "photos-head" }, kinds, sources, past, month), view.selecting.bar.element), stage, status),
    bar: [h("h1", { class: "bar-title", tabIndex: -1, text: t("place.photos") })],
    tools: [button({ icon: "select", label: t("photos.select"), kind: "quiet", class: "photos-select", onclick: () => view.selecting.start() }), sizeButton(() => view.size, (size) => resize(view, size))],
    title: () => t("place.photos"),
    update(next) {
      const before = `${view.kind} ${view.path}`;
      follow(view, next);
      if (before === `${view.kind} ${view.path}`) {
        if (view.grid) view.over.follow();
        return;
      }
      view.shown = "";
      view.shapes.clear();
      view.selecting.clear();
      void load(view);
    },
    again: () => void load(view),
    renew: () => void load(view),
    leave() {
      view.isOver = true;
      stopWatching();
      stop(view);
      view.over.stop();
      view.selecting.bar.stop();
    },
  };
}

/** @param {PhotosView} view @param {Route} route */
function follow(view, route) {
  const kind = route.query.get("kind") ?? "all";
  view.route = route;
  view.kind = KINDS.includes(kind) ? kind : "all";
  view.path = route.query.get("in") ?? "/";
  view.kinds.value = view.kind;
  view.sources.value = view.path;
}

/**
 * @param {PhotosView} view
 * @param {{ kind?: string, in?: string, day?: string, open?: string }} [query] `open`: the path of the shown photo; `day`: the day on which it was taken
 */
export function addressOf(view, query = {}) {
  const kind = query.kind ?? view.kind;
  const path = query.in ?? view.path;
  return address("photos", [], { kind: kind === "all" ? "" : kind, in: path === "/" ? "" : path, day: query.day, open: query.open });
}

/** @param {PhotosView} view */
function stop(view) {
  clearTimeout(view.timer);
  view.grid?.stop();
  view.scrubber?.stop();
}

/** @param {PhotosView} view */
async function load(view) {
  const { kind, path } = view;
  const isCurrent = () => !view.isOver && kind === view.kind && path === view.path;
  clearTimeout(view.timer);
  try {
    const asked = call("getphotodays", { path, kind });
    const newest = view.shown === "" ? await showNewest(view, asked, isCurrent) : [];
    const { meta, photoday: days = [] } = await asked;
    if (!isCurrent()) return;
    const isReading = meta.iswhole !== 1;
    showDays(view, days, isReading, newest);
    view.status.textContent = isReading && days.length > 0 ? t("photos.reading") : "";
    if (isReading) view.timer = setTimeout(() => void load(view), READING_PAUSE);
    if (view.grid) view.over.follow();
  } catch (error) {
    if (!isCurrent()) return;
    view.shown = "";
    fill(view.stage, notice({ icon: "warning", title: t("photos.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void load(view) } }));
  }
}

/**
 * Shows the newest photos while the server counts those of all days, which takes longer.
 * @param {PhotosView} view @param {Promise<unknown>} days those that were asked for @param {() => boolean} isCurrent
 */
async function showNewest(view, days, isCurrent) {
  let isDue = view.route.query.get("open") === null;
  const over = () => { isDue = false; };
  days.then(over, over);
  // Without them, the list asks for them again and tells why it has none.
  const newest = await newestPhotos({ path: view.path, kind: view.kind }).catch(() => []);
  if (isDue && isCurrent() && newest.length > 0) showDays(view, daysOf(newest), false, newest);
  return newest;
}

/**
 * @param {PhotosView} view @param {Day[]} days @param {boolean} isReading whether the server still reads photos
 * @param {import("../photos/grid.js").PhotoRecord[]} newest those that are known already
 */
function showDays(view, days, isReading, newest) {
  const next = JSON.stringify([days, isReading && days.length === 0]);
  if (next === view.shown) return;
  const top = view.shown === "" ? 0 : view.grid?.element.scrollTop ?? 0;
  view.shown = next;
  view.days = days;
  stop(view);
  view.grid = view.scrubber = view.loader = null;
  fill(view.past, memories(view));
  if (days.length === 0) {
    const isFiltered = view.kind !== "all" || view.path !== "/";
    fill(view.stage, notice(isReading ? { icon: "image", title: t("photos.reading") }
      : isFiltered ? { icon: "image", title: t("photos.nonesuch"), action: { label: t("photos.showall"), run: () => go(address("photos"), { replace: true }) } }
        : { icon: "image", title: t("photos.none"), text: t("photos.nonetext") }));
    return;
  }
  const loader = createLoader(days, { path: view.path, kind: view.kind }, newest, () => {
    view.grid?.refresh();
    view.over.steps();
  }, (error) => errorToast(errorText(error)));
  const scrubber = createScrubber(days, () => view.grid, view.month);
  const grid = createGrid({
    days, loader, selecting: view.selecting, shapes: view.shapes, size: view.size, startAt: top,
    onSize: (size) => resize(view, size),
    hrefOf: (photo) => addressOf(view, { day: photo.taken.slice(0, 10), open: photo.path }),
    onOpen(photo) {
      go(addressOf(view, { day: photo.taken.slice(0, 10), open: photo.path }));
      // This marks that closing the photo leads back here.
      note({ isOver: true });
    },
    onScroll() {
      scrubber.show();
      // Hiding the filters would bring them back at once in a list that is hardly longer than its room.
      view.stage.parentElement?.classList.toggle("is-scrolled", grid.range() > LONG && grid.element.scrollTop > 0);
    },
    onLayout: () => scrubber.drawYears(),
  });
  Object.assign(view, { loader, grid, scrubber });
  fill(view.stage, h("div", { class: "photos-frame" }, grid.element, scrubber.element));
}

/** @param {PhotosView} view @param {PhotosView["size"]} size of the photos */
function resize(view, size) {
  view.size = size;
  view.grid?.setSize(size);
}

/** The photos of this day in earlier years. @param {PhotosView} view */
function memories(view) {
  const days = onThisDay(view.days, isoDay(new Date()));
  if (days.length === 0) return null;
  return h("nav", { class: "photos-memories", "aria-label": t("photos.thisday") },
    h("span", { class: "quiet", "aria-hidden": "true", text: t("photos.thisday") }),
    days.map(({ day, count, at }) => button({
      text: day.slice(0, 4), label: t("photos.ofmonth", { month: day.slice(0, 4), count }), kind: "quiet",
      onclick: () => {
        view.grid?.scrollToDay(at);
        view.grid?.focus({ day: at, at: 0 });
      },
    })));
}
