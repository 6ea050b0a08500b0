// The state of the stored data: what the last checks found, the remedies, and the time of the last
// backup.

import { ROOT, command } from "../../shared/api.js";
import { duration, number, when } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { language, t } from "../../shared/i18n.js";
import { address } from "../../shared/router.js";
import { errorToast } from "../../shared/toast.js";
import { needs } from "../allowed.js";
import { isBackupLate, isOfEntry, isSound } from "../health.js";
import { folderAddress, homeOf, isWithin, leafOf, parentOf, DISKS } from "../../user/files/paths.js";
import { adminErrorText } from "../error-text.js";
import { card, loadInto } from "./part.js";

/** @typedef {import("../health.js").Check} Check */

/** Advice about a finding. The first pattern that matches counts. @type {[RegExp, string][]} */
const ADVICE = [
  [/^database:/, "database"],
  [/^audit log:/, "audit"],
  [/is damaged/, "damaged"],
  [/cannot be read/, "unreadable"],
  [/lies on the disk without a row/, "leftover"],
  [/has a row but is not on the disk/, "lost"],
  [/has the name of the recycle bin/, "binname"],
];

/** @param {import("../state.js").Context} context @param {AbortSignal} signal @returns {import("./part.js").Part} */
export function soundnessPart(context, signal) {
  const box = card(t("overview.soundness"), "card-soundness");
  const { health } = context;
  let shown = "";

  const { name } = context.store.get().account;
  const draw = () => {
    const known = health.known();
    if (!known || signal.aborted) return;
    // Parts without a change are not redrawn, so that an open list stays open.
    const now = JSON.stringify([known.checks, known.upkeep, known.findings]);
    if (now === shown) return;
    shown = now;
    const { checks, upkeep } = known;
    const passedOver = known.findings.filter(isOfEntry);
    fill(box.body,
      // The newest check of either kind, because a deep check includes all that a quick one does.
      checkRow(name, checks[0], "quick"),
      checkRow(name, checks.find((check) => check.kind === "deep"), "deep", scheduleText(upkeep)),
      backupRow(upkeep),
      passedOver.length > 0 ? passedOverRow(passedOver, putAside) : null,
      upkeep.isrunning
        ? h("p", { class: "quiet", role: "status", text: t(upkeep.isdeep ? "check.runningdeep" : "check.running", { count: upkeep.files, time: when(upkeep.sinceepochutc) }) })
        : h("div", { class: "card-actions" },
          needs("startcheck", button({ text: t("check.start"), onclick: () => void start(false) })),
          needs("startcheck", button({ text: t("check.startdeep"), onclick: () => void start(true) }))));
  };

  /** @param {boolean} isDeep */
  const start = async (isDeep) => {
    try {
      await command("startcheck", { deep: isDeep ? 1 : 0 }, { side: "admin" });
    } catch (error) {
      errorToast(adminErrorText(error));
    }
    await health.load();
  };

  /** @param {import("../health.js").Finding} finding */
  const putAside = async (finding) => {
    try {
      await command("removealert", { rid: finding.rid }, { side: "admin" });
    } catch (error) {
      errorToast(adminErrorText(error));
    }
    await health.load();
  };

  const unwatch = health.watch(draw);
  return {
    element: box.element,
    isLive: true,
    load: () => loadInto(box.body, signal, async () => {
      await health.load();
      if (!health.known()) throw health.failure();
      draw();
    }),
    stop: unwatch,
  };
}

/** @param {import("../health.js").Upkeep} upkeep */
function scheduleText(upkeep) {
  const setting = h("a", { href: address("settings", [], { q: "deep_check_days" }), text: t("check.setting") });
  if (upkeep.deepcheckdays === 0) return h("p", { class: "field-hint" }, t("check.noschedule"), " ", setting);
  const isDue = upkeep.nextdeepepochutc <= Date.now() / 1000;
  return h("p", { class: "field-hint" },
    isDue ? t("check.due") : t("check.next", { count: upkeep.deepcheckdays, time: when(upkeep.nextdeepepochutc) }), " ", setting);
}

/** @param {string} admin @param {Check | undefined} check @param {"quick" | "deep"} kind @param {HTMLElement} [more] */
function checkRow(admin, check, kind, more) {
  const isGood = check !== undefined && isSound(check);
  const state = !check ? "unknown" : isGood ? "good" : "bad";
  return h("div", { class: ["soundness", `is-${state}`], data: { check: kind } },
    icon(state === "good" ? "check" : state === "bad" ? "warning" : "info"),
    h("div", { class: "soundness-text" },
      h("p", { class: "strong", text: t(`checkkind.${kind}`) }),
      h("p", { text: check ? sentence(check, kind) : t(`checknever.${kind}`) }),
      // A deep check lists its findings in its own row, even if it was the last check of either
      // kind.
      check && check.wrong > 0 && check.kind === kind ? findings(admin, check) : null,
      more ?? null));
}

/** @param {Check} check @param {"quick" | "deep"} kind which side of it */
function sentence(check, kind) {
  const time = when(check.endedepochutc);
  if (check.failure !== "") return t("check.broken", { time, reason: check.failure });
  if (check.wrong > 0) return t("check.wrong", { count: check.wrong, time });
  const facts = [
    t("check.sound", { count: check.files, time }),
    kind === "deep" ? t("check.compared", { count: check.compared }) : "",
    kind === "deep" && check.taken > 0 ? t("check.taken", { count: check.taken }) : "",
    check.mended > 0 ? t("check.mended", { count: check.mended }) : "",
    kind === "deep" && check.endedepochutc - check.beganepochutc > 60 ? t("check.took", { duration: duration(check.endedepochutc - check.beganepochutc) }) : "",
  ];
  return facts.filter(Boolean).join(" ");
}

