// The content of a link: a folder, as a list or as cards, with its subfolders, or a single file.

import { errorText } from "../shared/api.js";
import { notice } from "../shared/dialog.js";
import { nameElement, plainName, size, when } from "../shared/format.js";
import { button, fill, h, icon } from "../shared/h.js";
import { t } from "../shared/i18n.js";
import { remember, remembered } from "../shared/memory.js";
import { kindOf, mayHaveFrame } from "../user/files/kinds.js";
import { parentOf } from "../user/files/paths.js";
import { sorted } from "../user/files/folder.js";
import { addressOf, folders, placeIn } from "./place.js";
import { CARD, entryAt, folderAt, isShownDrawn, pictureUrl, savedUrl, thumbnailUrl } from "./wire.js";
import { saveTogether } from "./zip.js";

/** @typedef {import("../shared/types.js").Entry} Entry */
/** @typedef {import("./app.js").Page} Page */

/**
 * @typedef {object} FolderPage
 * @property {Page} page
 * @property {string} path the folder that is shown
 * @property {Entry[]} entries
 * @property {HTMLElement} bar
 * @property {HTMLElement} stage
 * @property {{ close: () => void, name: () => string } | null} viewer
 * @property {number} turn grows with each folder that is asked for
 */

/** A folder that contains mostly pictures is shown as cards. */
const CARDS_FROM = 0.5;

/** @param {Page} page */
export function showFolderPage(page) {
  /** @type {FolderPage} */
  const view = { page, path: "", entries: [], bar: h("div", { class: "visitor-bar" }), stage: h("div", { class: "visitor-stage" }), viewer: null, turn: 0 };
  fill(page.main, view.bar, view.stage);
  if (page.link.allowpublicupload && page.link.type === "dir") {
    void import("./drop.js").then(({ showDrop }) => {
      // This stands above the entries, because nobody would find it below hundreds of pictures.
      view.stage.before(showDrop(page, () => view.path, () => void load(view, view.path)));
    }).catch((error) => page.main.append(h("p", { class: "form-error", text: errorText(error) })));
  }
  const follow = () => {
    const place = placeIn(location.hash);
    if (!place || place.base !== page.base) return;
    if (place.path !== view.path) void load(view, place.path).then(() => followFile(view));
    else followFile(view);
  };
  addEventListener("hashchange", follow);
  follow();
}

