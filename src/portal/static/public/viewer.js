// Shows a file of a link: pictures, videos, sounds, PDFs, texts and the text of office documents. For other files it shows the
// kind, and a button that saves it.

import { ApiError, errorText, failure, failureWord } from "../shared/api.js";
import { notice } from "../shared/dialog.js";
import { nameElement, plainName, size } from "../shared/format.js";
import { button, fill, h, icon } from "../shared/h.js";
import { t } from "../shared/i18n.js";
import { TEXT_BYTES_MAX, kindOf } from "../user/files/kinds.js";
import { savedUrl, shownUrl, wholeUrl } from "./wire.js";

/** @typedef {import("../shared/types.js").Entry} Entry */
/** @typedef {import("../shared/types.js").LinkRecord} LinkRecord */
/** @typedef {{ link: LinkRecord, entries: Entry[], entry: Entry, onStep: (entry: Entry) => void, onClose: () => void }} ViewerOptions */

/** A swipe of this many pixels shows the next file. */
const SWIPE = 50;

/** @param {ViewerOptions} options */
export function openViewer(options) {
  const { link, entries } = options;
  let { entry } = options;
  const title = h("h2", { class: "viewer-name", id: "viewer-name" });
  const tools = h("div", { class: "viewer-tools" });
  const stage = h("div", { class: "viewer-stage", tabIndex: -1 });
  const step = (/** @type {number} */ by) => {
    const next = entries[entries.indexOf(entry) + by];
    if (!next) return;
    entry = next;
    options.onStep(next);
    show();
  };
  const back = button({ icon: "chevron-left", label: t("preview.back"), kind: "quiet", class: "viewer-step is-back", onclick: () => step(-1) });
  const forth = button({ icon: "chevron-right", label: t("preview.forth"), kind: "quiet", class: "viewer-step is-forth", onclick: () => step(1) });
  const dialog = h("dialog", { class: "viewer", "aria-labelledby": "viewer-name" },
    h("header", { class: "viewer-head" }, button({ icon: "close", label: t("preview.close"), kind: "quiet", onclick: () => dialog.close() }), title, tools),
    h("div", { class: "viewer-body" }, stage, back, forth));
  const show = () => {
    fill(title, nameElement(entry.name));
    // Around pictures it is dark, so that nothing distracts from them.
    if (["image", "video"].includes(kindOf(entry).preview ?? "")) dialog.dataset.theme = "dark";
    else delete dialog.dataset.theme;
    fill(tools, link.allowpublicviewonly ? null : saveLink(entry));
    back.hidden = entries.indexOf(entry) <= 0;
    forth.hidden = entries.indexOf(entry) >= entries.length - 1;
    void showContent(stage, entry, link);
    stage.focus();
  };
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
  followSwipes(stage, step);
  dialog.addEventListener("close", () => {
    fill(stage);
    dialog.remove();
    options.onClose();
  });
  document.body.append(dialog);
  dialog.showModal();
  show();
  return { close: () => dialog.close(), name: () => entry.name };
}

/** @param {Entry} entry */
function saveLink(entry) {
  return h("a", { class: "button quiet bare", href: savedUrl(entry), download: entry.name, "aria-label": t("action.download"), title: t("action.download") }, icon("download"));
}

/** @param {HTMLElement} stage @param {(by: number) => void} step */
function followSwipes(stage, step) {
  let start = { x: 0, y: 0 };
  stage.addEventListener("touchstart", ({ touches }) => { if (touches[0]) start = { x: touches[0].clientX, y: touches[0].clientY }; }, { passive: true });
  stage.addEventListener("touchend", ({ changedTouches: [end], touches }) => {
    // With two fingers or on a zoomed picture, a swipe does not go to the next file.
    if (!end || touches.length > 0 || (visualViewport?.scale ?? 1) > 1.05) return;
    const [x, y] = [end.clientX - start.x, end.clientY - start.y];
    if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) step(x < 0 ? 1 : -1);
  });
}

/** For each element, the content that was requested last. @type {WeakMap<HTMLElement, string>} */
const latest = new WeakMap();

