// Shows the view of the address, one at a time. A view is a module with an `open` function; modules come when they are
// first needed.

import { fill, h } from "./h.js";
import { errorText, isAbort } from "./api.js";
import { t } from "./i18n.js";
import { notice } from "./dialog.js";
import { address, go, onRoute } from "./router.js";

/**
 * What a view gives when it is opened.
 * @typedef {object} View
 * @property {HTMLElement} element
 * @property {import("./h.js").Child[]} [bar] what it puts into the bar
 * @property {HTMLElement} [panel]
 * @property {HTMLElement} [primary] the one button that stands out, at the head of the rail
 * @property {() => string} title for the window
 * @property {(route: import("./router.js").Route) => void} [update] the address changed within the view
 * @property {() => void} [again] somebody is signed in again: asks anew for what failed, and keeps what is being written;
 *   without it the view is opened anew
 * @property {() => void} [renew] the page is looked at again: shows what has changed meanwhile, in the same place
 * @property {() => void} [leave]
 */

/**
 * @template Context
 * @typedef {{ open: (context: Context, route: import("./router.js").Route) => View | Promise<View> }} ViewModule
 */

/** Milliseconds before a view that is still loading shows that it is. */
const PATIENCE = 150;
/** Milliseconds within which the page may be looked at again without asking the server. */
const RENEW_PAUSE = 2000;

/**
 * @template Context
 * @param {{ shell: import("./shell.js").Shell, home: string, appName: string, context: Context,
 *   views: Record<string, () => Promise<ViewModule<Context>>> }} options
 */
export function startViews(options) {
  const { shell } = options;
  /** @type {View | null} */
  let view = null;
  let name = "";
  let turn = 0;
  /** The address whose view could not be loaded. @type {import("./router.js").Route | null} */
  let failed = null;

  const setTitle = () => {
    const title = view?.title();
    document.title = title ? `${title} \u2013 ${options.appName}` : options.appName;
  };

  const close = () => {
    view?.leave?.();
    view = null;
    name = "";
  };

  /** @param {import("./router.js").Route} route */
  const show = async (route) => {
    const load = options.views[route.view];
    if (!load) {
      go(address(options.home), { replace: true });
      return;
    }
    shell.setPlace(route.view, `${route.view}/${route.path[0] ?? ""}`);
    // Two names may be of one view.
    if (view && load === options.views[name]) {
      view.update?.(route);
      setTitle();
      return;
    }
    turn += 1;
    failed = null;
    const own = turn;
    const isFirst = view === null;
    close();
    shell.setPanel(null);
    const timer = setTimeout(() => fill(shell.main, h("div", { class: "view-loading skeleton", role: "status", "aria-label": t("view.loading") })), PATIENCE);
    try {
      const module = await load();
      if (own !== turn) return;
      const opened = await module.open(options.context, route);
      if (own !== turn) {
        opened.leave?.();
        return;
      }
      view = opened;
      name = route.view;
      shell.setBar(...(opened.bar ?? []));
      // A view may bring its panel later.
      if (opened.panel) shell.setPanel(opened.panel);
      shell.setPrimary(opened.primary ?? null);
      fill(shell.main, opened.element);
      setTitle();
      // At the very first the page has the focus anyway, and taking it would skip the rail.
      if (!isFirst) shell.focusView();
    } catch (error) {
      if (own !== turn || isAbort(error)) return;
      shell.setBar();
      shell.setPanel(null);
      shell.setPrimary(null);
      failed = route;
      fill(shell.main, notice({
        icon: "warning",
        title: t("view.failed"),
        text: errorText(error),
        action: { label: t("action.retry"), run: () => void show(route) },
      }));
    } finally {
      clearTimeout(timer);
    }
  };

  onRoute((route) => void show(route));

  // The server is not asked by the clock, as an open page must not keep its disk awake: whoever looks again asks.
  let renewed = Date.now();
  const renew = () => {
    if (document.visibilityState !== "visible" || Date.now() - renewed < RENEW_PAUSE) return;
    renewed = Date.now();
    if (failed) void show(failed);
    else view?.renew?.();
  };
  document.addEventListener("visibilitychange", renew);
  for (const name of ["focus", "online"]) addEventListener(name, renew);

  return {
    /** The title of the view has changed. */
    setTitle,
    /** Opens the present view anew, as after signing in again. */
    reopen(/** @type {import("./router.js").Route} */ route) {
      if (view?.again) return view.again();
      close();
      return show(route);
    },
    close,
  };
}
