// The frame around every view: the rail at the side with the places, the bar above, the view, and
// the panel beside it. On phones there is a bar of places at the lower edge instead of the rail.
// Each portal has its own places.

import { fill, h, icon } from "./h.js";
import { t } from "./i18n.js";
import { cloudMark } from "./looks.js";
import { menuButton } from "./menu.js";

/**
 * A place in the rail.
 * @typedef {object} Place
 * @property {string} id the view
 * @property {string} [also] another view that belongs to it on phones
 * @property {string} label key of the message
 * @property {string} [shortLabel] for narrow screens
 * @property {string} icon
 * @property {string} href
 * @property {boolean} [isLow] at the lower end of the rail
 */

/**
 * The options of the frame. `middle` and `tools`, beside the account, are in the bar whatever the view is.
 * @typedef {{ name: string, places: Place[], accountName: string, middle?: HTMLElement, tools?: HTMLElement, account: () => import("./menu.js").MenuEntry[] | Promise<import("./menu.js").MenuEntry[]> }} ShellOptions
 */

/** The elements of the frame. @param {ShellOptions} options @param {() => void} focusView */
function createFrame(options, focusView) {
  const bar = h("div", { class: "bar-view" });
  const viewTools = h("div", { class: "bar-side" });
  const main = h("main", { class: "main", id: "main", tabIndex: -1 });
  const panel = h("div", { class: "shell-panel" });
  const alarm = h("div", { class: "shell-notice" });
  const notice = h("div", { class: "shell-notice" });
  const own = h("section", { class: "rail-own", hidden: true });
  const tray = h("div", { class: "shell-tray" });
  const primary = h("div", { class: "rail-primary" });
  const foot = h("div", { class: "rail-foot" });
  const accountName = h("span", { class: "account-name", text: options.accountName });
  const brand = h("span", { class: "brand-name", text: options.name });
  const initials = h("span", { class: "initials", "aria-hidden": "true" }, initialsOf(options.accountName));
  const account = menuButton(h("button", { type: "button", class: "button quiet bare account" }, initials), options.account);
  account.append(h("span", { class: "visually-hidden", text: `${t("shell.account")} ` }), accountName);
  const skip = h("button", { type: "button", class: "skip", text: t("shell.skip"), on: { click: focusView } });
  const rail = h("nav", { class: "rail", "aria-label": t("shell.places") },
    h("div", { class: "brand" }, cloudMark("brand-icon"), brand),
    primary,
    placeList(options.places.filter((place) => !place.isLow), "rail-places"),
    own,
    h("div", { class: "rail-space" }),
    foot,
    placeList(options.places.filter((place) => place.isLow), "rail-places"));
  const tabbar = h("nav", { class: "tabbar", "aria-label": t("shell.places") }, placeList(options.places, "tabbar-places", true));
  const element = h("div", { class: "shell" }, skip, rail,
    h("div", { class: "stage" }, h("header", { class: ["bar", options.middle && "has-middle"] }, bar, options.middle ?? null,
      h("div", { class: "bar-side" }, viewTools, options.tools ?? null, account)), alarm, notice, main),
    panel, tabbar, tray);
  return { element, main, bar, viewTools, panel, alarm, notice, own, tray, primary, foot, brand, accountName, initials };
}

/** @param {ShellOptions} options */
export function createShell(options) {
  const frame = createFrame(options, () => focusView());
  const { element, main, initials, alarm, notice, tray, own, foot } = frame;

  /** Moves the focus to the main part of the view. */
  function focusView() {
    const inner = main.querySelector("[role=grid], h1[tabindex]");
    (inner instanceof HTMLElement ? inner : main).focus({ preventScroll: true });
  }

  return {
    element,
    main,
    /** The circle of the account in the bar. */
    initials,
    /** Above every view, for questions that need an answer. */
    alarm,
    /** Above every view, for warnings. */
    notice,
    /** For uploads and other long work. */
    tray,
    /** Below the places in the rail, for the user's own places. */
    own,
    /** Above the places at the lower end of the rail. */
    foot,
    focusView,

    /** Shows a new name of the cloud. @param {string} name */
    setName(name) { frame.brand.textContent = name; },

    /** @param {string} name */
    setAccountName(name) {
      frame.accountName.textContent = name;
      // A picture may cover the letters.
      if (initials.firstChild) initials.firstChild.textContent = initialsOf(name);
    },

    /** Marks the place that is shown. It may have any of these names. @param {...string} ids */
    setPlace(...ids) {
      for (const link of element.querySelectorAll("[data-place]")) {
        const { place = "", also = "" } = /** @type {HTMLElement} */ (link).dataset;
        if (ids.includes(place) || ids.includes(also)) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
      }
    },

    /** @param {...import("./h.js").Child} children the elements of the view in the bar */
    setBar(...children) { fill(frame.bar, children); },

    /** @param {...import("./h.js").Child} children the tools of the view, between the middle of the bar and the account */
    setTools(...children) { fill(frame.viewTools, children); },

    /** @param {HTMLElement | null} one the main button of the view */
    setPrimary(one) { fill(frame.primary, one); },

    /** @param {HTMLElement | null} one the panel of the view */
    setPanel(one) { fill(frame.panel, one); },
  };
}

/** The initials of a name, shown in place of a picture. @param {string} name */
export function initialsOf(name) {
  const parts = name.split(/[^\p{L}\p{N}\p{M}]+/u).filter(Boolean);
  const ends = parts.length > 1 ? [parts[0], parts[parts.length - 1]] : parts;
  return ends.map((part) => [...part ?? ""][0] ?? "").join("").toLocaleUpperCase();
}

/** @param {Place[]} places @param {string} className @param {boolean} [isNarrow] */
function placeList(places, className, isNarrow = false) {
  return h("ul", { class: className }, places.map((place) => h("li", null,
    h("a", { class: "place", href: place.href, data: { place: place.id, ...(isNarrow && place.also ? { also: place.also } : {}) }, title: t(place.label) },
      icon(place.icon), h("span", { class: "place-label", text: t((isNarrow && place.shortLabel) || place.label) })))));
}

/** @typedef {ReturnType<typeof createShell>} Shell */
