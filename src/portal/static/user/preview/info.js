// The details beside the file that is shown: when and where a photo was taken, the camera, its size
// and its folder.

import { call, errorText, records } from "../../shared/api.js";
import { dayTime, fullTime, nameElement, number, plainName, playTime, size } from "../../shared/format.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { remember, remembered } from "../../shared/memory.js";
import { properties } from "../../shared/panel.js";
import { kindOf } from "../files/kinds.js";
import { folderAddress, folderName, homeOf, parentOf } from "../files/paths.js";

/** @typedef {import("./preview.js").Preview} Preview */
/** @typedef {import("../../../replies.js").PhotoRecord} PhotoRecord */

/** Digits after the decimal point of a degree. They give a place to within a few metres. */
const DEGREE_DIGITS = 4;
const MEGAPIXEL = 1_000_000;

/** @param {() => Preview} previewOf */
export function createInfo(previewOf) {
  const content = h("div", { class: "preview-info-content" });
  return {
    content,
    element: h("aside", { class: "preview-info", "aria-label": t("files.details"), hidden: remembered("viewerinfo") !== "on" },
      h("div", { class: "preview-info-head" }, h("h3", { text: t("files.details") }),
        button({ icon: "close", label: t("viewer.closedetails"), kind: "quiet", onclick: () => toggleInfo(previewOf()) })),
      content),
  };
}

/** @param {Preview} preview */
export function toggleInfo(preview) {
  const { info: { element }, actions } = preview;
  const hadFocus = element.contains(document.activeElement);
  element.hidden = !element.hidden;
  remember("viewerinfo", element.hidden ? null : "on");
  if (hadFocus) actions.info.focus();
  void showInfo(preview);
}

/** Shows the details of the entry if the details are open. @param {Preview} preview */
export async function showInfo(preview) {
  const { info, actions, entry, stop: { signal } } = preview;
  actions.info.setAttribute("aria-pressed", String(!info.element.hidden));
  if (info.element.hidden) return;
  const { id } = kindOf(entry);
  if (id !== "image" && id !== "video") {
    fillInfo(preview, null);
    return;
  }
  try {
    const photo = await photoOf(entry.path, signal);
    if (!signal.aborted) fillInfo(preview, photo);
  } catch (error) {
    if (signal.aborted) return;
    fillInfo(preview, null);
    info.content.append(h("p", { class: "quiet", text: errorText(error) }));
  }
}

/** @param {string} path @param {AbortSignal} signal @returns {Promise<PhotoRecord | null>} */
async function photoOf(path, signal) {
  const ask = () => records("getphotos", "photo", { path }, { signal });
  const [known] = await ask();
  if (known) return known;
  // The call for the days makes the server read new photos.
  await call("getphotodays", { path: parentOf(path) }, { signal });
  const [found] = await ask();
  return found ?? null;
}

/** @param {Preview} preview @param {PhotoRecord | null} photo what is known of a photo or a video */
function fillInfo(preview, photo) {
  const { entry, info, options } = preview;
  const home = homeOf(options.context.store.get().account.name);
  const folder = parentOf(entry.path);
  fill(info.content, properties([
    [t("column.name"), h("bdi", { dir: "auto", text: plainName(entry.name) })],
    [t("viewer.taken"), photo && takenText(photo)],
    [t("viewer.where"), photo && whereText(photo)],
    [t("viewer.camera"), photo && plainName(photo.camera)],
    [t("viewer.length"), photo && photo.duration > 0 ? playTime(photo.duration) : null],
    [t("viewer.pixels"), photo && pixelsText(photo)],
    [t("column.size"), size(entry.size)],
    [t("column.modified"), fullTime(entry.modified)],
    [t("starred.place"), h("a", { href: folderAddress(folder, home) }, nameElement(folderName(folder, home)))],
  ]));
}

/** @param {PhotoRecord} photo */
function takenText({ taken, takenfrom }) {
  // If the time comes from the file, it is shown as the time of the last change.
  if (takenfrom === "file") return null;
  return takenfrom === "name" ? t("viewer.byname", { time: dayTime(taken) }) : dayTime(taken);
}

/** @param {PhotoRecord} photo */
function whereText({ latitude, longitude }) {
  if (latitude === "" || longitude === "") return null;
  const degrees = (/** @type {string} */ value) => number(Math.abs(Number(value)), DEGREE_DIGITS);
  return t("viewer.degrees", {
    latitude: degrees(latitude), north: t(Number(latitude) < 0 ? "viewer.south" : "viewer.north"),
    longitude: degrees(longitude), east: t(Number(longitude) < 0 ? "viewer.west" : "viewer.east"),
  });
}

/** @param {PhotoRecord} photo */
function pixelsText({ width, height, isvideo }) {
  if (width === 0 || height === 0) return null;
  const sides = `${width} \u00d7 ${height}`;
  return isvideo === 1 ? sides : t("viewer.megapixels", { sides, count: number((width * height) / MEGAPIXEL, 1) });
}
