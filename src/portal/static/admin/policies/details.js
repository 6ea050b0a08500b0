// The panel of a policy: its rules, the accounts and groups for which it is, its name, and a button
// that removes it.

import { command } from "../../shared/api.js";
import { confirmDialog } from "../../shared/dialog.js";
import { field } from "../../shared/fields.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast, toast } from "../../shared/toast.js";
import { needs } from "../allowed.js";
import { adminErrorText } from "../error-text.js";
import { form } from "../forms.js";
import { policyName } from "../views/policies.js";
import { showRecipients } from "./recipients.js";
import { ruleField } from "./rules.js";

/** @typedef {import("../views/policies.js").PolicyRecord} PolicyRecord */
/** @typedef {{ changed: () => Promise<void>, removed: () => Promise<void> }} Around */

/** @param {ReturnType<typeof import("../../shared/panel.js").createPanel>} panel @param {PolicyRecord} policy @param {Around} around */
export function showPolicy(panel, policy, around) {
  panel.show({
    title: policyName(policy),
    subtitle: policy.isdefault === 1 ? t("policies.isdefault") : t("policies.usercount", { count: policy.usercount }),
    tabs: [
      { id: "rules", label: t("policies.rules"), show: (content) => fill(content, h("div", { class: "panel-part" }, rulesForm(policy, around))) },
      { id: "people", label: t("policies.people"), show: (content) => void showRecipients(content, policy, around) },
      { id: "policy", label: t("policies.policy"), show: (content) => fill(content, h("div", { class: "panel-part" }, nameForm(policy, around), endings(policy, around))) },
    ],
  });
}

/** @param {PolicyRecord} policy @param {Around} around */
function rulesForm(policy, around) {
  const fields = (policy.setting ?? []).map((setting) => ({ setting, field: ruleField(setting, policy.isdefault === 1) }));
  const save = button({ text: t("action.save"), props: { type: "submit" } });
  return needs("updatepolicy", form([...fields.map((one) => one.field.element), h("div", { class: "card-actions" }, save)], async () => {
    if (fields.map((one) => one.field.check()).includes(false)) return;
    const changed = fields.filter((one) => one.field.value() !== one.setting.value);
    if (changed.length === 0) {
      toast(t("users.nochange"));
      return;
    }
    const values = Object.fromEntries(changed.map((one) => [one.setting.param, one.field.value()]));
    await command("updatepolicy", { policyid: policy.policyid, ...values }, { side: "admin" });
    toast(t("policies.saved", { name: policyName(policy) }));
    await around.changed();
  }));
}

/** @param {PolicyRecord} policy @param {Around} around */
function nameForm(policy, around) {
  const name = field({ label: t("policies.name"), value: policy.policyname, props: { maxlength: 100 } });
  return needs("updatepolicy", form([name.element, h("div", { class: "card-actions" }, button({ text: t("action.save"), props: { type: "submit" } }))], async () => {
    const wanted = name.input.value.trim();
    name.setError(wanted ? null : t("policies.noname"));
    if (!wanted || wanted === policy.policyname) return;
    await command("updatepolicy", { policyid: policy.policyid, policyname: wanted }, { side: "admin" });
    await around.changed();
  }));
}

/** @param {PolicyRecord} policy @param {Around} around */
function endings(policy, around) {
  const name = policyName(policy);
  if (policy.isdefault === 1) return h("p", { class: "quiet", text: t("policies.defaulthint") });
  return needs("removepolicy", h("div", { class: "endings" },
    button({ text: t("policies.makedefault"), onclick: () => void run(async () => {
      if (!await confirmDialog({ title: t("policies.makedefaulttitle", { name }), text: t("policies.makedefaulttext"), confirm: t("policies.makedefault") })) return;
      await command("updatepolicy", { policyid: policy.policyid, isdefault: 1 }, { side: "admin" });
      await around.changed();
    }) }),
    button({ text: t("policies.delete"), icon: "trash", class: "is-danger", onclick: () => void run(async () => {
      if (!await confirmDialog({ title: t("policies.deletetitle", { name }), text: t("policies.deletetext"), confirm: t("policies.delete"), isDanger: true })) return;
      await command("removepolicy", { policyid: policy.policyid }, { side: "admin" });
      toast(t("policies.deleted", { name }));
      await around.removed();
    }) })));
}

/** @param {() => Promise<void>} work */
export async function run(work) {
  try {
    await work();
  } catch (error) {
    errorToast(adminErrorText(error));
  }
}
