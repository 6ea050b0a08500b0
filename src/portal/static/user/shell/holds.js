// Asks above every view whether this person has deleted or replaced very many files. The question
// cannot be closed: until it is answered, that browser, program or device cannot change anything.

import { onHeld } from "../../shared/api.js";
import { fill, h, icon } from "../../shared/h.js";
import { holdButtons, holdText, loadHolds } from "../../shared/holds.js";
import { t } from "../../shared/i18n.js";

/**
 * Within this many milliseconds, the server is not asked again when somebody looks at the page
 * again.
 */
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
    // The server is asked again when somebody looks at the page the next time.
    ask().catch(() => { asked = 0; });
  };
  document.addEventListener("visibilitychange", look);
  onHeld(() => void ask().catch(() => undefined));
  look();
}
