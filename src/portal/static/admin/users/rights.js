// The rights of an administrator by area. Everybody who may see the account sees them, but only
// administrators with all rights can change them.

import { command, records } from "../../shared/api.js";
import { fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast, toast } from "../../shared/toast.js";
import { adminErrorText } from "../error-text.js";
import { selectField } from "../forms.js";
import { nameOf } from "./user.js";

/** @typedef {import("../../../replies.js").AdminOperationRecord} AreaRights */

/** @param {HTMLElement} content @param {import("./user.js").UserRecord} user @param {boolean} mayChange */
export async function showRights(content, user, mayChange) {
  const place = h("div", { class: "panel-part" });
  fill(content, place);
  try {
    /** @type {AreaRights[]} */
    const areas = await records("getadminuserpolicy", "operation", { username: user.username }, { side: "admin" });
    fill(place,
      h("p", { class: "quiet", text: t(mayChange ? "rights.hint" : "rights.only") }),
      areas.map((area) => areaField(area, mayChange, async (rights) => {
        try {
          await command("setadminuserpolicy", { username: user.username, opname: area.opname, ...rights }, { side: "admin" });
          toast(t("users.saved", { name: nameOf(user) }));
        } catch (error) {
          errorToast(adminErrorText(error));
        }
        await showRights(content, user, mayChange);
      })));
  } catch (error) {
    fill(place, h("p", { class: "form-error", role: "alert", text: adminErrorText(error) }));
  }
}

/** @param {AreaRights} area @param {boolean} mayChange @param {(rights: { read: number, update: number }) => Promise<void>} change */
function areaField(area, mayChange, change) {
  const value = area.update === 1 ? "change" : area.read === 1 ? "look" : "nothing";
  const choice = selectField(t(`rightsarea.${area.opname}`), [["nothing", t("rights.nothing")], ["look", t("rights.look")], ["change", t("rights.change")]], value);
  choice.input.disabled = !mayChange;
  choice.input.addEventListener("change", () => void change({ read: choice.input.value === "nothing" ? 0 : 1, update: choice.input.value === "change" ? 1 : 0 }));
  return choice.element;
}
