// The field of a policy's rule. It also shows the value that holds if the policy has none.

import { field } from "../../shared/fields.js";
import { h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { selectField } from "../forms.js";

/** @typedef {import("../views/policies.js").PolicySetting} PolicySetting */
/** @typedef {{ element: HTMLElement, value: () => string, check: () => boolean }} RuleField */

/** @param {PolicySetting} setting @param {boolean} isDefault whether the settings of the server are what is below @returns {RuleField} */
export function ruleField(setting, isDefault) {
  const label = t(`policyrule.${setting.param}`);
  const below = t(isDefault ? "policies.fromsettings" : "policies.fromdefault", { value: ruleText(setting, setting.below) });
  if (setting.kind === "flag") {
    const choice = selectField(label, [["", below], ["1", t("policies.yes")], ["0", t("policies.no")]], setting.value);
    choice.element.append(h("p", { class: "field-hint", text: t(`policyhint.${setting.param}`) }));
    return { element: choice.element, value: () => choice.input.value, check: () => true };
  }
  const isDays = setting.kind === "days";
  const input = field({
    label, type: "number", value: setting.value, hint: `${t(`policyhint.${setting.param}`)} ${below}`,
    props: { min: 0, step: isDays ? 1 : "any", inputmode: isDays ? "numeric" : "decimal" },
  });
  const check = () => {
    const isBad = input.input.validity.badInput || Number(input.input.value) < 0 || (isDays && !Number.isInteger(Number(input.input.value)));
    input.setError(isBad ? t("policies.badnumber") : null);
    return !isBad;
  };
  return { element: input.element, value: () => input.input.value.trim(), check };
}

/** A value in words. @param {PolicySetting} setting @param {string} value */
export function ruleText(setting, value) {
  if (setting.kind === "flag") return t(value === "1" ? "policies.yes" : "policies.no");
  if (Number(value) === 0) return t("policies.nolimit");
  return setting.kind === "days" ? t("policies.days", { count: Number(value) }) : t("policies.gigabytes", { value });
}
