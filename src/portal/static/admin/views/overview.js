// How the cloud is: room, requests and refusals, who stores how much, what the program needs, where it is reached.

import { record, records, errorText } from "../../shared/api.js";
import { copyText } from "../../shared/copy.js";
import { notice } from "../../shared/dialog.js";
import { compareNames, duration, number, size } from "../../shared/format.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast } from "../../shared/toast.js";
import { chartCard, dataTable, legend, lyingBar, timeChart } from "../charts.js";
import { clock } from "../times.js";
import { address } from "../../shared/router.js";

/**
 * @typedef {object} Stats
 * @property {number} totalusers
 * @property {number} fullaccessusers
 * @property {number} guestaccessusers
 * @property {number} totalfiles
 * @property {number} totalsizebytes
 * @property {number} diskbytes
 * @property {number} diskfreebytes
 * @property {number} uptime seconds
 * @property {number} memorybytes
 * @property {number} databasebytes
 * @property {string} version
 * @property {string} addresses separated by commas
 */
/** @typedef {{ start: number, calls: number, refused: number, failed: number }} Bucket */
/** @typedef {import("../usages.js").Usage} Usage */

/** Milliseconds between two looks at the numbers while the page is seen. */
const PAUSE = 60_000;
/** Accounts whose files are counted by themselves. */
const COUNTED_MAX = 200;
/** Accounts with a bar of their own. */
const BARS_MAX = 12;
/** Part of a disk from which on it is worth a warning. */
const NEARLY_FULL = 0.9;

/**
 * @param {import("../state.js").Context} context
 * @returns {import("../../shared/views.js").View}
 */
export function open(context) {
  const stop = new AbortController();
  const parts = [statsPart(context, stop.signal), callsPart("hour", stop.signal), callsPart("day", stop.signal), usersPart(context, stop.signal)];
  const refresh = button({ icon: "refresh", label: t("action.refresh"), kind: "quiet", onclick: () => {
    context.usages.forget();
    for (const part of parts) void part.load();
  } });
  for (const part of parts) void part.load();
  const timer = setInterval(() => {
    if (document.visibilityState !== "visible") return;
    for (const part of parts) if (part.isLive) void part.load();
  }, PAUSE);
  return {
    element: h("div", { class: "dashboard" },
      h("h1", { class: "visually-hidden", tabIndex: -1, text: t("place.overview") }), parts.map((part) => part.element)),
    bar: [h("span", { class: "bar-title", text: t("place.overview") }), refresh],
    title: () => t("place.overview"),
    leave() {
      clearInterval(timer);
      stop.abort();
    },
  };
}

/** @typedef {{ element: HTMLElement, isLive: boolean, load: () => Promise<void> }} Part */

/**
 * Loads into a card; a failure is told in it.
 * @param {HTMLElement} place @param {AbortSignal} signal @param {() => Promise<void>} load
 */
async function loadInto(place, signal, load) {
  try {
    await load();
  } catch (error) {
    if (signal.aborted) return;
    fill(place, notice({ title: errorText(error), action: { label: t("action.retry"), run: () => void loadInto(place, signal, load) } }));
  }
}

/** @param {string} title @param {string} [className] @returns {{ element: HTMLElement, body: HTMLElement }} */
function card(title, className) {
  const body = h("div", { class: "card-body" }, h("div", { class: "skeleton card-skeleton" }));
  return { element: h("section", { class: ["card", className], "aria-label": title }, h("h2", { text: title }), body), body };
}

/** Room and facts. @param {import("../state.js").Context} context @param {AbortSignal} signal @returns {Part} */
function statsPart(context, signal) {
  const room = card(t("overview.disk"), "card-room");
  const facts = card(t("overview.server"), "card-facts-box");
  const addresses = card(t("overview.addresses"), "card-addresses");
  return {
    element: h("div", { class: "dashboard-row" }, room.element, facts.element, addresses.element),
    isLive: true,
    load: () => loadInto(room.body, signal, async () => {
      /** @type {Stats} */
      const stats = await record("getstats", "stat", {}, { side: "admin", signal }).catch((error) => {
        // The card beside it says why.
        fill(facts.body);
        fill(addresses.body);
        throw error;
      });
      fill(room.body, roomOf(stats));
      fill(facts.body, factsOf(stats));
      fill(addresses.body, addressesOf(stats.addresses.split(",").filter(Boolean)));
      context.titleChanged();
    }),
  };
}

