// Gives several entries of a folder new names, one after the other. One step of undo gives all of them their old names.

import { command } from "../../shared/api.js";
import { t } from "../../shared/i18n.js";
import { toast } from "../../shared/toast.js";
import { forEach, tellFailures, undo } from "../files/operations/many.js";
import { folderChanged } from "../state.js";

/** @typedef {import("../state.js").UserStore} UserStore */
/** @typedef {import("./plan.js").Step} Step */

/** @param {string} folder @param {string} from @param {string} to */
const give = (folder, from, to) => command("renamefile", { path: folder, name: from, newname: to });

/** @param {UserStore} store @param {string} folder @param {Step[]} steps in an order in which no name is taken */
export async function renameMany(store, folder, steps) {
  /** @type {Step[]} */
  const done = [];
  // The steps run one after the other, because an earlier step may free the name for a later one.
  const { failed } = await forEach(steps, "renaming.progress", async (step) => {
    await give(folder, step.from, step.to);
    done.push(step);
  }, 1);
  folderChanged(store, folder);
  const count = done.filter(({ isHalf }) => !isHalf).length;
  if (count > 0) toast(t("renaming.done", { count }), { action: { run: () => void undo(() => takeBack(store, folder, done)) } });
  tellFailures("renaming.failed", failed);
}

/** @param {UserStore} store @param {string} folder @param {Step[]} done */
async function takeBack(store, folder, done) {
  const { failed } = await forEach([...done].reverse(), "renaming.progress", ({ from, to }) => give(folder, to, from).then(() => undefined), 1);
  folderChanged(store, folder);
  if (failed[0]) throw failed[0].error;
}
