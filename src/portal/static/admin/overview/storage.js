// The used storage, by kind and by account. Both come from one count of the server, which visits no disk.

import { call } from "../../shared/api.js";
import { compareNames, number, size, when } from "../../shared/format.js";
import { h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { address } from "../../shared/router.js";
import { dataTable, legend, lyingBar } from "../charts.js";
import { chartPart } from "./part.js";

/** @typedef {import("./part.js").Part} Part */
/** @typedef {import("../../../replies.js").AccountUsage} Usage */
/** @typedef {import("../../../replies.js").CountMeta} Count */
/** @typedef {import("../../../replies.js").StorageKind} Kind */

/** The number of accounts with a bar of their own. */
const BARS_MAX = 12;

/** @param {import("../state.js").Context} context @param {AbortSignal} signal @returns {Part} */
export function storagePart(context, signal) {
  const title = t("overview.storage");
  return chartPart({ title, class: "card-room" }, signal, async () => {
    const [reply] = await Promise.all([call("getstorage", {}, { side: "admin", signal }), context.health.load()]);
    const volume = context.health.known()?.volumes[0];
    if (!volume) throw context.health.failure();
    const kinds = /** @type {Kind[]} */ (reply.kind ?? []);
    const [here, further] = [kinds.filter((one) => !one.volume), kinds.filter((one) => one.volume)];
    return storageOf(here, further, reply.meta, volume, title);
  });
}

/**
 * The use of the disk with the accounts' files. The table also contains the other disks.
 * @param {Kind[]} kinds @param {Kind[]} further @param {Count} count @param {import("../health.js").Volume} volume @param {string} title
 */
function storageOf(kinds, further, count, volume, title) {
  const { totalbytes: whole, freebytes: free } = volume;
  const known = kinds.reduce((sum, one) => sum + one.bytes, 0);
  const name = (/** @type {string} */ kind) => t(`overviewkind.${kind}`);
  const parts = [
    ...kinds.map((one) => ({ id: one.kind, value: one.bytes, label: `${name(one.kind)}: ${size(one.bytes)}` })),
    { id: "other", value: Math.max(0, whole - free - known), label: "" },
  ];
  const other = /** @type {{ value: number, label: string }} */ (parts.at(-1));
  other.label = `${t("overview.other")}: ${size(other.value)}`;
  return {
    facts: "",
    chart: [
      h("p", { class: "big" }, h("span", { class: "big-number", text: size(free) }), " ", h("span", { class: "quiet", text: t("overview.freeof", { size: size(whole) }) })),
      lyingBar({ parts, whole, summary: t("overview.disksummary", { free: size(free), whole: size(whole), files: size(known) }) }),
      legend([
        ...kinds.filter((one) => one.bytes > 0).map((one) => ({ id: one.kind, label: name(one.kind), value: size(one.bytes) })),
        { id: "other", label: t("overview.other"), value: size(other.value) },
        { id: "ground", label: t("overview.free"), value: size(free) },
      ]),
      counted(count),
    ],
    table: dataTable({
      caption: title,
      columns: [t("overview.kind"), t("overview.size"), t("overview.filecount")],
      rows: [
        ...kinds.map((one) => [name(one.kind), size(one.bytes), one.kind === "thumbnails" ? "\u2013" : number(one.files)]),
        [t("overview.other"), size(other.value), "\u2013"],
        [t("overview.free"), size(free), "\u2013"],
        [t("overview.total"), size(whole), "\u2013"],
        ...further.filter((one) => one.bytes > 0).map((one) => [`${one.volume}: ${name(one.kind)}`, size(one.bytes), number(one.files)]),
      ],
    }),
  };
}

/** Says what the count does not include. @param {Count} count */
function counted(count) {
  return count.iscomplete ? null : h("p", { class: "field-hint", text: t("overview.incompletecount", { time: when(count.countedepochutc) }) });
}

/** The storage of each user. @param {AbortSignal} signal @returns {Part} */
export function usersPart(signal) {
  const title = t("overview.byuser");
  return chartPart({ title, class: "card-wide" }, signal, async () => {
    const reply = await call("getstoragebyuser", {}, { side: "admin", signal });
    return usersOf(/** @type {Usage[]} */ (reply.usage ?? []), reply.meta, title);
  });
}

/** @param {Usage[]} usages @param {Count} count @param {string} title */
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
  return {
    facts: t("overview.byuserfacts", { count: usages.length, size: size(total) }),
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
      counted(count),
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
