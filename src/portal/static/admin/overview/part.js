// Helpers for the parts of the overview: a card, and loading into it.

import { errorText } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { chartCard } from "../charts.js";

/**
 * A part of the overview. If `isLive` is true, its numbers are loaded again and again while the
 * page is visible.
 * @typedef {{ element: HTMLElement, isLive: boolean, load: () => Promise<void>, stop?: () => void }} Part
 */

/**
 * Loads something into a card. A failure is shown in the card.
 * @param {HTMLElement} place @param {AbortSignal} signal @param {() => Promise<void>} load
 */
export async function loadInto(place, signal, load) {
  try {
    await load();
  } catch (error) {
    if (signal.aborted) return;
    fill(place, notice({ title: errorText(error), action: { label: t("action.retry"), run: () => void loadInto(place, signal, load) } }));
  }
}

/** @param {string} title @param {string} [className] @returns {{ element: HTMLElement, body: HTMLElement }} */
export function card(title, className) {
  const body = h("div", { class: "card-body" }, h("div", { class: "skeleton card-skeleton" }));
  return { element: h("section", { class: ["card", className], "aria-label": title }, h("h2", { text: title }), body), body };
}

/**
 * A part with a chart, which can also be read as a table. `load` loads the values.
 * @param {{ title: string, class?: string }} options @param {AbortSignal} signal
 * @param {() => Promise<Parameters<ReturnType<typeof chartCard>["show"]>[0]>} load @returns {Part}
 */
export function chartPart(options, signal, load) {
  const box = chartCard(options);
  box.show({ chart: [h("div", { class: "skeleton card-skeleton" })], table: null });
  const place = /** @type {HTMLElement} */ (box.element.querySelector(".chart-picture"));
  return {
    element: box.element,
    isLive: true,
    load: () => loadInto(place, signal, async () => box.show(await load())),
  };
}
