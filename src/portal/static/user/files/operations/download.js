// Saving entries: a file as it is, several or folders as a zip archive.

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
 * Saves entries: a file as it is, several of a folder, and folders, as a zip archive; one for each folder that they lie in.
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
    // The browser says little of a refusal; whether nobody is signed in any more or the file is gone, this tells.
    orTell(checkExists(first.path));
  } else {
    for (const folder of new Set(entries.map(({ path }) => parentOf(path)))) {
      downloadTogether(entries.filter(({ path }) => parentOf(path) === folder), folder);
    }
  }
  announce(entries.length === 1 ? t("download.startedone", { name: plainName(first.name) }) : t("download.started", { count: entries.length }));
}

/**
 * The hidden frame in which the downloads of a folder begin, so that a refusal does not come in place of the page. Each folder
 * has its own: one that begins would end the one before. Tells its name.
 * @param {string} folder
 */
function downloadFrame(folder) {
  const name = `download-frame ${encodeURIComponent(folder)}`;
  if (document.querySelector(`iframe[name="${CSS.escape(name)}"]`)) return name;
  const frame = h("iframe", { name, hidden: true, title: t("action.download") });
  document.body.append(frame);
  // A download leaves the frame as it is; only an answer that is no download loads there. Whether that is because nobody is
  // signed in any more, the server tells.
  setTimeout(() => frame.addEventListener("load", () => orTell(record("getprofilesettings", "profilesettings").then(() => { errorToast(t("download.failed")); }))), 100);
  return name;
}

/**
 * A form in a hidden frame: any number of names fits, and the browser shows its own progress.
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
