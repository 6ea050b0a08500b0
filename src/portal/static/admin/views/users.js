// The accounts: finding, adding, changing, disabling and deleting them. The list is at the left,
// and the panel shows one of them.

import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { addShortcuts } from "../../shared/keys.js";
import { createList } from "../../shared/list.js";
import { createPanel } from "../../shared/panel.js";
import { mayCall, needs } from "../allowed.js";
import { nameCell, seenCell, statusTag, usedCell } from "../users/cells.js";
import { askForUser, drawList, load, showChosen } from "../users/load.js";
import { listsButton } from "../users/lists.js";
import { SHOWN, chooseUser, keepAddress, stateOf } from "../users/shown.js";

/** @typedef {import("../users/user.js").UserRecord} UserRecord */
/** @typedef {"name" | "used" | "seen"} SortColumn */

/**
 * @typedef {object} UsersView
 * @property {UserRecord[]} users
 * @property {boolean} isLoaded
 * @property {string | null} chosen
 * @property {string} text
 * @property {string} shown
 * @property {{ column: SortColumn, isDescending: boolean }} sort
 * @property {boolean} stopped
 * @property {HTMLInputElement} search
 * @property {HTMLSelectElement} filter
 * @property {HTMLParagraphElement} status
 * @property {HTMLDivElement} place
 * @property {import("../../shared/list.js").List<UserRecord>} list
 * @property {ReturnType<typeof createPanel>} panel
 * @property {HTMLDivElement} element
 * @property {import("../state.js").Context} context
 */

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} first
 * @returns {import("../../shared/views.js").View}
 */
export function open(context, first) {
  const now = stateOf(first);
  const search = h("input", {
    type: "search", class: "input", value: now.text, placeholder: t("users.search"), "aria-label": t("users.search"),
    on: { input: () => { view.text = search.value.trim(); keepAddress(view); drawList(view); } },
  });
  const filter = h("select", { class: "input", "aria-label": t("users.show"), on: { change: () => { view.shown = filter.value; keepAddress(view); drawList(view); } } },
    Object.keys(SHOWN).map((value) => h("option", { value, text: t(`usersshown.${value}`) })));
  filter.value = now.shown;
  const status = h("p", { class: "list-status", role: "status" });
  const place = h("div", { class: "table-list" });
  const addButton = () => needs("adduser", button({ text: t("users.add"), icon: "plus", kind: "primary", onclick: () => void askForUser(view) }));
  const primary = addButton();
  const phoneAdd = needs("adduser", button({ icon: "plus", label: t("users.add"), kind: "primary", class: "phone-only", onclick: () => void askForUser(view) }));
  const panel = createPanel({ label: t("users.details"), onClose: () => chooseUser(view, null) });
  const element = h("div", { class: "table-view" },
    h("h1", { class: "visually-hidden", tabIndex: -1, text: t("place.users") }),
    h("div", { class: "tools" }, h("div", { class: "search-box" }, icon("search"), search), phoneAdd, filter, listsButton(() => load(view))),
    place, status);
  const view = /** @type {UsersView} */ ({
    users: /** @type {UserRecord[]} */ ([]), isLoaded: false, ...now, sort: { column: "name", isDescending: false }, stopped: false,
    search, filter, status, place, panel, element, context,
  });
  view.list = createUserList(view);
  const stopShortcuts = addShortcuts([
    { keys: "/", label: "users.search", group: "place.users", run: () => search.focus() },
    { keys: "Alt+N", label: "users.add", group: "place.users", run: () => { if (mayCall("adduser")) void askForUser(view); } },
  ]);
  const timer = setTimeout(() => { if (!view.isLoaded) fill(place, h("div", { class: "view-loading skeleton", role: "status", "aria-label": t("view.loading") })); }, 150);
  void load(view).finally(() => clearTimeout(timer));
  return {
    element,
    bar: [h("span", { class: "bar-title", text: t("place.users") })],
    primary,
    panel: panel.element,
    title: () => view.chosen ?? t("place.users"),
    update(route) {
      const next = stateOf(route);
      const isOther = next.chosen !== view.chosen;
      Object.assign(view, next);
      if (search.value.trim() !== view.text) search.value = view.text;
      filter.value = view.shown;
      drawList(view);
      if (isOther) showChosen(view);
    },
    leave() {
      view.stopped = true;
      clearTimeout(timer);
      stopShortcuts();
      view.list.stop();
    },
  };
}

/** @param {UsersView} view @returns {import("../../shared/list.js").List<UserRecord>} */
function createUserList(view) {
  return createList({
    label: t("place.users"),
    isPlain: true,
    columns: [
      { id: "name", label: t("users.user"), width: "minmax(0, 2.4fr)", isSortable: true, cell: nameCell },
      { id: "email", label: t("users.email"), width: "minmax(0, 1.5fr)", isWide: true, cell: (user) => h("span", { class: "cut", text: user.email }) },
      { id: "status", label: t("users.kind"), width: "110px", isWide: true, cell: (user) => statusTag(user) },
      { id: "used", label: t("users.used"), width: "minmax(84px, 0.9fr)", isSortable: true, isNumber: true, cell: (user) => usedCell(view, user) },
      { id: "seen", label: t("users.seen"), width: "minmax(0, 1.2fr)", isWide: true, isSortable: true, cell: seenCell },
    ],
    keyOf: (user) => user.username,
    nameOf: (user) => user.username,
    onOpen: (user) => chooseUser(view, user.username),
    onSort: (column) => {
      const isSame = view.sort.column === column;
      view.sort = { column: /** @type {SortColumn} */ (column), isDescending: isSame ? !view.sort.isDescending : column !== "name" };
      drawList(view);
    },
    onKey: (event) => {
      if (event.key !== "Escape" || !view.panel.isOpen()) return false;
      chooseUser(view, null);
      return true;
    },
  });
}
