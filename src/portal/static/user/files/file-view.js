// The folder that the files view shows: what is known of it, and what the other parts of the view may ask of it. They know
// nothing of one another.

import { h } from "../../shared/h.js";
import { filtered } from "./folder.js";
import { homeOf } from "./paths.js";
import { loadPath, renewFolder } from "./view/load.js";
import { chosen, goUp, here, openEntry, savePlace } from "./view/place.js";
import { setFilter, showEntries, showNow } from "./view/show.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/**
 * What the files view tells its other parts.
 * @typedef {object} FileViewEvents
 * @property {() => void} onPath another folder is shown
 * @property {() => void} onShown the list shows what there is now
 * @property {(isOffered: boolean) => void} onNew whether something can be made or uploaded here
 * @property {() => void} upload the person wants to upload into an empty folder
 * @property {() => boolean} hasDetails whether the details stand open
 */

/**
 * @typedef {object} FileViewState
 * @property {import("../state.js").UserStore} store
 * @property {string} home
 * @property {HTMLElement} stage
 * @property {HTMLElement} status
 * @property {string} path
 * @property {string} filter
 * @property {Entry[]} entries everything in the folder, in order
 * @property {boolean} isWhole whether all of them are loaded
 * @property {boolean} canUpload
 * @property {AbortController | null} loading ends what is on its way
 * @property {string | null} wanted what to make the active entry once it is there
 * @property {string | null} openingName what to open once it is there
 * @property {Promise<unknown> | null} pendingChange what is shown already and done by the server when this ends
 * @property {string} renewedAs the large folder as it was when it was last loaded again
 * @property {import("../state.js").Context} context
 * @property {import("../../shared/list.js").List<Entry>} list
 * @property {FileViewEvents} events
 */

/**
 * @typedef {object} LoadingOptions
 * @property {boolean} [keepsPlace] the list stays scrolled as it is
 * @property {boolean} [isQuiet] nobody asked for it, so a failure leaves what is shown
 */

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/list.js").List<Entry>} list
 * @param {FileViewEvents} events
 */
export function createFileView(context, list, events) {
  const { store } = context;
  const home = homeOf(store.get().account.name);
  const stage = h("div", { class: "files-list" });
  const status = h("p", { class: "files-status", role: "status" });
  /** @type {FileViewState} */
  const view = {
    context, store, home, list, events, stage, status, path: "", filter: "", entries: [], isWhole: false, canUpload: true,
    loading: null, wanted: null, openingName: null, pendingChange: null, renewedAs: "",
  };
  return {
    context,
    list,
    stage,
    status,
    home,
    path: () => view.path,
    filter: () => view.filter,
    all: () => view.entries,
    /** Files and folders that the filter leaves. */
    shown: () => filtered(view.entries, view.filter),
    isWhole: () => view.isWhole,
    canUpload: () => view.canUpload,
    /** @param {string} path @param {LoadingOptions} [how] */
    load: (path, how) => loadPath(view, path, how),
    /**
     * Shows other entries at once, as after a rename, until the server says what there is.
     * @param {Entry[]} entries @param {Promise<unknown>} change ends when the server has done it
     */
    showNow: (entries, change) => showNow(view, entries, change),
    /** Shows what has changed meanwhile. Nobody asked for it: what fails is asked again the next time. */
    renew: () => void renewFolder(view).catch(() => undefined),
    /** Shows the same in another order or shape. */
    again() { if (view.isWhole) showEntries(view, view.entries, { keepsPlace: true }); },
    /** @param {string} text */
    setFilter: (text) => setFilter(view, text),
    /** For the folder that is loaded next. @param {string} text */
    presetFilter(text) { view.filter = text; },
    /** The selection, else what the keyboard is at. */
    chosen: () => chosen(view),
    /** The address of this folder as it is shown now. @param {Parameters<typeof here>[1]} [query] what is to be different */
    here: (query) => here(view, query),
    savePlace: () => savePlace(view),
    /** Makes an entry the active one, once it is there. @param {string | null} name */
    want(name) { view.wanted = name; },
    /** Opens an entry, once it is there. @param {string} name */
    openWhenThere(name) { view.openingName = name; },
    /** @param {Entry} entry */
    open: (entry) => openEntry(view, entry),
    goUp: () => goUp(view),
    stop() {
      savePlace(view);
      view.loading?.abort();
    },
  };
}

/** @typedef {ReturnType<typeof createFileView>} FileView */
