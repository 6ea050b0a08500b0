// Does what people do with files and folders. Each action calls the server, tells what it did, offers the way back where
// there is one, and says which folders have changed.

import { ApiError, command, errorText, fileUrl, noteDownload, record, url } from "../../shared/api.js";
import { h } from "../../shared/h.js";
import { askText } from "../../shared/fields.js";
import { plainName, shortName } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/live.js";
import { errorToast, orTell, toast } from "../../shared/toast.js";
import { uploadPart } from "../../shared/upload-part.js";
import { STARS, folderChanged } from "../state.js";
import { bringBack } from "./bring-back.js";
import { checkName, isTaken, remembered } from "./folder.js";
import { checkThere } from "./there.js";
import { folderName, freeName, homeOf, isShowing, isWithin, join, leafOf, numbered, parentOf, splitName } from "./paths.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {"copy" | "move"} Mode */
/** @typedef {{ from: string, to: string, isReplacing: boolean }} Moved */

/** Milliseconds before work on many entries shows how far it is. */
const PATIENCE = 300;
/** Calls at the same time. */
const AT_ONCE = 4;

/** @param {import("../state.js").UserStore} store */
export function createAct(store) {
  /**
   * Does something with each of many, a few at a time, shows how far it is and can be called off.
   * @template Item
   * @param {Item[]} items
   * @param {string} message key, with `done` and `count`
   * @param {(item: Item) => Promise<void>} act
   * @param {number} [atOnce]
   * @returns {Promise<{ failed: { item: Item, error: unknown }[], done: number, isStopped: boolean }>}
   */
  const forEach = async (items, message, act, atOnce = AT_ONCE) => {
    /** @type {{ item: Item, error: unknown }[]} */
    const failed = [];
    let done = 0;
    let next = 0;
    let isStopped = false;
    /** @type {{ toast: import("../../shared/toast.js").Toast | null }} */
    const progress = { toast: null };
    const timer = setTimeout(() => {
      progress.toast = toast(t(message, { done, count: items.length }), {
        stays: true,
        action: { label: t("action.stop"), run: () => { isStopped = true; } },
      });
    }, PATIENCE);
    const work = async () => {
      while (next < items.length && !isStopped) {
        const item = /** @type {Item} */ (items[next]);
        next += 1;
        try {
          await act(item);
          done += 1;
        } catch (error) {
          failed.push({ item, error });
          // Without an answer or a session the others fail as well.
          if (error instanceof ApiError && (error.kind === "offline" || error.kind === "ended")) isStopped = true;
        }
        progress.toast?.setText(t(message, { done, count: items.length }));
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
    clearTimeout(timer);
    progress.toast?.close();
    return { failed, done, isStopped };
  };

  /**
   * Tells that some of many failed.
   * @param {string} message key, with `count` and `reason`
   * @param {{ error: unknown }[]} failed
   */
  const tellFailures = (message, failed) => {
    const first = failed[0];
    if (!first || (first.error instanceof ApiError && first.error.kind === "ended")) return;
    errorToast(t(message, { count: failed.length, reason: errorText(first.error) }));
  };

  const home = () => homeOf(store.get().account.name);

  /**
   * Asks for a name and makes something with it.
   * @param {{ folder: string, title: string, suggestion: string, confirm: string, make: (name: string) => Promise<void> }} options
   * @returns {Promise<string | null>} the name
   */
  const makeNew = async (options) => {
    const suggestion = freeName(options.suggestion, (name) => isTaken(options.folder, name));
    const name = await askText({
      title: options.title,
      label: t("name.label"),
      value: suggestion,
      chosen: splitName(suggestion)[0]?.length ?? suggestion.length,
      confirm: options.confirm,
      submit: async (value) => {
        const wrong = checkName(options.folder, value);
        if (wrong) return wrong;
        try {
          await options.make(value);
          return null;
        } catch (error) {
          return errorText(error);
        }
      },
    });
    if (name !== null) folderChanged(store, options.folder);
    return name?.normalize("NFC") ?? null;
  };

  /** @param {string} folder */
  const newFolder = (folder) => makeNew({
    folder,
    title: t("new.folder"),
    suggestion: t("new.foldername"),
    confirm: t("new.create"),
    make: async (name) => { await command("createfolder", { path: folder, name }); },
  });

  /** @param {string} folder */
  const newTextFile = (folder) => makeNew({
    folder,
    title: t("new.text"),
    suggestion: t("new.textname"),
    confirm: t("new.create"),
    make: async (name) => {
      await uploadPart({ appname: "explorer", path: folder, filename: name, offset: 0, complete: 1, filesize: 0, nofileoverwrite: 1 }, new Blob([]));
    },
  });

  /**
   * Gives an entry another name.
   * @param {Entry} entry
   * @param {string} newName
   * @param {{ isUndo?: boolean }} [how]
   */
  const rename = async (entry, newName, how = {}) => {
    const folder = parentOf(entry.path);
    const name = newName.normalize("NFC");
    await command("renamefile", { path: folder, name: entry.name, newname: name });
    folderChanged(store, folder);
    if (how.isUndo) return;
    const renamed = { ...entry, name, path: join(folder, name) };
    toast(t("rename.done", { name: shortName(name) }), {
      action: { run: () => void undo(() => rename(renamed, entry.name, { isUndo: true })) },
    });
  };

  /** @param {() => Promise<void>} back */
  const undo = async (back) => {
    try {
      await back();
      announce(t("undo.done"));
    } catch (error) {
      errorToast(errorText(error));
    }
  };

  /**
   * Deletes entries of one folder.
   * @param {Entry[]} entries
   * @returns {Promise<boolean>} whether anything was tried
   */
  const remove = async (entries) => {
    const [first] = entries;
    if (!first) return false;
    const folder = parentOf(first.path);
    /** Where they lie in the recycle bin. @type {string[]} */
    const deleted = [];
    const { failed, done } = await forEach(entries, "delete.progress", async (entry) => {
      const { message } = await command("deletefile", { path: parentOf(entry.path), name: entry.name });
      deleted.push(message);
    });
    folderChanged(store, folder);
    if (done > 0) {
      toast(done === 1 && entries.length === 1 ? t("delete.doneone", { name: shortName(first.name) }) : t("delete.done", { count: done }), {
        action: { run: () => void undo(() => restore(deleted, folder)) },
      });
    }
    tellFailures("delete.failedsome", failed);
    return true;
  };

  /** @param {string[]} paths in the recycle bin @param {string} folder where they were */
  const restore = async (paths, folder) => {
    const { failed } = await forEach(paths, "move.progress", async (path) => { await command("restorefromrecyclebin", { path }); });
    folderChanged(store, folder);
    if (failed[0]) throw failed[0].error;
  };

  /**
   * Gives entries a star or takes it away. It is shown at once; where the server refuses, the list is asked for again.
   * @param {Entry[]} entries
   * @param {boolean} isStarred
   * @param {() => void} onShown the entries say it now
   */
  const star = async (entries, isStarred, onShown) => {
    const [first] = entries;
    if (!first) return;
    for (const entry of entries) entry.isStarred = isStarred;
    onShown();
    const { failed, done, isStopped } = await forEach(entries, "star.progress", async (entry) => {
      await command(isStarred ? "setfavorite" : "unsetfavorite", { id: STARS, name: entry.path });
    });
    if (failed.length > 0 || isStopped) folderChanged(store, parentOf(first.path));
    if (done > 0) announce(t(isStarred ? "star.done" : "star.removed", { count: done }));
    tellFailures("star.failedsome", failed);
  };

  /**
   * Copies or moves one entry; asks when its name is taken.
   * @param {string} from @param {string} target @param {Mode} mode
   * @param {{ decision: import("./conflict.js").Decision | null, left: () => number }} shared a decision for all
   * @returns {Promise<{ to: string, isReplacing: boolean } | null>} where it is now; `null` when it was skipped
   */
  const transferOne = async (from, target, mode, shared) => {
    const [folder, leaf] = [parentOf(from), leafOf(from)];
    if (isWithin(target, from)) throw new ApiError("itself", "", mode);
    if (mode === "move" && folder === target) return null;
    let name = leaf;
    let overwrite = false;
    // A copy beside its original needs another name in any case.
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
        const decision = await decide(from, target, shared);
        if (decision === "skip") return null;
        if (decision === "both") isNumbered = true;
        else if (overwrite) throw error;
        else overwrite = true;
      }
    }
  };

  /** @param {string} from @param {string} target @param {{ decision: import("./conflict.js").Decision | null, left: () => number }} shared */
  const decide = async (from, target, shared) => {
    if (shared.decision) return shared.decision;
    const { askConflict } = await import("./conflict.js");
    const name = leafOf(from);
    const coming = remembered(parentOf(from))?.entries.find((entry) => entry.name === name) ?? null;
    const present = remembered(target)?.entries.find((entry) => entry.name === name) ?? null;
    const isFolder = coming?.isFolder || present?.isFolder;
    const answer = await askConflict({
      name,
      folder: folderName(target, home()),
      canReplace: !isFolder,
      more: shared.left(),
      present: present?.isFolder ? null : present,
      coming: coming?.isFolder ? null : coming,
    });
    if (answer.isForAll) shared.decision = answer.decision;
    return answer.decision;
  };

  /**
   * Copies or moves entries into a folder.
   * @param {string[]} paths
   * @param {string} target
   * @param {Mode} mode
   */
  const transfer = async (paths, target, mode) => {
    let left = paths.length;
    const shared = { decision: /** @type {import("./conflict.js").Decision | null} */ (null), left: () => left };
    /** @type {Moved[]} */
    const moved = [];
    const { failed } = await forEach(paths, mode === "copy" ? "copy.progress" : "move.progress", async (from) => {
      left -= 1;
      const to = await transferOne(from, target, mode, shared);
      if (to !== null) moved.push({ from, ...to });
    }, 1);
    if (moved.length > 0) {
      folderChanged(store, target, ...moved.map(({ from }) => parentOf(from)));
      const values = { count: moved.length, folder: shortName(folderName(target, home())), name: shortName(leafOf(moved[0]?.to ?? "")) };
      const isOne = moved.length === 1;
      const text = mode === "copy" ? t(isOne ? "copy.doneone" : "copy.done", values) : t(isOne ? "move.doneone" : "move.done", values);
      const replacing = moved.filter((one) => one.isReplacing);
      const back = mode === "move" ? () => moveBack(moved) : replacing.length > 0 ? () => uncover(replacing) : null;
      const isNews = moved.some(({ from }) => isShowing([from], target));
      toast(isNews ? `${text}. ${t("disks.seen")}` : text, back ? { action: { run: () => void undo(back) } } : {});
    }
    tellFailures(mode === "copy" ? "copy.failedsome" : "move.failedsome", failed);
  };

  /** @param {Moved[]} moved */
  const moveBack = async (moved) => {
    const { failed } = await forEach([...moved].reverse(), "move.progress", async ({ from, to, isReplacing }) => {
      await command("renameormove", { fromname: to, toname: from, overwrite: 0 });
      if (isReplacing) await layBack(from, to);
    }, 1);
    folderChanged(store, ...moved.flatMap(({ from, to }) => [parentOf(from), parentOf(to)]));
    if (failed[0]) throw failed[0].error;
  };

  /**
   * Puts what a move replaced where it was. It is the version before of what has moved back, which stays itself, with all
   * that people have attached to it.
   * @param {string} from where that is now @param {string} to
   */
  const layBack = async (from, to) => {
    await bringBack(from);
    try {
      await command("copyfile", { path: parentOf(from), name: leafOf(from), copyto: parentOf(to), copytoname: leafOf(to), overwrite: 0 });
    } finally {
      await bringBack(from);
    }
  };

  /** Brings back what copies have replaced. @param {Moved[]} copied */
  const uncover = async (copied) => {
    const { failed } = await forEach(copied, "move.progress", ({ to }) => bringBack(to));
    folderChanged(store, ...copied.map(({ to }) => parentOf(to)));
    if (failed[0]) throw failed[0].error;
  };

  /**
   * Asks for a folder and copies or moves entries into it.
   * @param {Entry[]} entries @param {Mode} mode
   */
  const transferByPicking = async (entries, mode) => {
    const [first] = entries;
    if (!first) return;
    const { pickFolder } = await import("./picker.js");
    const target = await pickFolder({
      store,
      start: parentOf(first.path),
      title: t(mode === "copy" ? "picker.copy" : "picker.move", { count: entries.length }),
      confirm: t(mode === "copy" ? "picker.copyhere" : "picker.movehere"),
      // Nothing goes into itself, and moving to where it is does nothing.
      isRefused: (folder) => entries.some((entry) => entry.isFolder && isWithin(folder, entry.path))
        || (mode === "move" && entries.every((entry) => parentOf(entry.path) === folder)),
      // Who can see more there than here should know before.
      noteOf: (folder) => (isShowing([first.path], folder) ? `${t("disks.seen")}${mode === "move" ? ` ${t("picker.goes")}` : ""}` : ""),
      newFolder,
    });
    if (target !== null) await transfer(entries.map((entry) => entry.path), target, mode);
  };

  /** Remembers entries to be pasted. @param {Entry[]} entries @param {Mode} mode */
  const toClipboard = (entries, mode) => {
    if (entries.length === 0) return;
    store.set({ clipboard: { mode, paths: entries.map((entry) => entry.path) } });
    announce(t(mode === "copy" ? "clipboard.copied" : "clipboard.cut", { count: entries.length }));
  };

  /** Copies or moves what was remembered. @param {string} folder */
  const paste = async (folder) => {
    const { clipboard } = store.get();
    if (!clipboard) return;
    if (clipboard.mode === "move") store.set({ clipboard: null });
    await transfer(clipboard.paths, folder, clipboard.mode);
  };

  /**
   * Saves entries of one folder: a file as it is, several or folders as a zip archive.
   * @param {Entry[]} entries
   */
  const download = (entries) => {
    const [first] = entries;
    if (!first) return;
    if (entries.length === 1 && !first.isFolder) {
      const link = h("a", { href: fileUrl(first.path), download: first.name });
      document.body.append(link);
      link.click();
      link.remove();
      noteDownload("downloadfile", { filepath: first.path, filename: first.name });
      // The browser says little of a refusal; whether nobody is signed in any more or the file is gone, this tells.
      orTell(checkThere(first.path));
    } else {
      downloadTogether(entries, parentOf(first.path));
    }
    announce(entries.length === 1 ? t("download.startedone", { name: plainName(first.name) }) : t("download.started", { count: entries.length }));
  };

  return { newFolder, newTextFile, rename, remove, star, transfer, transferByPicking, toClipboard, paste, download };
}

/** @typedef {ReturnType<typeof createAct>} Act */

/** The hidden frame in which downloads begin, so that a refusal does not come in place of the page. Tells its name. */
function downloadFrame() {
  const name = "download-frame";
  if (document.querySelector(`iframe[name="${name}"]`)) return name;
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
  const form = h("form", { method: "post", action: url("downloadfilemulti"), target: downloadFrame(), hidden: true },
    Object.entries(params).map(([key, value]) => h("input", { type: "hidden", name: key, value: String(value) })));
  document.body.append(form);
  form.submit();
  form.remove();
  noteDownload("downloadfilemulti", params);
}
