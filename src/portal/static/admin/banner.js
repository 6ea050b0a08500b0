// Warnings for administrators on every page: a full or missing disk, damage, or a missing backup.

import { size, when } from "../shared/format.js";
import { button, fill, h, icon } from "../shared/h.js";
import { t } from "../shared/i18n.js";
import { address } from "../shared/router.js";
import { isAccount, isBackupLate, isHold, isInUse, isOfEntry, usedText } from "./health.js";

/**
 * @typedef {object} Trouble
 * @property {string} id identifies it after somebody has closed it
 * @property {"danger" | "warning"} weight
 * @property {string} title
 * @property {string} text what it means and what to do
 */

/** The texts about a disk that is not changed because of what its file system lacks. @type {Record<string, string | undefined>} */
const LACKS = { "no-filesync": "nofilesync", "no-replace": "noreplace" };

/** @param {import("./health.js").Known} known @returns {Trouble[]} */
function troublesOf({ volumes, checks, upkeep, findings: all }) {
  const findings = all.filter(isOfEntry);
  const [waiting, held] = [all.filter(isAccount), all.filter(isHold)];
  /** @type {Trouble[]} */
  const troubles = [];
  for (const volume of volumes) {
    const room = { path: volume.path, free: size(volume.freebytes), total: size(volume.totalbytes) };
    const add = (/** @type {Trouble["weight"]} */ weight, /** @type {string} */ what, params = room, text = what) => troubles.push({
      id: `${text} ${volume.id || volume.path}`, weight, title: t(`banner.${what}`, params), text: t(`bannertext.${text}`, params),
    });
    if (isInUse(volume)) {
      const params = { ...room, used: usedText(volume), command: `cloudlet disk free ${volume.path}` };
      add("danger", "inuse", params, volume.cause === "leased" ? "leased" : "inuse");
    } else if (volume.state === "offline") add("danger", "offline");
    else if (volume.state === "silent") add("danger", "silent");
    else if (volume.state === "readonly") add("danger", "readonly", room, LACKS[volume.cause] ?? "readonly");
    else if (volume.fullness === "full") add("danger", "full");
    else if (volume.fullness === "nearly") add("warning", "nearly");
  }
  const damaged = checks.filter((check) => check.wrong > 0);
  if (damaged.length > 0) {
    const count = Math.max(...damaged.map((check) => check.wrong));
    troubles.push({
      id: `wrong ${damaged.map((check) => check.endedepochutc).join(" ")}`, weight: "danger",
      title: t("banner.wrong", { count }), text: t("bannertext.wrong"),
    });
  }
  if (findings.length > 0) {
    troubles.push({
      id: `findings ${findings.map((one) => one.path).join("\n")}`, weight: "warning",
      title: t("banner.findings", { count: findings.length }), text: t("bannertext.findings"),
    });
  }
  if (held.length > 0) {
    troubles.push({ id: `held ${held.map((one) => one.rid).join(" ")}`, weight: "danger", title: t("banner.held"), text: t("bannertext.held") });
  }
  if (waiting.length > 0) {
    troubles.push({
      id: `waiting ${waiting.map((one) => one.rid).join(" ")}`, weight: "warning",
      title: t("banner.waiting", { count: waiting.length, name: waiting[0]?.path ?? "" }), text: t("bannertext.waiting"),
    });
  }
  if (isBackupLate(upkeep)) {
    const at = upkeep.lastbackupepochutc;
    troubles.push({
      id: `backup ${at}`, weight: "warning", title: at > 0 ? t("banner.backup", { time: when(at) }) : t("banner.nobackup"),
      text: t("bannertext.backup", { path: upkeep.backupto }),
    });
  }
  return troubles;
}

/** @param {import("./health.js").Health} health @returns {HTMLElement} */
export function createBanner(health) {
  const element = h("div", { class: "banners", role: "region", "aria-label": t("banner.label"), hidden: true });
  /** The ids of closed warnings. They come again when the page is loaded again. @type {Set<string>} */
  const aside = new Set();

  const draw = () => {
    const known = health.known();
    const troubles = known ? troublesOf(known).filter((trouble) => !aside.has(trouble.id)) : [];
    element.hidden = troubles.length === 0;
    const shown = JSON.stringify(troubles);
    // The banner is redrawn only if something has changed, so that nothing moves under a finger.
    if (element.dataset.shown === shown) return;
    element.dataset.shown = shown;
    fill(element, troubles.map((trouble) => h("div", { class: ["banner", `is-${trouble.weight}`], role: trouble.weight === "danger" ? "alert" : "status" },
      icon("warning"),
      h("p", null, h("strong", { text: trouble.title }), " ", h("span", { text: trouble.text }), " ",
        h("a", { href: address("overview"), text: t("banner.more") })),
      button({ icon: "close", label: t("banner.aside"), kind: "quiet", onclick: () => { aside.add(trouble.id); draw(); } }))));
  };
  health.watch(draw);
  void health.load();
  return element;
}
