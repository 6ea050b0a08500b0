// The upload tray: how far everything is, and for each file what can be done about it. It floats over every view.

import { addStyle, button, fill, h, icon } from "../../shared/h.js";
import { confirmDialog } from "../../shared/dialog.js";
import { duration, nameElement, plainName, size, speed } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/live.js";
import { errorToast } from "../../shared/toast.js";
import { createVirtual } from "../../shared/virtual.js";
import { collectPicked } from "./collect.js";
import { createQueue } from "./queue.js";

/** @typedef {import("./queue.js").Upload} Upload */

const LINE = 60;
/** Milliseconds between two drawings of progress. */
const TICK = 250;
/** Milliseconds of the past that the speed is taken from. */
const SPEED_SPAN = 5000;
/** Milliseconds after which a tray in which all went well goes away. */
const LINGER = 8000;

/** What comes first in the tray. @type {Record<import("./queue.js").UploadState, number>} */
const ORDER = { asking: 0, failed: 1, lost: 1, running: 2, offline: 2, held: 3, checking: 4, waiting: 4, done: 5, skipped: 5 };

/** @type {ReturnType<typeof create> | null} */
let tray = null;

/** @param {import("../state.js").UserStore} store @param {HTMLElement} slot */
export function startUploads(store, slot) {
  tray ??= create(store, slot);
  return tray;
}

