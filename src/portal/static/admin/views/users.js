// The accounts: found, added, changed, disabled and deleted. The list at the left, one of them in the panel.

import { records } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { compareNames, size, timeElement } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { addShortcuts } from "../../shared/keys.js";
import { createList } from "../../shared/list.js";
import { announce } from "../../shared/live.js";
import { createPanel } from "../../shared/panel.js";
import { address, go } from "../../shared/router.js";
import { secondsOf } from "../times.js";
import { addUser } from "../users/add.js";
import { showUser } from "../users/details.js";
import { DISABLED, EXTERNAL, FULL, GUEST, nameOf, statusWord } from "../users/user.js";
import { adminErrorText } from "../words.js";

/** @typedef {import("../users/user.js").UserRecord} UserRecord */
/** @typedef {"name" | "used" | "seen"} SortColumn */

/** Which users a choice shows. @type {Record<string, (user: UserRecord) => boolean>} */
const SHOWN = {
  all: () => true,
  admins: (user) => user.adminstatus === 1,
  full: (user) => user.status === FULL,
  guests: (user) => user.status === GUEST || user.status === EXTERNAL,
  disabled: (user) => user.status === DISABLED,
};

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} first
 * @returns {import("../../shared/views.js").View}
 */
export function open(context, first) {
  /** @type {UserRecord[]} */
  let users = [];
  let isLoaded = false;
  let { chosen, text, shown } = stateOf(first);
  /** @type {{ column: SortColumn, isDescending: boolean }} */
  let sort = { column: "name", isDescending: false };
  let stopped = false;

  const search = h("input", {
    type: "search", class: "input", value: text, placeholder: t("users.search"), "aria-label": t("users.search"),
    on: { input: () => { text = search.value.trim(); keep(); draw(); } },
  });
  const filter = h("select", { class: "input", "aria-label": t("users.show"), on: { change: () => { shown = filter.value; keep(); draw(); } } },
    Object.keys(SHOWN).map((value) => h("option", { value, text: t(`usersshown.${value}`) })));
  filter.value = shown;
  const status = h("p", { class: "list-status", role: "status" });
  const place = h("div", { class: "table-list" });
  const addButton = () => button({ text: t("users.add"), icon: "plus", kind: "primary", onclick: () => void add() });
  const primary = addButton();
  const phoneAdd = button({ icon: "plus", label: t("users.add"), kind: "primary", class: "phone-only", onclick: () => void add() });

  /** @type {import("../../shared/list.js").List<UserRecord>} */
  const list = createList({
    label: t("place.users"),
    isPlain: true,
    columns: [
      { id: "name", label: t("users.user"), width: "minmax(0, 2.4fr)", isSortable: true, cell: nameCell },
      { id: "email", label: t("users.email"), width: "minmax(0, 1.5fr)", isWide: true, cell: (user) => h("span", { class: "cut", text: user.email }) },
      { id: "status", label: t("users.kind"), width: "110px", isWide: true, cell: (user) => statusTag(user) },
      { id: "used", label: t("users.used"), width: "minmax(84px, 0.9fr)", isSortable: true, isNumber: true, cell: usedCell },
      { id: "seen", label: t("users.seen"), width: "minmax(0, 1.2fr)", isWide: true, isSortable: true, cell: seenCell },
    ],
    keyOf: (user) => user.username,
    nameOf: (user) => user.username,
    onOpen: (user) => choose(user.username),
    onSort: (column) => {
      const isSame = sort.column === column;
      sort = { column: /** @type {SortColumn} */ (column), isDescending: isSame ? !sort.isDescending : column !== "name" };
      draw();
    },
    onKey: (event) => {
      if (event.key !== "Escape" || !panel.isOpen()) return false;
      choose(null);
      return true;
    },
  });
  const panel = createPanel({ label: t("users.details"), onClose: () => choose(null) });

  const element = h("div", { class: "table-view" },
    h("h1", { class: "visually-hidden", tabIndex: -1, text: t("place.users") }),
    h("div", { class: "tools" }, h("div", { class: "search-box" }, icon("search"), search), phoneAdd, filter),
    place, status);

  /** @param {UserRecord} user */
  function nameCell(user) {
    return [
      icon(user.adminstatus === 1 ? "shield" : "user", { class: user.status === DISABLED ? "is-off" : "", ...(user.adminstatus === 1 ? { label: t("users.admin") } : {}) }),
      h("span", { class: "entry-text" },
        h("span", { class: "cut" }, h("bdi", { class: "strong", text: nameOf(user) }),
          nameOf(user).toLowerCase() === user.username ? null : h("span", { class: "quiet", text: ` ${user.username}` })),
        h("span", { class: "entry-facts" }, [statusWord(user), user.email].filter(Boolean).join(" \u00b7 "))),
    ];
  }

  /** @param {UserRecord} user */
  function usedCell(user) {
    const usage = context.usages.known(user.username);
    return h("span", { class: "cut number", text: usage ? size(usage.totalbytes) : "\u2026", title: usage ? "" : t("details.counting") });
  }

  /** What all accounts hold, in one answer. */
  async function count() {
    try {
      context.usages.learn(await records("getstoragebyuser", "usage", {}, { side: "admin" }));
      if (stopped) return;
      draw();
      list.refresh();
    } catch {
      // The column stays empty; the panel tells it where it matters.
    }
  }

  /** @param {string} where in the route */
  function stateOf(/** @type {import("../../shared/router.js").Route} */ where) {
    const wanted = where.query.get("show") ?? "all";
    return { chosen: where.path[0] ?? null, text: where.query.get("q") ?? "", shown: wanted in SHOWN ? wanted : "all" };
  }

  /** @param {string | null} name */
  function addressOf(name) {
    return address("users", name === null ? [] : [name], { q: text, show: shown === "all" ? null : shown });
  }

  /** Typing changes the address without a step for the back button. */
  function keep() {
    history.replaceState(history.state, "", addressOf(chosen));
  }

  /** @param {string | null} name */
  function choose(name) {
    const hadFocus = panel.element.contains(document.activeElement);
    go(addressOf(name));
    if (name === null && hadFocus) list.focus();
  }

  function visible() {
    const wanted = text.toLowerCase();
    const fits = (/** @type {UserRecord} */ user) => SHOWN[shown]?.(user)
      && `${user.username} ${user.displayname} ${user.email}`.toLowerCase().includes(wanted);
    const used = (/** @type {UserRecord} */ user) => context.usages.known(user.username)?.totalbytes ?? -1;
    const seen = (/** @type {UserRecord} */ user) => secondsOf(user.lastlogindate) ?? 0;
    /** @type {Record<SortColumn, (a: UserRecord, b: UserRecord) => number>} */
    const orders = {
      name: (a, b) => compareNames(a.displayname || a.username, b.displayname || b.username),
      used: (a, b) => used(a) - used(b),
      seen: (a, b) => seen(a) - seen(b),
    };
    const order = orders[sort.column];
    return users.filter(fits).sort((a, b) => (sort.isDescending ? order(b, a) : order(a, b)) || compareNames(a.username, b.username));
  }

  function draw() {
    if (!isLoaded) return;
    const found = visible();
    if (found.length === 0) {
      fill(place, notice({
        icon: "users",
        title: text ? t("users.nomatch", { text }) : t("users.nonehere"),
        action: { label: t("users.showall"), run: () => { search.value = text = ""; filter.value = shown = "all"; keep(); draw(); } },
      }));
    } else {
      if (list.element.parentElement !== place) fill(place, list.element);
      list.setSort(sort.column, sort.isDescending);
      list.setItems(found);
    }
    status.textContent = found.length === users.length
      ? t("users.count", { count: users.length })
      : t("users.found", { count: found.length, all: users.length });
  }

  async function load() {
    try {
      users = await records("search", "user", { keyword: "" }, { side: "admin" });
      if (stopped) return;
      isLoaded = true;
      draw();
      void count();
      showChosen();
    } catch (error) {
      if (stopped) return;
      isLoaded = false;
      fill(place, notice({ icon: "warning", title: t("users.failed"), text: adminErrorText(error), action: { label: t("action.retry"), run: () => void load() } }));
    }
  }

  function showChosen() {
    element.classList.toggle("has-panel", chosen !== null);
    if (chosen === null) {
      panel.hide();
      return;
    }
    const name = chosen;
    const user = users.find((one) => one.username === name);
    if (!user) {
      if (!isLoaded) return;
      panel.show({ title: name, tabs: [{ id: "account", label: t("users.account"), show: (content) => fill(content, notice({ icon: "user", title: t("wrong.nouser") })) }] });
      return;
    }
    list.activateKey(name);
    const hadFocus = panel.element.contains(document.activeElement);
    showUser(panel, user, {
      context,
      changed: async (sentence) => {
        await load();
        if (sentence) announce(sentence);
      },
      deleted: async () => {
        context.usages.forget(name);
        choose(null);
        await load();
        list.focus();
      },
    });
    if (hadFocus) panel.focus();
  }

  async function add() {
    const name = await addUser(context);
    if (name === null) return;
    search.value = text = "";
    filter.value = shown = "all";
    await load();
    choose(name);
    list.focus();
  }

  const stopShortcuts = addShortcuts([
    { keys: "/", label: "users.search", group: "place.users", run: () => search.focus() },
    { keys: "Alt+N", label: "users.add", group: "place.users", run: () => void add() },
  ]);
  const timer = setTimeout(() => { if (!isLoaded) fill(place, h("div", { class: "view-loading skeleton", role: "status", "aria-label": t("view.loading") })); }, 150);
  void load().finally(() => clearTimeout(timer));

  return {
    element,
    bar: [h("span", { class: "bar-title", text: t("place.users") })],
    primary,
    panel: panel.element,
    title: () => chosen ?? t("place.users"),
    update(route) {
      const next = stateOf(route);
      const isOther = next.chosen !== chosen;
      ({ chosen, text, shown } = next);
      if (search.value.trim() !== text) search.value = text;
      filter.value = shown;
      draw();
      if (isOther) showChosen();
    },
    leave() {
      stopped = true;
      clearTimeout(timer);
      stopShortcuts();
      list.stop();
    },
  };
}

/** @param {UserRecord} user */
function statusTag(user) {
  return h("span", { class: ["tag", user.status === DISABLED ? "is-bad" : user.status === FULL ? "is-plain" : ""], text: statusWord(user) });
}

/** @param {UserRecord} user */
function seenCell(user) {
  const seconds = secondsOf(user.lastlogindate);
  return seconds === null ? h("span", { class: "quiet", text: t("users.never") }) : timeElement(seconds);
}
