// Saves several files and folders of a link as one archive.

import { noteDownload, url } from "../shared/api.js";
import { h } from "../shared/h.js";

/**
 * Sends a form, because it can have any number of names, and the browser shows its own progress.
 * @param {import("../shared/types.js").Entry[]} entries @param {string} folder that they lie in
 */
export function saveTogether(entries, folder) {
  /** @type {Record<string, string | number>} */
  const params = { filepath: folder, count: entries.length };
  entries.forEach((entry, at) => { params[`fn${at + 1}`] = entry.name; });
  const form = h("form", { method: "post", action: url("downloadfilemulti"), hidden: true },
    Object.entries(params).map(([key, value]) => h("input", { type: "hidden", name: key, value: String(value) })));
  document.body.append(form);
  form.submit();
  form.remove();
  noteDownload("downloadfilemulti", params);
}
