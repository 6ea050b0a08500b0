// Lists of users. Before an import, the dialog shows what each line would do. Lists are exported,
// too.

import { ApiError, call, failureOf, url } from "../../shared/api.js";
import { openDialog } from "../../shared/dialog.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { menuButton } from "../../shared/menu.js";
import { toast } from "../../shared/toast.js";
import { mayCall } from "../allowed.js";
import { adminErrorText } from "../error-text.js";

/** The number of lines without faults that are shown. */
const SHOWN_MAX = 20;

/** @typedef {import("../../../replies.js").ImportLine} ImportLine */

/** The button for both. @param {() => Promise<void>} changed */
export function listsButton(changed) {
  return menuButton(button({ icon: "more", label: t("users.lists") }), () => [
    mayCall("import") && { label: t("users.import"), icon: "upload", run: () => importUsers(changed) },
    { label: t("users.export"), icon: "download", href: url("exportusers", {}, "admin") },
  ]);
}

/** Asks for a list, shows what it would do, and imports it. @param {() => Promise<void>} changed */
export function importUsers(changed) {
  const preview = h("div", { class: "import-preview", role: "status" });
  const doIt = button({ text: t("users.importdo"), kind: "primary" });
  doIt.disabled = true;
  const input = h("input", { type: "file", class: "input", accept: ".csv,text/csv,text/plain", "aria-label": t("users.importfile") });

  const run = async (/** @type {boolean} */ isDry) => {
    const file = input.files?.[0];
    if (!file) return;
    doIt.disabled = true;
    try {
      const reply = await call("import", { dryrun: isDry, file }, { side: "admin" });
      const { total, faults } = /** @type {import("../../../replies.js").ImportMeta} */ (reply.meta);
      if (!isDry) {
        dialog.close();
        toast(t("users.imported", { count: total }));
        await changed();
        return;
      }
      fill(preview, previewOf(reply.import ?? [], total, faults));
      doIt.disabled = total === 0 || faults > 0;
    } catch (error) {
      // A fault of the whole list names its line.
      const isOfList = error instanceof ApiError && error.word === "invalid";
      fill(preview, h("p", { class: "form-error", role: "alert", text: isOfList ? error.message : adminErrorText(error) }));
    }
  };
  input.addEventListener("change", () => void run(true));
  doIt.addEventListener("click", () => void run(false));

  const dialog = openDialog({
    title: t("users.import"),
    body: [h("div", { class: "form" },
      h("p", { text: t("users.importtext") }), h("p", { class: "field-hint", text: t("users.importcolumns") }), input, preview,
      h("div", { class: "dialog-actions" }, button({ text: t("dialog.cancel"), onclick: () => dialog.close() }), doIt))],
  });
}

/** @param {ImportLine[]} lines @param {number} total @param {number} faults */
function previewOf(lines, total, faults) {
  const shown = faults > 0 ? lines.filter((line) => line.fault !== "") : lines;
  const links = lines.filter((line) => line.needslink).length;
  return [
    h("p", { class: faults > 0 ? "form-error" : "strong", text: faults > 0 ? t("users.importfaults", { count: faults }) : t("users.importfits", { count: total }) }),
    h("ul", { class: "import-lines" }, shown.slice(0, SHOWN_MAX).map(lineOf)),
    shown.length > SHOWN_MAX ? h("p", { class: "quiet", text: t("users.importmore", { count: shown.length - SHOWN_MAX }) }) : null,
    faults === 0 && links > 0 ? h("p", { class: "field-hint", text: t("users.importlinks", { count: links }) }) : null,
  ];
}

/** @param {ImportLine} line */
function lineOf(line) {
  const error = failureOf(line.reason, line.fault, "import");
  return h("li", null, icon(line.fault ? "warning" : "check"), h("span", { class: "strong", text: line.username || "\u2013" }),
    line.fault ? h("span", { text: t("users.importline", { line: line.line, fault: adminErrorText(error) }) }) : null);
}
