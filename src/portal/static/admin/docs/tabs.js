// Tabs within a page. One of them is shown, and this browser remembers which one.

import { h, uniqueId } from "../../shared/h.js";
import { remember, remembered } from "../../shared/memory.js";

/**
 * @param {{ label: string, memory: string, tabs: { id: string, label: string, content: HTMLElement }[],
 *   onChange?: (id: string) => void }} options
 */
export function createTabs(options) {
  const { tabs } = options;
  let current = tabs.find((tab) => tab.id === remembered(options.memory))?.id ?? tabs[0]?.id ?? "";
  const parts = tabs.map((tab) => {
    const id = uniqueId("tab");
    const button = h("button", { type: "button", class: "tab", role: "tab", id, text: tab.label, "aria-controls": `${id}-page` });
    const page = h("div", { role: "tabpanel", id: `${id}-page`, "aria-labelledby": id }, tab.content);
    button.addEventListener("click", () => choose(tab.id));
    button.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (step === 0) return;
      const at = tabs.findIndex((one) => one.id === tab.id);
      const next = tabs[(at + step + tabs.length) % tabs.length];
      if (!next) return;
      choose(next.id);
      parts.find((part) => part.id === next.id)?.button.focus();
    });
    return { id: tab.id, button, page };
  });

  /** @param {string} id */
  function choose(id) {
    current = id;
    remember(options.memory, id);
    show();
    options.onChange?.(id);
  }

  function show() {
    for (const part of parts) {
      const isCurrent = part.id === current;
      part.button.setAttribute("aria-selected", String(isCurrent));
      part.button.tabIndex = isCurrent ? 0 : -1;
      part.page.hidden = !isCurrent;
    }
  }

  show();
  return {
    element: h("div", { class: "tab-box" },
      h("div", { class: "tabs", role: "tablist", "aria-label": options.label }, parts.map((part) => part.button)),
      parts.map((part) => part.page)),
    current: () => current,
  };
}
