// The statistics over time, day by day: the stored data, the accounts that called, and the number of calls.

import { records } from "../../shared/api.js";
import { day as dayText, isoDay, number, size } from "../../shared/format.js";
import { h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { dataTable, roundUp, timeChart } from "../charts.js";
import { chartPart } from "./part.js";

/** @typedef {import("../../../replies.js").DayRecord} DayRecord */

/** The number of days that are shown. */
const DAYS = 90;

/** The values that are shown for each day. Each value has its own chart. @type {{ label: string, value: (day: DayRecord) => number, text: (value: number) => string, round?: (value: number) => number }[]} */
const MEASURES = [
  { label: "overviewdays.storage", value: (one) => one.storagebytes, text: size, round: roundUpSize },
  { label: "overview.filecount", value: (one) => one.files, text: (value) => number(value) },
  { label: "overviewdays.people", value: (one) => one.people, text: (value) => number(value) },
  { label: "overview.calls", value: (one) => one.calls, text: (value) => number(value) },
];

/** @param {AbortSignal} signal @returns {import("./part.js").Part} */
export function daysPart(signal) {
  const title = t("overviewdays.title");
  const part = chartPart({ title, class: "card-days" }, signal, async () => {
    /** @type {DayRecord[]} */
    const days = await records("getdailystats", "day", { days: DAYS }, { side: "admin", signal });
    if (days.length === 0) return { facts: t("overviewdays.none"), chart: [], table: null };
    return { facts: "", chart: [h("div", { class: "day-charts" }, MEASURES.map((measure) => chartOf(days, measure)))], table: tableOf(days, title) };
  });
  return { ...part, isLive: false };
}

/** @param {DayRecord[]} days @param {typeof MEASURES[number]} measure */
function chartOf(days, measure) {
  const label = t(measure.label);
  const slots = withGaps(days);
  const [first, last] = [/** @type {DayRecord} */ (days[0]), /** @type {DayRecord} */ (days.at(-1))];
  const summary = t("overviewdays.summary", { what: label, from: nameOf(first.date), to: nameOf(last.date), first: measure.text(measure.value(first)), last: measure.text(measure.value(last)) });
  return h("figure", { class: "day-chart" },
    h("figcaption", null, h("span", { text: label }), " ", h("span", { class: "number quiet", text: measure.text(measure.value(last)) })),
    timeChart({
      summary, series: [{ id: "answered", label }],
      bars: slots.map(({ day, row }) => ({ name: nameOf(day), values: [row ? measure.value(row) : 0] })),
      axis: [nameOf(first.date), nameOf(last.date)],
      text: measure.text, round: measure.round,
    }));
}

/** @param {DayRecord[]} days @param {string} title */
function tableOf(days, title) {
  return dataTable({
    caption: title,
    columns: [t("overviewdays.day"), ...MEASURES.map((measure) => t(measure.label))],
    rows: [...days].reverse().map((one) => [nameOf(one.date), ...MEASURES.map((measure) => measure.text(measure.value(one)))]),
  });
}

/** Every day from the first to the last, including the days without a record. @param {DayRecord[]} days */
function withGaps(days) {
  const known = new Map(days.map((one) => [one.date, one]));
  const slots = [];
  const last = days.at(-1)?.date ?? "";
  for (const time = noon(days[0]?.date ?? last); isoDay(time) <= last; time.setDate(time.getDate() + 1)) {
    slots.push({ day: isoDay(time), row: known.get(isoDay(time)) });
  }
  return slots.slice(-DAYS);
}

/** @param {string} iso */
function noon(iso) {
  return new Date(`${iso}T12:00:00`);
}

/** @param {string} iso */
function nameOf(iso) {
  return dayText(noon(iso).getTime() / 1000);
}

/** The smallest round size that is not below a number of bytes. @param {number} bytes */
function roundUpSize(bytes) {
  const unit = 1024 ** Math.floor(Math.log(Math.max(1, bytes)) / Math.log(1024));
  return roundUp(bytes / unit) * unit;
}
