// The groups of accounts: made, renamed and removed, with their members. The list at the left, one of them in the panel.

import { call, records } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { askText } from "../../shared/fields.js";
import { plainName } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { createList } from "../../shared/list.js";
import { createPanel } from "../../shared/panel.js";
import { address, go } from "../../shared/router.js";
import { toast } from "../../shared/toast.js";
import { adminErrorText } from "../error-text.js";
import { showGroup } from "../groups/details.js";

/** @typedef {import("../../../replies.js").GroupRecord} GroupRecord */

/**
 * @typedef {object} GroupsView
 * @property {GroupRecord[]} groups
 * @property {boolean} isLoaded
 * @property {string | null} chosen the id of the group in the panel
 * @property {boolean} isStopped
 * @property {HTMLElement} place
 * @property {HTMLElement} status
 * @property {HTMLElement} element
 * @property {import("../../shared/list.js").List<GroupRecord>} list
 * @property {ReturnType<typeof createPanel>} panel
 */

/** @param {GroupRecord} group */
export function groupName(group) {
  return group.everyonegroup ? t("groups.everybody") : plainName(group.groupname);
}

/**
 * @param {import("../state.js").Context} _context
 * @param {import("../../shared/router.js").Route} first
 * @returns {import("../../shared/views.js").View}
 */
export function open(_context, first) {
  const status = h("p", { class: "list-status", role: "status" });
  const place = h("div", { class: "table-list" });
  const panel = createPanel({ label: t("groups.details"), onClose: () => choose(null) });
  const add = (/** @type {string} */ className) => button({ icon: "plus", text: t("groups.add"), kind: "primary", class: className, onclick: () => void askForGroup(view) });
  const element = h("div", { class: "table-view" },
    h("h1", { class: "visually-hidden", tabIndex: -1, text: t("place.groups") }),
    h("div", { class: "tools" }, add("phone-only")), place, status);
  /** @type {import("../../shared/list.js").List<GroupRecord>} */
  const list = createList({
    label: t("place.groups"),
    isPlain: true,
    columns: [
      { id: "name", label: t("groups.group"), width: "minmax(0, 2fr)", cell: (group) => [icon("users"), h("bdi", { class: "cut strong", dir: "auto", text: groupName(group) })] },
      { id: "members", label: t("groups.members"), width: "minmax(84px, 1fr)", isNumber: true, cell: (group) => h("span", { class: "number", text: String(group.membercount) }) },
    ],
    keyOf: (group) => group.groupid,
    nameOf: groupName,
    onOpen: (group) => choose(group.groupid),
    onKey: (event) => {
      if (event.key !== "Escape" || !panel.isOpen()) return false;
      choose(null);
      return true;
    },
  });
  /** @type {GroupsView} */
  const view = { groups: [], isLoaded: false, chosen: first.path[0] ?? null, isStopped: false, place, status, element, panel, list };
  void load(view);
  return {
    element,
    bar: [h("span", { class: "bar-title", text: t("place.groups") })],
    primary: add(""),
    panel: panel.element,
    title: () => t("place.groups"),
    update(route) {
      view.chosen = route.path[0] ?? null;
      showChosen(view);
    },
    leave() {
      view.isStopped = true;
      list.stop();
    },
  };
}

/** @param {string | null} id */
function choose(id) {
  go(address("groups", id === null ? [] : [id]));
}

/** @param {GroupsView} view */
export async function load(view) {
  try {
    view.groups = await records("getgroups", "group", {}, { side: "admin" });
    if (view.isStopped) return;
    view.isLoaded = true;
    if (view.list.element.parentElement !== view.place) fill(view.place, view.list.element);
    view.list.setItems(view.groups);
    view.list.refresh();
    view.status.textContent = t("groups.count", { count: view.groups.length });
    showChosen(view);
  } catch (error) {
    if (view.isStopped) return;
    fill(view.place, notice({ icon: "warning", title: t("groups.failed"), text: adminErrorText(error), action: { label: t("action.retry"), run: () => void load(view) } }));
  }
}

/** @param {GroupsView} view */
function showChosen(view) {
  view.element.classList.toggle("has-panel", view.chosen !== null);
  const group = view.groups.find((one) => one.groupid === view.chosen);
  if (view.chosen === null || (!group && view.isLoaded)) {
    view.panel.hide();
    view.element.classList.remove("has-panel");
    return;
  }
  if (!group) return;
  view.list.activateKey(group.groupid);
  showGroup(view.panel, group, { changed: () => load(view), removed: async () => { choose(null); await load(view); } });
}

/** @param {GroupsView} view */
async function askForGroup(view) {
  const name = await askText({
    title: t("groups.add"), label: t("groups.name"), confirm: t("groups.create"),
    submit: async (value) => {
      if (value.trim() === "") return t("groups.noname");
      try {
        const reply = await call("addgroup", { groupname: value.trim() }, { side: "admin" });
        view.chosen = reply.group?.[0]?.groupid ?? null;
        return null;
      } catch (error) {
        return adminErrorText(error);
      }
    },
  });
  if (name === null) return;
  toast(t("groups.added", { name: plainName(name.trim()) }));
  const made = view.chosen;
  await load(view);
  choose(made);
}
