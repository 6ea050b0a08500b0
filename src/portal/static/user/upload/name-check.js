// Finds out which names of uploads are taken, and asks the person about these.

import { loadFolder } from "../files/folder.js";
import { folderName, freeName, homeOf, leafOf, numbered, parentOf } from "../files/paths.js";
import { keep } from "./memory.js";
import { account, folderOf, setState } from "./queue-state.js";
import { finish, next } from "./sending.js";

/** @typedef {import("./queue-state.js").QueueState} QueueState */
/** @typedef {import("./queue-state.js").Upload} Upload */
/** @typedef {import("./queue-state.js").Contents} Contents */

/**
 * Finds out which names are taken, and asks about these.
 * @param {QueueState} queue
 * @param {Upload[]} fresh
 * @param {string} batch
 * @param {Contents} folders
 */
export async function checkNames(queue, fresh, batch, folders) {
  /** The entries of a folder; `null` if it does not exist yet. @param {string} folder @param {string} root */
  const contentOf = (folder, root) => {
    let content = folders.get(folder);
    if (!content) {
      content = (async () => {
        if (folder !== root) {
          const above = await contentOf(parentOf(folder), root);
          if (!above?.get(leafOf(folder))?.isFolder) return null;
        }
        const { entries } = await loadFolder(folder);
        return new Map(entries.map((entry) => [entry.name, entry]));
      })();
      folders.set(folder, content);
    }
    return content;
  };
  for (const upload of fresh) {
    try {
      const content = await contentOf(folderOf(upload.record), upload.record.root);
      if (upload.state !== "checking") continue;
      const present = content?.get(upload.record.target);
      if (present) askAbout(queue, upload, batch, present, content);
      else setState(queue, upload, "waiting");
    } catch {
      // A taken name is found again when the file arrives; then the person is asked.
      if (upload.state === "checking") setState(queue, upload, "waiting");
    }
    next(queue);
  }
}

/**
 * Asks what to do with a name that is taken. There is one question at a time.
 * @param {QueueState} queue
 * @param {Upload} upload
 * @param {string} batch
 * @param {import("../../shared/types.js").Entry | null} present
 * @param {Map<string, import("../../shared/types.js").Entry> | null | undefined} content
 */
export function askAbout(queue, upload, batch, present, content) {
  setState(queue, upload, "asking");
  queue.questions = queue.questions.then(async () => {
    if (upload.state !== "asking") return;
    const { record } = upload;
    const known = queue.decisions.get(batch);
    let decision = known === "replace" && present?.isFolder ? undefined : known;
    if (!decision) {
      const { askConflict } = await import("../files/conflict.js");
      const others = [...queue.uploads.values()].filter((one) => one !== upload && one.state === "asking").length;
      const answer = await askConflict({
        name: record.name,
        folder: folderName(folderOf(record), homeOf(account(queue))),
        canReplace: !present?.isFolder,
        more: others,
        present: present && !present.isFolder ? present : null,
        coming: { size: record.size, modified: record.modified / 1000 },
      });
      decision = answer.decision;
      if (answer.isForAll) queue.decisions.set(batch, decision);
    }
    if (upload.state !== "asking") return;
    if (decision === "skip") {
      finish(queue, upload, "skipped");
    } else {
      if (decision === "replace") record.replaces = true;
      else {
        const isTaken = (/** @type {string} */ name) => content?.has(name) ?? false;
        record.target = freeName(numbered(record.name, 2), isTaken);
        record.isBegun = false;
      }
      void keep([record]);
      setState(queue, upload, "waiting");
    }
    next(queue);
  });
}
