// All shares of all accounts, each with its owner and a button that ends it.

import { records } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { adminErrorText } from "../error-text.js";
import { shareItem } from "../shares/item.js";

/** Milliseconds after a keystroke before the server is asked. */
const TYPING_PAUSE = 200;
/** Maximum number of shown shares. A search finds the others. */
const SHOWN_MAX = 500;

/**
 * @param {import("../state.js").Context} context
 * @returns {import("../../shared/views.js").View}
 */
export function open(context) {
  const list = h("ul", { class: "member-list", "aria-label": t("place.shares") });
  const place = h("div", { class: "table-list shares-list" });
  const status = h("p", { class: "list-status", role: "status" });
  let timer = 0;
  let turn = 0;
  const search = h("input", { type: "search", class: "input", placeholder: t("shares.search"), "aria-label": t("shares.search"), on: { input: () => {
    clearTimeout(timer);
    timer = setTimeout(() => void load(), TYPING_PAUSE);
  } } });
  const load = async () => {
    turn += 1;
    const own = turn;
    try {
      /** @type {import("../../shared/types.js").ShareRecord[]} */
      const shares = await records("getsharesbyowner", "share", { sharefilter: search.value.trim(), limit: SHOWN_MAX }, { side: "admin" });
      if (own !== turn) return;
      fill(list, shares.map((share) => shareItem(share, { admin: context.store.get().account.name, hasOwner: true, onEnded: load })));
      fill(place, shares.length > 0 ? list : notice({ icon: "share", title: t(search.value ? "shares.nomatch" : "shares.noneyet") }));
      status.textContent = t("shares.count", { count: shares.length });
    } catch (error) {
      if (own === turn) fill(place, notice({ icon: "warning", title: t("shares.failed"), text: adminErrorText(error), action: { label: t("action.retry"), run: () => void load() } }));
    }
  };
  void load();
  return {
    element: h("div", { class: "table-view" },
      h("h1", { class: "visually-hidden", tabIndex: -1, text: t("place.shares") }),
      h("div", { class: "tools" }, h("div", { class: "search-box" }, icon("search"), search)), place, status),
    bar: [h("span", { class: "bar-title", text: t("place.shares") })],
    title: () => t("place.shares"),
    again: () => void load(),
    renew: () => void load(),
    leave() {
      turn += 1;
      clearTimeout(timer);
    },
  };
}
