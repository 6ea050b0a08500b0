// Draws the upload tray as the queue changes.

import { duration, size, speed } from "../../shared/format.js";
import { icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { drawAgain } from "./tray-again.js";

/** @typedef {import("./tray.js").Tray} Tray */
/** @typedef {import("./queue-state.js").Upload} Upload */

/** The speed is measured over this many milliseconds. */
const SPEED_SPAN = 5000;
/** The order of states in the tray. @type {Record<import("./queue-state.js").UploadState, number>} */
const ORDER = { asking: 0, failed: 1, lost: 1, running: 2, offline: 2, held: 3, checking: 4, waiting: 4, done: 5, skipped: 5 };
/** Milliseconds after which the tray, folded by then, closes if all uploads have succeeded. */
const LINGER = 5000;

/** @param {Tray} tray */
export function draw(tray) {
  const all = tray.queue.all();
  tray.element.hidden = all.length === 0;
  document.documentElement.classList.toggle("has-tray", all.length > 0);
  if (tray.isOrderOld) {
    tray.isOrderOld = false;
    drawOrder(tray, all);
  }
  for (const update of tray.updates.values()) update();
  drawHead(tray, all);
  if (tray.element.hidden) tray.isFolded = false;
  drawFold(tray);
}

/** @param {Tray} tray @param {Upload[]} all */
export function drawOrder(tray, all) {
  const next = [...all].sort((a, b) => ORDER[a.state] - ORDER[b.state]);
  const isSame = next.length === tray.lines.length && next.every((upload, at) => upload === tray.lines[at]);
  tray.lines = next;
  if (isSame) return;
  // The keyboard focus stays on its file even if that has moved.
  const focused = document.activeElement instanceof HTMLElement && tray.body.contains(document.activeElement) ? document.activeElement : null;
  const id = focused?.closest("[data-id]")?.getAttribute("data-id");
  tray.updates.clear();
  tray.virtual.setCount(tray.lines.length);
  if (id) {
    const row = [...tray.body.querySelectorAll("[data-id]")].find((one) => one.getAttribute("data-id") === id);
    const target = row?.querySelector("button") ?? tray.scroller;
    /** @type {HTMLElement} */ (target).focus();
  }
}

/** @param {Tray} tray @param {Upload[]} all */
export function drawHead(tray, all) {
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
  tray.moments.push({ at: now, bytes: sent });
  tray.moments = tray.moments.filter((moment) => now - moment.at <= SPEED_SPAN && moment.bytes <= sent);
  const oldest = tray.moments[0];
  const rate = oldest && now - oldest.at > 500 ? (sent - oldest.bytes) / ((now - oldest.at) / 1000) : 0;

  if (isBusy) tray.title.textContent = t("upload.uploading", { done, count: counted.length });
  else if (failed > 0) tray.title.textContent = t("upload.somefailed", { count: failed });
  else if (held > 0) tray.title.textContent = t("upload.heldcount", { count: held });
  else if (lost > 0) tray.title.textContent = t("upload.lostcount", { count: lost });
  else if (done === 0) tray.title.textContent = t("upload.allskipped", { count: count("skipped") });
  else tray.title.textContent = t("upload.alldone", { count: done });
  const parts = [];
  if (isBusy && total > 0) parts.push(t("upload.sent", { sent: size(sent), size: size(total) }));
  if (isBusy && count("offline") > 0 && count("running") === 0) parts.push(t("upload.offline"));
  else if (isBusy && rate > 0) parts.push(speed(rate), t("upload.left", { time: duration((total - sent) / rate) }));
  tray.facts.textContent = parts.join(" \u00b7 ");
  tray.awake.hidden = !isBusy || !tray.sleeps;
  const part = total > 0 ? sent / total : isBusy ? 0 : 1;
  tray.fillElement.style.setProperty("--part", String(part));
  tray.meter.setAttribute("aria-valuenow", String(Math.round(part * 100)));
  tray.meter.hidden = !isBusy && held === 0;
  tray.holdAll.hidden = !isBusy;
  tray.resumeAll.hidden = isBusy || held + failed === 0;
  drawAgain(tray, lost, all);

  if (isBusy && !tray.wasBusy) {
    if (tray.foldedItself) tray.isFolded = false;
    tray.foldedItself = false;
    announce(t("upload.announcestart", { count: counted.length }));
  }
  if (!isBusy && tray.wasBusy) {
    announce(failed > 0 ? t("upload.somefailed", { count: failed }) : t("upload.alldone", { count: done }));
    if (failed + lost + held === 0) {
      // What is done needs no more than one line.
      tray.foldedItself = !tray.isFolded && !tray.element.matches(":focus-within");
      tray.isFolded ||= tray.foldedItself;
      linger(tray);
    }
  }
  tray.wasBusy = isBusy;
}

/** @param {Tray} tray */
export function drawFold(tray) {
  tray.element.classList.toggle("is-folded", tray.isFolded);
  tray.fold.setAttribute("aria-expanded", String(!tray.isFolded));
  tray.fold.setAttribute("aria-label", t(tray.isFolded ? "upload.unfold" : "upload.fold"));
  tray.fold.title = t(tray.isFolded ? "upload.unfold" : "upload.fold");
  tray.fold.replaceChildren(icon(tray.isFolded ? "chevron-up" : "chevron-down"));
  tray.scroller.style.setProperty("--lines", String(Math.min(tray.lines.length, 5)));
}

/** @param {Tray} tray */
export function linger(tray) {
  setTimeout(() => {
    const isAllDone = tray.queue.all().every((upload) => upload.state === "done" || upload.state === "skipped");
    if (isAllDone && !tray.element.matches(":hover, :focus-within")) tray.queue.clearDone();
  }, LINGER);
}
