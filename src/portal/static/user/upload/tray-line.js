// A line of the upload tray: a file, its progress, and the buttons for it.

import { nameElement, plainName, size } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";

/** @typedef {import("./tray.js").Tray} Tray */
/** @typedef {import("./queue-state.js").Upload} Upload */

/** @param {Tray} tray @param {Upload} upload */
export function drawLine(tray, upload) {
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
    fill(actions, actionsOf(tray, upload));
  };
  tray.updates.set(upload.record.id, update);
  update();
  return row;
}

/** @param {Upload} upload */
export function statusText(upload) {
  const { state, error, sent, record } = upload;
  if (state === "failed" || state === "offline") return error;
  if (state === "lost") return error || t("upload.lost");
  if (state === "running" && sent < record.size) return t("upload.sent", { sent: size(sent), size: size(record.size) });
  if (state === "running") return t("upload.storing");
  if (state === "waiting" || state === "checking") return `${t("upload.waiting")} \u00b7 ${size(record.size)}`;
  return `${t(`upload.${state}`)} \u00b7 ${size(record.size)}`;
}

/** @param {Tray} tray @param {Upload} upload */
export function actionsOf(tray, upload) {
  const name = plainName(upload.record.target);
  const cancel = button({ icon: "close", label: t("upload.cancel", { name }), kind: "quiet", onclick: () => tray.queue.cancel(upload) });
  switch (upload.state) {
    case "running": case "offline": case "waiting":
      return [button({ icon: "pause", label: t("upload.hold", { name }), kind: "quiet", onclick: () => tray.queue.hold(upload) }), cancel];
    case "held":
      return [button({ icon: "play", label: t("upload.resume", { name }), kind: "quiet", onclick: () => tray.queue.resume(upload) }), cancel];
    case "failed":
      return [button({ icon: "retry", label: t("upload.retry", { name }), kind: "quiet", onclick: () => tray.queue.resume(upload) }), cancel];
    case "done":
      return [icon("check", { class: "tray-done" })];
    case "skipped":
      return [];
    default:
      return [cancel];
  }
}
