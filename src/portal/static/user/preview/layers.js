// The layers of a picture: first the thumbnail, then a picture for the screen, and the whole
// picture when it is enlarged.

import { plainName } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { isForFewBrowsers, isRaw, kindOf, mayBeDrawn } from "../files/kinds.js";
import { fetchAhead, isWholeAtOnce, load, mayKnow, noteCall, screenAddress, screenSide, smallAddress, wholeAddress } from "./picture-sizes.js";
import { bound, drawPicture, fit } from "./zoom.js";

/** @typedef {import("./image.js").Viewer} Viewer */
/** @typedef {"none" | "small" | "screen" | "whole"} Layer */

/** @type {Layer[]} */
const LAYERS = ["none", "small", "screen", "whole"];
/**
 * The whole picture is loaded if the screen has this many times the pixels of the picture that is
 * shown.
 */
const FINER = 1.1;

/** Shows the best picture that is there, and better ones as they come. @param {Viewer} viewer */
export async function showLayers(viewer) {
  const { entry, element, stage } = viewer;
  viewer.layer = "none";
  viewer.pixels = null;
  element.setAttribute("aria-busy", "true");
  try {
    // If the browser cannot show a picture, the server may be able to draw it, and the other way round.
    if (isWholeAtOnce(entry)) await showWhole(viewer).catch(() => showScreen(viewer));
    else await showScreen(viewer).catch(() => showWhole(viewer));
  } catch {
    if (stage.signal.aborted) return;
    const isHeic = isForFewBrowsers(entry) && !isRaw(entry) && !mayBeDrawn(entry);
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

/** Shows the server's thumbnail, and then its picture for the screen. @param {Viewer} viewer */
async function showScreen(viewer) {
  const { entry, element } = viewer;
  if (!mayBeDrawn(entry)) throw new Error("The server draws no such pictures.");
  const side = screenSide(element);
  load(smallAddress(entry)).then((image) => put(viewer, image, "small"), () => { /* The larger picture follows. */ });
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
  // A picture that was loaded in advance may be shown twice, for example after a step forward and
  // back.
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

/**
 * Loads the whole picture if the one that is shown has too few pixels for its size on the screen.
 * @param {Viewer} viewer
 */
export async function sharpen(viewer) {
  const { image, layer, scale, pixels } = viewer;
  const drawn = image.clientWidth * scale * devicePixelRatio;
  if (layer !== "screen" || pixels !== null || scale <= 1 || drawn < image.naturalWidth * FINER || viewer.isSharpening) return;
  viewer.isSharpening = true;
  try {
    await showWhole(viewer);
  } catch {
    // Some pictures are too large for the browser. The picture that is shown stays.
    viewer.pixels = { width: image.naturalWidth, height: image.naturalHeight };
  } finally {
    viewer.isSharpening = false;
  }
}
