// The folders that uploads have changed, reported now and then.

import { parentOf } from "../files/paths.js";
import { folderChanged } from "../state.js";
import { folderOf } from "./queue-state.js";

/** @typedef {import("./queue-state.js").QueueState} QueueState */

/** Milliseconds between two reports of changed folders. */
const TELL_PAUSE = 1000;

/** @param {QueueState} queue @param {{ root: string, below: string }} record */
export function touch(queue, record) {
  // The folder itself and the folders above it, which may be new.
  for (let folder = folderOf(record); ; folder = parentOf(folder)) {
    queue.touched.add(folder);
    if (folder === record.root || folder === "/") break;
  }
  queue.tellTimer ||= setTimeout(() => {
    queue.tellTimer = 0;
    folderChanged(queue.store, ...queue.touched);
    queue.touched.clear();
  }, TELL_PAUSE);
}