/**
 * Where somebody can see to a damaged file: its versions, if it is the administrator's own or lies on a
 * disk that they may use, or its owner.
 * @param {string} admin @param {string} line
 */
function wayTo(admin, line) {
  const path = /^(\/.*) is damaged: /.exec(line)?.[1] ?? /^(\/.*?) cannot be read: /.exec(line)?.[1];
  const owner = path?.split("/")[1] ?? "";
  if (!path || path === `/${owner}`) return null;
  const home = homeOf(admin);
  if (isWithin(path, home) || isWithin(path, DISKS)) {
    const href = `${ROOT}/${folderAddress(parentOf(path), home, { details: leafOf(path), tab: "versions" })}`;
    return h("a", { href, text: t("check.versionsof", { name: leafOf(path) }) });
  }
  return h("a", { href: address("users", [owner]), text: t("check.owner", { name: owner }) });
}

/** @param {string} admin @param {Check} check */
function findings(admin, check) {
  const lines = check.findings.split("\n").filter(Boolean);
  const advice = new Set(lines.map((line) => ADVICE.find(([pattern]) => pattern.test(line))?.[1] ?? "other"));
  return h("div", { class: "findings" },
    h("details", { open: lines.length < 4 },
      h("summary", { text: t("check.findings", { count: lines.length }) }),
      h("ul", { lang: "en", tabindex: "0" }, lines.map((line) => h("li", null, h("bdi", { text: line }), " ", h("span", { lang: language() }, wayTo(admin, line))))),
      check.wrong > lines.length ? h("p", { class: "quiet", text: t("check.morefindings", { count: number(check.wrong - lines.length) }) }) : null),
    h("p", { class: "strong", text: t("check.todo") }),
    h("ul", { class: "advice" }, [...advice].map((one) => h("li", { text: t(`checkadvice.${one}`) }))));
}

/** The failures of the last backup. @param {import("../health.js").Upkeep} upkeep */
function backupTrouble(upkeep) {
  const { backupfailure: reason, backupexceptions: count, backupendedepochutc: ended } = upkeep;
  if (reason !== "") return h("p", { text: t("backup.failed", { time: when(ended), reason }) });
  if (count === 0) return null;
  const lines = upkeep.backupfindings.split("\n").filter(Boolean);
  return h("div", { class: "findings" },
    h("p", { text: t("backup.exceptions", { count, time: when(ended) }) }),
    h("details", { open: lines.length < 4 },
      h("summary", { text: t("check.findings", { count: lines.length }) }),
      h("ul", { lang: "en", tabindex: "0" }, lines.map((line) => h("li", null, h("bdi", { text: line })))),
      count > lines.length ? h("p", { class: "quiet", text: t("check.morefindings", { count: number(count - lines.length) }) }) : null),
    h("p", { class: "field-hint", text: t("backup.advice") }));
}

/** @param {import("../health.js").Upkeep} upkeep */
function backupRow(upkeep) {
  const { backupto: path, lastbackupepochutc: last } = upkeep;
  const isBad = isBackupLate(upkeep) || upkeep.backupfailure !== "" || upkeep.backupexceptions > 0;
  const state = isBad ? "bad" : path === "" ? "unknown" : "good";
  const text = path === "" ? t("backup.none") : last > 0 ? t("backup.last", { path, time: when(last) }) : t("backup.notyet", { path });
  return h("div", { class: ["soundness", `is-${state}`], data: { check: "backup" } },
    icon(state === "good" ? "check" : state === "bad" ? "warning" : "info"),
    h("div", { class: "soundness-text" },
      h("p", { class: "strong", text: t("backup.title") }),
      h("p", { text }),
      backupTrouble(upkeep),
      path === "" ? h("p", { class: "field-hint", text: t("backup.how") })
        : h("p", { class: "field-hint" }, h("a", { href: address("audit", [], { operation: "backup" }), text: t("backup.log") }))));
}

/**
 * The entries that could not be handled and were skipped, each with its remedy.
 * @param {import("../health.js").Finding[]} all @param {(one: import("../health.js").Finding) => Promise<void>} putAside
 */
function passedOverRow(all, putAside) {
  const item = (/** @type {import("../health.js").Finding} */ one) => h("li", null,
    h("p", null, h("bdi", { class: "strong", text: one.path }), " ",
      h("span", { text: `${t(`finding.${one.kind}`)} ${t(`findingreason.${one.reason}`)}` })),
    h("p", { class: "quiet", lang: "en", text: one.advice }),
    needs("removealert", button({ text: t("finding.aside"), label: t("finding.asideof", { path: one.path }), kind: "quiet", onclick: () => void putAside(one) })));
  return h("div", { class: ["soundness", "is-bad"], data: { check: "findings" } },
    icon("warning"),
    h("div", { class: "soundness-text" },
      h("p", { class: "strong", text: t("finding.title", { count: all.length }) }),
      h("div", { class: "findings" },
        h("details", { open: all.length < 4 },
          h("summary", { text: t("finding.list", { count: all.length }) }),
          h("ul", { tabindex: "0" }, all.map(item))))));
}
