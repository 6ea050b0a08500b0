// The volumes: whether each is present, how much space is free, and what its file system cannot do.

import { size } from "../../shared/format.js";
import { fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { isInUse, usedText } from "../health.js";
import { card, loadInto } from "./part.js";

/** @typedef {import("../health.js").Volume} Volume */

/** The abilities that a file system should have. A missing one is shown. */
const WANTED = ["case", "forms", "permissions", "hardlinks", "swap", "replace", "dates", "filesync", "namesync", "locks", "holes"];

/** @param {import("../state.js").Context} context @param {AbortSignal} signal @returns {import("./part.js").Part} */
export function volumesPart(context, signal) {
  const box = card(t("overview.volumes"), "card-wide");
  return {
    element: box.element,
    isLive: true,
    load: () => loadInto(box.body, signal, async () => {
      await context.health.load();
      const known = context.health.known();
      if (!known) throw context.health.failure();
      fill(box.body, h("ul", { class: "volumes" }, known.volumes.map(volumeRow)));
    }),
  };
}

/** @param {Volume} volume */
function volumeRow(volume) {
  const isWaking = volume.state === "waking";
  // While a disk does not answer, what was last seen of it is shown.
  const isUnanswered = isWaking || volume.state === "silent";
  const isThere = volume.state !== "offline" && !(isUnanswered && volume.totalbytes === 0);
  const used = volume.totalbytes > 0 ? (volume.totalbytes - volume.freebytes) / volume.totalbytes : 0;
  const can = volume.capabilities.split(",");
  const lacks = isThere ? WANTED.filter((one) => !can.includes(one)) : [];
  return h("li", { class: "volume", data: { volume: volume.id } },
    h("div", { class: "volume-head" },
      h("code", { class: "word", text: volume.path }),
      h("span", { class: ["tag", volume.state === "online" ? "is-plain" : !isWaking && "is-bad"], text: t(`volumestate.${isInUse(volume) ? "inuse" : volume.state}`) }),
      volume.filesystem ? h("span", { class: "quiet", text: volume.filesystem }) : null),
    isWaking ? h("p", { class: "quiet", role: "status", text: t(isThere ? "volume.waking" : "volume.wakingnew") }) : null,
    isThere
      ? [h("div", {
        class: ["meter", volume.fullness !== "fine" && "is-high"], role: "meter", "aria-label": t("volume.used", { path: volume.path }),
        "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.round(used * 100),
      }, h("div", { class: "meter-fill", style: { "--part": used } })),
      h("p", { class: "quiet number", text: t("volume.free", { free: size(volume.freebytes), total: size(volume.totalbytes) }) })]
      : null,
    isWaking ? null : reasonLine(volume),
    isThere ? h("p", { class: "quiet", text: tried(volume) }) : null,
    lacks.length > 0 ? h("ul", { class: "volume-lacks" }, lacks.map((one) => h("li", { class: "field-hint", text: t(`volumelacks.${one}`) }))) : null);
}

/** Why it cannot be used or changed. Some reasons are only in English. @param {Volume} volume */
function reasonLine(volume) {
  if (isInUse(volume)) return h("p", { class: "field-error", text: usedText(volume) });
  return volume.reason ? h("p", { class: "field-error", lang: "en", text: volume.reason }) : null;
}

/** The measured limits of the file system. @param {Volume} volume */
function tried({ namebytesmax, timestepns }) {
  if (namebytesmax === 0) return t("volume.untried");
  const step = timestepns < 1e6 ? `${timestepns} ns` : timestepns < 1e9 ? `${timestepns / 1e6} ms` : `${timestepns / 1e9} s`;
  return t("volume.tried", { bytes: namebytesmax, step });
}
