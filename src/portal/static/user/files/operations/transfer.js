// Copies and moves entries into a folder.

import { ApiError, command } from "../../../shared/api.js";
import { shortName } from "../../../shared/format.js";
import { t } from "../../../shared/i18n.js";
import { toast } from "../../../shared/toast.js";
import { folderChanged } from "../../state.js";
import { remembered } from "../folder.js";
import { folderName, homeOf, isShowing, isWithin, join, leafOf, numbered, parentOf } from "../paths.js";
import { forEach, tellFailures, undo } from "./many.js";
import { moveBack, uncover } from "./transfer-back.js";

/** @typedef {import("../../state.js").UserStore} UserStore */
/** @typedef {import("../operations.js").Mode} Mode */
/** @typedef {import("./transfer-back.js").Moved} Moved */
/** @typedef {import("../conflict.js").Decision} Decision */
/**
 * The decision for all taken names, once the person has made one, and how many such names there may still be.
 * @typedef {{ decision: Decision | null, left: () => number }} ForAll
 */

/**
 * Copies or moves one entry. Asks if its name is taken.
 * @param {UserStore} store
 * @param {string} from @param {string} target @param {Mode} mode
 * @param {{ decision: import("../conflict.js").Decision | null, left: () => number }} forAll a decision for all
 * @returns {Promise<{ to: string, isReplacing: boolean } | null>} its new path; `null` if it was skipped
 */
async function transferOne(store, from, target, mode, forAll) {
  const [folder, leaf] = [parentOf(from), leafOf(from)];
  if (isWithin(target, from)) throw new ApiError("itself", "", mode);
  if (mode === "move" && folder === target) return null;
  let name = leaf;
  let overwrite = false;
  // A copy beside its original always needs another name.
  let isNumbered = mode === "copy" && folder === target;
  for (let count = 2; ;) {
    if (isNumbered) {
      name = numbered(leaf, count);
      count += 1;
    }
    try {
      if (mode === "copy") await command("copyfile", { path: folder, name: leaf, copyto: target, copytoname: name, overwrite });
      else await command("renameormove", { fromname: from, toname: join(target, name), overwrite });
      return { to: join(target, name), isReplacing: overwrite };
    } catch (error) {
      if (!(error instanceof ApiError) || error.kind !== "exists") throw error;
      if (isNumbered) continue;
      const decision = await decide(store, from, target, forAll);
      if (decision === "skip") return null;
      if (decision === "both") isNumbered = true;
      else if (overwrite) throw error;
      else overwrite = true;
    }
  }
}

/** @param {UserStore} store @param {string} from @param {string} target @param {{ decision: import("../conflict.js").Decision | null, left: () => number }} forAll */
async function decide(store, from, target, forAll) {
  if (forAll.decision) return forAll.decision;
  const { askConflict } = await import("../conflict.js");
  const name = leafOf(from);
  const coming = remembered(parentOf(from))?.entries.find((entry) => entry.name === name) ?? null;
  const present = remembered(target)?.entries.find((entry) => entry.name === name) ?? null;
  const isFolder = coming?.isFolder || present?.isFolder;
  const answer = await askConflict({
    name,
    folder: folderName(target, homeOf(store.get().account.name)),
    canReplace: !isFolder,
    more: forAll.left(),
    present: present?.isFolder ? null : present,
    coming: coming?.isFolder ? null : coming,
  });
  if (answer.isForAll) forAll.decision = answer.decision;
  return answer.decision;
}

/**
 * Copies or moves entries into a folder.
 * @param {UserStore} store
 * @param {string[]} paths
 * @param {string} target
 * @param {Mode} mode
 */
export async function transfer(store, paths, target, mode) {
  let left = paths.length;
  const forAll = { decision: /** @type {import("../conflict.js").Decision | null} */ (null), left: () => left };
  /** @type {Moved[]} */
  const moved = [];
  const isOfFiles = areFiles(paths);
  const { failed } = await forEach(paths, mode === "copy" ? "copy.progress" : "move.progress", async (from) => {
    left -= 1;
    const to = await transferOne(store, from, target, mode, forAll);
    if (to !== null) moved.push({ from, ...to });
  }, 1);
  if (moved.length > 0) {
    folderChanged(store, target, ...moved.map(({ from }) => parentOf(from)));
    tellDone(store, moved, target, mode, isOfFiles);
  }
  tellFailures(mode === "copy" ? "copy.failedsome" : "move.failedsome", failed);
}

/** Reports what was copied or moved, and offers to undo it if possible. @param {UserStore} store @param {Moved[]} moved @param {string} target @param {Mode} mode @param {boolean} isOfFiles whether there is no folder among them */
function tellDone(store, moved, target, mode, isOfFiles) {
  const values = { count: moved.length, folder: shortName(folderName(target, homeOf(store.get().account.name))), name: shortName(leafOf(moved[0]?.to ?? "")) };
  const kind = moved.length === 1 ? "doneone" : isOfFiles ? "files" : "done";
  const text = mode === "copy" ? t(`copy.${kind}`, values) : t(`move.${kind}`, values);
  const replacing = moved.filter((one) => one.isReplacing);
  const back = mode === "move" ? () => moveBack(store, moved) : replacing.length > 0 ? () => uncover(store, replacing) : null;
  const isNews = moved.some(({ from }) => isShowing([from], target));
  toast(isNews ? `${text}. ${t("disks.seen")}` : text, back ? { action: { run: () => void undo(back) } } : {});
}

/** True if all are known to be files. @param {string[]} paths */
function areFiles(paths) {
  /** @type {Map<string, Set<string>>} */
  const files = new Map();
  return paths.every((path) => {
    const folder = parentOf(path);
    const known = files.get(folder) ?? new Set(remembered(folder)?.entries.flatMap(({ name, isFolder }) => (isFolder ? [] : [name])));
    files.set(folder, known);
    return known.has(leafOf(path));
  });
}
