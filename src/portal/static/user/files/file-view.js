// The folder in the files view: its state, and the functions for the other parts of the view. These
// parts do not know one another.

import { h } from "../../shared/h.js";
import { homeOf } from "./paths.js";
import { loadPath, renewFolder } from "./view/load.js";
import { chosen, goUp, here, openEntry, savePlace } from "./view/place.js";
import { setFilter, showEntries, showNow, shownEntries } from "./view/show.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/**
 * The events of the files view for its other parts.
 * @typedef {object} FileViewEvents
 * @property {() => void} onPath another folder is shown
 * @property {() => void} onShown the list shows the present entries
 * @property {(isOffered: boolean) => void} onNew called with whether something can be made or uploaded here
 * @property {() => void} upload the person wants to upload into an empty folder
 * @property {() => boolean} hasDetails whether the details are open
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
 * @property {AbortController | null} loading stops the running load
 * @property {string | null} wanted the name of the entry that becomes active when it is loaded
 * @property {string | null} openingName the name of the entry that opens when it is loaded
 * @property {Promise<unknown> | null} pendingChange a change that is shown already; it ends when the server has done it
 * @property {string} renewedAs identifies the state of a large folder when it was last loaded again
 * @property {import("../state.js").Context} context
 * @property {import("../../shared/list.js").List<Entry>} list
 * @property {FileViewEvents} events
 */

/**
 * @typedef {object} LoadingOptions
 * @property {boolean} [keepsPlace] the list keeps its scroll position
 * @property {boolean} [isQuiet] the person did not ask for it, so a failure changes nothing on the page
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
    /** The files and folders in the list. */
    shown: () => shownEntries(view),
    isWhole: () => view.isWhole,
    canUpload: () => view.canUpload,
    /** @param {string} path @param {LoadingOptions} [how] */
    load: (path, how) => loadPath(view, path, how),
    /**
     * Shows changed entries at once, for example after a rename, until the server has answered.
     * @param {Entry[]} entries @param {Promise<unknown>} change ends when the server has done the change
     */
    showNow: (entries, change) => showNow(view, entries, change),
    /** Shows what has changed meanwhile. The person did not ask for it, so a failure waits for the next time. */
    renew: () => void renewFolder(view).catch(() => undefined),
    /** Shows the same entries in another order or shape. */
    again() { if (view.isWhole) showEntries(view, view.entries, { keepsPlace: true }); },
    /** @param {string} text */
    setFilter: (text) => setFilter(view, text),
    /** Sets the filter for the folder that is loaded next. @param {string} text */
    presetFilter(text) { view.filter = text; },
    /** The selection; without one, the active entry. */
    chosen: () => chosen(view),
    /** The present address of this folder. @param {Parameters<typeof here>[1]} [query] the parts to change */
    here: (query) => here(view, query),
    savePlace: () => savePlace(view),
    /** Makes an entry active when it is loaded. @param {string | null} name */
    want(name) { view.wanted = name; },
    /** Opens an entry when it is loaded. @param {string} name */
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
