// The policies: what accounts may do and how much they may hold. The list at the left, one of them in the panel.

import { command, records } from "../../shared/api.js";
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
import { showPolicy } from "../policies/details.js";

/** @typedef {import("../../../replies.js").PolicySettingRecord} PolicySetting */
/** @typedef {import("../../../replies.js").PolicyRecord} PolicyRecord */

/**
 * @typedef {object} PoliciesView
 * @property {PolicyRecord[]} policies
 * @property {boolean} isLoaded
 * @property {string | null} chosen the id of the policy in the panel
 * @property {boolean} isStopped
 * @property {HTMLElement} place
 * @property {HTMLElement} status
 * @property {HTMLElement} element
 * @property {import("../../shared/list.js").List<PolicyRecord>} list
 * @property {ReturnType<typeof createPanel>} panel
 */

/** @param {PolicyRecord} policy */
export function policyName(policy) {
  return plainName(policy.policyname);
}

/** @returns {Promise<PolicyRecord[]>} */
export function loadPolicies() {
  return records("getallpolicies", "policy", {}, { side: "admin" });
}

/**
 * @param {import("../state.js").Context} _context
 * @param {import("../../shared/router.js").Route} first
 * @returns {import("../../shared/views.js").View}
 */
export function open(_context, first) {
  const status = h("p", { class: "list-status", role: "status" });
  const place = h("div", { class: "table-list" });
  const panel = createPanel({ label: t("policies.details"), onClose: () => choose(null) });
  const add = (/** @type {string} */ className) => button({ icon: "plus", text: t("policies.add"), kind: "primary", class: className, onclick: () => void askForPolicy(view) });
  const element = h("div", { class: "table-view" },
    h("h1", { class: "visually-hidden", tabIndex: -1, text: t("place.policies") }),
    h("div", { class: "tools" }, add("phone-only")), place, status);
  /** @type {import("../../shared/list.js").List<PolicyRecord>} */
  const list = createList({
    label: t("place.policies"),
    isPlain: true,
    columns: [
      { id: "name", label: t("policies.policy"), width: "minmax(0, 2fr)", cell: (policy) => [icon("shield"), h("bdi", { class: "cut strong", dir: "auto", text: policyName(policy) })] },
      { id: "users", label: t("policies.people"), width: "minmax(84px, 1fr)", isNumber: true, cell: (policy) => h("span", { class: "number", text: String(policy.usercount) }) },
    ],
    keyOf: (policy) => policy.policyid,
    nameOf: policyName,
    onOpen: (policy) => choose(policy.policyid),
    onKey: (event) => {
      if (event.key !== "Escape" || !panel.isOpen()) return false;
      choose(null);
      return true;
    },
  });
  /** @type {PoliciesView} */
  const view = { policies: [], isLoaded: false, chosen: first.path[0] ?? null, isStopped: false, place, status, element, panel, list };
  void load(view);
  return {
    element,
    bar: [h("span", { class: "bar-title", text: t("place.policies") })],
    primary: add(""),
    panel: panel.element,
    title: () => t("place.policies"),
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
  go(address("policies", id === null ? [] : [id]));
}

/** @param {PoliciesView} view */
async function load(view) {
  try {
    view.policies = await loadPolicies();
    if (view.isStopped) return;
    view.isLoaded = true;
    if (view.list.element.parentElement !== view.place) fill(view.place, view.list.element);
    view.list.setItems(view.policies);
    view.list.refresh();
    view.status.textContent = t("policies.count", { count: view.policies.length });
    showChosen(view);
  } catch (error) {
    if (view.isStopped) return;
    fill(view.place, notice({ icon: "warning", title: t("policies.failed"), text: adminErrorText(error), action: { label: t("action.retry"), run: () => void load(view) } }));
  }
}

/** @param {PoliciesView} view */
function showChosen(view) {
  view.element.classList.toggle("has-panel", view.chosen !== null);
  const policy = view.policies.find((one) => one.policyid === view.chosen);
  if (view.chosen === null || (!policy && view.isLoaded)) {
    view.panel.hide();
    view.element.classList.remove("has-panel");
    return;
  }
  if (!policy) return;
  view.list.activateKey(policy.policyid);
  showPolicy(view.panel, policy, { changed: () => load(view), removed: async () => { choose(null); await load(view); } });
}

/** @param {PoliciesView} view */
async function askForPolicy(view) {
  const name = await askText({
    title: t("policies.add"), label: t("policies.name"), confirm: t("policies.create"),
    submit: async (value) => {
      if (value.trim() === "") return t("policies.noname");
      try {
        await command("addpolicy", { policyname: value.trim() }, { side: "admin" });
        return null;
      } catch (error) {
        return adminErrorText(error);
      }
    },
  });
  if (name === null) return;
  toast(t("policies.added", { name: plainName(name.trim()) }));
  await load(view);
  choose(view.policies.find((one) => one.policyname === name.trim())?.policyid ?? null);
}
