// Prepares photos of a device for their upload: sorts them by month, and leaves out what the person
// has already.

import { loadBundle, t } from "../../shared/i18n.js";
import { remembered } from "../../shared/memory.js";
import { go } from "../../shared/router.js";
import { toast } from "../../shared/toast.js";
import { folderAddress, parentOf } from "../files/paths.js";
import { CAMERA, byMonth } from "./camera.js";
import { heldFiles } from "./held.js";
import { dropShared } from "./shared-files.js";

/** @typedef {import("../upload/collect.js").Collected} Collected */

/**
 * What is left to send. Files that the person put into a folder by themselves are left as they are.
 * @param {Collected} sources @param {string} folder @param {string} home
 * @returns {Promise<Collected>}
 */
export async function arrange(sources, folder, home) {
  const files = folder === home && remembered("camera") === "1" ? await byMonth(sources.files) : sources.files;
  /** @param {import("../upload/collect.js").Source} source */
  const isOfDevice = ({ below, shared }) => shared !== undefined || (folder === home && below.startsWith(`${CAMERA}/`));
  const checked = files.filter(isOfDevice);
  if (checked.length === 0) return { ...sources, files };
  // Without an answer everything is sent.
  /** @type {Map<number, string>} */
  const held = await heldFiles(checked.map(({ file }) => file), home).catch(() => new Map());
  const left = files.filter((source) => !held.has(checked.indexOf(source)));
  for (const at of held.keys()) {
    const shared = checked[at]?.shared;
    if (shared) await dropShared(shared);
  }
  if (held.size > 0) await tell([...held.values()], home);
  return { ...sources, files: left };
}

/** @param {string[]} paths @param {string} home */
async function tell(paths, home) {
  await loadBundle("device");
  const [first = home] = paths;
  toast(t("device.held", { count: paths.length }), { action: { label: t("device.show"), run: () => go(folderAddress(parentOf(first), home)) } });
}
