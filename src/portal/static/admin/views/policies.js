// The policies: what accounts may do and how much they may store. The list is at the left, and the
// panel shows one of them.

import { command, records } from "../../shared/api.js";
import { askText } from "../../shared/fields.js";
import { plainName } from "../../shared/format.js";
import { h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { toast } from "../../shared/toast.js";
import { adminErrorText } from "../error-text.js";
import { listPage } from "../list-page.js";
import { showPolicy } from "../policies/details.js";

/** @typedef {import("../../../replies.js").PolicySettingRecord} PolicySetting */
/** @typedef {import("../../../replies.js").PolicyRecord} PolicyRecord */

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
  /** @type {import("../list-page.js").ListPage<PolicyRecord>} */
  const page = {
    view: "policies",
    words: {
      title: t("place.policies"), details: t("policies.details"), add: t("policies.add"), failed: t("policies.failed"),
      count: (count) => t("policies.count", { count }),
    },
    columns: [
      { id: "name", label: t("policies.policy"), width: "minmax(0, 2fr)", cell: (policy) => [icon("shield"), h("bdi", { class: "cut strong", dir: "auto", text: policyName(policy) })] },
      { id: "users", label: t("policies.people"), width: "minmax(84px, 1fr)", isNumber: true, cell: (policy) => h("span", { class: "number", text: String(policy.usercount) }) },
    ],
    keyOf: (policy) => policy.policyid,
    nameOf: policyName,
    load: loadPolicies,
    show: showPolicy,
    add: askForPolicy,
    adding: "addpolicy",
  };
  return listPage(page, first);
}

/** Makes a policy. Returns a function that finds it in the list; `null` if the person cancels. @returns {Promise<((policy: PolicyRecord) => boolean) | null>} */
async function askForPolicy() {
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
  if (name === null) return null;
  toast(t("policies.added", { name: plainName(name.trim()) }));
  return (policy) => policy.policyname === name.trim();
}
