// A file that is open over a view. `open` in the view's address names it, and closing it leads back
// to the place where it was opened.

import { errorText, record } from "../../shared/api.js";
import { loadBundle } from "../../shared/i18n.js";
import { go, note, notes, route as routeNow } from "../../shared/router.js";
import { errorToast } from "../../shared/toast.js";
import { toEntry } from "../files/folder.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {{ path: () => string, close: () => void, steps: () => void }} OpenFile */

/**
 * @typedef {object} Over
 * @property {import("../state.js").Context} context
 * @property {() => Promise<void>} [prepare] is done before the first file is opened
 * @property {() => Entry[]} entries the files of the view, through which one steps
 * @property {(path: string | null) => string} addressOf that of the view with a file over it
 * @property {(path: string) => void} focus shows where a file stands in the view
 * @property {(entry: Entry) => string} [factsOf]
 * @property {(entry: Entry) => void} [onStarred]
 * @property {boolean} [isPartly] the view does not know what one may do with its files
 */

/** @param {Over} over */
export function createOver(over) {
  /** @type {OpenFile | null} */
  let open = null;
  let isLeft = false;
  // The file that the person closed. The address still names it until the browser has gone back.
  let closed = /** @type {string | null} */ (null);

  /** @param {string} path */
  const show = (path) => {
    open?.close();
    // This keeps a second change of the address from opening the file twice.
    const claim = { path: () => path, close: () => undefined, steps: () => undefined };
    open = claim;
    openFile(over, path, () => open === claim, onClose).then((preview) => { if (preview) open = preview; }, (error) => {
      if (open !== claim) return;
      open = null;
      go(over.addressOf(null), { replace: true });
      errorToast(errorText(error));
    });
  };

  /** The person has closed the file, so the address changes too. @param {string} last */
  const onClose = (last) => {
    open = null;
    // After a link that led straight here, there is nothing to go back to.
    closed = routeNow().query.get("open");
    if (closed !== null && notes().isOver) history.back();
    else if (closed !== null) go(over.addressOf(null), { replace: true });
    if (!isLeft) over.focus(last);
  };

  return {
    /** Opens a file. @param {string} path */
    open(path) {
      closed = null;
      go(over.addressOf(path));
      // This marks that closing the file leads back here.
      note({ isOver: true });
    },
    /** Called when the address has changed, or when the view has loaded its files. */
    follow() {
      const path = routeNow().query.get("open");
      if (path !== null && path === closed) return;
      closed = null;
      if (path !== null && open?.path() !== path) show(path);
      if (path !== null) return;
      const last = open?.path();
      open?.close();
      open = null;
      if (last) over.focus(last);
    },
    /** Called when there are more files. */
    steps: () => open?.steps(),
    stop() {
      isLeft = true;
      open?.close();
      open = null;
    },
  };
}

/** @param {Over} over @param {string} path @param {() => boolean} isWanted @param {(last: string) => void} onClose */
async function openFile(over, path, isWanted, onClose) {
  await over.prepare?.();
  const found = over.entries().find((one) => one.path === path);
  const inquire = (/** @type {AbortSignal} */ signal, /** @type {string} */ file) => record("fileinfo", "entry", { file }, { signal }).then(toEntry);
  const [{ openPreview }, single] = await Promise.all([
    import("./preview.js"), found ?? inquire(new AbortController().signal, path), loadBundle("viewer"),
  ]);
  if (!isWanted()) return null;
  const preview = openPreview({
    context: over.context,
    entry: single,
    entries: () => (found ? over.entries() : [single]),
    factsOf: over.factsOf,
    onStarred: over.onStarred,
    ...(over.isPartly ? { complete: async (one, signal) => Object.assign(one, await inquire(signal, one.path)) } : {}),
    onStep: (next) => go(over.addressOf(next.path), { replace: true }),
    onClose: () => onClose(preview.path()),
  });
  return preview;
}
