// The audit log: every call that the cloud got. Filters in the address, rows as they are scrolled to or as they are
// written, one of them in full in the panel.

import { errorText, records, url } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { fullTime, number } from "../../shared/format.js";
import { button, fill, h, icon, uniqueId } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { addShortcuts } from "../../shared/keys.js";
import { createList } from "../../shared/list.js";
import { announce } from "../../shared/live.js";
import { createPanel, properties } from "../../shared/panel.js";
import { address, go } from "../../shared/router.js";
import { createChain } from "../audit/chain.js";
import { FIELDS, OUTCOMES, auditAddress, filterCount, filterOf, filterParams, isSameFilter, outcomeKind } from "../audit/filter.js";
import { ROWS_MAX, createRows, createTail, rowOf } from "../audit/rows.js";
import { logTimeElement } from "../times.js";

/** @typedef {import("../audit/rows.js").AuditRecord} AuditRecord */
/** @typedef {import("../audit/filter.js").Filter} Filter */

/** Milliseconds after the last letter before a filter is applied. */
const TYPING_PAUSE = 400;

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} first
 * @returns {import("../../shared/views.js").View}
 */
export function open(context, first) {
  let { filter, isLive, chosen } = stateOf(first);
  const stop = new AbortController();
  /** @type {ReturnType<typeof createRows> | null} */
  let rows = null;
  /** @type {ReturnType<typeof createTail> | null} */
  let tail = null;
  const own = context.store.get().account.name;

  const chain = createChain(context.store);
  const place = h("div", { class: "table-list" });
  const status = h("p", { class: "list-status-text", role: "status" });
  const panel = createPanel({ label: t("audit.row"), onClose: () => choose(null) });
  const fields = filterFields(() => filter, (next) => go(auditAddress(next, { live: isLive })));
  const live = button({ text: t("audit.live"), icon: "play", kind: "quiet", props: { "aria-pressed": "false" } });
  live.addEventListener("click", () => go(auditAddress(filter, { live: !isLive, row: chosen })));
  const exportLink = h("a", { class: "button quiet", download: "" }, icon("download"), h("span", { class: "button-text", text: t("audit.export") }));

  /** @type {import("../../shared/list.js").List<AuditRecord>} */
  const list = createList({
    label: t("place.audit"),
    isPlain: true,
    columns: [
      { id: "time", label: t("audit.time"), width: "minmax(88px, 0.9fr)", cell: (row) => logTimeElement(row.createdms) },
      { id: "user", label: t("users.user"), width: "minmax(0, 0.8fr)", isWide: true, cell: (row) => userText(row) },
      { id: "operation", label: t("audit.operation"), width: "minmax(0, 1.6fr)", cell: operationCell },
      { id: "object", label: t("audit.object"), width: "minmax(0, 2fr)", isWide: true, cell: (row) => h("bdi", { class: "cut quiet", text: row.object, title: row.object }) },
      { id: "outcome", label: t("audit.outcome"), width: "minmax(112px, 0.9fr)", cell: (row) => outcomeTag(row.outcome) },
      { id: "ip", label: t("audit.address"), width: "minmax(0, 0.9fr)", isWide: true, cell: (row) => h("span", { class: "cut quiet number", text: row.ip }) },
    ],
    keyOf: (row) => row.id,
    nameOf: (row) => row.operation,
    onOpen: (row) => choose(row.id),
    onRange: (from, to) => { if (!isLive) rows?.want(from, to); },
    onKey: (event) => {
      if (event.key !== "Escape" || !panel.isOpen()) return false;
      choose(null);
      return true;
    },
  });

  const element = h("div", { class: "table-view audit" },
    h("h1", { class: "visually-hidden", tabIndex: -1, text: t("place.audit") }),
    fields.element, place, h("div", { class: "list-status" }, status, chain.element));

  /** @param {import("../../shared/router.js").Route} route */
  function stateOf(route) {
    return { filter: filterOf(route.query), isLive: route.query.get("live") === "1", chosen: route.query.get("row") };
  }

  /** @param {string | null} id */
  function choose(id) {
    const hadFocus = panel.element.contains(document.activeElement);
    go(auditAddress(filter, { live: isLive, row: id }));
    if (id === null && hadFocus) list.focus();
  }

  /** @param {unknown} error */
  function showFailure(error) {
    fill(place, notice({ icon: "warning", title: t("audit.failed"), text: errorText(error), action: { label: t("action.retry"), run: load } }));
    status.textContent = "";
  }

  function showList() {
    const shown = isLive ? tail?.rows() ?? [] : rows?.rows() ?? [];
    if (shown.length === 0) {
      fill(place, filterCount(filter) > 0
        ? notice({ icon: "audit", title: t("audit.nomatch"), action: { label: t("audit.clear"), run: () => go(auditAddress(filterOf(new URLSearchParams()), { live: isLive })) } })
        : notice({ icon: "audit", title: t("audit.empty"), text: isLive ? t("audit.emptylive") : t("audit.emptytext") }));
      return;
    }
    if (list.element.parentElement !== place) fill(place, list.element);
    // A new array each time: the list compares it with the one before.
    list.setItems(shown.slice(), shown.length);
  }

  function load() {
    rows?.stop();
    tail?.stop();
    rows = null;
    tail = null;
    exportLink.href = url("exportaudit", filterParams(filter), "admin");
    live.setAttribute("aria-pressed", String(isLive));
    live.replaceChild(icon(isLive ? "pause" : "play"), /** @type {Node} */ (live.firstChild));
    fields.show(filter);
    if (isLive) loadTail();
    else loadRows();
  }

  function loadRows() {
    let isFirst = true;
    const source = createRows(filter, {
      onChange() {
        showList();
        const total = source.total();
        status.textContent = total > ROWS_MAX
          ? t("audit.countmax", { count: total, shown: ROWS_MAX })
          : t("audit.count", { count: total });
        if (!isFirst) return;
        isFirst = false;
        list.scrollTo(0);
        if (filterCount(filter) === 0) chain.consider(total);
        showChosen();
      },
      onError: showFailure,
    });
    rows = source;
    void source.load();
  }

  function loadTail() {
    let isFirst = true;
    status.textContent = t("audit.livetext");
    tail = createTail(filter, {
      own,
      onRows(added) {
        const top = list.scroll();
        const height = list.element.querySelector(".list-line")?.clientHeight ?? 0;
        showList();
        // Whoever has scrolled down keeps seeing the same rows.
        if (!isFirst && top > 0) list.scrollTo(top + added * (height + 1));
        if (!isFirst && added > 0) announce(t("audit.newrows", { count: added }));
        status.textContent = t("audit.livetext");
        if (isFirst) showChosen();
        isFirst = false;
      },
      onError(error) {
        if (isFirst) showFailure(error);
        else status.textContent = t("audit.livelost", { reason: errorText(error) });
      },
    });
  }

  function showChosen() {
    element.classList.toggle("has-panel", chosen !== null);
    if (chosen === null) {
      panel.hide();
      return;
    }
    const id = chosen;
    const present = list.items().find((row) => row.id === id);
    if (present) {
      list.activateKey(id);
      showRow(present);
      return;
    }
    rowOf(id, stop.signal).then((row) => {
      if (chosen !== id) return;
      if (row) showRow(row);
      else showMissing();
    }, () => { if (chosen === id) showMissing(); });
  }

  function showMissing() {
    panel.show({ title: t("audit.row"), tabs: [{ id: "row", label: t("audit.row"), show: (content) => fill(content, notice({ icon: "audit", title: t("audit.norow") })) }] });
  }

  /** @param {AuditRecord} row */
  function showRow(row) {
    /** @param {keyof Filter} field @param {string} value @param {string} label */
    const only = (field, value, label) => (value === "" || filter[field] === value ? null
      : button({ text: label, icon: "filter", onclick: () => go(auditAddress({ ...filter, [field]: value }, { live: isLive, row: row.id })) }));
    panel.show({
      title: row.operation || t("audit.nooperation"),
      subtitle: fullTime(row.createdms / 1000),
      tabs: [{ id: "row", label: t("audit.row"), show: (content) => fill(content,
        properties([
          [t("audit.outcome"), h("span", null, outcomeTag(row.outcome), row.outcome === "ok" ? null : h("code", { class: "word", lang: "en", text: row.outcome }))],
          [t("audit.reason"), row.reason ? h("bdi", { lang: "en", text: row.reason }) : null],
          [t("users.user"), row.username && !row.username.startsWith("(") ? h("a", { href: address("users", [row.username]), text: row.username }) : userText(row)],
          [t("audit.object"), row.object ? h("bdi", { text: row.object }) : null],
          [t("audit.address"), h("span", { class: "number", text: row.ip })],
          [t("audit.agent"), row.agent],
          [t("audit.duration"), durationText(row.durationmicroseconds)],
          [t("audit.exacttime"), h("span", { class: "number", text: new Date(row.createdms).toISOString() })],
          [t("audit.number"), h("span", { class: "number", text: row.id })],
        ]),
        h("div", { class: "filter-buttons" },
          only("user", row.username, t("audit.onlyuser")),
          only("operation", row.operation, t("audit.onlyoperation")),
          only("ip", row.ip, t("audit.onlyaddress")),
          only("path", row.object, t("audit.onlyobject")))) }],
    });
  }

  const stopShortcuts = addShortcuts([
    { keys: "/", label: "audit.filter", group: "place.audit", run: () => fields.focus() },
    { keys: "Alt+L", label: "audit.live", group: "place.audit", run: () => live.click() },
  ]);
  load();

  return {
    element,
    bar: [h("span", { class: "bar-title", text: t("place.audit") }), h("div", { class: "bar-tools" }, fields.toggle, live, exportLink)],
    panel: panel.element,
    title: () => t("place.audit"),
    update(route) {
      const next = stateOf(route);
      const isOther = !isSameFilter(next.filter, filter) || next.isLive !== isLive;
      const isOtherRow = next.chosen !== chosen;
      ({ filter, isLive, chosen } = next);
      if (isOther) load();
      else if (isOtherRow) showChosen();
    },
    leave() {
      stop.abort();
      rows?.stop();
      tail?.stop();
      chain.stop();
      stopShortcuts();
      list.stop();
    },
  };
}