/** Puts the content of a file into an element. @param {HTMLElement} stage @param {Entry} entry @param {LinkRecord} link */
export async function showContent(stage, entry, link) {
  latest.set(stage, entry.path);
  const kind = kindOf(entry).preview;
  const address = shownUrl(entry);
  stage.dataset.kind = kind ?? "none";
  const none = () => fill(stage, noneNotice(entry, link));
  if (kind === "image") {
    const image = h("img", { src: address, alt: plainName(entry.name), class: "viewer-image" });
    // The browser may be able to show a picture that the server cannot draw.
    image.addEventListener("error", () => {
      image.addEventListener("error", none, { once: true });
      image.src = wholeUrl(entry);
    }, { once: true });
    fill(stage, image);
  } else if (kind === "video" || kind === "sound") {
    const player = h(kind === "video" ? "video" : "audio", { src: address, controls: true, autoplay: false, playsinline: true, preload: "metadata", class: "viewer-media" });
    player.addEventListener("error", none);
    fill(stage, player);
  } else if (kind === "pdf" || ((kind === "text" || kind === "markdown") && entry.size <= TEXT_BYTES_MAX)) {
    fill(stage, h("div", { class: "skeleton viewer-loading", role: "status", "aria-label": t("view.loading") }));
    try {
      const bytes = await fetchBytes(address);
      if (latest.get(stage) !== entry.path || !stage.isConnected) return;
      fill(stage, kind === "pdf" ? pdf(bytes, entry) : h("pre", { class: "viewer-text", tabIndex: 0, dir: "auto", "aria-label": plainName(entry.name), text: new TextDecoder().decode(bytes) }));
    } catch (error) {
      if (latest.get(stage) === entry.path) fill(stage, notice({ icon: "warning", title: t("preview.failed"), text: errorText(error) }));
    }
  } else if (kind === "office" && !link.allowpublicviewonly) {
    // The whole document would be sent, which a link that is only to be looked at does not do.
    await showOffice(stage, entry);
  } else {
    none();
  }
}

/** Shows the text of a document of an office. @param {HTMLElement} stage @param {Entry} entry */
async function showOffice(stage, entry) {
  const isCurrent = () => latest.get(stage) === entry.path && stage.isConnected;
  fill(stage, h("div", { class: "skeleton viewer-loading", role: "status", "aria-label": t("view.loading") }));
  try {
    const { officeElements } = await import("../user/office/show.js");
    const download = { label: t("action.download"), run: () => { location.href = savedUrl(entry); } };
    const load = async () => new Uint8Array(await fetchBytes(wholeUrl(entry)));
    const { isText, elements } = await officeElements(entry, load, download);
    if (isCurrent()) fill(stage, isText ? h("div", { class: "viewer-office" }, elements) : elements);
  } catch (error) {
    if (isCurrent()) fill(stage, notice({ icon: "warning", title: t("preview.failed"), text: errorText(error) }));
  }
}

/** @param {string} address */
async function fetchBytes(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (response.ok) return response.arrayBuffer();
  const reply = await response.json().catch(() => null);
  throw failure("downloadfile", response.status, failureWord(response), reply, "") ?? new ApiError("server", `HTTP ${response.status}`, "downloadfile");
}

/**
 * Shows a PDF from memory in the browser's own viewer. In the sandbox in which the server sends
 * files, the viewer does not run.
 * @param {ArrayBuffer} bytes @param {Entry} entry
 */
function pdf(bytes, entry) {
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/pdf" }));
  if (navigator.pdfViewerEnabled === false) {
    return notice({ icon: "pdf", title: t("preview.nopdf"), text: t("preview.nopdftext") });
  }
  return h("iframe", { class: "viewer-pdf", src: address, title: plainName(entry.name), on: { load: () => URL.revokeObjectURL(address) } });
}

/** @param {Entry} entry @param {LinkRecord} link */
function noneNotice(entry, link) {
  return h("div", { class: "notice" },
    h("div", { class: "notice-icon" }, icon(kindOf(entry).icon)),
    h("p", { class: "notice-title", text: t("preview.none") }),
    h("p", { class: "notice-text", text: size(entry.size) }),
    link.allowpublicviewonly ? null : h("a", { class: "button primary", href: savedUrl(entry), download: entry.name }, icon("download"), h("span", { class: "button-text", text: t("action.download") })));
}
