// The choice of photos: the person's own, those of each person who shares some, and those on
// further disks.

import { records } from "../../shared/api.js";
import { plainName } from "../../shared/format.js";
import { fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { DISKS, SHARED, leafOf } from "../files/paths.js";
import { shownNameOf } from "../share/profiles.js";

/**
 * Fills the choice, and shows it if there is more than one.
 * @param {HTMLSelectElement} select @param {string} home
 */
export async function fillSources(select, home) {
  const inFolder = (/** @type {string} */ path) => records("getfilelist", "entry", { path, limit: -1 }, { isQuiet: true }).catch(() => []);
  /** @type {import("../../shared/types.js").EntryRecord[][]} */
  const [shared = [], disks = []] = await Promise.all([inFolder(SHARED), inFolder(DISKS)]);
  if (shared.length + disks.length === 0) return;
  const people = await Promise.all(shared.map(async ({ path }) => ({ value: path, account: plainName(leafOf(path)), text: await shownNameOf(leafOf(path)) })));
  const isAnothers = (/** @type {string} */ text, /** @type {string} */ path) => people.some((one) => one.text === text && one.value !== path);
  const others = [
    // Two people may have the same name.
    ...people.map(({ value, account, text }) => ({ value, text: isAnothers(text, value) ? `${text} (${account})` : text })),
    ...disks.map(({ path }) => ({ value: path, text: plainName(leafOf(path)) })),
  ];
  fill(select, [{ value: "/", text: t("photos.everywhere") }, { value: home, text: t("files.home") }, ...others].map(({ value, text }) => h("option", { value, text })));
  select.hidden = false;
}
