// Warns above every view when storage runs full: each user about their limit, administrators about
// the disk. A warning that was closed returns the next day.

import { ROOT } from "../../shared/api.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { size } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { remember, remembered } from "../../shared/memory.js";

const today = () => new Date().toDateString();

/**
 * @param {import("../../shared/shell.js").Shell} shell
 * @param {import("../../shared/types.js").StorageStatus} storage
 */
export function showStorageWarning(shell, storage) {
  const { storageusage: used, sizelimit: limit, availablestorage: free } = storage;
  const isDisk = storage.disknearlyfull === 1;
  const name = isDisk ? "disk" : "limit";
  if (remembered("full") === `${name} ${today()}`) {
    fill(shell.notice);
    return;
  }
  const text = isDisk ? t("full.disk", { free: size(free) }) : t("full.limit", { used: size(used), limit: size(limit) });
  const link = isDisk
    ? h("a", { class: "strip-link", href: `${ROOT}/admin/`, text: t("account.admin") })
    : h("a", { class: "strip-link", href: "#/bin", text: t("full.bin") });
  fill(shell.notice, h("div", { class: "strip", role: "status" }, icon("warning"), h("p", { class: "strip-text" }, text, " ", link),
    button({ icon: "close", label: t("full.close"), kind: "quiet", onclick: () => {
      remember("full", `${name} ${today()}`);
      fill(shell.notice);
      shell.focusView();
    } })));
}
