// The search page before a question: it lists earlier searches.

import { command, errorText, records } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast } from "../../shared/toast.js";
import { addressOf } from "./question.js";

/** @typedef {import("../views/search.js").SearchView} SearchView */

/** @param {SearchView} view */
export async function showStart(view) {
  view.results = [];
  view.total = 0;
  view.list.setItems([]);
  view.status.textContent = "";
  view.isFirst = false;
  const start = notice({ icon: "search", title: t("search.start"), text: t("search.starttext") });
  fill(view.stage, start);
  /** @type {import("../../../replies.js").SearchTerm[]} */
  let terms = [];
  try {
    terms = await records("searchtermsearch", "searchterm", { searchterm: "" });
  } catch {
    // Without the earlier searches, there is still a field to type into.
  }
  if (terms.length === 0 || !start.isConnected) return;
  const forget = async () => {
    try {
      await command("clearsavedsearchterms");
      fill(view.stage, start);
      view.input.focus();
    } catch (error) {
      errorToast(errorText(error));
    }
  };
  const earlier = h("section", { class: "search-earlier", "aria-label": t("search.earlier") },
    h("h2", { class: "search-earlier-title", text: t("search.earlier") }),
    h("ul", null, terms.map(({ term }) => h("li", null, h("a", { class: "search-term", href: addressOf({ ...view.question, q: term }) }, icon("clock"), h("span", { text: term }))))),
    button({ text: t("search.forget"), kind: "quiet", onclick: () => void forget() }));
  fill(view.stage, earlier);
}
