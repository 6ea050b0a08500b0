// The state of the cloud: free space, health, requests, refusals, storage by account, what the
// program uses, and its addresses.

import { record, records, errorText } from "../../shared/api.js";
import { copyText } from "../../shared/copy.js";
import { duration, number, size } from "../../shared/format.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast } from "../../shared/toast.js";
import { dataTable, legend, timeChart } from "../charts.js";
import { daysPart } from "../overview/days.js";
import { latestFilesPart, latestUsersPart } from "../overview/newest.js";
import { card, chartPart, loadInto } from "../overview/part.js";
import { holdsPart } from "../overview/holds.js";
import { soundnessPart } from "../overview/soundness.js";
import { storagePart, usersPart } from "../overview/storage.js";
import { volumesPart } from "../overview/volumes.js";
import { waitingPart } from "../overview/waiting.js";
import { clock } from "../times.js";

/** @typedef {import("../../../replies.js").StatsRecord} Stats */
/** @typedef {import("../../../replies.js").CallCount} Bucket */
/** @typedef {import("../overview/part.js").Part} Part */

/** Milliseconds between two updates while the page is visible. */
const PAUSE = 60_000;

/**
 * @param {import("../state.js").Context} context
 * @returns {import("../../shared/views.js").View}
 */
export function open(context) {
  const stop = new AbortController();
  const storage = storagePart(context, stop.signal);
  const soundness = soundnessPart(context, stop.signal);
  const [waiting, holds] = [waitingPart(context, stop.signal), holdsPart(context, stop.signal)];
  const stats = statsPart(stop.signal);
  const below = [callsPart("hour", stop.signal), callsPart("day", stop.signal), daysPart(stop.signal), volumesPart(context, stop.signal), usersPart(stop.signal), latestFilesPart(stop.signal), latestUsersPart(stop.signal)];
  const parts = [storage, soundness, waiting, holds, stats, ...below];
  const refresh = button({ icon: "refresh", label: t("action.refresh"), kind: "quiet", onclick: () => {
    for (const part of parts) void part.load();
  } });
  for (const part of parts) void part.load();
  const timer = setInterval(() => {
    if (document.visibilityState !== "visible") return;
    for (const part of parts) if (part.isLive) void part.load();
  }, PAUSE);
  return {
    element: h("div", { class: "dashboard" },
      h("h1", { class: "visually-hidden", tabIndex: -1, text: t("place.overview") }),
      h("div", { class: "dashboard-stack" }, storage.element, stats.facts),
      h("div", { class: "dashboard-stack" }, holds.element, waiting.element, soundness.element, stats.addresses),
      below.map((part) => part.element)),
    bar: [h("span", { class: "bar-title", text: t("place.overview") }), refresh],
    title: () => t("place.overview"),
    leave() {
      clearInterval(timer);
      stop.abort();
      for (const part of parts) part.stop?.();
    },
  };
}

/** The program's use of memory and connections, and its addresses. @param {AbortSignal} signal */
function statsPart(signal) {
  const facts = card(t("overview.server"), "card-facts-box");
  const addresses = card(t("overview.addresses"), "card-addresses");
  return {
    facts: facts.element,
    addresses: addresses.element,
    isLive: true,
    stop: undefined,
    load: () => loadInto(facts.body, signal, async () => {
      /** @type {Stats} */
      const stats = await record("getstats", "stat", {}, { side: "admin", signal }).catch((error) => {
        // The card beside this one shows the reason.
        fill(addresses.body);
        throw error;
      });
      fill(facts.body, factsOf(stats));
      fill(addresses.body, addressesOf(stats.addresses.split(",").filter(Boolean)));
    }),
  };
}

