// Shows the entries of a folder, or a message in their place, in the files view.

import { ApiError, errorText } from "../../../shared/api.js";
import { notice } from "../../../shared/dialog.js";
import { size } from "../../../shared/format.js";
import { fill, h } from "../../../shared/h.js";
import { t } from "../../../shared/i18n.js";
import { announce } from "../../../shared/announce.js";
import { go } from "../../../shared/router.js";
import { setShowsHidden } from "../../look.js";
import { filtered, isHidden, sorted } from "../folder.js";
import { folderAddress, rootOf } from "../paths.js";
import { loadPath, setCanUpload } from "./load.js";
import { here, restorePlace, showFile } from "./place.js";

/** @typedef {import("../file-view.js").FileViewState} FileViewState */
/** @typedef {import("../../../shared/types.js").Entry} Entry */

/** True if this device is used by touch. */
const isTouch = () => matchMedia("(pointer: coarse)").matches;
/** True if an error means that the disk is missing. @param {unknown} error @returns {error is ApiError} */
export const isAway = (error) => error instanceof ApiError && error.kind === "disk";

/** The entries in the list: those that match the filter, and hidden ones if the person wants to see them. @param {FileViewState} view */
export function shownEntries(view) {
  const { showsHidden } = view.store.get().look;
  return filtered(showsHidden ? view.entries : view.entries.filter((entry) => !isHidden(entry)), view.filter);
}

/** @param {FileViewState} view */
export function clearEntries(view) {
  view.entries = [];
  view.isWhole = false;
  view.list.setItems([]);
  view.list.select([]);
}

/** Shows the first of many entries. @param {FileViewState} view @param {import("../folder.js").Folder} piece */
export function showPiece(view, piece) {
  view.entries = piece.entries;
  view.isWhole = false;
  setCanUpload(view, piece.canUpload);
  fill(view.stage, view.list.element);
  view.list.setItems(view.entries, piece.total);
  showStatus(view);
}

/** Shows the whole folder. @param {FileViewState} view @param {Entry[]} entries @param {{ keepsPlace?: boolean }} [how] */
export function showEntries(view, entries, how = {}) {
  const { sort, isDescending } = view.store.get().look;
  view.isWhole = true;
  view.entries = sorted(entries, sort, isDescending);
  const shown = shownEntries(view);
  if (shown.length === 0) {
    view.list.setItems([]);
    fill(view.stage, view.entries.length === 0 ? emptyNotice(view) : view.filter ? noMatchNotice(view) : allHiddenNotice(view));
  } else {
    const top = view.list.scroll();
    if (view.list.element.parentElement !== view.stage) fill(view.stage, view.list.element);
    view.list.setItems(shown);
    if (how.keepsPlace) view.list.scrollTo(top);
    else restorePlace(view);
  }
  showStatus(view);
  if (view.wanted !== null && view.list.activateKey(view.wanted)) {
    // With touch, a selection changes what a tap does. The first tap on a new entry must open it.
    if (isTouch()) view.list.flash(view.wanted);
    else view.list.select([view.wanted]);
    view.wanted = null;
  }
  if (view.openingName !== null && view.entries.some((entry) => entry.name === view.openingName)) {
    const name = view.openingName;
    view.openingName = null;
    showFile(view, name);
  }
  view.events.onShown();
}

/**
 * Shows changed entries at once, for example after a rename, until the server has answered.
 * @param {FileViewState} view
 * @param {Entry[]} entries @param {Promise<unknown>} change ends when the server has done it
 */
export function showNow(view, entries, change) {
  // A folder that is still loading would show the old entries.
  view.loading?.abort();
  // The caller reports why it failed.
  view.pendingChange = change.catch(() => undefined);
  showEntries(view, entries, { keepsPlace: true });
}

