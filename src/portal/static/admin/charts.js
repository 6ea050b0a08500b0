// Small charts, drawn as SVG. Each has a table with the same numbers, for those who want them
// exactly or cannot see the bars. Colours come from classes.

import { button, fill, h, uniqueId } from "../shared/h.js";
import { number } from "../shared/format.js";
import { t } from "../shared/i18n.js";

const SVG = "http://www.w3.org/2000/svg";
/** The size of a chart in its own units. The page stretches it. */
const HEIGHT = 100;
const SLOT = 10;
const BAR = 7;
/** The smallest size of a bar that is not zero, so that it is visible. */
const LEAST = 2;
const LEAST_LENGTH = 10;

/** @param {string} tag @param {Record<string, string | number>} attributes @param {...Element} children */
function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** @param {string} text */
function tooltip(text) {
  const element = document.createElementNS(SVG, "title");
  element.textContent = text;
  return element;
}

/** The smallest round number that is not below a value: 1, 2, 5, 10, 20, ... @param {number} value */
export function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  const step = [1, 2, 5, 10].find((one) => one * power >= value) ?? 10;
  return step * power;
}

/**
 * @typedef {{ id: string, label: string }} Series `id` names the colour: the class is `bar-ID`
 * @typedef {{ name: string, values: number[] }} Bar one value for each series, the lowest first
 */

/**
 * Vertical bars over time. The parts of a bar are stacked.
 * @param {{ summary: string, series: Series[], bars: Bar[], axis: string[], text?: (value: number) => string,
 *   round?: (value: number) => number }} options `summary`: what screen readers hear; `axis`: texts below the chart, from its start to its
 *   end; `text` and `round`: how values are written, and the top of the scale for the greatest of them
 */
export function timeChart(options) {
  const { bars, series, text = number, round = roundUp } = options;
  const most = round(Math.max(1, ...bars.map((bar) => bar.values.reduce((sum, value) => sum + value, 0))));
  const drawing = svg("svg", {
    class: "chart-drawing", role: "img", "aria-label": options.summary,
    viewBox: `0 0 ${bars.length * SLOT} ${HEIGHT}`, preserveAspectRatio: "none",
  });
  for (const share of [0, 0.5, 1]) {
    const y = HEIGHT * share;
    drawing.append(svg("line", { class: "chart-line", x1: 0, x2: bars.length * SLOT, y1: y, y2: y }));
  }
  bars.forEach((bar, at) => {
    const x = at * SLOT;
    const group = svg("g", { class: "chart-bar" }, tooltip(barText(bar, series, text)));
    group.append(svg("rect", { class: "chart-slot", x, y: 0, width: SLOT, height: HEIGHT }));
    let top = HEIGHT;
    bar.values.forEach((value, which) => {
      if (value <= 0) return;
      const height = Math.max(LEAST, (value / most) * HEIGHT);
      top -= height;
      group.append(svg("rect", { class: `bar-${series[which]?.id}`, x: x + (SLOT - BAR) / 2, y: Math.max(0, top), width: BAR, height }));
    });
    drawing.append(group);
  });
  return h("div", { class: "chart" },
    h("div", { class: "chart-scale", "aria-hidden": "true" }, h("span", { text: text(most) }), h("span", { text: text === number ? number(most / 2, 1) : text(most / 2) }), h("span", { text: "0" })),
    drawing,
    h("div", { class: "chart-axis", "aria-hidden": "true" }, options.axis.map((text) => h("span", { text }))));
}

/** @param {Bar} bar @param {Series[]} series @param {(value: number) => string} text */
function barText(bar, series, text) {
  return [bar.name, ...series.map((one, at) => `${one.label}: ${text(bar.values[at] ?? 0)}`)].join("\n");
}

/** The legend of the colours. @param {(Series & { value?: string })[]} series */
export function legend(series) {
  return h("ul", { class: "legend" }, series.map((one) => h("li", null,
    h("span", { class: ["legend-mark", `bar-${one.id}`], "aria-hidden": "true" }),
    h("span", { text: one.label }), one.value === undefined ? null : h("span", { class: "number quiet", text: one.value }))));
}

/**
 * A horizontal bar of parts. Its width is its share of `whole`.
 * @param {{ parts: { id: string, value: number, label: string }[], whole: number, summary: string, isDecoration?: boolean }} options
 */
export function lyingBar(options) {
  const width = 1000;
  const drawing = svg("svg", { class: "lying-bar", viewBox: `0 0 ${width} 10`, preserveAspectRatio: "none" });
  if (options.isDecoration) drawing.setAttribute("aria-hidden", "true");
  else {
    drawing.setAttribute("role", "img");
    drawing.setAttribute("aria-label", options.summary);
  }
  drawing.append(svg("rect", { class: "chart-ground", x: 0, y: 0, width, height: 10 }));
  let x = 0;
  for (const part of options.parts) {
    if (part.value <= 0 || options.whole <= 0) continue;
    const length = Math.min(width - x, Math.max(LEAST_LENGTH, (part.value / options.whole) * width));
    drawing.append(svg("rect", { class: `bar-${part.id}`, x, y: 0, width: Math.max(0, length), height: 10 }, tooltip(part.label)));
    x += length;
  }
  return drawing;
}

/**
 * A table of numbers.
 * @param {{ caption: string, columns: string[], rows: (string | number | Node)[][] }} options the first column names the row
 */
export function dataTable(options) {
  return h("table", { class: "data-table" },
    h("caption", { class: "visually-hidden", text: options.caption }),
    h("thead", null, h("tr", null, options.columns.map((column) => h("th", { scope: "col", text: column })))),
    h("tbody", null, options.rows.map((row) => h("tr", null, row.map((value, at) => (at === 0
      ? h("th", { scope: "row" }, value)
      : h("td", { class: "number" }, typeof value === "number" ? number(value) : value)))))));
}

/**
 * A card that shows a chart or its table.
 * @param {{ title: string, class?: string }} options
 */
export function chartCard(options) {
  const id = uniqueId("chart");
  const picture = h("div", { class: "chart-picture" });
  const table = h("div", { class: "chart-table", id, tabIndex: 0, role: "region", "aria-label": t("chart.tableof", { title: options.title }), hidden: true });
  const toggle = button({ icon: "sheet", label: t("chart.table"), kind: "quiet", props: { "aria-pressed": "false", "aria-controls": id } });
  toggle.addEventListener("click", () => {
    table.hidden = !table.hidden;
    picture.hidden = !table.hidden;
    toggle.setAttribute("aria-pressed", String(!table.hidden));
  });
  const facts = h("p", { class: "card-facts" });
  return {
    element: h("section", { class: ["card", options.class], "aria-label": options.title },
      h("div", { class: "card-head" }, h("h2", { text: options.title }), toggle), facts, picture, table),
    /** @param {{ facts?: string, chart: import("../shared/h.js").Child[], table: HTMLElement | null }} what */
    show(what) {
      facts.textContent = what.facts ?? "";
      facts.hidden = !what.facts;
      fill(picture, what.chart);
      fill(table, what.table);
      toggle.hidden = what.table === null;
      if (what.table === null && !table.hidden) toggle.click();
    },
  };
}
