// The words for a folder that cannot be shown because of its disk: the disk is missing, in use by
// another cloud, waking up, busy, or does not answer.

import { errorText } from "../../../shared/api.js";
import { shortName } from "../../../shared/format.js";
import { loadBundle, t } from "../../../shared/i18n.js";
import { leafOf } from "../paths.js";

/** The texts for the server's words about disks. @type {Record<string, string>} */
const WORDS = { "disk-in-use": "inuse", "disk-waking": "wakes", "disk-busy": "busy" };

/**
 * @param {import("../../../shared/api.js").ApiError} error
 * @param {string} root the disk's path
 * @param {boolean} isAtHome
 * @returns {Promise<{ title: string, text: string }>}
 */
export async function diskWords(error, root, isAtHome) {
  await loadBundle("disks");
  const what = WORDS[error.word] ?? (error.kind === "disk" ? "away" : "silent");
  const title = t(`disks.${what}`);
  // The disk with the home folder has no name.
  return { title, text: isAtHome ? errorText(error) : t(`disks.${what}text`, { name: shortName(leafOf(root)) }) };
}
