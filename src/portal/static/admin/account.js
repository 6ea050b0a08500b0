// The menu of the signed-in administrator, and its dialogs: preferences, keyboard shortcuts, the
// call inspector, and signing out.

import { ROOT, command, errorText } from "../shared/api.js";
import { openDialog } from "../shared/dialog.js";
import { t } from "../shared/i18n.js";
import { addShortcuts, shortcutList } from "../shared/keys.js";
import { preferenceChoices, singleKeysOption } from "../shared/preferences.js";
import { errorToast } from "../shared/toast.js";

/** @typedef {import("../shared/menu.js").MenuEntry} MenuEntry */

/** The entries that the menu always has. @returns {MenuEntry[]} */
export function commonEntries() {
  return [
    { label: t("me.looks"), icon: "sun", run: showLooks },
    { label: t("account.inspector"), icon: "terminal", keys: "Alt+I", run: () => void openInspector() },
    { label: t("account.keys"), icon: "keyboard", keys: "?", run: showKeys },
  ];
}

/** The link to the person's own files. @returns {MenuEntry} */
export function filesEntry() {
  return { label: t("admin.files"), icon: "folder", href: `${ROOT}/` };
}

/** @param {import("../shared/api.js").Side} side @returns {MenuEntry} */
export function signOutEntry(side) {
  return { label: t("action.signout"), icon: "sign-out", run: () => void signOut(side) };
}

/** Declares the shortcuts that work everywhere. */
export function addCommonShortcuts() {
  return addShortcuts([
    { keys: "?", label: "keys.help", group: "keys.everywhere", run: showKeys },
    { keys: "Alt+I", label: "account.inspector", group: "keys.everywhere", run: () => void openInspector() },
  ]);
}

function showKeys() {
  openDialog({ title: t("keys.title"), class: "is-wide", mayJustClose: true, body: [shortcutList()] });
}

async function openInspector() {
  const { toggleInspector } = await import("../shared/inspector.js");
  toggleInspector();
}

function showLooks() {
  openDialog({ title: t("me.looks"), mayJustClose: true, body: [...preferenceChoices(), singleKeysOption()] });
}

/** @param {import("../shared/api.js").Side} side */
async function signOut(side) {
  try {
    await command(side === "admin" ? "logout" : "locksession", {}, { side });
    location.hash = "";
    location.reload();
  } catch (error) {
    errorToast(errorText(error));
  }
}
