// Loads the rows of the audit log while the person scrolls, and new rows as they are written.

import { errorText, url } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { fill, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { go } from "../../shared/router.js";
import { showChosen } from "./details.js";
import { auditAddress, filterCount, filterOf, filterParams, sortOf } from "./filter.js";
import { ROWS_MAX, createRows, createTail } from "./rows.js";

/** @typedef {import("../views/audit.js").AuditView} AuditView */

/** @param {AuditView} view */
export function loadLog(view) {
  view.rows?.stop();
  view.tail?.stop();
  view.rows = null;
  view.tail = null;
  view.exportLink.href = url("exportaudit", filterParams(view.filter), "admin");
  view.liveButton.setAttribute("aria-pressed", String(view.isLive));
  view.liveButton.replaceChild(icon(view.isLive ? "pause" : "play"), /** @type {Node} */ (view.liveButton.firstChild));
  view.fields.show(view.filter);
  if (view.isLive) loadTail(view);
  else loadRows(view);
}

/** @param {AuditView} view */
export function loadRows(view) {
  let isFirst = true;
  const source = createRows(view.filter, {
    onChange() {
      showList(view);
      view.status.textContent = countText(source);
      if (!isFirst) return;
      isFirst = false;
      view.list.scrollTo(0);
      if (filterCount(view.filter) === 0) view.chain.consider(source.total());
      showChosen(view);
    },
    onError: (error) => showFailure(view, error),
  });
  view.rows = source;
  void source.load();
}

/** @param {ReturnType<typeof createRows>} source */
function countText(source) {
  const total = source.total();
  if (total > ROWS_MAX) return t("audit.countmax", { count: total, shown: ROWS_MAX });
  return t(source.isAtLeast() ? "audit.countatleast" : "audit.count", { count: total });
}

/** @param {AuditView} view */
export function loadTail(view) {
  let isFirst = true;
  view.status.textContent = t("audit.livetext");
  view.tail = createTail({ ...view.filter, sort: "" }, {
    own: view.own,
    onRows(added) {
      const top = view.list.scroll();
      const height = view.list.element.querySelector(".list-line")?.clientHeight ?? 0;
      showList(view);
      // If the person has scrolled down, the same rows stay in view.
      if (!isFirst && top > 0) view.list.scrollTo(top + added * (height + 1));
      if (!isFirst && added > 0) announce(t("audit.newrows", { count: added }));
      view.status.textContent = t("audit.livetext");
      if (isFirst) showChosen(view);
      isFirst = false;
    },
    onError(error) {
      if (isFirst) showFailure(view, error);
      else view.status.textContent = t("audit.livelost", { reason: errorText(error) });
    },
  });
}

/** @param {AuditView} view @param {unknown} error */
export function showFailure(view, error) {
  fill(view.place, notice({ icon: "warning", title: t("audit.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => loadLog(view) } }));
  view.status.textContent = "";
}

/** @param {AuditView} view */
export function showList(view) {
  const shown = view.isLive ? view.tail?.rows() ?? [] : view.rows?.rows() ?? [];
  if (shown.length === 0) {
    fill(view.place, filterCount(view.filter) > 0
      ? notice({ icon: "audit", title: t("audit.nomatch"), action: { label: t("audit.clear"), run: () => go(auditAddress(filterOf(new URLSearchParams()), { live: view.isLive })) } })
      : notice({ icon: "audit", title: t("audit.empty"), text: view.isLive ? t("audit.emptylive") : t("audit.emptytext") }));
    return;
  }
  if (view.list.element.parentElement !== view.place) fill(view.place, view.list.element);
  view.list.setSort(...sortOf(view.isLive ? { ...view.filter, sort: "" } : view.filter));
  // The list compares this array with the previous one, so it must be a new one.
  view.list.setItems(shown.slice(), shown.length);
}
