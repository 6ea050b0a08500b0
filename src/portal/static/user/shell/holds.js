// Asks above every view whether it was this person who deleted or replaced very many files. It cannot be put away: until there
// is an answer, that browser, program or device can change nothing.

import { onHeld } from "../../shared/api.js";
import { fill, h, icon } from "../../shared/h.js";
import { holdButtons, holdText, loadHolds } from "../../shared/holds.js";
import { t } from "../../shared/i18n.js";

/** Milliseconds within which the page may be looked at again without asking. */
const PAUSE = 60_000;

/** @param {import("../../shared/shell.js").Shell} shell @param {() => void} onChange called when files may have come back */
export function followHolds(shell, onChange) {
  let asked = 0;
  const ask = async () => {
    asked = Date.now();
    const holds = await loadHolds({});
    fill(shell.alarm, holds.map((hold) => h("div", { class: "strip strip-hold", role: "alert" }, icon("warning"),
      h("p", { class: "strip-text" }, holdText(hold), " ", h("strong", { text: t(hold.isown ? "holds.questionown" : "holds.question") })),
      h("div", { class: "strip-actions" }, Object.values(holdButtons(hold, {}, async () => {
        await ask().catch(() => undefined);
        onChange();
      }))))));
  };
  const look = () => {
    if (document.visibilityState !== "visible" || Date.now() - asked < PAUSE) return;
    // The next look asks again.
    ask().catch(() => { asked = 0; });
  };
  document.addEventListener("visibilitychange", look);
  onHeld(() => void ask().catch(() => undefined));
  look();
}
