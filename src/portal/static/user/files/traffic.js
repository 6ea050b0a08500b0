// What comes in and goes around by hand: dragging inside the cloud, dropping files from the device, picking them, copying,
// cutting and pasting.

import { errorText } from "../../shared/api.js";
import { nameElement } from "../../shared/format.js";
import { h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { isTyping } from "../../shared/keys.js";
import { errorToast, orTell } from "../../shared/toast.js";
import { isWithin } from "./paths.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/** What is dragged inside the page. */
const DRAG_TYPE = "application/x-cloudlet-paths";

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

/** @param {() => import("./desk.js").Desk} deskOf */
export function createTraffic(deskOf) {
  /** Paths that are being dragged; the browser hides them until they are dropped. @type {string[]} */
  let dragged = [];
  const stop = new AbortController();
  const { signal } = stop;

  // ---- dragging and dropping

  /** @type {import("../../shared/list.js").Dragging<Entry>} */
  const drag = {
    start(entries, event) {
      const transfer = event.dataTransfer;
      if (!transfer) return;
      dragged = entries.map((entry) => entry.path);
      transfer.effectAllowed = "copyMove";
      transfer.setData(DRAG_TYPE, JSON.stringify(dragged));
      transfer.setData("text/plain", entries.map((entry) => entry.name).join("\n"));
      const ghost = h("div", { class: "drag-ghost" }, entries.length === 1 && entries[0] ? nameElement(entries[0].name) : t("files.selected", { count: entries.length }));
      document.body.append(ghost);
      transfer.setDragImage(ghost, -12, 12);
      setTimeout(() => ghost.remove());
    },
    accepts(entry, event) {
      const transfer = event.dataTransfer;
      if (!transfer) return false;
      if (hasFiles(event)) {
        transfer.dropEffect = "copy";
        return entry === null ? deskOf().canUpload() : entry.isFolder;
      }
      if (!isOurs(event) || !entry?.isFolder || dragged.some((one) => isWithin(entry.path, one))) return false;
      transfer.dropEffect = isCopy(event) ? "copy" : "move";
      return true;
    },
    drop: (entry, event) => receive(event, entry?.path ?? deskOf().path()),
  };

  /** @param {DragEvent} event @param {string} folder */
  function receive(event, folder) {
    const transfer = event.dataTransfer;
    if (!transfer) return;
    const desk = deskOf();
    if (isOurs(event)) {
      const paths = JSON.parse(transfer.getData(DRAG_TYPE));
      desk.list.select([]);
      orTell(desk.context.actions.transfer(paths, folder, isCopy(event) ? "copy" : "move"));
    } else if (hasFiles(event)) {
      void takeDropped(transfer, folder);
    }
  }

  /** @param {DataTransfer} transfer @param {string} folder */
  async function takeDropped(transfer, folder) {
    // The browser takes the entries away as soon as the event is over: they are asked for before anything else.
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
    const files = [...transfer.files];
    try {
      const { collectDropped } = await import("../upload/collect.js");
      deskOf().context.upload(await collectDropped(entries, files), folder);
    } catch (error) {
      errorToast(errorText(error));
    }
  }

  /** Lets things be dropped on an element that stands for a folder. @param {HTMLElement} element @param {string} folder */
  function makeDropTarget(element, folder) {
    element.addEventListener("dragover", (event) => {
      if (!isOurs(event) && !hasFiles(event)) return;
      event.preventDefault();
      element.classList.add("is-over");
    }, { signal });
    element.addEventListener("dragleave", () => element.classList.remove("is-over"), { signal });
    element.addEventListener("drop", (event) => {
      element.classList.remove("is-over");
      event.preventDefault();
      event.stopPropagation();
      receive(event, folder);
    }, { signal });
  }

  /** The places in the rail that stand for a folder take things as long as this view is there. */
  function takeAtPlaces() {
    for (const place of document.querySelectorAll(".rail [data-folder]")) {
      if (place instanceof HTMLElement && place.dataset.folder) makeDropTarget(place, place.dataset.folder);
    }
  }

  /** Lets files be dropped anywhere in the view, also where there is no list. @param {HTMLElement} view */
  function makeDropZone(view) {
    const mark = (/** @type {boolean} */ isOver) => deskOf().stage.classList.toggle("is-over", isOver);
    view.addEventListener("dragover", (event) => {
      if (!hasFiles(event) || !deskOf().canUpload()) return;
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
      receive(event, deskOf().path());
    });
    // The list keeps what is dropped on it to itself.
    view.addEventListener("drop", () => mark(false), { capture: true });
  }

  // ---- picking

  /** @param {boolean} isFolder */
  function pick(isFolder) {
    const folder = deskOf().path();
    const input = h("input", { type: "file", multiple: true, hidden: true, webkitdirectory: isFolder });
    input.addEventListener("change", () => {
      const files = [...input.files ?? []];
      input.remove();
      if (files.length === 0) return;
      void import("../upload/collect.js").then(({ collectPicked }) => deskOf().context.upload(collectPicked(files), folder));
    });
    input.addEventListener("cancel", () => input.remove());
    document.body.append(input);
    input.click();
  }

  // ---- copying, cutting, pasting

  /** @param {ClipboardEvent} event */
  const isElsewhere = (event) => isTyping(event.target) || document.querySelector("dialog[open]") !== null;

  /** @param {ClipboardEvent} event */
  function onPaste(event) {
    if (isElsewhere(event)) return;
    const { context, path } = deskOf();
    const files = [...event.clipboardData?.files ?? []];
    if (files.length > 0) {
      event.preventDefault();
      const folder = path();
      void import("../upload/collect.js").then(({ collectPasted }) => context.upload(collectPasted(files), folder));
    } else if (context.store.get().clipboard) {
      event.preventDefault();
      orTell(context.actions.paste(path()));
    }
  }

  /** @param {ClipboardEvent} event @param {"copy" | "move"} mode */
  function onCopy(event, mode) {
    // Who has marked a text wants the text.
    if (isElsewhere(event) || !getSelection()?.isCollapsed) return;
    const entries = deskOf().chosen();
    if (entries.length === 0) return;
    event.preventDefault();
    // Also takes an older file out of the system's clipboard, so that pasting means these.
    event.clipboardData?.setData("text/plain", entries.map((entry) => entry.name).join("\n"));
    deskOf().context.actions.toClipboard(entries, mode);
  }

  document.addEventListener("copy", (event) => onCopy(event, "copy"), { signal });
  document.addEventListener("cut", (event) => onCopy(event, "move"), { signal });
  document.addEventListener("paste", onPaste, { signal });

  return { drag, makeDropTarget, takeAtPlaces, makeDropZone, pick, stop: () => stop.abort() };
}
