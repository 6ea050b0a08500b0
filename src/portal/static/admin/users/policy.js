// The policy that holds for an account, and a choice of another one.

import { call, command } from "../../shared/api.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { toast } from "../../shared/toast.js";
import { needs } from "../allowed.js";
import { adminErrorText } from "../error-text.js";
import { form, selectField } from "../forms.js";
import { loadPolicies, policyName } from "../views/policies.js";
import { ruleText } from "../policies/rules.js";
import { nameOf } from "./user.js";

/** @typedef {import("./user.js").UserRecord} UserRecord */

/** @param {HTMLElement} content @param {UserRecord} user */
export async function showPolicyOf(content, user) {
  const place = h("div", { class: "panel-part" });
  fill(content, place);
  try {
    const [policies, effective] = await Promise.all([loadPolicies(), call("geteffectivepolicyforuser", { username: user.username }, { side: "admin" })]);
    /** @type {{ policyid: string, policyname: string, setting: { key: string, value: string }[] }[]} */
    const nearest = effective.policy ?? [];
    const chosen = policies.length > 0 && nearest.length === 1 ? nearest[0]?.policyid ?? "" : "";
    const choice = selectField(t("policies.policy"), [["", t("policies.nochoice")], ...policies.map((one) => /** @type {[string, string]} */ ([one.policyid, policyName(one)]))], chosen);
    const kinds = new Map(policies[0]?.setting?.map((one) => [one.param, one]));
    fill(place,
      needs("assignpolicytouser", form([choice.element, h("div", { class: "card-actions" }, button({ text: t("action.save"), props: { type: "submit" } }))], async () => {
        if (choice.input.value === "") await command("resetpolicyforuser", { username: user.username }, { side: "admin" });
        else await command("assignpolicytouser", { username: user.username, policyid: choice.input.value }, { side: "admin" });
        toast(t("users.saved", { name: nameOf(user) }));
        await showPolicyOf(content, user);
      })),
      h("h3", { text: t("policies.inforce") }),
      h("dl", { class: "properties" }, (nearest[0]?.setting ?? []).flatMap((one) => {
        const kind = kinds.get(one.key);
        return kind ? [h("dt", { text: t(`policyrule.${one.key}`) }), h("dd", { text: ruleText(kind, one.value) })] : [];
      })));
  } catch (error) {
    fill(place, h("p", { class: "form-error", role: "alert", text: adminErrorText(error) }));
  }
}