/** @param {AuditRecord} row */
function userText(row) {
  const inside = /^\((console|schedule|server)\)$/.exec(row.username);
  if (inside) return h("span", { class: "cut quiet", text: t(`auditinside.${inside[1]}`) });
  return row.username ? h("bdi", { class: "cut", text: row.username }) : h("span", { class: "cut quiet", text: t("audit.nobody") });
}

/** @param {AuditRecord} row */
function operationCell(row) {
  return h("span", { class: "entry-text" },
    h("span", { class: "cut", text: row.operation || t("audit.nooperation") }),
    h("span", { class: "entry-facts" }, h("bdi", { text: [row.username, row.object].filter(Boolean).join(" \u00b7 ") || row.ip })));
}

/** @param {string} outcome */
function outcomeTag(outcome) {
  const kind = outcomeKind(outcome);
  return h("span", { class: ["outcome", `is-${kind}`] }, icon(kind === "ok" ? "check" : kind === "failed" ? "warning" : kind === "refused" ? "lock" : "info"),
    h("span", { class: "cut", text: outcomeText(outcome) }));
}

/** @param {string} outcome */
function outcomeText(outcome) {
  return OUTCOMES.includes(outcome) ? t(`outcome.${outcome.replace(" ", "")}`) : outcome;
}