/** @param {Stats} stats */
function roomOf(stats) {
  const { diskbytes: whole, diskfreebytes: free, totalsizebytes: files } = stats;
  const other = Math.max(0, whole - free - files);
  const isFull = whole > 0 && free / whole < 1 - NEARLY_FULL;
  const parts = [
    { id: "files", value: files, label: `${t("overview.files")}: ${size(files)}` },
    { id: "other", value: other, label: `${t("overview.other")}: ${size(other)}` },
  ];
  return [
    h("p", { class: "big" }, h("span", { class: "big-number", text: size(free) }), " ", h("span", { class: "quiet", text: t("overview.freeof", { size: size(whole) }) })),
    lyingBar({ parts, whole, summary: t("overview.disksummary", { free: size(free), whole: size(whole), files: size(files) }) }),
    legend([
      { id: "files", label: t("overview.files"), value: size(files) },
      { id: "other", label: t("overview.other"), value: size(other) },
      { id: "ground", label: t("overview.free"), value: size(free) },
    ]),
    isFull ? h("p", { class: "warning-text", role: "status", text: t("overview.nearlyfull") }) : null,
  ];
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
  return h("dl", { class: "facts" }, facts.map(([name, value]) => h("div", null, h("dt", { text: name }), h("dd", { class: "number", text: value }))));
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
  const box = chartCard({ title });
  box.show({ chart: [h("div", { class: "skeleton card-skeleton" })], table: null });
  const place = /** @type {HTMLElement} */ (box.element.querySelector(".chart-picture"));
  return {
    element: box.element,
    isLive: true,
    load: () => loadInto(place, signal, async () => {
      /** @type {Bucket[]} */
      const buckets = await records("getcallstats", "bucket", { span }, { side: "admin", signal });
      box.show(callsOf(buckets, title));
    }),
  };
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

/** Who stores how much. @param {import("../state.js").Context} context @param {AbortSignal} signal @returns {Part} */
function usersPart(context, signal) {
  const title = t("overview.byuser");
  const box = chartCard({ title, class: "card-wide" });
  box.show({ chart: [h("div", { class: "skeleton card-skeleton" })], table: null });
  const place = /** @type {HTMLElement} */ (box.element.querySelector(".chart-picture"));
  return {
    element: box.element,
    // Counting walks the disk: only when somebody asks.
    isLive: false,
    load: () => loadInto(place, signal, async () => {
      const users = await records("search", "user", { keyword: "" }, { side: "admin", signal });
      /** @type {string[]} */
      const names = users.map((user) => user.username);
      /** @type {Usage[]} */
      const usages = [];
      let frame = 0;
      const redraw = () => {
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(() => { if (!signal.aborted) box.show(usersOf(usages, names.length, title)); });
      };
      await Promise.all(names.slice(0, COUNTED_MAX).map(async (name) => {
        if (signal.aborted) return;
        usages.push(await context.usages.ask(name));
        redraw();
      }));
    }),
  };
}

/** @param {Usage[]} usages what is known so far @param {number} count of all accounts @param {string} title */
function usersOf(usages, count, title) {
  const sorted = [...usages].sort((a, b) => b.totalbytes - a.totalbytes || compareNames(a.username, b.username));
  const most = Math.max(1, ...sorted.map((one) => one.totalbytes));
  const total = sorted.reduce((sum, one) => sum + one.totalbytes, 0);
  const rest = sorted.slice(BARS_MAX);
  const series = [
    { id: "files", label: t("overview.files") },
    { id: "versions", label: t("overview.versions") },
    { id: "bin", label: t("overview.bin") },
    { id: "incomplete", label: t("overview.incomplete") },
  ];
  const isWhole = usages.length >= Math.min(count, COUNTED_MAX);
  const facts = [
    isWhole ? t("overview.byuserfacts", { count, size: size(total) }) : t("overview.counting", { done: usages.length, count }),
    isWhole && count > COUNTED_MAX ? t("overview.countedfirst", { count: COUNTED_MAX }) : "",
  ].filter(Boolean).join(" ");
  return {
    facts,
    chart: [
      h("ul", { class: "user-bars" }, sorted.slice(0, BARS_MAX).map((one) => h("li", null,
        h("a", { class: "user-bar-name", href: address("users", [one.username]), text: one.username }),
        lyingBar({
          whole: most,
          isDecoration: true,
          summary: "",
          parts: [
            { id: "files", value: one.livebytes, label: `${t("overview.files")}: ${size(one.livebytes)}` },
            { id: "versions", value: one.versionsbytes, label: `${t("overview.versions")}: ${size(one.versionsbytes)}` },
            { id: "bin", value: one.binbytes, label: `${t("overview.bin")}: ${size(one.binbytes)}` },
            { id: "incomplete", value: one.incompletebytes, label: `${t("overview.incomplete")}: ${size(one.incompletebytes)}` },
          ],
        }),
        h("span", { class: "number", text: one.quotabytes > 0 ? t("overview.ofquota", { used: size(one.totalbytes), limit: size(one.quotabytes) }) : size(one.totalbytes) })))),
      rest.length > 0 ? h("p", { class: "quiet", text: t("overview.others", { count: rest.length, size: size(rest.reduce((sum, one) => sum + one.totalbytes, 0)) }) }) : null,
      legend(series),
    ],
    table: dataTable({
      caption: title,
      columns: [t("users.user"), t("overview.files"), t("overview.versions"), t("overview.bin"), t("overview.incomplete"), t("overview.total"), t("users.quota")],
      rows: sorted.map((one) => [
        h("a", { href: address("users", [one.username]), text: one.username }),
        size(one.livebytes), size(one.versionsbytes), size(one.binbytes), size(one.incompletebytes), size(one.totalbytes),
        one.quotabytes > 0 ? size(one.quotabytes) : t("users.noquota"),
      ]),
    }),
  };
}
