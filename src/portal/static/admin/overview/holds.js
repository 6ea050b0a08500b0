// Clients that are on hold because they deleted or replaced very many files. Here an administrator
// decides about all of them.

import { fullTime, when } from "../../shared/format.js";
import { fill, h, icon } from "../../shared/h.js";
import { holdButtons, holdText, loadHolds } from "../../shared/holds.js";
import { t } from "../../shared/i18n.js";
import { mayCall, needs } from "../allowed.js";
import { isHold } from "../health.js";
import { card, loadInto } from "./part.js";

/** @param {import("../state.js").Context} context @param {AbortSignal} signal @returns {import("./part.js").Part} */
export function holdsPart({ health, store }, signal) {
  const box = card(t("overview.holds"), "card-holds");
  box.element.hidden = true;
  /** @type {string | null} */
  let shown = null;

  /** @param {import("../../shared/holds.js").HoldRecord} hold @param {import("../../shared/holds.js").As} as */
  const answers = (hold, as) => {
    const { goOn, takeBack } = holdButtons(hold, as, async () => {
      shown = null;
      await health.load();
    });
    return h("div", { class: "card-actions" }, needs("core/endhold", goOn), needs("core/takebackhold", takeBack));
  };

  const draw = () => loadInto(box.body, signal, async () => {
    const findings = (health.known()?.findings ?? []).filter(isHold);
    const now = findings.map((one) => one.rid).join(" ");
    // Nothing is redrawn without a change, so that no button moves under a finger.
    if (now === shown) return;
    const as = { adminproxyuserid: store.get().account.name };
    const holds = findings.length > 0 && mayCall("core/getholds") ? await loadHolds(as) : [];
    if (signal.aborted) return;
    shown = now;
    box.element.hidden = holds.length === 0;
    fill(box.body, h("ul", { class: "member-list" }, holds.map((hold) => h("li", { class: "member-item hold-item" }, icon("warning"),
      h("span", { class: "entry-text" },
        h("bdi", { dir: "auto", text: hold.username }),
        h("span", { text: holdText(hold) }),
        h("span", { class: "quiet", title: fullTime(hold.sinceepochutc), text: `${when(hold.sinceepochutc)}, ${hold.ip}` })),
      answers(hold, as)))));
  });

  // The card beside this one shows the same findings. It loads them, and says so if it cannot.
  return { element: box.element, isLive: false, load: draw, stop: health.watch(() => void draw()) };
}