/** @param {number} microseconds */
function durationText(microseconds) {
  return t("audit.milliseconds", { value: number(microseconds / 1000, 1) });
}

/**
 * The fields of the filter.
 * @param {() => Filter} current
 * @param {(filter: Filter) => void} apply
 */
function filterFields(current, apply) {
  const id = uniqueId("filter");
  /** @type {Record<keyof Filter, HTMLInputElement | HTMLSelectElement>} */
  const inputs = {
    changes: h("select", { class: "input" }, ["", "1"].map((value) => h("option", { value, text: t(`auditchanges.${value || "0"}`) }))),
    user: textInput("off"),
    operation: textInput("off"),
    outcome: h("select", { class: "input" }, h("option", { value: "", text: t("audit.anyoutcome") }),
      OUTCOMES.map((one) => h("option", { value: one, text: outcomeText(one) }))),
    ip: textInput("off"),
    path: textInput("off"),
    from: h("input", { type: "datetime-local", class: "input" }),
    to: h("input", { type: "datetime-local", class: "input" }),
  };
  const suggestions = h("datalist", { id: `${id}-users` });
  inputs.user.setAttribute("list", suggestions.id);
  inputs.user.addEventListener("focus", () => {
    if (suggestions.childElementCount > 0) return;
    records("search", "user", { keyword: "" }, { side: "admin" })
      .then((users) => fill(suggestions, users.map((user) => h("option", { value: user.username }))), () => { /* One can type the name. */ });
  });

  let timer = 0;
  const send = () => {
    clearTimeout(timer);
    const next = { ...current() };
    for (const field of FIELDS) next[field] = inputs[field].value.trim();
    if (!isSameFilter(next, current())) apply(next);
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(send, TYPING_PAUSE);
  };
  const clear = button({ text: t("audit.clear"), kind: "quiet", onclick: () => apply(filterOf(new URLSearchParams())) });
  const element = h("form", { class: "filters", id, "aria-label": t("audit.filter"), on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); send(); } } },
    FIELDS.map((field) => h("label", { class: ["field", `filter-${field}`] }, h("span", { class: "field-label", text: t(`auditfilter.${field}`) }), inputs[field])),
    clear, suggestions, h("button", { type: "submit", class: "visually-hidden", tabIndex: -1, text: t("audit.filter") }));
  for (const field of FIELDS) inputs[field].addEventListener(inputs[field] instanceof HTMLSelectElement ? "change" : "input", soon);

  const words = h("span", { class: "button-text" });
  const toggle = button({ icon: "filter", kind: "quiet", class: "filter-toggle", props: { "aria-expanded": "false", "aria-controls": id } });
  toggle.classList.remove("bare");
  toggle.append(words);
  toggle.addEventListener("click", () => {
    const isOpen = element.classList.toggle("is-open");
    toggle.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) inputs.changes.focus();
  });

  return {
    element,
    toggle,
    /** @param {Filter} filter */
    show(filter) {
      for (const field of FIELDS) if (inputs[field].value.trim() !== filter[field]) inputs[field].value = filter[field];
      const count = filterCount(filter);
      words.textContent = count > 0 ? t("audit.filtercount", { count }) : t("audit.filter");
      clear.hidden = count === 0;
    },
    focus() {
      if (!element.offsetParent && element.getClientRects().length === 0) toggle.click();
      inputs.user.focus();
    },
  };
}

/** @param {AutoFill} autocomplete */
function textInput(autocomplete) {
  return h("input", { type: "text", class: "input", autocomplete, autocapitalize: "none", autocorrect: "off", spellcheck: false });
}
