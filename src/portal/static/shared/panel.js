// The details panel: everything about one thing, in tabs. On wide screens it is beside the list. On
// phones it covers the page until it is closed.

import { button, fill, h, uniqueId } from "./h.js";
import { t } from "./i18n.js";

/** @typedef {{ title: import("./h.js").Child, subtitle?: import("./h.js").Child, tabs: Tab[] }} PanelContent */

/**
 * @typedef {object} PanelState
 * @property {HTMLElement} title
 * @property {HTMLElement} subtitle
 * @property {HTMLElement} tabs
 * @property {HTMLElement} content
 * @property {HTMLElement} element
 * @property {string} current
 */

/**
 * @typedef {object} Tab
 * @property {string} id
 * @property {string} label
 * @property {(content: HTMLElement) => void} show fills the tab when it is opened
 */

/**
 * @param {{ label: string, onClose: () => void }} options
 */
export function createPanel(options) {
  const title = h("h2", { class: "panel-title" });
  const subtitle = h("p", { class: "panel-subtitle" });
  const tabs = h("div", { class: "tabs", role: "tablist", "aria-label": options.label });
  const content = h("div", { class: "panel-content", tabIndex: -1 });
  const element = h("aside", { class: "panel", "aria-label": options.label, hidden: true },
    h("div", { class: "panel-head" },
      h("div", { class: "panel-titles" }, title, subtitle),
      button({ icon: "close", label: t("panel.close"), kind: "quiet", onclick: options.onClose })),
    tabs, content);
  /** @type {PanelState} */
  const panel = { title, subtitle, tabs, content, element, current: "" };
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    options.onClose();
  });
  return {
    element,
    isOpen: () => !element.hidden,

    /** @param {PanelContent} what */
    show: (what) => showTabs(panel, what),

    /** The tab that is shown first. @param {string} id */
    prefer(id) { panel.current = id; },

    hide() {
      element.hidden = true;
      content.replaceChildren();
    },

    focus() {
      content.focus({ preventScroll: true });
    },
  };
}

/** @param {Tab} tab @param {() => void} open */
function tabButton(tab, open) {
  const element = h("button", { type: "button", class: "tab", role: "tab", id: uniqueId("tab"), text: tab.label });
  element.addEventListener("click", open);
  element.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const all = [...(element.parentElement?.children ?? [])];
    const next = step ? all[(all.indexOf(element) + step + all.length) % all.length] : null;
    if (next instanceof HTMLElement) {
      next.focus();
      next.click();
    }
  });
  return element;
}

/** A list of names and values. @param {[string, import("./h.js").Child][]} rows empty values are left out */
export function properties(rows) {
  return h("dl", { class: "properties" }, rows.filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => h("div", null, h("dt", { text: name }), h("dd", null, value))));
}

/**
 * @param {PanelState} panel
 * @param {PanelContent} what
 */
function showTabs(panel, what) {
  fill(panel.title, what.title);
  fill(panel.subtitle, what.subtitle);
  const chosen = what.tabs.find((tab) => tab.id === panel.current) ?? what.tabs[0];
  // A single tab needs no tab bar.
  panel.tabs.hidden = what.tabs.length < 2;
  const buttons = what.tabs.map((tab) => tabButton(tab, () => open(tab)));
  fill(panel.tabs, buttons);
  panel.element.hidden = false;
  /** @param {Tab | undefined} tab */
  const open = (tab) => {
    if (!tab) return;
    panel.current = tab.id;
    buttons.forEach((one, at) => {
      const isCurrent = what.tabs[at] === tab;
      one.setAttribute("aria-selected", String(isCurrent));
      one.tabIndex = isCurrent ? 0 : -1;
    });
    panel.content.replaceChildren();
    tab.show(panel.content);
    // If labels are long, not all tabs are visible at once.
    buttons[what.tabs.indexOf(tab)]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  open(chosen);
}
