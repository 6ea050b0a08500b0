// Downloads entries: one file unchanged, several entries or folders as a zip archive.

import { fileUrl, noteDownload, record, url } from "../../../shared/api.js";
import { plainName } from "../../../shared/format.js";
import { h } from "../../../shared/h.js";
import { t } from "../../../shared/i18n.js";
import { announce } from "../../../shared/announce.js";
import { errorToast, orTell } from "../../../shared/toast.js";
import { checkExists } from "../exists.js";
import { parentOf } from "../paths.js";

/** @typedef {import("../../../shared/types.js").Entry} Entry */

/**
 * Downloads entries: one file unchanged, several entries or folders as a zip archive. Entries from several folders make one archive for each folder.
 * @param {Entry[]} entries
 */
export function download(entries) {
  const [first] = entries;
  if (!first) return;
  if (entries.length === 1 && !first.isFolder) {
    const link = h("a", { href: fileUrl(first.path), download: first.name });
    document.body.append(link);
    link.click();
    link.remove();
    noteDownload("downloadfile", { filepath: first.path, filename: first.name });
    // The browser tells little about a refusal. This tells whether the file is gone or nobody is
    // signed in any more.
    orTell(checkExists(first.path));
  } else {
    for (const folder of new Set(entries.map(({ path }) => parentOf(path)))) {
      downloadTogether(entries.filter(({ path }) => parentOf(path) === folder), folder);
    }
  }
  announce(entries.length === 1 ? t("download.startedone", { name: plainName(first.name) }) : t("download.started", { count: entries.length }));
}

/**
 * The hidden frame in which the downloads of a folder begin, so that a refusal does not replace the page. Each folder
 * has its own, because a new download in a frame would end the one before. Returns the name of the frame.
 * @param {string} folder
 */
function downloadFrame(folder) {
  const name = `download-frame ${encodeURIComponent(folder)}`;
  if (document.querySelector(`iframe[name="${CSS.escape(name)}"]`)) return name;
  const frame = h("iframe", { name, hidden: true, title: t("action.download") });
  document.body.append(frame);
  // A download does not change the frame. Only another answer loads there. Then this asks the
  // server whether somebody is still signed in.
  setTimeout(() => frame.addEventListener("load", () => orTell(record("getprofilesettings", "profilesettings").then(() => { errorToast(t("download.failed")); }))), 100);
  return name;
}

/**
 * Sends a form in a hidden frame: it can have any number of names, and the browser shows its own progress.
 * @param {Entry[]} entries
 * @param {string} folder
 */
function downloadTogether(entries, folder) {
  /** @type {Record<string, string | number>} */
  const params = { filepath: folder, count: entries.length };
  entries.forEach((entry, at) => { params[`fn${at + 1}`] = entry.name; });
  const form = h("form", { method: "post", action: url("downloadfilemulti"), target: downloadFrame(folder), hidden: true },
    Object.entries(params).map(([key, value]) => h("input", { type: "hidden", name: key, value: String(value) })));
  document.body.append(form);
  form.submit();
  form.remove();
  noteDownload("downloadfilemulti", params);
}
