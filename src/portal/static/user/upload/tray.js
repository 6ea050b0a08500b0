// The upload tray, which floats over every view. It shows the progress of all uploads, and buttons
// for each.

import { confirmDialog } from "../../shared/dialog.js";
import { addStyle, button, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { createVirtual } from "../../shared/virtual.js";
import { createQueue } from "./queue.js";
import { draw, drawFold } from "./tray-draw.js";
import { drawLine } from "./tray-line.js";

/** @typedef {import("./queue-state.js").Upload} Upload */

const LINE = 60;

/** Milliseconds between two drawings of progress. */
const TICK = 250;

/** @type {ReturnType<typeof create> | null} */
let started = null;

/** @param {import("../state.js").UserStore} store @param {HTMLElement} slot */
export function startUploads(store, slot) {
  started ??= create(store, slot);
  return started;
}
/**
 * @typedef {object} Tray
 * @property {ReturnType<typeof createQueue>} queue
 * @property {Upload[]} lines
 * @property {boolean} isFolded
 * @property {boolean} foldedItself whether it has folded because all was done
 * @property {boolean} wasBusy
 * @property {HTMLHeadingElement} title
 * @property {HTMLParagraphElement} facts
 * @property {false} sleeps
 * @property {HTMLParagraphElement} awake
 * @property {HTMLDivElement} fillElement
 * @property {HTMLDivElement} meter
 * @property {HTMLButtonElement} holdAll
 * @property {HTMLButtonElement} resumeAll
 * @property {HTMLButtonElement} fold
 * @property {HTMLDivElement} again
 * @property {HTMLDivElement} body
 * @property {HTMLDivElement} scroller
 * @property {HTMLElement} element
 * @property {Map<string, () => void>} updates Functions that update the lines on the page in place.
 * @property {ReturnType<typeof createVirtual>} virtual
 * @property {{ at: number, bytes: number }[]} moments Bytes that were sent by certain times, the oldest first.
 * @property {boolean} isOrderOld
 */

/** @param {import("../state.js").UserStore} store @param {HTMLElement} slot */
function create(store, slot) {
  addStyle(new URL("tray.css", import.meta.url));
  const queue = createQueue(store);
  const title = h("h2", { class: "tray-title" });
  const facts = h("p", { class: "tray-facts" });
  // Phones fall asleep, and only pages with a secure address may prevent that.
  const sleeps = !navigator.wakeLock && matchMedia("(hover: none) and (pointer: coarse)").matches;
  const awake = h("p", { class: "tray-awake", text: t("upload.keepawake"), hidden: true });
  const fillElement = h("div", { class: "meter-fill" });
  const meter = h("div", { class: "meter tray-meter", role: "progressbar", "aria-label": t("upload.progress"), "aria-valuemin": 0, "aria-valuemax": 100 }, fillElement);
  const holdAll = button({ icon: "pause", label: t("upload.holdall"), kind: "quiet", onclick: () => queue.holdAll() });
  const resumeAll = button({ icon: "play", label: t("upload.resumeall"), kind: "quiet", onclick: () => queue.resumeAll() });
  const fold = button({ icon: "chevron-down", label: t("upload.fold"), kind: "quiet", onclick: () => {
    tray.isFolded = !tray.isFolded;
    tray.foldedItself = false;
    drawFold(tray);
  } });
  const close = button({ icon: "close", label: t("upload.close"), kind: "quiet", onclick: () => void closeTray() });
  const again = h("div", { class: "tray-again", hidden: true });
  const body = h("div", { class: "tray-body", role: "list" });
  const scroller = h("div", { class: "tray-list", tabIndex: 0, role: "group", "aria-label": t("upload.list") }, body);
  const element = h("section", { class: "tray", "aria-label": t("upload.tray"), hidden: true },
    h("div", { class: "tray-head" }, h("div", { class: "tray-titles" }, title, facts), holdAll, resumeAll, fold, close),
    meter, awake, again, scroller);
  slot.append(element);
  /** Functions that update the lines on the page in place. @type {Map<string, () => void>} */
  const updates = new Map();
  const virtual = createVirtual({
    scroller, body, lineHeight: LINE,
    render: (index) => drawLine(tray, /** @type {Upload} */ (tray.lines[index])),
    onRange: (first, last) => {
      const present = new Set(tray.lines.slice(first, last + 1).map((upload) => upload.record.id));
      for (const id of updates.keys()) if (!present.has(id)) updates.delete(id);
    },
  });
  /** @type {Tray} */
  const tray = {
    queue, lines: [], isFolded: false, foldedItself: false, wasBusy: false, title, facts, sleeps, awake, fillElement, meter, holdAll,
    resumeAll, fold, again, body, scroller, element, updates, virtual, moments: [], isOrderOld: false,
  };
  let timer = 0;
  queue.onChange((isOrder) => {
    tray.isOrderOld ||= isOrder;
    if (timer) return;
    timer = setTimeout(() => {
      timer = 0;
      draw(tray);
    }, isOrder && tray.lines.length < 50 ? 0 : TICK);
  });
  async function closeTray() {
    const left = queue.all().filter((upload) => !["done", "skipped"].includes(upload.state)).length;
    if (left > 0) {
      const isSure = await confirmDialog({ title: t("upload.stoptitle", { count: left }), text: t("upload.stoptext"), confirm: t("upload.stopall"), isDanger: true });
      if (!isSure) return;
      queue.cancelAll();
    }
    queue.clearDone();
  }
  return { queue };
}

