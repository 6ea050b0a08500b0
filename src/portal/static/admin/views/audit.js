// The audit log: every call to the cloud. The filters are in the address. Rows are loaded while
// scrolling or as they are written, and the panel shows one of them in full.

import { happenedCell, outcomeTag, userText } from "../audit/cells.js";
import { filterFields } from "../audit/fields.js";
import { button, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { addShortcuts } from "../../shared/keys.js";
import { createList } from "../../shared/list.js";
import { createPanel } from "../../shared/panel.js";
import { go } from "../../shared/router.js";
import { createChain } from "../audit/chain.js";
import { chooseRow, showChosen, stateOf } from "../audit/details.js";
import { auditAddress, isSameFilter, sortedBy } from "../audit/filter.js";
import { loadLog } from "../audit/load.js";
import { createRows, createTail } from "../audit/rows.js";
import { sentenceOf } from "../audit/says.js";
import { logTimeElement } from "../times.js";

/** @typedef {import("../audit/filter.js").Filter} Filter */
/** @typedef {import("../audit/rows.js").AuditRecord} AuditRecord */

/**
 * @typedef {object} AuditView
 * @property {Filter} filter
 * @property {boolean} isLive
 * @property {string | null} chosen
 * @property {AbortController} stop
 * @property {ReturnType<typeof createRows> | null} rows
 * @property {ReturnType<typeof createTail> | null} tail
 * @property {string} own
 * @property {ReturnType<typeof createChain>} chain
 * @property {HTMLDivElement} place
 * @property {HTMLParagraphElement} status
 * @property {ReturnType<typeof createPanel>} panel
 * @property {ReturnType<typeof filterFields>} fields
 * @property {HTMLButtonElement} liveButton
 * @property {HTMLAnchorElement} exportLink
 * @property {import("../../shared/list.js").List<AuditRecord>} list
 * @property {HTMLDivElement} element
 */

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} first
 * @returns {import("../../shared/views.js").View}
 */
export function open(context, first) {
  const stop = new AbortController();
  const own = context.store.get().account.name;
  const chain = createChain(context.store);
  const place = h("div", { class: "table-list" });
  const status = h("p", { class: "list-status-text", role: "status" });
  const panel = createPanel({ label: t("audit.row"), onClose: () => chooseRow(view, null) });
  const fields = filterFields(() => view.filter, (next) => go(auditAddress(next, { live: view.isLive })));
  const liveButton = button({ text: t("audit.live"), icon: "play", kind: "quiet", props: { "aria-pressed": "false" } });
  liveButton.addEventListener("click", () => go(auditAddress(view.filter, { live: !view.isLive, row: view.chosen })));
  const exportLink = h("a", { class: "button quiet", download: "" }, icon("download"), h("span", { class: "button-text", text: t("audit.export") }));
  const element = h("div", { class: "table-view audit" },
    h("h1", { class: "visually-hidden", tabIndex: -1, text: t("place.audit") }),
    fields.element, place, h("div", { class: "list-status" }, status, chain.element));
  const view = /** @type {AuditView} */ ({
    ...stateOf(first), stop, rows: null, tail: null, own, chain, place, status, panel, fields, liveButton, exportLink,
    element,
  });
  view.list = createLogList(view);
  const stopShortcuts = addShortcuts([
    { keys: "/", label: "audit.filter", group: "place.audit", run: () => fields.focus() },
    { keys: "Alt+L", label: "audit.live", group: "place.audit", run: () => liveButton.click() },
  ]);
  loadLog(view);
  return {
    element,
    bar: [h("span", { class: "bar-title", text: t("place.audit") }), h("div", { class: "bar-tools" }, fields.toggle, liveButton, exportLink)],
    panel: panel.element,
    title: () => t("place.audit"),
    update(route) {
      const next = stateOf(route);
      const isOther = !isSameFilter(next.filter, view.filter) || next.isLive !== view.isLive;
      const isOtherRow = next.chosen !== view.chosen;
      Object.assign(view, next);
      if (isOther) loadLog(view);
      else if (isOtherRow) showChosen(view);
    },
    leave() {
      stop.abort();
      view.rows?.stop();
      view.tail?.stop();
      chain.stop();
      stopShortcuts();
      view.list.stop();
    },
  };
}

/** @param {AuditView} view @returns {import("../../shared/list.js").List<AuditRecord>} */
function createLogList(view) {
  return createList({
    label: t("place.audit"),
    isPlain: true,
    columns: [
      { id: "time", label: t("audit.time"), width: "minmax(88px, 0.9fr)", isSortable: true, cell: (row) => logTimeElement(row.createdms) },
      { id: "user", label: t("users.user"), width: "minmax(0, 0.8fr)", isWide: true, isSortable: true, cell: (row) => userText(row) },
      { id: "operation", label: t("audit.what"), width: "minmax(0, 3.6fr)", isSortable: true, cell: happenedCell },
      { id: "outcome", label: t("audit.outcome"), width: "minmax(112px, 0.9fr)", isSortable: true, cell: (row) => outcomeTag(row.outcome) },
      { id: "ip", label: t("audit.address"), width: "minmax(0, 0.9fr)", isWide: true, isSortable: true, cell: (row) => h("span", { class: "cut quiet number", text: row.ip }) },
    ],
    keyOf: (row) => row.id,
    nameOf: sentenceOf,
    onOpen: (row) => chooseRow(view, row.id),
    onSort: (column) => go(auditAddress(sortedBy(view.filter, column), { row: view.chosen })),
    onRange: (from, to) => { if (!view.isLive) view.rows?.want(from, to); },
    onKey: (event) => {
      if (event.key !== "Escape" || !view.panel.isOpen()) return false;
      chooseRow(view, null);
      return true;
    },
  });
}
