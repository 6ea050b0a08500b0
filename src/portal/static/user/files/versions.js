// The versions of a file, in the details panel. Each can be shown, downloaded, restored or removed.

import { command, errorText, records, url } from "../../shared/api.js";
import { confirmDialog, notice } from "../../shared/dialog.js";
import { askText } from "../../shared/fields.js";
import { fullTime, plainName, shortName, size, when } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast, orTell, toast } from "../../shared/toast.js";
import { folderChanged } from "../state.js";
import { bringBack } from "./bring-back.js";
import { parentOf } from "./paths.js";
import { knownName } from "./who.js";

/**
 * @typedef {object} VersionsBox
 * @property {string} folder
 * @property {HTMLElement} place
 * @property {Entry} entry
 * @property {import("../state.js").UserStore} store
 */

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {import("../../../replies.js").VersionRecord} VersionRecord */

/**
 * @param {HTMLElement} content @param {Entry} entry @param {import("../state.js").UserStore} store
 */
export function showVersions(content, entry, store) {
  const folder = parentOf(entry.path);
  const place = h("div", { class: "versions", tabIndex: -1 });
  /** @type {VersionsBox} */
  const box = { folder, place, entry, store };
  latest = box;
  fill(content, place);
  void drawVersions(box);
}

/** The list that is shown. The details may be filled anew while a dialog is open. @type {VersionsBox | null} */
let latest = null;

/** @param {VersionsBox} box */
async function drawVersions(box) {
  try {
    /** @type {VersionRecord[]} */
    const versions = await records("getversions", "version", { filepath: box.folder, filename: box.entry.name });
    const rows = versions.map(async (version, at) => versionRow(box, version, at === 0, version.createdby && await knownName(version.createdby)));
    fill(box.place, h("ol", { class: "sessions" }, await Promise.all(rows)),
      versions.length === 1 ? h("p", { class: "quiet", text: t("versions.none") }) : null);
  } catch (error) {
    fill(box.place, notice({ title: errorText(error), action: { label: t("action.retry"), run: () => void drawVersions(box) } }));
  }
}

/** @param {VersionsBox} box @param {VersionRecord} version @param {boolean} isLive @param {string} who made it; empty if nobody knows */
function versionRow(box, version, isLive, who) {
  const time = when(version.createdonepoch);
  const facts = [version.versionname && time, size(version.sizeinbytes), who].filter(Boolean).join(" \u00b7 ");
  const title = h("span", { title: fullTime(version.createdonepoch) }, version.versionname ? h("b", null, h("bdi", { dir: "auto", text: plainName(version.versionname) })) : time);
  if (isLive) title.append(" ", h("span", { class: "tag", text: t("versions.live") }));
  return h("li", { class: "session version", data: { version: version.versionnumber } },
    h("span", { class: "session-text" }, title, h("span", { class: "quiet", text: facts })),
    h("span", { class: "version-actions" },
      isLive || !box.entry.canShow ? null : versionLink(box, version, "eye", t("versions.showof", { time }), { target: "_blank", rel: "noopener" }, "inline"),
      versionLink(box, version, "download", t("versions.downloadof", { time }), { download: box.entry.name }, "attachment"),
      button({ icon: "rename", label: t("versions.nameof", { time }), kind: "quiet", onclick: () => void nameVersion(box, version) }),
      isLive ? null : button({ icon: "undo", label: t("versions.restoreof", { time }), kind: "quiet", onclick: () => void restoreVersion(box, version) }),
      isLive ? null : button({ icon: "trash", label: t("versions.removeof", { time }), kind: "quiet", onclick: () => void removeVersion(box, version) })));
}

/** @param {VersionsBox} box @param {VersionRecord} version @param {string} name @param {string} label @param {Record<string, string>} props @param {string} disposition */
function versionLink(box, version, name, label, props, disposition) {
  return h("a", {
    class: "button quiet bare",
    href: url("downloadversionedfile", { filepath: box.folder, filename: box.entry.name, fileid: version.fileid, disposition }),
    "aria-label": label,
    title: label,
    ...props,
  }, icon(name));
}

/** @param {VersionsBox} box @param {VersionRecord} version */
async function restoreVersion(box, version) {
  try {
    await command("makeversionlive", { filepath: box.folder, filename: box.entry.name, fileid: version.fileid });
    folderChanged(box.store, box.folder);
    toast(t("versions.restored", { name: shortName(box.entry.name), time: when(version.createdonepoch) }), {
      action: { run: () => orTell(bringBack(box.entry.path).then(() => folderChanged(box.store, box.folder))) },
    });
  } catch (error) {
    errorToast(errorText(error));
  }
  await drawVersions(box);
  box.place.focus();
}

/** @param {VersionsBox} box @param {VersionRecord} version */
async function nameVersion(box, version) {
  const name = await askText({
    title: t("versions.nameof", { time: when(version.createdonepoch) }), label: t("versions.namelabel"), hint: t("versions.namehint"), value: version.versionname, confirm: t("action.save"),
    submit: (value) => command("nameversion", { filepath: box.folder, filename: box.entry.name, fileid: version.fileid, versionname: value.trim() }).then(() => null, errorText),
  });
  if (name === null) return;
  const shown = latest?.entry.path === box.entry.path ? latest : box;
  await drawVersions(shown);
  shown.place.focus();
}

/** @param {VersionsBox} box @param {VersionRecord} version */
async function removeVersion(box, version) {
  const isSure = await confirmDialog({
    title: t("versions.remove", { time: when(version.createdonepoch) }), text: t("bin.removetext"), confirm: t("bin.remove"), isDanger: true,
  });
  if (!isSure) return;
  try {
    await command("deleteversion", { filepath: box.folder, filename: box.entry.name, fileid: version.fileid });
  } catch (error) {
    errorToast(errorText(error));
  }
  await drawVersions(box);
  box.place.focus();
}
