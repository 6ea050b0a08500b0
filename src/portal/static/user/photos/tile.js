// A photo in the list, and what the mouse, fingers and the keys find there.

import { dayTime, plainName, playTime } from "../../shared/format.js";
import { h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { mayBeDrawn, mayHaveFrame } from "../files/kinds.js";
import { show } from "../files/pictures.js";
import { entryOf } from "./entry.js";

/** @typedef {import("../../../replies.js").PhotoRecord} PhotoRecord */

/** The size of thumbnails in pixels, by that of the photos. */
const PICTURE = { small: 320, medium: 320, large: 640 };

/** The room of a photo that is still being loaded. @param {string} width */
export const makeRoom = (width) => h("span", { class: "photo", style: { width } });

/**
 * Very many photos are made while a person scrolls through years, so each has few elements.
 * @param {PhotoRecord} photo @param {string} width @param {string} href @param {import("./layout.js").Size} size
 */
export function makeTile(photo, width, href, size) {
  const isVideo = photo.isvideo === 1;
  const name = plainName(photo.name);
  const length = photo.duration > 0 ? playTime(photo.duration) : "";
  const label = [isVideo ? t("kind.video") : "", name, dayTime(photo.taken), length && t("photos.length", { time: length })].filter(Boolean).join(", ");
  const link = h("a", { class: ["photo", isVideo && "is-video-file"], href, title: name, tabIndex: -1, style: { width }, data: { path: photo.path, label } });
  if (length) link.append(h("span", { class: "photo-length", "aria-hidden": "true", text: length }));
  // The icon stands where there will be no picture.
  const addIcon = () => link.prepend(icon(isVideo ? "video" : "image", { class: "photo-kind" }));
  const entry = entryOf(photo);
  if (mayBeDrawn(entry)) show(link, entry, PICTURE[size], addIcon);
  else addIcon();
  if (mayHaveFrame(entry)) import("../files/frames.js").then((frames) => frames.show(link, entry, PICTURE[size]), () => { /* The icon is enough. */ });
  return link;
}

/**
 * Shows whether a photo is selected.
 * @param {HTMLElement} link @param {{ has: (path: string) => boolean, isOn: () => boolean }} selecting
 */
export function showChosen(link, selecting) {
  const { path = "", label = "" } = link.dataset;
  const isChosen = selecting.has(path);
  if (selecting.isOn()) addMark(link);
  link.classList.toggle("is-chosen", isChosen);
  link.setAttribute("aria-label", isChosen ? `${label}, ${t("photos.selected")}` : label);
}

/** Adds the mark that selects, which most photos never need. @param {HTMLElement} link */
export function addMark(link) {
  if (!link.querySelector(".mark")) link.append(h("span", { class: "mark", "aria-hidden": "true" }, icon("check")));
}
