// Loads the accounts, and shows them in the list and the panel.

import { records } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { fill } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { adminErrorText } from "../error-text.js";
import { addUser } from "./add.js";
import { showUser } from "./details.js";
import { chooseUser, keepAddress, visible } from "./shown.js";

/** @typedef {import("../views/users.js").UsersView} UsersView */

/** @param {UsersView} view */
export function drawList(view) {
  if (!view.isLoaded) return;
  const found = visible(view);
  if (found.length === 0) {
    fill(view.place, notice({
      icon: "users",
      title: view.text ? t("users.nomatch", { text: view.text }) : t("users.nonehere"),
      action: { label: t("users.showall"), run: () => { view.search.value = view.text = ""; view.filter.value = view.shown = "all"; keepAddress(view); drawList(view); } },
    }));
  } else {
    if (view.list.element.parentElement !== view.place) fill(view.place, view.list.element);
    view.list.setSort(view.sort.column, view.sort.isDescending);
    view.list.setItems(found);
  }
  view.status.textContent = found.length === view.users.length
    ? t("users.count", { count: view.users.length })
    : t("users.found", { count: found.length, all: view.users.length });
}

/** @param {UsersView} view */
export async function load(view) {
  try {
    view.users = await records("search", "user", { keyword: "" }, { side: "admin" });
    if (view.stopped) return;
    view.isLoaded = true;
    drawList(view);
    void countUsage(view);
    showChosen(view);
  } catch (error) {
    if (view.stopped) return;
    view.isLoaded = false;
    fill(view.place, notice({ icon: "warning", title: t("users.failed"), text: adminErrorText(error), action: { label: t("action.retry"), run: () => void load(view) } }));
  }
}

/** Loads the storage of all accounts with one call. @param {UsersView} view */
export async function countUsage(view) {
  try {
    view.context.usages.learn(await records("getstoragebyuser", "usage", {}, { side: "admin" }));
    if (view.stopped) return;
    drawList(view);
    view.list.refresh();
  } catch {
    // The column stays empty. The panel reports the failure.
  }
}

/** @param {UsersView} view */
export function showChosen(view) {
  view.element.classList.toggle("has-panel", view.chosen !== null);
  if (view.chosen === null) {
    view.panel.hide();
    return;
  }
  const name = view.chosen;
  const user = view.users.find((one) => one.username === name);
  if (!user) {
    if (!view.isLoaded) return;
    view.panel.show({ title: name, tabs: [{ id: "account", label: t("users.account"), show: (content) => fill(content, notice({ icon: "user", title: t("wrong.nouser") })) }] });
    return;
  }
  view.list.activateKey(name);
  const hadFocus = view.panel.element.contains(document.activeElement);
  showUser(view.panel, user, {
    context: view.context,
    changed: async (sentence) => {
      await load(view);
      if (sentence) announce(sentence);
    },
    deleted: async () => {
      view.context.usages.forget(name);
      chooseUser(view, null);
      await load(view);
      view.list.focus();
    },
  });
  if (hadFocus) view.panel.focus();
}

/** @param {UsersView} view */
export async function askForUser(view) {
  const name = await addUser(view.context);
  if (name === null) return;
  view.search.value = view.text = "";
  view.filter.value = view.shown = "all";
  await load(view);
  chooseUser(view, name);
  view.list.focus();
}
