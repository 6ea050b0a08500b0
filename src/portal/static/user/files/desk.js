// The folder that the files view shows: loading it, sorting and filtering it, putting it into the list, and the place in
// it. What the parts of the view share is the desk; they get it, and know nothing of one another.

import { ApiError, errorText, isAbort, record } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { shortName, size } from "../../shared/format.js";
import { fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/live.js";
import { go, note, notes } from "../../shared/router.js";
import { errorToast } from "../../shared/toast.js";
import { FIRST, filtered, forget, loadFolder, remembered, sorted } from "./folder.js";
import { folderAddress, homeOf, leafOf, parentOf, rootOf } from "./paths.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/** Milliseconds before a folder that is still loading shows that it is. */
const PATIENCE = 150;

/** Whether fingers are what this device is used with. */
const isTouch = () => matchMedia("(pointer: coarse)").matches;

/** Whether the disk is not there. @param {unknown} error @returns {error is ApiError} */
const isAway = (error) => error instanceof ApiError && error.kind === "disk";

/**
 * What the desk tells the other parts.
 * @typedef {object} DeskEvents
 * @property {() => void} onPath another folder is shown
 * @property {() => void} onShown the list shows what there is now
 * @property {(isOffered: boolean) => void} onNew whether something can be made or uploaded here
 * @property {() => void} upload the person wants to upload into an empty folder
 * @property {() => boolean} hasDetails whether the details stand open
 */

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/list.js").List<Entry>} list
 * @param {DeskEvents} events
 */
export function createDesk(context, list, events) {
  const { store } = context;
  const home = homeOf(store.get().account.name);
  const stage = h("div", { class: "files-list" });
  const status = h("p", { class: "files-status", role: "status" });
  let path = "";
  let filter = "";
  /** Everything in the folder, in order. @type {Entry[]} */
  let all = [];
  let isWhole = false;
  let canUpload = true;
  /** @type {AbortController | null} */
  let loading = null;
  /** What to make the active entry once it is there. @type {string | null} */
  let wanted = null;
  /** What to open once it is there. @type {string | null} */
  let opening = null;
  /** What is shown already and done by the server when this ends. @type {Promise<unknown> | null} */
  let settling = null;
  /** The large folder as it was when it was last loaded again. */
  let renewedAs = "";

  /**
   * @param {string} next
   * @param {{ keepsPlace?: boolean, isQuiet?: boolean }} [how] `isQuiet`: nobody asked for it, so a failure leaves what is shown
   */
  async function load(next, how = {}) {
    loading?.abort();
    const own = new AbortController();
    loading = own;
    const isSame = next === path && all.length > 0;
    path = next;
    events.onPath();
    // What is shown of this folder is never older than what is remembered of it.
    const known = isSame ? null : remembered(path);
    if (known) show(known.entries, how);
    else if (!isSame) clear();
    const hasSomething = known !== null || isSame;
    const timer = setTimeout(() => { if (!hasSomething) showSkeleton(); }, PATIENCE);
    try {
      const folder = await loadFolder(path, {
        signal: own.signal,
        onPiece: (piece) => {
          clearTimeout(timer);
          // A first piece is better than nothing, but worse than what was there.
          if (all.length === 0 && !filter) showPiece(piece);
        },
      });
      if (own.signal.aborted) return;
      setCanUpload(folder.canUpload);
      show(folder.entries, { keepsPlace: hasSomething || how.keepsPlace });
      context.titleChanged();
    } catch (error) {
      if (isAbort(error) || own.signal.aborted || (error instanceof ApiError && error.kind === "ended")) return;
      if (hasSomething && how.isQuiet) return;
      if (hasSomething && !isAway(error)) {
        errorToast(errorText(error), { label: t("action.retry"), run: () => void load(path) });
        return;
      }
      // Of a disk that is not there, nothing that is remembered can be opened.
      forget(path);
      clear();
      showFailure(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Shows what has changed meanwhile. A small folder is one call anyway; of a large one its own record tells whether names
   * came or went.
   */
  async function renew() {
    const own = path;
    if (all.length > FIRST) {
      const { etag } = await record("fileinfo", "entry", { file: own }, { isQuiet: true });
      if (path !== own || etag === renewedAs) return;
      renewedAs = etag;
    }
    await load(own, { keepsPlace: true, isQuiet: true });
  }

  /** @param {boolean} is */
  function setCanUpload(is) {
    canUpload = is;
    events.onNew(is);
  }

  function clear() {
    all = [];
    isWhole = false;
    list.setItems([]);
    list.select([]);
  }

  /** @param {import("./folder.js").Folder} piece */
  function showPiece(piece) {
    all = piece.entries;
    isWhole = false;
    setCanUpload(piece.canUpload);
    fill(stage, list.element);
    list.setItems(all, piece.total);
    showStatus();
  }

  /** Shows the whole folder. @param {Entry[]} entries @param {{ keepsPlace?: boolean }} [how] */
  function show(entries, how = {}) {
    const { sort, isDescending } = store.get().look;
    isWhole = true;
    all = sorted(entries, sort, isDescending);
    const shown = filtered(all, filter);
    if (shown.length === 0) {
      list.setItems([]);
      fill(stage, all.length === 0 ? emptyNotice() : noMatchNotice());
    } else {
      const top = list.scroll();
      if (list.element.parentElement !== stage) fill(stage, list.element);
      list.setItems(shown);
      if (how.keepsPlace) list.scrollTo(top);
      else restorePlace();
    }
    showStatus();
    if (wanted !== null && list.activateKey(wanted)) {
      // Under a finger a selection changes what a tap does: the first tap on what was just made is to open it.
      if (isTouch()) list.flash(wanted);
      else list.select([wanted]);
      wanted = null;
    }
    if (opening !== null && all.some((entry) => entry.name === opening)) {
      const name = opening;
      opening = null;
      showFile(name);
    }
    events.onShown();
  }

  function showSkeleton() {
    fill(stage, h("div", { class: "skeleton-rows", role: "status", "aria-label": t("view.loading") },
      Array.from({ length: 8 }, () => h("div", { class: "skeleton skeleton-row" }))));
  }

  /** @param {unknown} error */
  function showFailure(error) {
    const isMissing = error instanceof ApiError && error.kind === "missing";
    const root = rootOf(path, home);
    const isAtHome = root === home;
    // Where no folder is, nothing can be made. Of other failures that is not known.
    if (isMissing || isAway(error)) setCanUpload(false);
    list.setItems([]);
    fill(stage, notice({
      icon: isMissing ? "folder" : isAway(error) ? "disk" : "warning",
      title: t(isMissing ? "files.missing" : isAway(error) ? "disks.away" : "files.failed"),
      text: isMissing ? t("files.missingtext") : isAway(error) && !isAtHome ? t("disks.awaytext", { name: shortName(leafOf(root)) }) : errorText(error),
      action: isMissing
        ? { label: t("files.gohome"), run: () => go(folderAddress(home, home)) }
        : { label: t("action.retry"), run: () => void load(path) },
    }));
    showStatus();
  }

  function emptyNotice() {
    const isHome = path === home;
    return notice({
      icon: isHome ? "cloud" : "folder",
      title: t(isHome ? "files.emptyhome" : "files.empty"),
      text: t("files.emptytext"),
      action: { label: t("upload.files"), run: events.upload, kind: "primary" },
    });
  }

  function noMatchNotice() {
    const showAll = () => {
      setFilter("");
      go(here(), { replace: true });
      list.focus();
    };
    return notice({ icon: "search", title: t("files.nomatch", { filter }), action: { label: t("files.clearfilter"), run: showAll } });
  }

  function showStatus() {
    if (!isWhole && all.length > 0) {
      status.textContent = t("files.loadingmore");
      return;
    }
    const shown = filtered(all, filter);
    const files = shown.filter((entry) => !entry.isFolder);
    const folders = shown.length - files.length;
    const bytes = files.reduce((sum, entry) => sum + entry.size, 0);
    const parts = [];
    if (folders > 0) parts.push(t("details.foldercount", { count: folders }));
    if (files.length > 0) parts.push(`${t("details.filecount", { count: files.length })} (${size(bytes)})`);
    status.textContent = parts.join(", ");
  }

  /** @param {string} text */
  function setFilter(text) {
    filter = text;
    if (isWhole) show(all);
    if (text) announce(t("files.found", { count: filtered(all, text).length }));
  }

  /** Notes with the address how far the list was scrolled and where one was in it. */
  function savePlace() {
    if (path) note({ scroll: list.scroll(), active: list.activeItem()?.name ?? null });
  }

  function restorePlace() {
    const { scroll, active } = notes();
    if (typeof active === "string" && wanted === null) list.activateKey(active);
    list.scrollTo(typeof scroll === "number" ? scroll : 0);
  }

  /**
   * The address of this folder as it is shown now.
   * @param {{ open?: string, details?: string | null, filter?: string }} [query] what is to be different
   */
  function here(query = {}) {
    const details = events.hasDetails() ? chosen()[0]?.name ?? "." : null;
    return folderAddress(path, home, { details, filter, ...query });
  }

  /** The selection, else what the keyboard is at. @returns {Entry[]} */
  function chosen() {
    const selected = list.selectedItems();
    const active = list.activeItem();
    return selected.length > 0 ? selected : active ? [active] : [];
  }

  /** Shows a file over the folder; going back closes it. @param {string} name */
  function showFile(name) {
    savePlace();
    go(here({ open: name }));
    note({ isOver: true });
  }

  return {
    context,
    list,
    stage,
    status,
    home,
    path: () => path,
    filter: () => filter,
    all: () => all,
    /** Files and folders that the filter leaves. */
    shown: () => filtered(all, filter),
    isWhole: () => isWhole,
    canUpload: () => canUpload,
    load,
    /**
     * Shows other entries at once, as after a rename, until the server says what there is.
     * @param {Entry[]} entries @param {Promise<unknown>} change ends when the server has done it
     */
    showNow(entries, change) {
      // What is being loaded tells how it was before.
      loading?.abort();
      // Why it failed is told by whoever began it.
      settling = change.catch(() => undefined);
      show(entries, { keepsPlace: true });
    },
    /** Shows what has changed meanwhile. Nobody asked for it: what fails is asked again the next time. */
    renew: () => void renew().catch(() => undefined),
    /** Shows the same in another order or shape. */
    again() { if (isWhole) show(all, { keepsPlace: true }); },
    setFilter,
    /** For the folder that is loaded next. @param {string} text */
    presetFilter(text) { filter = text; },
    chosen,
    here,
    savePlace,
    /** Makes an entry the active one, once it is there. @param {string | null} name */
    want(name) { wanted = name; },
    /** Opens an entry, once it is there. @param {string} name */
    openWhenThere(name) { opening = name; },
    /** @param {Entry} entry */
    async open(entry) {
      await settling;
      if (!entry.isFolder) {
        showFile(entry.name);
        return;
      }
      savePlace();
      go(folderAddress(entry.path, home));
    },
    goUp() {
      if (path === rootOf(path, home)) return;
      const from = leafOf(path);
      savePlace();
      go(folderAddress(parentOf(path), home));
      wanted = from;
    },
    stop() {
      savePlace();
      loading?.abort();
    },
  };
}

/** @typedef {ReturnType<typeof createDesk>} Desk */
