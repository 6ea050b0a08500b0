// People who ask for an account. An administrator accepts or refuses them here.

import { command } from "../../shared/api.js";
import { confirmDialog } from "../../shared/dialog.js";
import { fullTime, when } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { address } from "../../shared/router.js";
import { errorToast, toast } from "../../shared/toast.js";
import { needs } from "../allowed.js";
import { adminErrorText } from "../error-text.js";
import { isAccount } from "../health.js";
import { FULL } from "../users/user.js";
import { card } from "./part.js";

/** @typedef {import("../health.js").Finding} Finding */

/** @param {import("../state.js").Context} context @param {AbortSignal} signal @returns {import("./part.js").Part} */
export function waitingPart({ health }, signal) {
  const box = card(t("overview.waiting"), "card-waiting");
  box.element.hidden = true;
  let shown = "";

  const draw = () => {
    const waiting = (health.known()?.findings ?? []).filter(isAccount);
    const now = waiting.map((one) => one.rid).join(" ");
    // Nothing is redrawn without a change, so that no button moves under a finger.
    if (signal.aborted || now === shown) return;
    shown = now;
    box.element.hidden = waiting.length === 0;
    fill(box.body, h("ul", { class: "member-list" }, waiting.map((one) => line(one, answer))));
  };

  /** @param {"updateuser" | "deleteuser"} operation @param {import("../../shared/api.js").Params} params @param {string} sentence */
  const answer = async (operation, params, sentence) => {
    try {
      await command(operation, params, { side: "admin" });
      toast(sentence);
    } catch (error) {
      errorToast(adminErrorText(error));
    }
    await health.load();
  };

  // The card beside this one shows the same findings. It loads them, and says so if it cannot.
  return { element: box.element, isLive: false, load: async () => draw(), stop: health.watch(draw) };
}

/**
 * A person who waits for an answer.
 * @param {Finding} finding
 * @param {(operation: "updateuser" | "deleteuser", params: import("../../shared/api.js").Params, sentence: string) => Promise<void>} answer
 */
function line(finding, answer) {
  const name = finding.path;
  const refuse = async () => {
    const isSure = await confirmDialog({ title: t("waiting.refusetitle", { name }), text: t("waiting.refusetext", { name }), confirm: t("waiting.refuse"), isDanger: true });
    if (isSure) await answer("deleteuser", { profile: name }, t("waiting.refused", { name }));
  };
  return h("li", { class: "member-item" }, icon("user"),
    h("span", { class: "entry-text" },
      h("a", { class: "cut", href: address("users", [name], { show: "waiting" }) }, h("bdi", { dir: "auto", text: name })),
      h("span", { class: "quiet", title: fullTime(finding.sinceepochutc), text: when(finding.sinceepochutc) })),
    needs("updateuser", button({ text: t("users.letin"), label: t("waiting.letinof", { name }), kind: "primary", onclick: () => void answer("updateuser", { profile: name, status: FULL }, t("waiting.isin", { name })) })),
    needs("deleteuser", button({ text: t("waiting.refuse"), label: t("waiting.refuseof", { name }), onclick: () => void refuse() })));
}
