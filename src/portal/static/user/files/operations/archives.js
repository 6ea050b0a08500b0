// Makes zip archives and unpacks them, where the files are.

import { ApiError, errorText, record } from "../../../shared/api.js";
import { plainName } from "../../../shared/format.js";
import { has, loadBundle, t } from "../../../shared/i18n.js";
import { errorToast, toast } from "../../../shared/toast.js";
import { folderChanged } from "../../state.js";
import { folderAddress, homeOf, leafOf, parentOf } from "../paths.js";

/** @typedef {import("../../state.js").UserStore} UserStore */
/** @typedef {import("../../../shared/types.js").Entry} Entry */

/** Milliseconds after which a message says that the operation takes a while. */
const PATIENCE = 800;

/** Puts entries of one folder into an archive beside them. @param {UserStore} store @param {Entry[]} entries */
export async function zip(store, entries) {
  const [first] = entries;
  if (!first) return;
  const folder = parentOf(first.path);
  await loadBundle("archive");
  const params = Object.fromEntries(entries.map(({ name }, at) => [`fn${at + 1}`, name]));
  const made = await patiently(t("archive.zipping"), () => record("zipfiles", "made", { path: folder, ...params }));
  if (!made) return;
  folderChanged(store, folder);
  const text = t("archive.zipped", { name: plainName(leafOf(made.path)) });
  toast(made.leftout > 0 ? `${text} ${t("archive.lacking", { count: made.leftout })}` : text);
}

/** Unpacks an archive into a new folder beside it. @param {UserStore} store @param {Entry} archive */
export async function unzip(store, archive) {
  await loadBundle("archive");
  const made = await patiently(t("archive.unzipping"), () => record("unzipfile", "made", { path: archive.path }));
  if (!made) return;
  folderChanged(store, parentOf(archive.path));
  const text = t("archive.unzipped", { name: plainName(leafOf(made.path)) });
  const home = homeOf(store.get().account.name);
  toast(made.leftout > 0 ? `${text} ${t("archive.links", { count: made.leftout })}` : text,
    { action: { label: t("action.open"), run: () => { location.hash = folderAddress(made.path, home); } } });
}

/**
 * Waits for an answer. A refusal is shown, and then the result is `null`.
 * @template T @param {string} waiting what is said while it takes long @param {() => Promise<T>} act
 */
async function patiently(waiting, act) {
  /** @type {import("../../../shared/toast.js").Toast | null} */
  let told = null;
  const timer = setTimeout(() => { told = toast(waiting, { stays: true }); }, PATIENCE);
  try {
    return await act();
  } catch (error) {
    errorToast(refusal(error));
    return null;
  } finally {
    clearTimeout(timer);
    /** @type {import("../../../shared/toast.js").Toast | null} */ (told)?.close();
  }
}

/** The reason why an archive was refused, in the person's language. @param {unknown} error */
function refusal(error) {
  const key = error instanceof ApiError ? `archive.${error.word}` : "";
  return has(key) ? t(key) : errorText(error);
}