/** @param {import("../state.js").UserStore} store @param {HTMLElement} slot */
function create(store, slot) {
  addStyle(new URL("tray.css", import.meta.url));
  const queue = createQueue(store);
  /** @type {Upload[]} */
  let order = [];
  let isFolded = false;
  let wasBusy = false;

  const title = h("h2", { class: "tray-title" });
  const facts = h("p", { class: "tray-facts" });
  // Phones sleep, and only pages of a secure address may ask them not to.
  const sleeps = !navigator.wakeLock && matchMedia("(hover: none) and (pointer: coarse)").matches;
  const awake = h("p", { class: "tray-awake", text: t("upload.keepawake"), hidden: true });
  const fillElement = h("div", { class: "meter-fill" });
  const meter = h("div", { class: "meter tray-meter", role: "progressbar", "aria-label": t("upload.progress"), "aria-valuemin": 0, "aria-valuemax": 100 }, fillElement);
  const holdAll = button({ icon: "pause", label: t("upload.holdall"), kind: "quiet", onclick: () => queue.holdAll() });
  const resumeAll = button({ icon: "play", label: t("upload.resumeall"), kind: "quiet", onclick: () => queue.resumeAll() });
  const fold = button({ icon: "chevron-down", label: t("upload.fold"), kind: "quiet", onclick: () => {
    isFolded = !isFolded;
    drawFold();
  } });
  const close = button({ icon: "close", label: t("upload.close"), kind: "quiet", onclick: () => void closeTray() });
  const again = h("div", { class: "tray-again", hidden: true });
  const body = h("div", { class: "tray-body", role: "list" });
  const scroller = h("div", { class: "tray-list", tabIndex: 0, role: "group", "aria-label": t("upload.list") }, body);
  const element = h("section", { class: "tray", "aria-label": t("upload.tray"), hidden: true },
    h("div", { class: "tray-head" }, h("div", { class: "tray-titles" }, title, facts), holdAll, resumeAll, fold, close),
    meter, awake, again, scroller);
  slot.append(element);

  /** The lines in the page, to change them in place. @type {Map<string, () => void>} */
  const updates = new Map();
  const virtual = createVirtual({
    scroller, body, lineHeight: LINE,
    render: (index) => line(/** @type {Upload} */ (order[index])),
    onRange: (first, last) => {
      const present = new Set(order.slice(first, last + 1).map((upload) => upload.record.id));
      for (const id of updates.keys()) if (!present.has(id)) updates.delete(id);
    },
  });

  /** @param {Upload} upload */
  function line(upload) {
    const status = h("span", { class: "tray-status" });
    const progress = h("div", { class: "meter-fill" });
    const actions = h("div", { class: "tray-actions" });
    const row = h("div", { class: "tray-line", role: "listitem", data: { id: upload.record.id } },
      h("div", { class: "tray-text" }, nameElement(upload.record.below ? `${upload.record.below}/${upload.record.target}` : upload.record.target),
        h("div", { class: "meter", "aria-hidden": "true" }, progress), status),
      actions);
    const part = upload.record.size > 0 ? upload.sent / upload.record.size : 0;
    progress.style.setProperty("--part", String(part));
    let state = "";
    const update = () => {
      progress.style.setProperty("--part", String(upload.record.size > 0 ? upload.sent / upload.record.size : upload.state === "done" ? 1 : 0));
      status.textContent = statusText(upload);
      if (state === upload.state) return;
      state = upload.state;
      row.dataset.state = state;
      fill(actions, actionsOf(upload));
    };
    updates.set(upload.record.id, update);
    update();
    return row;
  }

  /** @param {Upload} upload */
  function statusText(upload) {
    const { state, error, sent, record } = upload;
    if (state === "failed" || state === "offline") return error;
    if (state === "lost") return error || t("upload.lost");
    if (state === "running" && sent < record.size) return t("upload.sent", { sent: size(sent), size: size(record.size) });
    if (state === "running") return t("upload.storing");
    if (state === "waiting" || state === "checking") return `${t("upload.waiting")} \u00b7 ${size(record.size)}`;
    return `${t(`upload.${state}`)} \u00b7 ${size(record.size)}`;
  }

  /** @param {Upload} upload */
  function actionsOf(upload) {
    const name = plainName(upload.record.target);
    const cancel = button({ icon: "close", label: t("upload.cancel", { name }), kind: "quiet", onclick: () => queue.cancel(upload) });
    switch (upload.state) {
      case "running": case "offline": case "waiting":
        return [button({ icon: "pause", label: t("upload.hold", { name }), kind: "quiet", onclick: () => queue.hold(upload) }), cancel];
      case "held":
        return [button({ icon: "play", label: t("upload.resume", { name }), kind: "quiet", onclick: () => queue.resume(upload) }), cancel];
      case "failed":
        return [button({ icon: "retry", label: t("upload.retry", { name }), kind: "quiet", onclick: () => queue.resume(upload) }), cancel];
      case "done":
        return [icon("check", { class: "tray-done" })];
      case "skipped":
        return [];
      default:
        return [cancel];
    }
  }

  // ---- drawing

  /** Bytes sent at some moments, the oldest first. @type {{ at: number, bytes: number }[]} */
  let moments = [];
  let isOrderOld = false;
  let timer = 0;
  queue.onChange((isOrder) => {
    isOrderOld ||= isOrder;
    if (timer) return;
    timer = setTimeout(() => {
      timer = 0;
      draw();
    }, isOrder && order.length < 50 ? 0 : TICK);
  });

  function draw() {
    const all = queue.all();
    element.hidden = all.length === 0;
    document.documentElement.classList.toggle("has-tray", all.length > 0);
    if (isOrderOld) {
      isOrderOld = false;
      drawOrder(all);
    }
    for (const update of updates.values()) update();
    drawHead(all);
    if (element.hidden) isFolded = false;
    drawFold();
  }

  /** @param {Upload[]} all */
  function drawOrder(all) {
    const next = [...all].sort((a, b) => ORDER[a.state] - ORDER[b.state]);
    const isSame = next.length === order.length && next.every((upload, at) => upload === order[at]);
    order = next;
    if (isSame) return;
    // The keyboard stays at the file it was at, even when that has moved.
    const focused = document.activeElement instanceof HTMLElement && body.contains(document.activeElement) ? document.activeElement : null;
    const id = focused?.closest("[data-id]")?.getAttribute("data-id");
    updates.clear();
    virtual.setCount(order.length);
    if (id) {
      const row = [...body.querySelectorAll("[data-id]")].find((one) => one.getAttribute("data-id") === id);
      const target = row?.querySelector("button") ?? scroller;
      /** @type {HTMLElement} */ (target).focus();
    }
  }

  /** @param {Upload[]} all */
  function drawHead(all) {
    const count = (/** @type {string[]} */ ...states) => all.filter((upload) => states.includes(upload.state)).length;
    const done = count("done");
    const active = count("running", "waiting", "checking", "offline", "asking");
    const failed = count("failed");
    const lost = count("lost");
    const held = count("held");
    const counted = all.filter((upload) => upload.state !== "skipped" && upload.state !== "lost");
    const total = counted.reduce((sum, upload) => sum + upload.record.size, 0);
    const sent = counted.reduce((sum, upload) => sum + upload.sent, 0);
    const isBusy = active > 0;

    const now = Date.now();
    moments.push({ at: now, bytes: sent });
    moments = moments.filter((moment) => now - moment.at <= SPEED_SPAN && moment.bytes <= sent);
    const oldest = moments[0];
    const rate = oldest && now - oldest.at > 500 ? (sent - oldest.bytes) / ((now - oldest.at) / 1000) : 0;

    if (isBusy) title.textContent = t("upload.uploading", { done, count: counted.length });
    else if (failed > 0) title.textContent = t("upload.somefailed", { count: failed });
    else if (held > 0) title.textContent = t("upload.heldcount", { count: held });
    else if (lost > 0) title.textContent = t("upload.lostcount", { count: lost });
    else title.textContent = t("upload.alldone", { count: done });
    const parts = [];
    if (isBusy && total > 0) parts.push(t("upload.sent", { sent: size(sent), size: size(total) }));
    if (isBusy && count("offline") > 0 && count("running") === 0) parts.push(t("upload.offline"));
    else if (isBusy && rate > 0) parts.push(speed(rate), t("upload.left", { time: duration((total - sent) / rate) }));
    facts.textContent = parts.join(" \u00b7 ");
    awake.hidden = !isBusy || !sleeps;
    const part = total > 0 ? sent / total : isBusy ? 0 : 1;
    fillElement.style.setProperty("--part", String(part));
    meter.setAttribute("aria-valuenow", String(Math.round(part * 100)));
    meter.hidden = !isBusy && held === 0;
    holdAll.hidden = !isBusy;
    resumeAll.hidden = isBusy || held + failed === 0;
    drawAgain(lost, all);

    if (isBusy && !wasBusy) announce(t("upload.announcestart", { count: counted.length }));
    if (!isBusy && wasBusy) {
      announce(failed > 0 ? t("upload.somefailed", { count: failed }) : t("upload.alldone", { count: done }));
      if (failed + lost + held === 0) linger();
    }
    wasBusy = isBusy;
  }

  function linger() {
    setTimeout(() => {
      const isAllDone = queue.all().every((upload) => upload.state === "done" || upload.state === "skipped");
      if (isAllDone && !element.matches(":hover, :focus-within")) queue.clearDone();
    }, LINGER);
  }

  /** @param {number} lost @param {Upload[]} all */
  function drawAgain(lost, all) {
    if (again.dataset.count === String(lost)) return;
    again.dataset.count = String(lost);
    again.hidden = lost === 0;
    const isFolder = all.some((upload) => upload.state === "lost" && upload.record.below !== "");
    fill(again, h("p", { text: t("upload.losttext", { count: lost }) }),
      h("div", { class: "card-actions" },
        button({ text: t("upload.choose"), kind: "primary", onclick: () => choose(false) }),
        isFolder ? button({ text: t("upload.choosefolder"), onclick: () => choose(true) }) : null,
        button({ text: t("upload.forget"), kind: "quiet", onclick: () => {
          for (const upload of queue.all()) if (upload.state === "lost") queue.cancel(upload);
        } })));
  }

  /** @param {boolean} isFolder */
  function choose(isFolder) {
    const input = h("input", { type: "file", multiple: true, hidden: true, webkitdirectory: isFolder });
    input.addEventListener("change", () => {
      const { files } = collectPicked([...input.files ?? []]);
      input.remove();
      if (files.length > 0 && queue.giveAgain(files) === 0) errorToast(t("upload.nofit"));
    });
    input.addEventListener("cancel", () => input.remove());
    document.body.append(input);
    input.click();
  }

  function drawFold() {
    element.classList.toggle("is-folded", isFolded);
    fold.setAttribute("aria-expanded", String(!isFolded));
    fold.setAttribute("aria-label", t(isFolded ? "upload.unfold" : "upload.fold"));
    fold.title = t(isFolded ? "upload.unfold" : "upload.fold");
    fold.replaceChildren(icon(isFolded ? "chevron-up" : "chevron-down"));
    scroller.style.setProperty("--lines", String(Math.min(order.length, 5)));
  }

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
