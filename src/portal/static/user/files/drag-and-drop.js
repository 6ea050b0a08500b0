// Dragging within the cloud, and dropping files from the device.

import { errorText } from "../../shared/api.js";
import { nameElement } from "../../shared/format.js";
import { h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast, orTell } from "../../shared/toast.js";
import { isWithin } from "./paths.js";

/** The type of entries that are dragged within the page. */
const DRAG_TYPE = "application/x-cloudlet-paths";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/**
 * @typedef {object} Dropping
 * @property {() => import("./file-view.js").FileView} fileViewOf
 * @property {Entry[]} dragged what is being dragged; the browser hides it until it is dropped
 * @property {AbortSignal} signal stops that
 */

/**
 * @param {() => import("./file-view.js").FileView} fileViewOf
 * @param {AbortSignal} signal
 */
export function createDropping(fileViewOf, signal) {
  /** @type {Dropping} */
  const dropping = { fileViewOf, signal, dragged: [] };
  /** @type {import("../../shared/list/state.js").Dragging<Entry>} */
  const drag = {
    start: (entries, event) => startDrag(dropping, entries, event),
    accepts: (entry, event) => accepts(dropping, entry, event),
    drop: (entry, event) => receive(dropping, event, entry?.path ?? fileViewOf().path()),
  };
  return {
    /** The functions by which the list drags and drops entries. */
    drag,
    /** Makes an element that stands for a folder accept dropped entries and files. @param {HTMLElement} element @param {string} folder */
    makeDropTarget: (element, folder) => makeDropTarget(dropping, element, folder),
    /** Makes the folders in the rail accept dropped entries and files while this view is shown. */
    takeAtPlaces: () => takeAtPlaces(dropping),
    /** Makes the whole view accept dropped files, even without a list. @param {HTMLElement} view */
    makeDropZone: (view) => makeDropZone(dropping, view),
  };
}

/** @param {Dropping} dropping @param {Entry[]} entries @param {DragEvent} event */
function startDrag(dropping, entries, event) {
  const transfer = event.dataTransfer;
  if (!transfer) return;
  dropping.dragged = entries;
  transfer.effectAllowed = "copyMove";
  transfer.setData(DRAG_TYPE, JSON.stringify(entries.map((entry) => entry.path)));
  transfer.setData("text/plain", entries.map((entry) => entry.name).join("\n"));
  const ghost = h("div", { class: "drag-ghost" }, entries.length === 1 && entries[0] ? nameElement(entries[0].name) : t("files.selected", { count: entries.length }));
  document.body.append(ghost);
  transfer.setDragImage(ghost, -12, 12);
  setTimeout(() => ghost.remove());
}

/** @param {Dropping} dropping @param {Entry | null} entry @param {DragEvent} event */
function accepts(dropping, entry, event) {
  const transfer = event.dataTransfer;
  if (!transfer) return false;
  if (hasFiles(event)) {
    transfer.dropEffect = "copy";
    return entry === null ? dropping.fileViewOf().canUpload() : entry.isFolder;
  }
  if (!isOurs(event) || !entry?.isFolder || dropping.dragged.some(({ path }) => isWithin(entry.path, path))) return false;
  transfer.dropEffect = isCopy(event) ? "copy" : "move";
  return true;
}

/** @param {Dropping} dropping @param {DragEvent} event @param {string} folder */
function receive(dropping, event, folder) {
  const transfer = event.dataTransfer;
  if (!transfer) return;
  const fileView = dropping.fileViewOf();
  if (isOurs(event)) {
    const paths = JSON.parse(transfer.getData(DRAG_TYPE));
    fileView.list.select([]);
    orTell(fileView.context.operations.transfer(paths, folder, isCopy(event) ? "copy" : "move"));
  } else if (hasFiles(event)) {
    void takeDropped(dropping, transfer, folder);
  }
}

/** @param {Dropping} dropping @param {DataTransfer} transfer @param {string} folder */
async function takeDropped(dropping, transfer, folder) {
  // The browser removes the entries when the event is over, so they are read first.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = [...transfer.files];
  try {
    const { collectDropped } = await import("../upload/collect.js");
    dropping.fileViewOf().context.upload(await collectDropped(entries, files), folder);
  } catch (error) {
    errorToast(errorText(error));
  }
}

