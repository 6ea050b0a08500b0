// The overlays of a folder that have their own addresses: the details of entries, and a file that
// is shown. Their modules are loaded when they are first needed.

import { route as routeNow } from "../../shared/router.js";
import { follow, followDetails, showDetails, toggleDetails } from "./details-overlay.js";
import { followFile } from "./file-overlay.js";

/**
 * @typedef {object} Overlays
 * @property {import("./details.js").Details | null} details
 * @property {boolean} isOpen whether the details are open
 * @property {boolean} isLeft whether another view is shown
 * @property {{ close: () => void, name: () => string, again?: () => void } | null} preview
 * @property {number} timer
 * @property {() => import("./file-view.js").FileView} fileViewOf
 * @property {(isOpen: boolean) => void} onDetails the details were opened or closed
 */

/**
 * @param {() => import("./file-view.js").FileView} fileViewOf
 * @param {(isOpen: boolean) => void} onDetails the details were opened or closed
 */
export function createOverlays(fileViewOf, onDetails) {
  /** @type {Overlays} */
  const overlays = { fileViewOf, onDetails, details: null, isOpen: false, isLeft: false, preview: null, timer: 0 };
  return {
    /** @param {boolean} [isWanted] */
    toggleDetails: (isWanted) => toggleDetails(overlays, isWanted),
    hasDetails: () => overlays.isOpen,
    /** The selection or the active entry has changed. */
    follow: () => follow(overlays),
    /** @param {import("../../shared/router.js").Route} route @param {boolean} isHere whether the folder of the address is shown */
    followDetails: (route, isHere) => followDetails(overlays, route, isHere),
    /** @param {import("../../shared/router.js").Route} route */
    followFile: (route) => followFile(overlays, route),
    /** The list shows new content. */
    refresh() {
      if (overlays.isOpen) void showDetails(overlays);
      followFile(overlays, routeNow());
    },
    again: () => overlays.preview?.again?.(),
    stop() {
      overlays.isLeft = true;
      clearTimeout(overlays.timer);
      overlays.preview?.close();
      // An overlay that is still loading does not open over another view.
      overlays.preview = null;
    },
  };
}
