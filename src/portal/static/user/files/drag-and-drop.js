// Dragging inside the cloud, and dropping files from the device.

import { errorText } from "../../shared/api.js";
import { nameElement } from "../../shared/format.js";
import { h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast, orTell } from "../../shared/toast.js";
import { isWithin } from "./paths.js";

/** What is dragged inside the page. */
const DRAG_TYPE = "application/x-cloudlet-paths";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/**
 * @typedef {object} Dropping
 * @property {() => import("./file-view.js").FileView} fileViewOf
 * @property {AbortSignal} signal ends it
 * @property {string[]} dragged paths that are being dragged; the browser hides them until they are dropped
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
    /** For the list. */
    drag,
    /** Lets things be dropped on an element that stands for a folder. @param {HTMLElement} element @param {string} folder */
    makeDropTarget: (element, folder) => makeDropTarget(dropping, element, folder),
    /** The places in the rail that stand for a folder take things as long as this view is there. */
    takeAtPlaces: () => takeAtPlaces(dropping),
    /** Lets files be dropped anywhere in the view, also where there is no list. @param {HTMLElement} view */
    makeDropZone: (view) => makeDropZone(dropping, view),
  };
}

/** @param {Dropping} dropping @param {Entry[]} entries @param {DragEvent} event */
function startDrag(dropping, entries, event) {
  const transfer = event.dataTransfer;
  if (!transfer) return;
  dropping.dragged = entries.map((entry) => entry.path);
  transfer.effectAllowed = "copyMove";
  transfer.setData(DRAG_TYPE, JSON.stringify(dropping.dragged));
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
  if (!isOurs(event) || !entry?.isFolder || dropping.dragged.some((one) => isWithin(entry.path, one))) return false;
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
  // The browser takes the entries away as soon as the event is over: they are asked for before anything else.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = [...transfer.files];
  try {
    const { collectDropped } = await import("../upload/collect.js");
    dropping.fileViewOf().context.upload(await collectDropped(entries, files), folder);
  } catch (error) {
    errorToast(errorText(error));
  }
}

/** Lets things be dropped on an element that stands for a folder. @param {Dropping} dropping @param {HTMLElement} element @param {string} folder */
function makeDropTarget(dropping, element, folder) {
  element.addEventListener("dragover", (event) => {
    if (!isOurs(event) && !hasFiles(event)) return;
    event.preventDefault();
    element.classList.add("is-over");
  }, { signal: dropping.signal });
  element.addEventListener("dragleave", () => element.classList.remove("is-over"), { signal: dropping.signal });
  element.addEventListener("drop", (event) => {
    element.classList.remove("is-over");
    event.preventDefault();
    event.stopPropagation();
    receive(dropping, event, folder);
  }, { signal: dropping.signal });
}

/** The places in the rail that stand for a folder take things as long as this view is there. @param {Dropping} dropping */
function takeAtPlaces(dropping) {
  for (const place of document.querySelectorAll(".rail [data-folder]")) {
    if (place instanceof HTMLElement && place.dataset.folder) makeDropTarget(dropping, place, place.dataset.folder);
  }
}

/** Lets files be dropped anywhere in the view, also where there is no list. @param {Dropping} dropping @param {HTMLElement} view */
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
  // The list keeps what is dropped on it to itself.
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