/** Makes an element that stands for a folder accept dropped entries and files. @param {Dropping} dropping @param {HTMLElement} element @param {string} folder */
function makeDropTarget(dropping, element, folder) {
  takeAt(dropping, element, (event) => isOurs(event) || hasFiles(event), (event) => receive(dropping, event, folder));
}

/** @param {Dropping} dropping @param {HTMLElement} element @param {(event: DragEvent) => boolean} isWanted @param {(event: DragEvent) => void} take */
function takeAt(dropping, element, isWanted, take) {
  const { signal } = dropping;
  element.addEventListener("dragover", (event) => {
    if (!isWanted(event)) return;
    event.preventDefault();
    element.classList.add("is-over");
  }, { signal });
  element.addEventListener("dragleave", () => element.classList.remove("is-over"), { signal });
  element.addEventListener("drop", (event) => {
    element.classList.remove("is-over");
    event.preventDefault();
    event.stopPropagation();
    take(event);
  }, { signal });
}

/**
 * While this view is shown, makes the folders, the bin and the stars in the rail accept dropped
 * entries.
 * @param {Dropping} dropping
 */
function takeAtPlaces(dropping) {
  for (const place of document.querySelectorAll(".rail [data-folder]")) {
    if (place instanceof HTMLElement && place.dataset.folder) makeDropTarget(dropping, place, place.dataset.folder);
  }
  const place = (/** @type {string} */ id) => document.querySelector(`.rail [data-place=${id}]`);
  const [bin, stars] = [place("bin"), place("starred")];
  if (bin instanceof HTMLElement) {
    takeAt(dropping, bin, (event) => isOurs(event) && dropping.dragged.every((entry) => entry.canRename), (event) => orTell(removeDropped(dropping, event)));
  }
  if (stars instanceof HTMLElement) takeAt(dropping, stars, isOurs, (event) => orTell(starDropped(dropping, event)));
}

/**
 * The dropped entries if they come from this page. Only the paths are known of entries from another
 * page.
 * @param {Dropping} dropping @param {DragEvent} event
 */
function dropped({ dragged }, event) {
  const paths = event.dataTransfer?.getData(DRAG_TYPE);
  return paths === JSON.stringify(dragged.map((entry) => entry.path)) ? dragged : [];
}

/** @param {Dropping} dropping @param {DragEvent} event */
async function removeDropped(dropping, event) {
  const entries = dropped(dropping, event);
  const { context, list } = dropping.fileViewOf();
  if (entries.every((entry) => entry.canRename) && await context.operations.remove(entries)) list.select([]);
}

/** @param {Dropping} dropping @param {DragEvent} event */
async function starDropped(dropping, event) {
  const entries = dropped(dropping, event);
  const { context, list } = dropping.fileViewOf();
  await context.operations.star(entries, true, () => entries.forEach((entry) => list.refreshKey(entry.name)));
}

/** Makes the whole view accept dropped files, even without a list. @param {Dropping} dropping @param {HTMLElement} view */
function makeDropZone(dropping, view) {
  const mark = (/** @type {boolean} */ isOver) => dropping.fileViewOf().stage.classList.toggle("is-over", isOver);
  view.addEventListener("dragover", (event) => {
    if (!hasFiles(event) || !dropping.fileViewOf().canUpload()) return;
    event.preventDefault();
    mark(true);
  });
  view.addEventListener("dragleave", (event) => {
    if (!view.contains(/** @type {Node | null} */ (event.relatedTarget))) mark(false);
  });
  view.addEventListener("drop", (event) => {
    mark(false);
    if (!hasFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    receive(dropping, event, dropping.fileViewOf().path());
  });
  // The list stops drop events on it, so this listener gets them before the list.
  view.addEventListener("drop", () => mark(false), { capture: true });
}

/** @param {DragEvent} event */
function isOurs(event) {
  return event.dataTransfer?.types.includes(DRAG_TYPE) ?? false;
}

/** @param {DragEvent} event */
function hasFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/** @param {DragEvent} event */
function isCopy(event) {
  return event.ctrlKey || event.altKey;
}