/** @param {Stats} stats */
function factsOf(stats) {
  /** @type {[string, string][]} */
  const facts = [
    [t("overview.users"), stats.fullaccessusers < stats.totalusers
      ? t("overview.someusers", { count: stats.totalusers, full: stats.fullaccessusers })
      : number(stats.totalusers)],
    [t("overview.filecount"), number(stats.totalfiles)],
    [t("overview.uptime"), duration(stats.uptime)],
    [t("overview.memory"), size(stats.memorybytes)],
    [t("overview.database"), size(stats.databasebytes)],
    [t("overview.version"), stats.version],
  ];
  const lacks = stats.nothumbnailsof.split(",").filter(Boolean).map(lackText);
  if (lacks.length > 0) facts.push([t("overview.nothumbnails"), lacks.join(" · ")]);
  return h("dl", { class: "facts" }, facts.map(([name, value]) => h("div", null, h("dt", { text: name }), h("dd", { class: "number", text: value }))));
}

/**
 * The reason why a kind of files has no thumbnails.
 * @param {string} lack the kind and the reason, `PDF:not-installed`
 */
function lackText(lack) {
  const [files = "", reason = ""] = lack.split(":");
  return reason === "not-installed" ? t(`thumbnaillack.${files.toLowerCase()}`) : t(`thumbnaillack.${reason}`, { files: t(`thumbnaillackof.${files.toLowerCase()}`) });
}

/** @param {string[]} addresses */
function addressesOf(addresses) {
  if (addresses.length === 0) return h("p", { class: "quiet", text: t("overview.noaddresses") });
  return [
    h("p", { class: "quiet", text: t("overview.addressestext") }),
    h("ul", { class: "addresses" }, addresses.map((one) => h("li", null,
      h("a", { href: one, text: one }),
      button({ icon: "copy", label: t("overview.copyaddress", { address: one }), kind: "quiet", onclick: () => {
        void copyText(one).catch((error) => errorToast(errorText(error)));
      } })))),
  ];
}

/** Requests over time. @param {"hour" | "day"} span @param {AbortSignal} signal @returns {Part} */
function callsPart(span, signal) {
  const title = t(`overviewcalls.${span}`);
  return chartPart({ title }, signal, async () => {
    /** @type {Bucket[]} */
    const buckets = await records("getcallstats", "bucket", { span }, { side: "admin", signal });
    return callsOf(buckets, title);
  });
}

/** @param {Bucket[]} buckets @param {string} title */
function callsOf(buckets, title) {
  const sum = (/** @type {(bucket: Bucket) => number} */ part) => buckets.reduce((total, bucket) => total + part(bucket), 0);
  const [calls, refused, failed] = [sum((one) => one.calls), sum((one) => one.refused), sum((one) => one.failed)];
  const series = [
    { id: "answered", label: t("overview.answered") },
    { id: "refused", label: t("overview.refused") },
    { id: "failed", label: t("overview.failed") },
  ];
  const answered = (/** @type {Bucket} */ one) => Math.max(0, one.calls - one.refused - one.failed);
  const summary = t("overview.callssummary", { title, calls: number(calls), refused: number(refused), failed: number(failed) });
  const [first, middle] = [buckets[0]?.start ?? 0, buckets[Math.floor(buckets.length / 2)]?.start ?? 0];
  return {
    facts: "",
    chart: [
      timeChart({
        summary, series,
        bars: buckets.map((one) => ({ name: clock(one.start), values: [answered(one), one.refused, one.failed] })),
        axis: [clock(first), clock(middle), t("overview.now")],
      }),
      legend([
        { id: "answered", label: t("overview.answered"), value: number(calls - refused - failed) },
        { id: "refused", label: t("overview.refused"), value: number(refused) },
        { id: "failed", label: t("overview.failed"), value: number(failed) },
      ]),
    ],
    table: dataTable({
      caption: title,
      columns: [t("overview.from"), t("overview.calls"), t("overview.refused"), t("overview.failed")],
      rows: [...buckets].reverse().map((one) => [clock(one.start), one.calls, one.refused, one.failed]),
    }),
  };
}
