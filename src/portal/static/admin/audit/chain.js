// The check of the audit log's chain. Each row contains the hash of the row before it, so the check
// finds a changed or removed row.

import { record } from "../../shared/api.js";
import { when } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { adminErrorText } from "../error-text.js";

/** Logs up to this length are checked without a click, because the server needs only a moment. */
const CHECKED_BY_ITSELF = 20_000;

/** @param {import("../state.js").AdminStore} store */
export function createChain(store) {
  const element = h("div", { class: "chain" });
  let isBusy = false;
  let stopped = false;

  const check = async () => {
    if (isBusy) return;
    isBusy = true;
    draw();
    try {
      /** @type {import("../../../replies.js").VerificationRecord} */
      const found = await record("verifyaudit", "verification", {}, { side: "admin" });
      store.set({ chain: { ...found, at: Date.now() / 1000 } });
      isBusy = false;
      draw();
      if (!stopped) announce(sentence());
    } catch (error) {
      isBusy = false;
      if (!stopped) fill(element, icon("warning"), h("span", { text: t("chain.failed", { reason: adminErrorText(error) }) }), again(t("action.retry")));
    }
  };

  const sentence = () => {
    const { chain } = store.get();
    if (!chain) return t("chain.unknown");
    if (chain.brokenat !== "") return t("chain.broken", { row: chain.brokenat });
    return t("chain.whole", { row: String(chain.newestid), time: when(chain.at) });
  };

  const again = (/** @type {string} */ text) => button({ text, kind: "quiet", class: "is-small", onclick: () => void check() });

  const draw = () => {
    const { chain } = store.get();
    const isBroken = chain !== null && chain.brokenat !== "";
    element.className = `chain${isBroken ? " is-broken" : chain ? " is-whole" : ""}`;
    if (isBusy) fill(element, icon("shield"), h("span", { text: t("chain.busy") }));
    else fill(element, icon(isBroken ? "warning" : "shield"), h("span", { text: sentence() }),
      chain && !isBroken ? h("code", { class: "word", title: t("chain.newest"), text: chain.newest }) : null, again(chain ? t("chain.again") : t("chain.check")));
  };

  draw();
  return {
    element,
    /** @param {number} rows how many rows the log has */
    consider(rows) {
      if (store.get().chain === null && rows <= CHECKED_BY_ITSELF) void check();
    },
    stop() { stopped = true; },
  };
}
