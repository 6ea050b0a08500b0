// The bar with the operations for a selection, which is at the bottom on phones, and the bar that
// shows what waits to be pasted.

import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { menuButton } from "../../shared/menu.js";
import { orTell } from "../../shared/toast.js";
import { isShowing } from "./paths.js";

/** @typedef {{ selection: () => ReadonlySet<string>, select: (keys: string[]) => void, isOn?: () => boolean, focus: () => void }} SelectedList `isOn`: whether one selects, also while nothing is selected */

/**
 * @param {{ context: import("../state.js").Context, list: SelectedList, chosen: () => import("../../shared/types.js").Entry[] }} fileView the view with the selection
 * @param {{ entryMenu: () => Promise<import("../../shared/menu.js").MenuEntry[]>, rename?: () => void, remove: () => void }} options
 *   without `rename`, nothing can be renamed here
 */
export function createSelectionBar(fileView, options) {
  const { operations } = fileView.context;
  const element = h("div", { class: "selection-bar", role: "toolbar", "aria-label": t("files.selection"), hidden: true });

  /** @param {string} icon @param {string} text @param {() => void} onclick @param {string} [className] */
  const barAction = (icon, text, onclick, className = "") => button({ icon, text, kind: "quiet", class: `bar-action ${className}`, onclick });

  /** True if the selection can be shared. Only one entry is shared at a time. */
  const canShare = () => fileView.list.selection().size === 1 && fileView.chosen()[0]?.canShare;

  const content = (/** @type {number} */ count) => [
    button({ icon: "close", label: t("files.unselect"), kind: "quiet", onclick: () => { fileView.list.select([]); fileView.list.focus(); } }),
    h("span", { class: "selection-count", role: "status", text: t("files.selected", { count }) }),
    count > 0 && h("div", { class: "selection-actions" },
      barAction("download", t("action.download"), () => operations.download(fileView.chosen())),
      canShare() ? barAction("share", t("action.share"), () => { const [first] = fileView.chosen(); if (first) operations.share(first); }) : null,
      barAction("move", t("action.move"), () => orTell(operations.transferByPicking(fileView.chosen(), "move"))),
      barAction("copy", t("action.copyto"), () => orTell(operations.transferByPicking(fileView.chosen(), "copy")), "wide-only"),
      options.rename ? barAction("rename", t("action.rename"), options.rename, "wide-only") : null,
      barAction("trash", t("action.delete"), options.remove),
      menuButton(button({ icon: "more", label: t("files.more"), kind: "quiet" }), options.entryMenu)),
  ];

  // In languages with long words there is no space for all labels.
  const fit = () => {
    element.classList.remove("is-tight");
    element.classList.toggle("is-tight", element.scrollWidth > element.clientWidth);
  };
  const observer = new ResizeObserver(fit);
  observer.observe(element);

  return {
    element,
    show() {
      const count = fileView.list.selection().size;
      const isOn = fileView.list.isOn?.() ?? count > 0;
      element.hidden = !isOn;
      document.documentElement.classList.toggle("is-selecting", isOn);
      if (isOn) {
        // The focus may be in the bar, whose buttons are made anew.
        const focused = [...element.querySelectorAll("button")].indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
        fill(element, content(count));
        fit();
        if (focused >= 0) element.querySelectorAll("button")[focused]?.focus();
      } else if (element.contains(document.activeElement)) {
        fileView.list.focus();
      }
    },
    hasFocus: () => element.contains(document.activeElement),
    stop() { observer.disconnect(); document.documentElement.classList.remove("is-selecting"); },
  };
}

/** @param {import("./file-view.js").FileView} fileView */
export function createPasteBar(fileView) {
  const { store, operations } = fileView.context;
  const element = h("div", { class: "paste-bar", hidden: true });
  const show = () => {
    const { clipboard } = store.get();
    element.hidden = clipboard === null;
    if (!clipboard) return;
    const count = clipboard.paths.length;
    const text = t(clipboard.mode === "copy" ? "clipboard.copied" : "clipboard.cut", { count });
    fill(element,
      h("span", { class: "paste-text", text: isShowing(clipboard.paths, fileView.path()) ? `${text}. ${t("disks.seen")}` : text }),
      button({ text: t("action.pastehere"), kind: "quiet", onclick: () => orTell(operations.paste(fileView.path())) }),
      button({ icon: "close", label: t("clipboard.clear"), kind: "quiet", onclick: () => store.set({ clipboard: null }) }));
  };
  show();
  return { element, show, stop: store.watch((state) => state.clipboard, show) };
}
