// The details of one entry, or of several together, in the panel beside the list.

import { errorText, record, records } from "../../shared/api.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { fullTime, nameElement, number, plainName, size, sizeText } from "../../shared/format.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { copyText } from "../../shared/copy.js";
import { createPanel, properties } from "../../shared/panel.js";
import { address, route } from "../../shared/router.js";
import { orTell } from "../../shared/toast.js";
import { TABS } from "../shell/places.js";
import { isDrawn, kindOf } from "./kinds.js";
import { folderAddress, homeOf, leafOf, parentOf } from "./paths.js";
import { addPicture, sizeOf } from "./rows.js";
import { knownName } from "./who.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/** @typedef {ReturnType<typeof createDetails>} Details */

/** The size of the picture in the panel, in pixels. */
const DETAILS_PICTURE = 640;

/**
 * @param {import("../state.js").Context} context
 * @param {() => void} onClose
 */
export function createDetails(context, onClose) {
  const panel = createPanel({ label: t("files.details"), onClose });
  context.shell.setPanel(panel.element);
  panel.prefer(route().query.get("tab") ?? "");
  /** The path of the shown entry; empty for several entries. */
  let shown = "";
  return {
    /** @param {Entry[]} entries @param {string} folder their folder */
    show(entries, folder) {
      const [first] = entries;
      const key = entries.length === 1 && first ? first.path : "";
      const focused = document.activeElement;
      const hadFocus = panel.isOpen() && panel.element.contains(focused);
      // A reloaded list must not disturb somebody who is writing in the panel.
      if (hadFocus && key !== "" && key === shown && focused?.matches("textarea, input")) return;
      shown = key;
      showDetails(panel, context, entries, folder);
      if (hadFocus) panel.focus();
    },
    hide: panel.hide,
    focus: panel.focus,
    hasFocus: () => panel.element.contains(document.activeElement),
  };
}

/**
 * @param {ReturnType<typeof import("../../shared/panel.js").createPanel>} panel
 * @param {import("../state.js").Context} context
 * @param {Entry[]} entries
 * @param {string} folder
 */
function showDetails(panel, context, entries, folder) {
  const [first] = entries;
  const home = homeOf(context.store.get().account.name);
  if (!first) {
    panel.show({ title: folder === home ? t("files.home") : nameElement(leafOf(folder)), subtitle: t("kind.folder"), tabs: [
      { id: "properties", label: t("details.properties"), show: (content) => folderProperties(content, folder, home) },
    ] });
    return;
  }
  if (entries.length > 1) {
    panel.show({ title: t("files.selected", { count: entries.length }), tabs: [
      { id: "properties", label: t("details.properties"), show: (content) => severalProperties(content, entries) },
    ] });
    return;
  }
  panel.show({
    title: wholeName(first.name),
    subtitle: t(`kind.${kindOf(first).id}`),
    tabs: TABS.filter((tab) => !(first.isFolder && tab.isOfFiles)).map((tab) => ({
      id: tab.id,
      label: t(tab.label),
      show: (content) => showTab(tab.id, content, first, context),
    })),
  });
}

/** @param {HTMLElement} content @param {import("../state.js").Context} context @param {Entry} entry */
function lockOf(content, context, entry) {
  if (!entry.isLocked) return;
  const element = h("div", { class: "details-lock" });
  content.querySelector("dl")?.after(element);
  void import("./lock.js").then(({ showLock }) => showLock(element, context, entry)).catch((error) => { element.textContent = errorText(error); });
}

/**
 * @param {typeof TABS[number]["id"]} id
 * @param {HTMLElement} content
 * @param {Entry} entry
 * @param {import("../state.js").Context} context
 */
function showTab(id, content, entry, context) {
  const home = homeOf(context.store.get().account.name);
  // Another tab may be open when the module is loaded.
  const box = h("div", { class: "details-part" });
  /** @param {Promise<() => void>} part */
  const later = (part) => void part.then((show) => show(), (error) => fill(box, errorText(error)));
  if (id === "comments") {
    content.append(box);
    later(Promise.all([import("./comments.js"), loadBundle("details")]).then(([{ showComments }]) => () => showComments(box, entry.path, context)));
  } else if (id === "activity") {
    content.append(box);
    later(Promise.all([import("./activity.js"), loadBundle("details")]).then(([{ showActivity }]) => () => void showActivity(box, entry.path, home)));
  } else if (id === "sharing") {
    content.append(box);
    later(import("../share/details.js").then(({ showSharing }) => () => void showSharing(box, entry, context)));
  } else if (id === "versions") {
    content.append(box);
    later(Promise.all([import("./versions.js"), loadBundle("details")]).then(([{ showVersions }]) => () => showVersions(box, entry, context.store)));
  } else {
    if (entry.isFolder) folderProperties(content, entry.path, home, entry);
    else fileProperties(content, entry, home, context.store);
    lockOf(content, context, entry);
    content.append(box);
    later(Promise.all([import("./metadata.js"), loadBundle("details")]).then(([{ showMetadata }]) => () => void showMetadata(box, entry.path)));
  }
}

