// Loading the folder that the files view shows.

import { ApiError, errorText, isAbort, record } from "../../../shared/api.js";
import { t } from "../../../shared/i18n.js";
import { errorToast } from "../../../shared/toast.js";
import { FIRST, forget, loadFolder, remembered } from "../folder.js";
import { rootOf } from "../paths.js";
import { clearEntries, isAway, showEntries, showFailure, showPiece, showSkeleton } from "./show.js";

/** @typedef {import("../file-view.js").FileViewState} FileViewState */

/** Milliseconds before a loading folder shows that it is loading. */
const PATIENCE = 150;
/** Milliseconds after which a disk that has not answered may be waking up. */
const WAKING = 2000;

/**
 * @param {FileViewState} view
 * @param {string} next
 * @param {import("../file-view.js").LoadingOptions} [how]
 */
export async function loadPath(view, next, how = {}) {
  view.loading?.abort();
  const own = new AbortController();
  view.loading = own;
  const isSame = next === view.path && view.entries.length > 0;
  view.path = next;
  view.events.onPath();
  // The entries on the page are never older than the remembered ones.
  const known = isSame ? null : remembered(view.path);
  if (known) showEntries(view, known.entries, how);
  else if (!isSame) clearEntries(view);
  const hasSomething = known !== null || isSame;
  const timer = setTimeout(() => { if (!hasSomething) showSkeleton(view); }, PATIENCE);
  const mayWake = !hasSomething && rootOf(view.path, view.home) !== view.home;
  const waking = setTimeout(() => { if (mayWake && view.entries.length === 0) showSkeleton(view, t("disks.waking")); }, WAKING);
  try {
    const folder = await loadFolder(view.path, {
      signal: own.signal,
      onPiece: (piece) => {
        clearTimeout(timer);
        // The first entries are shown only if nothing was shown before.
        if (view.entries.length === 0 && !view.filter) showPiece(view, piece);
      },
    });
    if (own.signal.aborted) return;
    setCanUpload(view, folder.canUpload);
    showEntries(view, folder.entries, { keepsPlace: hasSomething || how.keepsPlace });
    view.context.titleChanged();
  } catch (error) {
    if (isAbort(error) || own.signal.aborted || (error instanceof ApiError && error.kind === "ended")) return;
    if (hasSomething && how.isQuiet) return;
    if (hasSomething && !isAway(error)) {
      errorToast(errorText(error), { label: t("action.retry"), run: () => void loadPath(view, view.path) });
      return;
    }
    // If the disk is missing, none of the remembered entries can be opened.
    forget(view.path);
    clearEntries(view);
    showFailure(view, error);
  } finally {
    clearTimeout(timer);
    clearTimeout(waking);
  }
}

/**
 * Shows what has changed meanwhile. A small folder takes one call anyway. The record of a large one tells whether names
 * were added or removed.
 * @param {FileViewState} view
 */
export async function renewFolder(view) {
  const own = view.path;
  if (view.entries.length > FIRST) {
    const { etag } = await record("fileinfo", "entry", { file: own }, { isQuiet: true });
    if (view.path !== own || etag === view.renewedAs) return;
    view.renewedAs = etag;
  }
  await loadPath(view, own, { keepsPlace: true, isQuiet: true });
}

/** @param {FileViewState} view @param {boolean} is */
export function setCanUpload(view, is) {
  view.canUpload = is;
  view.events.onNew(is);
}