/** @param {FolderPage} view @param {string} path */
async function load(view, path) {
  view.turn += 1;
  const own = view.turn;
  // The file that the owner wants to be seen first is shown once, at the beginning of a visit.
  const isFirst = view.path === "";
  view.path = path;
  try {
    const isFile = view.page.link.type === "file";
    // The path of a link to a file does not contain the file's name.
    const { entries, first } = isFile ? { entries: [{ ...await entryAt(path), name: view.page.link.name }], first: "" } : await folderAt(path);
    if (own !== view.turn) return;
    view.entries = isFile ? entries : sorted(entries, "name", false);
    if (isFile) showOne(view);
    else showFolder(view);
    if (isFirst && first && !placeIn(location.hash)?.open) history.replaceState(null, "", addressOf(path, first));
  } catch (error) {
    if (own !== view.turn) return;
    fill(view.bar);
    fill(view.stage, notice({ icon: "warning", title: t("files.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void load(view, path) } }));
  }
}

/** @param {FolderPage} view */
function isCards(view) {
  const choice = remembered("visitor-shape");
  const files = view.entries.filter((entry) => !entry.isFolder);
  return choice ? choice === "cards" : files.length > 0 && files.filter(isShownDrawn).length / files.length >= CARDS_FROM;
}

/** @param {FolderPage} view */
function showFolder(view) {
  const { page, entries } = view;
  const place = { base: page.base, path: view.path, open: "" };
  const steps = [{ path: page.base, name: page.link.name }, ...folders(place)];
  const crumbs = steps.length < 2 ? null : h("nav", { class: "visitor-crumbs", "aria-label": t("files.path") }, h("ol", null, steps.map((step, at) =>
    h("li", null, at === steps.length - 1 ? h("span", { "aria-current": "page" }, nameElement(step.name)) : h("a", { href: addressOf(step.path) }, nameElement(step.name))))));
  const isGrid = isCards(view);
  fill(view.bar, crumbs, h("div", { class: "visitor-tools" },
    h("span", { class: "quiet", role: "status", text: t("public.count", { count: entries.length }) }),
    entries.length > 0 ? button({ icon: isGrid ? "list" : "grid", label: t(isGrid ? "files.rows" : "files.cards"), kind: "quiet", onclick: () => {
      remember("visitor-shape", isGrid ? "rows" : "cards");
      showFolder(view);
    } }) : null,
    entries.length > 0 && !page.link.allowpublicviewonly
      ? button({ icon: "download", text: t("public.saveall"), kind: "primary", onclick: () => saveTogether(entries, view.path) }) : null));
  fill(view.stage, entries.length === 0
    ? notice({ icon: "folder", title: t("files.empty") })
    : h("ul", { class: isGrid ? "visitor-cards" : "visitor-rows", "aria-label": t("files.list") }, entries.map((entry) => item(view, entry))));
}

/** @param {FolderPage} view @param {Entry} entry */
function item(view, entry) {
  const href = entry.isFolder ? addressOf(entry.path) : addressOf(view.path, entry.name);
  const facts = [entry.isFolder ? "" : size(entry.size), when(entry.modified)];
  return h("li", { class: ["visitor-item", isShownDrawn(entry) && "is-picture"] },
    h("a", { class: "visitor-link", href, title: plainName(entry.name) },
      pictureOf(entry),
      h("span", { class: "visitor-text" }, nameElement(entry.name), h("span", { class: "quiet visitor-facts", text: facts.filter(Boolean).join(" \u00b7 ") })),
      // In rows with room, the facts stand in columns, as in the portal.
      h("span", { class: "visitor-columns", "aria-hidden": "true" }, [...facts].reverse().map((text) => h("span", { text })))),
    entry.isFolder || view.page.link.allowpublicviewonly ? null
      : h("a", { class: "button quiet bare", href: savedUrl(entry), download: entry.name, "aria-label": t("public.saveof", { name: plainName(entry.name) }), title: t("action.download") }, icon("download")));
}

/** The box with the picture or the icon of an entry. @param {Entry} entry */
function pictureOf(entry) {
  const kind = kindOf(entry);
  const kindIcon = () => icon(kind.icon, { class: `kind tint-${kind.tint}` });
  const address = pictureUrl(entry);
  if (!address) {
    const box = h("span", { class: "visitor-picture" }, kindIcon());
    if (mayHaveFrame(entry)) import("../user/files/frames.js").then(({ show }) => show(box, entry, CARD), () => { /* The icon is enough. */ });
    return box;
  }
  const image = h("img", { src: address, alt: "", loading: "lazy", decoding: "async" });
  image.addEventListener("error", () => {
    // Without its picture it is known by its name.
    image.closest(".is-picture")?.classList.remove("is-picture");
    image.nextElementSibling?.remove();
    image.replaceWith(kindIcon());
  });
  return h("span", { class: "visitor-picture" }, image, kind.preview === "video" ? icon("video", { class: "visitor-video" }) : null);
}

/** Shows the only file of a link. @param {FolderPage} view */
function showOne(view) {
  const [entry] = view.entries;
  if (!entry) return;
  const isLookOnly = view.page.link.allowpublicviewonly;
  fill(view.bar, h("div", { class: "visitor-tools" }, h("span", { class: "quiet", text: size(entry.size) }),
    isLookOnly ? null : h("a", { class: "button primary", href: savedUrl(entry), download: entry.name }, icon("download"), h("span", { class: "button-text", text: t("action.download") }))));
  const stage = h("div", { class: "visitor-one" });
  fill(view.stage, stage);
  const show = () => void import("./viewer.js").then(({ showContent }) => showContent(stage, entry, view.page.link)).catch((error) => { fill(stage, h("p", { class: "form-error", text: errorText(error) })); });
  // The server draws pictures. Sending any other file could use up the link's only download.
  if (isLookOnly || isShownDrawn(entry)) show();
  else fill(stage, standIn(entry, show));
}

/** What stands there until somebody asks to see a file: its first page, or its name. @param {Entry} entry @param {() => void} show */
function standIn(entry, show) {
  const { icon: kind, preview } = kindOf(entry);
  const named = notice({ icon: kind, title: plainName(entry.name), text: size(entry.size), ...(preview !== null ? { action: { label: t("action.show"), run: show } } : {}) });
  const address = preview === null ? "" : pictureUrl(entry);
  if (address) return sheet(address, named, show);
  if (mayHaveFrame(entry)) {
    import("../user/files/frames.js").then(({ framesOf }) => framesOf([entry.path])).then((found) => {
      if (found.has(entry.path) && named.isConnected) named.replaceWith(sheet(thumbnailUrl(entry), named, show));
    }, () => { /* The name is enough. */ });
  }
  return named;
}

/** The picture of a file with the button that shows the file. @param {string} address @param {HTMLElement} named stands there if there is no picture @param {() => void} show */
function sheet(address, named, show) {
  const page = h("div", { class: "notice" },
    h("img", { class: "visitor-sheet", src: address, alt: "", on: { error: () => page.replaceWith(named) } }), button({ text: t("action.show"), onclick: show }));
  return page;
}

/** Shows the file that the address names over its folder, or closes it. @param {FolderPage} view */
function followFile(view) {
  const place = placeIn(location.hash);
  const entry = view.entries.find((one) => !one.isFolder && one.name === place?.open);
  if (view.page.link.type === "file") return;
  if (view.viewer && view.viewer.name() === entry?.name) return;
  view.viewer?.close();
  view.viewer = null;
  if (!entry) return;
  void import("./viewer.js").then(({ openViewer }) => {
    view.viewer = openViewer({
      link: view.page.link,
      entries: view.entries.filter((one) => !one.isFolder),
      entry,
      onStep: (next) => { history.replaceState(null, "", addressOf(parentOf(next.path), next.name)); },
      onClose: () => {
        view.viewer = null;
        if (placeIn(location.hash)?.open) history.replaceState(null, "", addressOf(view.path));
      },
    });
  }).catch((error) => fill(view.stage, h("p", { class: "form-error", text: errorText(error) })));
}