/** @param {string} name */
function wholeName(name) {
  return h("bdi", { dir: "auto", text: name.replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd") });
}

/** @param {HTMLElement} content @param {Entry} entry @param {string} home @param {import("../state.js").UserStore} store */
function fileProperties(content, entry, home, store) {
  const by = h("span");
  const picture = h("div", { class: "details-picture is-icon" }, icon(kindOf(entry).icon, { class: `kind tint-${kindOf(entry).tint}` }));
  addPicture(picture, entry, DETAILS_PICTURE);
  fill(content, picture,
    properties([
      [t("column.size"), `${size(entry.size)}${entry.size >= 1024 ? ` (${t("format.bytes", { count: entry.size })})` : ""}`],
      [t("column.modified"), fullTime(entry.modified)],
      [t("details.by"), by],
      [t("details.place"), wholeName(entry.path)],
    ]),
    link(folderAddress(parentOf(entry.path), home, { open: entry.name })),
    isDrawn(entry) ? asPicture(entry, store) : null);
  addLists(content, entry.path);
  by.closest("dl > div")?.toggleAttribute("hidden", true);
  void records("fileinfo", "entry", { file: entry.path }).then(async ([found]) => {
    if (!found?.lastmodifiedby) return;
    by.textContent = await knownName(found.lastmodifiedby);
    by.closest("dl > div")?.toggleAttribute("hidden", false);
  }, () => { /* Who changed it last is left out; everything else is known. */ });
}

/** @param {HTMLElement} content @param {string} path @param {string} home @param {Entry} [entry] */
function folderProperties(content, path, home, entry) {
  const holds = h("span", { class: "quiet", text: (entry && sizeOf(entry)) || t("details.counting") });
  fill(content,
    h("div", { class: "details-picture is-icon" }, icon("folder", { class: "kind tint-folder" })),
    properties([
      [t("details.holds"), holds],
      [t("column.modified"), entry ? fullTime(entry.modified) : null],
      [t("details.place"), wholeName(path)],
    ]),
    link(folderAddress(path, home)));
  if (entry) addLists(content, path);
  void count(holds, [path]);
}

/** Shows the person's own lists that contain the entry, if there are any. @param {HTMLElement} content @param {string} path */
function addLists(content, path) {
  const list = content.querySelector("dl");
  import("./lists.js").then(({ listsOf }) => listsOf(path)).then((lists) => {
    if (lists.length === 0) return;
    list?.append(h("div", null, h("dt", { text: t("details.lists") }),
      h("dd", null, lists.flatMap((one, at) => [at > 0 ? ", " : null, h("a", { href: address("starred", [one.id]) }, h("bdi", { dir: "auto", text: plainName(one.name) }))]))));
  }, () => { /* The line is left out; everything else is known. */ });
}

/** @param {HTMLElement} content @param {Entry[]} entries */
function severalProperties(content, entries) {
  const folders = entries.filter((entry) => entry.isFolder);
  const files = entries.filter((entry) => !entry.isFolder);
  const bytes = files.reduce((sum, entry) => sum + entry.size, 0);
  const inFolders = folders.reduce((sum, entry) => sum + entry.folderSize, 0);
  const known = folders.every((entry) => entry.isFolderSizeExact) ? size(inFolders) : inFolders > 0 ? t("column.atleast", { size: size(inFolders) }) : "";
  const isCounted = folders.length > 0 && folders.length <= COUNTED_MAX;
  const holds = h("span", { class: "quiet", text: known || t("details.counting") });
  fill(content, properties([
    [t("details.files"), files.length > 0 ? `${number(files.length)} (${size(bytes)})` : null],
    [t("details.folders"), folders.length > 0 ? number(folders.length) : null],
    [t("details.folderholds"), isCounted || (folders.length > 0 && known) ? holds : null],
  ]));
  if (isCounted) void count(holds, folders.map((entry) => entry.path), known);
}

/** Maximum number of folders that are counted together. For each the server visits the disk. */
const COUNTED_MAX = 20;

/**
 * @param {HTMLElement} element
 * @param {string[]} paths
 * @param {string} [together] the size of several folders, as far as it is known
 */
async function count(element, paths, together = "") {
  try {
    let files = 0;
    let folders = 0;
    const sizes = [];
    for (const path of paths) {
      /** @type {import("../../shared/types.js").FolderUsage} */
      const usage = await record("getfolderproperties", "usage", { path });
      files += usage.totalfiles;
      folders += usage.totalfolders;
      sizes.push(usage.totalsize);
    }
    const parts = [t("details.filecount", { count: files }), t("details.foldercount", { count: folders })];
    // The server sends the size as text, so the sizes of several folders cannot be added.
    const bytes = sizes.length === 1 && sizes[0] ? sizeText(sizes[0]) : together;
    if (bytes) parts.push(bytes);
    element.classList.remove("quiet");
    element.textContent = parts.join(", ");
  } catch (error) {
    element.textContent = errorText(error);
  }
}

/** @param {string} hash */
function link(hash) {
  return h("div", null, button({
    text: t("details.link"),
    icon: "link",
    onclick: () => void copyText(new URL(hash, location.href).href),
  }));
}

/** @param {Entry} entry @param {import("../state.js").UserStore} store */
function asPicture(entry, store) {
  return h("div", null, button({
    text: t("avatar.use"),
    icon: "user",
    onclick: () => orTell(import("../account/own-avatar.js").then(({ setPicture }) => setPicture(store, entry.path))),
  }));
}
