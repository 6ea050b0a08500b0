// Shows one view at a time, as the address names it. A view is a module with an `open` function.
// Modules are loaded when they are first needed.

import { errorText, isAbort } from "./api.js";
import { notice } from "./dialog.js";
import { fill, h } from "./h.js";
import { t } from "./i18n.js";
import { address, go, onRoute } from "./router.js";


/**
 * An open view, as its module returns it.
 * @typedef {object} View
 * @property {HTMLElement} element
 * @property {import("./h.js").Child[]} [bar] its elements in the bar
 * @property {import("./h.js").Child[]} [tools] its elements in the bar beside the account
 * @property {HTMLElement} [panel]
 * @property {HTMLElement} [primary] its main button, at the upper end of the rail, in place of that of all views
 * @property {() => string} title the title of the window
 * @property {(route: import("./router.js").Route) => void} [update] called when the address changes within the view
 * @property {() => void} [again] called after a new sign-in: repeats failed calls and keeps unsaved texts;
 *   without it the view is opened anew
 * @property {() => void} [renew] called when the page is looked at again: shows changes and scrolls nowhere
 * @property {() => void} [leave]
 */

/**
 * @template Context
 * @typedef {{ open: (context: Context, route: import("./router.js").Route) => View | Promise<View> }} ViewModule
 */

/** After this many milliseconds, a view that is still loading shows that it is. */
const PATIENCE = 150;

/**
 * Within this many milliseconds, the server is not asked again when somebody looks at the page
 * again.
 */
const RENEW_PAUSE = 2000;

/**
 * @template Context
 * @typedef {object} ViewsOptions
 * @property {import("./shell.js").Shell} shell
 * @property {string} home the view for an address that names none
 * @property {string} appName
 * @property {HTMLElement | null} [primary] the main button of views that have none
 * @property {Context} context the argument of each view
 * @property {Record<string, () => Promise<ViewModule<Context>>>} views
 */

/**
 * @template Context
 * @typedef {object} Views
 * @property {ViewsOptions<Context>} options
 * @property {import("./shell.js").Shell} shell
 * @property {View | null} view
 * @property {string} shownName
 * @property {number} turn grows with each view that is opened, so that a late one is recognised
 * @property {import("./router.js").Route | null} failed the address whose view could not be loaded
 * @property {string} place the address, without what only its view reads
 * @property {number} renewed the time when the page was last looked at
 */

/** @template Context @param {ViewsOptions<Context>} options */
export function startViews(options) {
  /** @type {Views<Context>} */
  const views = { options, shell: options.shell, view: null, shownName: "", turn: 0, failed: null, place: "", renewed: Date.now() };
  onRoute((route, { isReturn }) => {
    const place = address(route.view, route.path);
    if (isReturn && place !== views.place) leaveDialogs();
    views.place = place;
    void showView(views, route);
  });
  // There is no timer, because an open page must not keep the server's disk awake. The page asks
  // again when somebody looks at it again.
  document.addEventListener("visibilitychange", () => renew(views));
  for (const name of ["focus", "online"]) addEventListener(name, () => renew(views));
  return {
    /** The title of the view has changed. */
    setTitle: () => setTitle(views),
    /** Opens the present view anew, as after signing in again. */
    reopen(/** @type {import("./router.js").Route} */ route) {
      if (views.view?.again) return views.view.again();
      closeView(views);
      return showView(views, route);
    },
    close: () => closeView(views),
  };
}

/**
 * Closes the dialogs of a page that is left by back or forward, but for those that must be read to
 * the end.
 */
function leaveDialogs() {
  for (const dialog of /** @type {NodeListOf<HTMLDialogElement>} */ (document.querySelectorAll("dialog.dialog[open]"))) {
    if (dialog.dispatchEvent(new Event("cancel", { cancelable: true }))) dialog.close();
  }
}

/** @template Context @param {Views<Context>} views */
function setTitle(views) {
  const title = views.view?.title();
  document.title = title ? `${title} \u2013 ${views.options.appName}` : views.options.appName;
}

/** @template Context @param {Views<Context>} views */
function closeView(views) {
  views.view?.leave?.();
  views.view = null;
  views.shownName = "";
}

/** @template Context @param {Views<Context>} views @param {import("./router.js").Route} route */
async function showView(views, route) {
  const { options } = views;
  const load = options.views[route.view];
  if (!load) {
    go(address(options.home), { replace: true });
    return;
  }
  views.shell.setPlace(...placesOf(route));
  // Two addresses may belong to one view.
  if (views.view && load === options.views[views.shownName]) {
    views.view.update?.(route);
    setTitle(views);
    return;
  }
  views.turn += 1;
  views.failed = null;
  const own = views.turn;
  const isFirst = views.view === null;
  closeView(views);
  views.shell.setPanel(null);
  const timer = setTimeout(() => fill(views.shell.main, h("div", { class: "view-loading skeleton", role: "status", "aria-label": t("view.loading") })), PATIENCE);
  try {
    const module = await load();
    if (own !== views.turn) return;
    const opened = await module.open(options.context, route);
    if (own !== views.turn) {
      opened.leave?.();
      return;
    }
    views.view = opened;
    views.shownName = route.view;
    views.shell.setBar(...(opened.bar ?? []));
    views.shell.setTools(...(opened.tools ?? []));
    // A view may open its panel later.
    if (opened.panel) views.shell.setPanel(opened.panel);
    views.shell.setPrimary(opened.primary ?? options.primary ?? null);
    fill(views.shell.main, opened.element);
    setTitle(views);
    // At first the page has the focus anyway. Moving it into the view would skip the rail.
    if (!isFirst) views.shell.focusView();
  } catch (error) {
    if (own !== views.turn || isAbort(error)) return;
    views.shell.setBar();
    views.shell.setTools();
    views.shell.setPanel(null);
    views.shell.setPrimary(options.primary ?? null);
    views.failed = route;
    fill(views.shell.main, notice({
      icon: "warning",
      title: t("view.failed"),
      text: errorText(error),
      action: { label: t("action.retry"), run: () => void showView(views, route) },
    }));
  } finally {
    clearTimeout(timer);
  }
}

/** @template Context @param {Views<Context>} views */
function renew(views) {
  if (document.visibilityState !== "visible" || Date.now() - views.renewed < RENEW_PAUSE) return;
  views.renewed = Date.now();
  if (views.failed) void showView(views, views.failed);
  else views.view?.renew?.();
}

/** The names of the places at or above an address. @param {import("./router.js").Route} route */
export function placesOf({ view, path: [first = "", second = ""] }) {
  return [view, `${view}/${first}`, `${view}/${first}/${second}`];
}