/** @param {FileViewState} view @param {string} [words] why it takes long */
export function showSkeleton(view, words) {
  fill(view.stage, words ? h("p", { class: "quiet skeleton-words", role: "status", text: words }) : null, h("div", { class: "skeleton-rows", role: "status", "aria-label": t("view.loading") },
    Array.from({ length: 8 }, () => h("div", { class: "skeleton skeleton-row" }))));
}

/** @param {FileViewState} view @param {unknown} error */
export function showFailure(view, error) {
  const isMissing = error instanceof ApiError && error.kind === "missing";
  const isUnready = error instanceof ApiError && (error.kind === "silentdisk" || error.word === "disk-busy");
  const root = rootOf(view.path, view.home);
  const isAtHome = root === view.home;
  // Nothing can be made in a missing folder. Other failures do not tell whether it can.
  if (isMissing || isAway(error)) setCanUpload(view, false);
  view.list.setItems([]);
  const own = view.loading;
  const show = (/** @type {string} */ sign, /** @type {{ title: string, text: string }} */ words) => {
    if (view.loading !== own) return;
    fill(view.stage, notice({
      icon: sign,
      ...words,
      action: isMissing
        ? { label: t("files.gohome"), run: () => go(folderAddress(view.home, view.home)) }
        : { label: t("action.retry"), run: () => void loadPath(view, view.path) },
    }));
  };
  const plain = { title: t("files.failed"), text: errorText(error) };
  if (isMissing) show("folder", { title: t("files.missing"), text: t("files.missingtext") });
  else if (isAway(error) || isUnready) {
    void import("./disk-failure.js").then(({ diskWords }) => diskWords(error, root, isAtHome)).catch(() => plain).then((words) => show("disk", words));
  } else show("warning", plain);
  showStatus(view);
}

/** @param {FileViewState} view */
function emptyNotice(view) {
  const isHome = view.path === view.home;
  return notice({
    icon: isHome ? "cloud" : "folder",
    title: t(isHome ? "files.emptyhome" : "files.empty"),
    ...(view.canUpload ? {
      text: t(isTouch() ? "files.emptytouch" : "files.emptytext"),
      action: { label: t("upload.files"), run: view.events.upload, kind: "primary" },
    } : {}),
  });
}

/** @param {FileViewState} view */
function noMatchNotice(view) {
  const showAll = () => {
    setFilter(view, "");
    go(here(view), { replace: true });
    view.list.focus();
  };
  return notice({ icon: "search", title: t("files.nomatch", { filter: view.filter }), action: { label: t("files.clearfilter"), run: showAll } });
}

/** @param {FileViewState} view */
function allHiddenNotice(view) {
  const show = () => {
    setShowsHidden(view.store, true);
    view.list.focus();
  };
  return notice({ icon: "folder", title: t("files.allhidden"), text: t("files.allhiddentext"), action: { label: t("files.showhidden"), run: show } });
}

/** @param {FileViewState} view */
function showStatus(view) {
  if (!view.isWhole && view.entries.length > 0) {
    view.status.textContent = t("files.loadingmore");
    return;
  }
  const shown = shownEntries(view);
  const files = shown.filter((entry) => !entry.isFolder);
  const folders = shown.length - files.length;
  const bytes = files.reduce((sum, entry) => sum + entry.size, 0);
  const parts = [];
  if (folders > 0) parts.push(t("details.foldercount", { count: folders }));
  if (files.length > 0) parts.push(`${t("details.filecount", { count: files.length })} (${size(bytes)})`);
  const hidden = view.store.get().look.showsHidden ? 0 : view.entries.filter(isHidden).length;
  if (hidden > 0) parts.push(t("files.hiddencount", { count: hidden }));
  view.status.textContent = parts.join(", ");
}

/** @param {FileViewState} view @param {string} text */
export function setFilter(view, text) {
  view.filter = text;
  if (view.isWhole) showEntries(view, view.entries);
  if (text) announce(t("files.found", { count: shownEntries(view).length }));
}
