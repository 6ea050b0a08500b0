// What is seen of a picture: the small one at once, then the one for the screen, and the whole one when it is enlarged.

import { plainName } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { isForFewBrowsers, kindOf, mayBeDrawn } from "../files/kinds.js";
import { fetchAhead, isWholeAtOnce, load, mayKnow, noteCall, screenAddress, screenSide, smallAddress, wholeAddress } from "./picture-sizes.js";
import { bound, drawPicture, fit } from "./zoom.js";

/** @typedef {import("./image.js").Viewer} Viewer */
/** @typedef {"none" | "small" | "screen" | "whole"} Layer */

/** @type {Layer[]} */
const LAYERS = ["none", "small", "screen", "whole"];
/** How much finer than the picture the screen has to be before the whole picture is worth its bytes. */
const FINER = 1.1;

/** Shows the best that there is, and better as it comes. @param {Viewer} viewer */
export async function showLayers(viewer) {
  const { entry, element, stage } = viewer;
  viewer.layer = "none";
  viewer.pixels = null;
  element.setAttribute("aria-busy", "true");
  try {
    // What the browser cannot show the server may draw, and the other way round.
    if (isWholeAtOnce(entry)) await showWhole(viewer).catch(() => showScreen(viewer));
    else await showScreen(viewer).catch(() => showWhole(viewer));
  } catch {
    if (stage.signal.aborted) return;
    const isHeic = isForFewBrowsers(entry) && !mayBeDrawn(entry);
    stage.fail({
      icon: "image", title: t(isHeic ? "preview.noheic" : "preview.badpicture"), text: t(isHeic ? "preview.noheictext" : "preview.nonetext"),
      action: { label: t("action.download"), run: () => stage.context.operations.download([entry]) },
    });
  } finally {
    element.removeAttribute("aria-busy");
  }
  if (stage.signal.aborted) return;
  stage.onShown();
  for (const one of stage.neighbours()) if (kindOf(one).preview === "image") fetchAhead(one, element);
}

/** Shows the small picture, then the one for the screen, as the server draws them. @param {Viewer} viewer */
async function showScreen(viewer) {
  const { entry, element } = viewer;
  if (!mayBeDrawn(entry)) throw new Error("The server draws no such pictures.");
  const side = screenSide(element);
  load(smallAddress(entry)).then((image) => put(viewer, image, "small"), () => { /* What is larger comes. */ });
  noteCall(entry, side);
  const image = await load(screenAddress(entry, side));
  put(viewer, image, "screen", Math.max(image.naturalWidth, image.naturalHeight) < side);
}

/** @param {Viewer} viewer */
async function showWhole(viewer) {
  if (!await mayKnow(viewer.entry)) throw new Error("The browser does not know this format.");
  noteCall(viewer.entry);
  put(viewer, await load(wholeAddress(viewer.entry)), "whole", true);
}

/**
 * @param {Viewer} viewer @param {HTMLImageElement} loaded @param {Layer} layer
 * @param {boolean} [isAll] whether the file has no more pixels than this
 */
function put(viewer, loaded, layer, isAll = false) {
  if (viewer.stage.signal.aborted || LAYERS.indexOf(layer) <= LAYERS.indexOf(viewer.layer)) return;
  // One that is fetched ahead may be shown twice, as after a step and one back.
  const image = loaded.isConnected ? /** @type {HTMLImageElement} */ (loaded.cloneNode()) : loaded;
  image.className = layer === "small" ? "picture is-small" : "picture";
  image.alt = plainName(viewer.entry.name);
  image.draggable = false;
  image.dataset.layer = layer;
  viewer.layer = layer;
  if (isAll) viewer.pixels = { width: image.naturalWidth, height: image.naturalHeight };
  viewer.image.replaceWith(image);
  viewer.image = image;
  fit(viewer);
  bound(viewer);
  drawPicture(viewer, true);
}

/** Fetches the whole picture if the one that is seen is too coarse for how large it is drawn. @param {Viewer} viewer */
export async function sharpen(viewer) {
  const { image, layer, scale, pixels } = viewer;
  const drawn = image.clientWidth * scale * devicePixelRatio;
  if (layer !== "screen" || pixels !== null || scale <= 1 || drawn < image.naturalWidth * FINER || viewer.isSharpening) return;
  viewer.isSharpening = true;
  try {
    await showWhole(viewer);
  } catch {
    // Some pictures are too large for the browser. What is seen stays.
    viewer.pixels = { width: image.naturalWidth, height: image.naturalHeight };
  } finally {
    viewer.isSharpening = false;
  }
}
