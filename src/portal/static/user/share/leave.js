// Leaves something that somebody else shares.

import { command, errorText } from "../../shared/api.js";
import { confirmDialog } from "../../shared/dialog.js";
import { shortName } from "../../shared/format.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { errorToast, toast } from "../../shared/toast.js";
import { parentOf, SHARED } from "../files/paths.js";
import { folderChanged } from "../state.js";

/**
 * Asks whether to leave, and leaves.
 * @param {{ store: import("../state.js").UserStore }} context
 * @param {{ path: string, name: string }} entry
 */
export async function leave(context, entry) {
  try {
    await loadBundle("share");
    const name = shortName(entry.name);
    if (!await confirmDialog({ title: t("share.leavetitle", { name }), text: t("share.leavetext"), confirm: t("share.leave"), isDanger: true })) return;
    await command("leaveshare", { path: entry.path });
    folderChanged(context.store, parentOf(entry.path), SHARED);
    toast(t("share.left", { name }));
  } catch (error) {
    errorToast(errorText(error));
  }
}
