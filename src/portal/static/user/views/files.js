// The files of a person: a folder as a list or as cards, with everything that can be done there.

import { ApiError, errorText, fileUrl, isAbort } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { nameElement, plainName, shortName, size, timeElement, when } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { addShortcuts, isTyping, keysText } from "../../shared/keys.js";
import { createList } from "../../shared/list.js";
import { announce } from "../../shared/live.js";
import { menuButton, openMenu } from "../../shared/menu.js";
import { remember } from "../../shared/memory.js";
import { go, note, notes, route as routeNow } from "../../shared/router.js";
import { errorToast } from "../../shared/toast.js";
import { orTell } from "../files/actions.js";
import { filtered, loadFolder, remembered, sorted } from "../files/folder.js";
import { hasThumbnail, kindOf } from "../files/kinds.js";
import { folderAddress, homeOf, isWithin, join, leafOf, parentOf, splitName } from "../files/paths.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */
/** @typedef {import("../../shared/menu.js").MenuEntry} MenuEntry */

/** What is dragged inside the page. */
const DRAG_TYPE = "application/x-cloudlet-paths";
/** Milliseconds before a folder that is still loading shows that it is. */
const PATIENCE = 150;
/** Milliseconds between keystrokes before the address takes the filter. */
const FILTER_PAUSE = 300;
/** Milliseconds before details follow the active entry. */
const DETAILS_PAUSE = 200;

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} firstRoute
 * @returns {import("../../shared/views.js").View}
 */
export function open(context, firstRoute) {
  const { store, actions } = context;
  const home = homeOf(store.get().account.name);
  let path = "";
  let filter = "";
  /** Everything in the folder, in order. @type {Entry[]} */
  let all = [];
  let isWhole = false;
  let canUpload = true;
  /** The entry that is being renamed. @type {{ entry: Entry, input: HTMLInputElement } | null} */
  let editing = null;
  /** @type {AbortController | null} */
  let loading = null;
  /** What to make the active entry once it is there. @type {string | null} */
  let wanted = null;
  /** What to show once it is there. @type {string | null} */
  let opening = null;
  let detailsOpen = false;
  let isLeft = false;
  /** @type {{ close: () => void, name: () => string } | null} */
  let preview = null;

  // ---- elements

  const crumbs = h("nav", { class: "crumbs", "aria-label": t("files.path") });
  const filterInput = h("input", {
    type: "search", class: "input filter", placeholder: t("files.filter"), "aria-label": t("files.filter"),
    "aria-keyshortcuts": "/", autocomplete: "off", spellcheck: false,
  });
  const filterBox = h("div", { class: "filter-box" }, icon("search"), filterInput);
  const filterButton = button({ icon: "search", label: t("files.filter"), kind: "quiet", class: "phone-only", onclick: () => showFilter(true) });
  const shapeButton = button({ icon: "grid", label: t("files.cards"), kind: "quiet", class: "wide-only", onclick: () => setLook({ shape: store.get().look.shape === "rows" ? "cards" : "rows" }) });
  const sortButton = menuButton(button({ icon: "sort", label: t("files.sort"), kind: "quiet", class: "wide-only sort-button" }), sortMenu);
  const detailsButton = button({ icon: "info", label: t("files.details"), kind: "quiet", class: "wide-only", onclick: () => toggleDetails() });
  detailsButton.setAttribute("aria-pressed", "false");
  const moreButton = menuButton(button({ icon: "more", label: t("files.more"), kind: "quiet", class: "phone-only" }), folderMenu);
  const tools = h("div", { class: "tools" }, filterBox, filterButton, sortButton, shapeButton, detailsButton, moreButton);
  const selectionBar = h("div", { class: "selection-bar", role: "toolbar", "aria-label": t("files.selection"), hidden: true });
  const status = h("p", { class: "files-status", role: "status" });
  const stage = h("div", { class: "files-list" });
  const newButton = menuButton(button({ icon: "plus", text: t("files.new"), kind: "primary" }), newMenu);
  const phoneNewButton = menuButton(button({ icon: "plus", label: t("files.new"), kind: "primary", class: "fab" }), newMenu);
  const pasteBar = h("div", { class: "paste-bar", hidden: true });
  const element = h("div", { class: "files" }, selectionBar, stage, status, pasteBar, phoneNewButton);
  /** Made when it is first wanted. @type {import("../files/details.js").Details | null} */
  let details = null;

  /** @type {import("../../shared/list.js").List<Entry>} */
  const list = createList({
    label: t("files.list"),
    columns: [
      { id: "name", label: t("column.name"), width: "minmax(0, 1fr)", isSortable: true, cell: nameCell },
      { id: "modified", label: t("column.modified"), width: "minmax(0, 11rem)", isSortable: true, isWide: true, cell: (entry) => timeElement(entry.modified) },
      { id: "size", label: t("column.size"), width: "minmax(0, 6.5rem)", isSortable: true, isWide: true, isNumber: true,
        cell: (entry) => (entry.isFolder ? h("span", { class: "quiet", "aria-label": t("column.nosize"), text: "\u2013" }) : size(entry.size)) },
      { id: "more", label: t("files.more"), width: "var(--touch)", isLabelHidden: true, cell: moreCell },
    ],
    keyOf: (entry) => entry.name,
    nameOf: (entry) => entry.name,
    isSame: (a, b) => a.name === b.name && a.etag === b.etag && a.size === b.size && a.modified === b.modified && a.isFolder === b.isFolder
      && editing?.entry.name !== a.name,
    onOpen: openEntry,
    card: cardContent,
    onSelect: showSelection,
    onMenu: (entry, place) => openMenu(entryMenu(), place, { label: entry.name }),
    onSort: (column) => sortBy(/** @type {import("../state.js").SortColumn} */ (column)),
    onFocus: () => { if (detailsOpen && list.selection().size === 0) showDetailsSoon(); },
    onKey: onListKey,
    drag: { start: startDrag, accepts: acceptsDrop, drop: onDrop },
  });

  // ---- cells

  /** @param {Entry} entry */
  function kindIcon(entry) {
    const kind = kindOf(entry);
    return icon(kind.icon, { class: `kind tint-${kind.tint}`, label: t(`kind.${kind.id}`) });
  }

  /**
   * The address of this folder as it is shown now.
   * @param {{ open?: string, details?: string | null, filter?: string }} [query] what is to be different
   */
  function here(query = {}) {
    const details = detailsOpen ? chosen()[0]?.name ?? "." : null;
    return folderAddress(path, home, { details, filter, ...query });
  }

  /** @param {Entry} entry */
  function addressOf(entry) {
    return entry.isFolder ? folderAddress(entry.path, home) : folderAddress(path, home, { open: entry.name });
  }

  /** @param {Entry} entry */
  function nameLink(entry) {
    if (editing?.entry.name === entry.name) return h("span", { class: "rename-box", data: { own: "" } }, editing.input);
    return h("a", { class: "entry-link", href: addressOf(entry), tabIndex: -1, draggable: false }, nameElement(entry.name));
  }

  /** @param {Entry} entry */
  function nameCell(entry) {
    const facts = entry.isFolder ? when(entry.modified) : `${size(entry.size)} \u00b7 ${when(entry.modified)}`;
    return [kindIcon(entry), h("span", { class: "entry-text" }, nameLink(entry), h("span", { class: "entry-facts", "aria-hidden": "true", text: facts }))];
  }

  /** @param {Entry} entry */
  function moreCell(entry) {
    return moreOf(entry, "row-more");
  }

  /** @param {Entry} entry @param {string} className */
  function moreOf(entry, className) {
    const more = button({ icon: "more", label: t("files.moreof", { name: plainName(entry.name) }), kind: "quiet", class: className, props: { tabIndex: -1 } });
    more.addEventListener("click", () => list.openMenuOf(entry.name, more));
    return more;
  }

  /** @param {Entry} entry */
  function cardContent(entry) {
    const picture = h("div", { class: "card-picture" });
    if (hasThumbnail(entry)) {
      const image = h("img", { src: fileUrl(entry.path, { isShown: true, version: entry.etag }), alt: "", loading: "lazy", decoding: "async", draggable: false });
      // What cannot be drawn is shown as what it is called.
      image.addEventListener("error", () => fill(picture, kindIcon(entry)));
      picture.append(image);
    } else {
      picture.append(kindIcon(entry));
    }
    const facts = entry.isFolder ? when(entry.modified) : `${size(entry.size)} \u00b7 ${when(entry.modified)}`;
    return [picture, h("div", { class: "card-foot" },
      h("span", { class: "entry-text" }, nameLink(entry), h("span", { class: "entry-facts is-shown", text: facts }))),
    moreOf(entry, "card-more")];
  }

  // ---- the folder

  /** @param {string} next @param {{ keepsPlace?: boolean }} [how] */
  async function load(next, how = {}) {
    loading?.abort();
    const own = new AbortController();
    loading = own;
    const isSame = next === path && all.length > 0;
    path = next;
    showCrumbs();
    const known = remembered(path);
    if (known) show(known.entries, true, how);
    else if (!isSame) {
      all = [];
      isWhole = false;
      list.setItems([]);
      list.select([]);
    }
    const timer = setTimeout(() => { if (!known && !isSame) showSkeleton(); }, PATIENCE);
    try {
      const folder = await loadFolder(path, {
        signal: own.signal,
        onPiece: (piece) => {
          clearTimeout(timer);
          // A first piece is better than nothing, but worse than what was there.
          if (all.length === 0 && !filter) showPiece(piece);
        },
      });
      if (own.signal.aborted) return;
      canUpload = folder.canUpload;
      show(folder.entries, true, { keepsPlace: known !== null || isSame || how.keepsPlace });
      context.titleChanged();
    } catch (error) {
      if (isAbort(error) || own.signal.aborted) return;
      if (error instanceof ApiError && error.kind === "ended") return;
      if (known || isSame) errorToast(errorText(error), { label: t("action.retry"), run: () => void load(path) });
      else showFailure(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {import("../files/folder.js").Folder} piece */
  function showPiece(piece) {
    all = piece.entries;
    isWhole = false;
    canUpload = piece.canUpload;
    fill(stage, list.element);
    list.setItems(all, piece.total);
    showStatus();
  }

  /** @param {Entry[]} entries @param {boolean} whole @param {{ keepsPlace?: boolean }} [how] */
  function show(entries, whole, how = {}) {
    const { sort, isDescending } = store.get().look;
    isWhole = whole;
    all = sorted(entries, sort, isDescending);
    const shown = filtered(all, filter);
    if (all.length === 0) {
      list.setItems([]);
      fill(stage, emptyNotice());
    } else if (shown.length === 0) {
      list.setItems([]);
      fill(stage, notice({ icon: "search", title: t("files.nomatch", { filter }), action: { label: t("files.clearfilter"), run: () => { setFilter(""); go(here(), { replace: true }); list.focus(); } } }));
    } else {
      const top = list.scroll();
      if (list.element.parentElement !== stage) fill(stage, list.element);
      list.setItems(shown);
      if (how.keepsPlace) list.scrollTo(top);
      else restorePlace();
    }
    if (wanted !== null && list.activateKey(wanted)) {
      list.select([wanted]);
      wanted = null;
    }
    showStatus();
    if (detailsOpen) void showDetailsNow();
    if (opening !== null && all.some((entry) => entry.name === opening)) {
      const name = opening;
      opening = null;
      showFile(name);
    }
    showPreview(routeNow());
  }

  function showSkeleton() {
    fill(stage, h("div", { class: "skeleton-rows", role: "status", "aria-label": t("view.loading") },
      Array.from({ length: 8 }, () => h("div", { class: "skeleton skeleton-row" }))));
  }

  /** @param {unknown} error */
  function showFailure(error) {
    const isMissing = error instanceof ApiError && error.kind === "missing";
    list.setItems([]);
    fill(stage, notice({
      icon: isMissing ? "folder" : "warning",
      title: isMissing ? t("files.missing") : t("files.failed"),
      text: isMissing ? t("files.missingtext") : errorText(error),
      action: isMissing
        ? { label: t("files.gohome"), run: () => go(folderAddress(home, home)) }
        : { label: t("action.retry"), run: () => void load(path) },
    }));
    showStatus();
  }

  function emptyNotice() {
    const isHome = path === home;
    return notice({
      icon: isHome ? "cloud" : "folder",
      title: t(isHome ? "files.emptyhome" : "files.empty"),
      text: t("files.emptytext"),
      action: { label: t("upload.files"), run: () => pickFiles(false), kind: "primary" },
    });
  }

  function showStatus() {
    if (!isWhole && all.length > 0) {
      status.textContent = t("files.loadingmore");
      return;
    }
    const shown = filter ? filtered(all, filter) : all;
    const files = shown.filter((entry) => !entry.isFolder);
    const folders = shown.length - files.length;
    const bytes = files.reduce((sum, entry) => sum + entry.size, 0);
    const parts = [];
    if (folders > 0) parts.push(t("details.foldercount", { count: folders }));
    if (files.length > 0) parts.push(`${t("details.filecount", { count: files.length })} (${size(bytes)})`);
    status.textContent = parts.join(", ");
  }

  /** Notes with the address how far the list was scrolled and where one was in it. */
  function savePlace() {
    if (path) note({ scroll: list.scroll(), active: list.activeItem()?.name ?? null });
  }

  function restorePlace() {
    const { scroll, active } = notes();
    if (typeof active === "string" && wanted === null) list.activateKey(active);
    list.scrollTo(typeof scroll === "number" ? scroll : 0);
  }

  // ---- the bar

  function showCrumbs() {
    const names = path.slice(home.length).split("/").filter(Boolean);
    const steps = [{ label: t("files.home"), path: home }];
    for (const name of names) steps.push({ label: name, path: join(steps[steps.length - 1]?.path ?? home, name) });
    const last = steps.length - 1;
    const upButton = last > 0
      ? h("a", { class: "button quiet bare crumb-up", href: folderAddress(parentOf(path), home), "aria-label": t("files.up"), title: t("files.up") }, icon("chevron-left"))
      : null;
    const items = steps.map((step, at) => {
      const isLast = at === last;
      const content = at === 0 ? step.label : nameElement(step.label);
      const crumb = isLast
        ? h("h1", { class: "crumb is-current", "aria-current": "page" }, content)
        : h("a", { class: "crumb", href: folderAddress(step.path, home) }, content);
      if (!isLast) makeDropTarget(crumb, step.path);
      return h("li", { class: [isLast ? "is-last" : "", at === 0 ? "is-first" : ""] }, crumb, isLast ? null : icon("chevron-right", { class: "crumb-mark" }));
    });
    fill(crumbs, upButton, h("ol", { class: "crumb-list" }, items));
    // The end of a long path is what matters.
    const listElement = crumbs.querySelector(".crumb-list");
    if (listElement) listElement.scrollLeft = listElement.scrollWidth;
  }

  /** @param {Element} target @param {string} folder */
  function makeDropTarget(target, folder) {
    const node = /** @type {HTMLElement} */ (target);
    node.addEventListener("dragover", (event) => {
      if (!isOurs(event) && !hasFiles(event)) return;
      event.preventDefault();
      node.classList.add("is-over");
    });
    node.addEventListener("dragleave", () => node.classList.remove("is-over"));
    node.addEventListener("drop", (event) => {
      node.classList.remove("is-over");
      event.preventDefault();
      event.stopPropagation();
      receive(event, folder);
    });
  }

  /** @param {Partial<import("../state.js").Look>} change */
  function setLook(change) {
    const look = { ...store.get().look, ...change };
    store.set({ look });
    remember("look", JSON.stringify(look));
  }

  /** @param {import("../state.js").SortColumn} column */
  function sortBy(column) {
    const { sort, isDescending } = store.get().look;
    // Newest and largest first is what people want of those.
    setLook({ sort: column, isDescending: column === sort ? !isDescending : column !== "name" });
    announce(t("files.sorted", { column: t(`column.${column}`) }));
  }

  function applyLook() {
    const { shape, sort, isDescending } = store.get().look;
    list.setShape(shape);
    list.setSort(sort, isDescending);
    const next = shape === "rows" ? "cards" : "rows";
    shapeButton.replaceChildren(icon(next === "cards" ? "grid" : "list"));
    shapeButton.setAttribute("aria-label", t(`files.${next}`));
    shapeButton.title = t(`files.${next}`);
    if (isWhole) show(all, true, { keepsPlace: true });
  }

  /** @param {string} text */
  function setFilter(text) {
    filter = text;
    if (filterInput.value !== text) filterInput.value = text;
    if (isWhole) show(all, true);
    if (text) announce(t("files.found", { count: filtered(all, text).length }));
  }

  let filterTimer = 0;
  filterInput.addEventListener("input", () => {
    setFilter(filterInput.value);
    clearTimeout(filterTimer);
    filterTimer = setTimeout(() => {
      go(here(), { replace: true });
    }, FILTER_PAUSE);
  });
  filterInput.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      setFilter("");
      go(here(), { replace: true });
      showFilter(false);
      list.focus();
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      list.focus();
    }
  });
  filterInput.addEventListener("blur", () => { if (!filter) showFilter(false); });

  /** On phones the field takes the bar's place. @param {boolean} isShown */
  function showFilter(isShown) {
    tools.classList.toggle("is-filtering", isShown);
    crumbs.classList.toggle("is-away", isShown);
    if (isShown) {
      filterInput.focus();
      filterInput.select();
    }
  }

  // ---- selection and what can be done

  /** The selection, else what the keyboard is at. @returns {Entry[]} */
  function chosen() {
    const selected = list.selectedItems();
    const active = list.activeItem();
    return selected.length > 0 ? selected : active ? [active] : [];
  }

  function showSelection() {
    const selected = list.selectedItems();
    const count = selected.length;
    selectionBar.hidden = count === 0;
    document.documentElement.classList.toggle("is-selecting", count > 0);
    if (count > 0) {
      // The keyboard may be in the bar, whose buttons are made anew.
      const focused = [...selectionBar.querySelectorAll("button")].indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
      fill(selectionBar,
        button({ icon: "close", label: t("files.unselect"), kind: "quiet", onclick: () => { list.select([]); list.focus(); } }),
        h("span", { class: "selection-count", role: "status", text: t("files.selected", { count }) }),
        h("div", { class: "selection-actions" },
          act("download", t("action.download"), () => actions.download(chosen())),
          act("move", t("action.move"), () => orTell(actions.transferByPicking(chosen(), "move"))),
          act("copy", t("action.copy"), () => orTell(actions.transferByPicking(chosen(), "copy")), "wide-only"),
          count === 1 ? act("rename", t("action.rename"), () => startRename(chosen()[0]), "wide-only") : null,
          act("trash", t("action.delete"), () => orTell(remove())),
          menuButton(button({ icon: "more", label: t("files.more"), kind: "quiet" }), entryMenu)));
      if (focused >= 0) selectionBar.querySelectorAll("button")[focused]?.focus();
    } else if (selectionBar.contains(document.activeElement)) {
      list.focus();
    }
    if (detailsOpen) showDetailsSoon();
  }

  /** @param {string} iconName @param {string} label @param {() => void} run @param {string} [className] */
  function act(iconName, label, run, className = "") {
    return button({ icon: iconName, text: label, kind: "quiet", class: `bar-action ${className}`, onclick: run });
  }

  /** @returns {MenuEntry[]} */
  function entryMenu() {
    const entries = chosen();
    const [first] = entries;
    if (!first) return folderMenu();
    const isOne = entries.length === 1;
    const kind = kindOf(first);
    const mayChange = entries.every((entry) => entry.canRename);
    return [
      isOne && first.isFolder && { label: t("action.open"), icon: "folder", keys: keysText("Enter"), run: () => openEntry(first) },
      isOne && !first.isFolder && { label: t(kind.preview ? "action.show" : "action.open"), icon: "eye", keys: keysText("Enter"), run: () => openEntry(first) },
      { label: isOne && !first.isFolder ? t("action.download") : t("action.downloadzip"), icon: "download", run: () => actions.download(entries) },
      null,
      isOne && { label: t("action.rename"), icon: "rename", keys: keysText("F2"), isDisabled: !mayChange, run: () => startRename(first) },
      { label: t("action.moveto"), icon: "move", isDisabled: !mayChange, run: () => orTell(actions.transferByPicking(entries, "move")) },
      { label: t("action.copyto"), icon: "copy", run: () => orTell(actions.transferByPicking(entries, "copy")) },
      { label: t("action.cut"), icon: "cut", keys: keysText("Mod+X"), isDisabled: !mayChange, run: () => actions.toClipboard(entries, "move") },
      { label: t("action.copy"), icon: "copy", keys: keysText("Mod+C"), run: () => actions.toClipboard(entries, "copy") },
      null,
      { label: t("files.details"), icon: "info", keys: keysText("Alt+Enter"), run: () => toggleDetails(true) },
      null,
      { label: t("action.delete"), icon: "trash", keys: keysText("Delete"), isDanger: true, isDisabled: !mayChange, run: () => orTell(remove()) },
    ];
  }

  /** @returns {MenuEntry[]} */
  function folderMenu() {
    const { clipboard, look } = store.get();
    return [
      { label: t("new.folder"), icon: "new-folder", run: () => orTell(make("folder")) },
      { label: t("new.text"), icon: "new-file", run: () => orTell(make("text")) },
      { label: t("upload.files"), icon: "upload", run: () => pickFiles(false) },
      clipboard && { label: t("action.paste", { count: clipboard.paths.length }), icon: "paste", keys: keysText("Mod+V"), run: () => orTell(actions.paste(path)) },
      null,
      { label: t("list.selectall"), icon: "select", keys: keysText("Mod+A"), run: () => list.select(list.items().map((entry) => entry.name)) },
      { label: t("files.downloadall"), icon: "download", isDisabled: path === home && all.length === 0, run: () => actions.download(all) },
      { label: t("files.details"), icon: "info", run: () => { list.select([]); toggleDetails(true); } },
      { label: t("action.refresh"), icon: "refresh", run: () => void load(path) },
      null,
      { label: t("files.rows"), icon: "list", isChecked: look.shape === "rows", run: () => setLook({ shape: "rows" }) },
      { label: t("files.cards"), icon: "grid", isChecked: look.shape === "cards", run: () => setLook({ shape: "cards" }) },
      null,
      ...sortMenu(),
    ];
  }

  /** @returns {MenuEntry[]} */
  function sortMenu() {
    const { sort, isDescending } = store.get().look;
    /** @type {[import("../state.js").SortColumn, boolean, string][]} */
    const orders = [
      ["name", false, "sort.name"], ["name", true, "sort.nameback"], ["modified", true, "sort.newest"],
      ["modified", false, "sort.oldest"], ["size", true, "sort.largest"], ["size", false, "sort.smallest"],
    ];
    return orders.map(([column, back, label]) => ({
      label: t(label),
      isChecked: column === sort && back === isDescending,
      run: () => setLook({ sort: column, isDescending: back }),
    }));
  }

  /** @returns {MenuEntry[]} */
  function newMenu() {
    return [
      { label: t("upload.files"), icon: "upload", run: () => pickFiles(false) },
      { label: t("upload.folder"), icon: "folder", run: () => pickFiles(true) },
      null,
      { label: t("new.folder"), icon: "new-folder", run: () => orTell(make("folder")) },
      { label: t("new.text"), icon: "new-file", run: () => orTell(make("text")) },
    ];
  }

  /** @param {"folder" | "text"} what @param {string} [folder] */
  async function make(what, folder = path) {
    const name = await (what === "folder" ? actions.newFolder(folder) : actions.newTextFile(folder));
    if (name === null) return;
    wanted = name;
    list.focus();
    // A new text is made to be written: as soon as the list has it.
    if (what === "text") opening = name;
  }

  async function remove() {
    const entries = chosen();
    const items = list.items();
    const at = items.findIndex((entry) => entry.name === entries[entries.length - 1]?.name);
    const next = items.slice(at + 1).find((entry) => !entries.includes(entry)) ?? items.slice(0, Math.max(0, at)).reverse().find((entry) => !entries.includes(entry));
    if (!await actions.remove(entries)) return;
    list.select([]);
    if (next) list.activateKey(next.name);
    list.focus();
  }

  /** @param {Entry} entry */
  function openEntry(entry) {
    savePlace();
    if (entry.isFolder) go(folderAddress(entry.path, home));
    else showFile(entry.name);
  }

  /** Shows a file over the folder; going back closes it. @param {string} name */
  function showFile(name) {
    go(here({ open: name }));
    note({ isOver: true });
  }

  // ---- renaming in place

  /** @param {Entry | undefined} entry */
  function startRename(entry) {
    if (!entry?.canRename) return;
    const input = h("input", { class: "input rename", value: entry.name, "aria-label": t("name.label"), maxlength: 255, spellcheck: false, autocomplete: "off" });
    editing = { entry, input };
    list.activateKey(entry.name);
    list.refreshKey(entry.name);
    input.focus();
    input.setSelectionRange(0, entry.isFolder ? entry.name.length : splitName(entry.name)[0]?.length ?? 0);
    let isDone = false;
    /** @param {boolean} isKept */
    const finish = async (isKept) => {
      if (isDone) return;
      const name = input.value.trim();
      const wrong = isKept && name !== entry.name ? actions.checkName(path, name, entry.name) : null;
      if (wrong) {
        input.setCustomValidity(wrong);
        input.reportValidity();
        input.setAttribute("aria-invalid", "true");
        announce(wrong);
        return;
      }
      isDone = true;
      const hadFocus = document.activeElement === input || document.activeElement === document.body;
      editing = null;
      if (!isKept || name === entry.name) {
        list.refreshKey(entry.name);
        if (hadFocus) list.focus();
        return;
      }
      // The new name is shown at once; should the server refuse, the old one comes back.
      const before = all;
      const renamed = { ...entry, name: name.normalize("NFC"), path: join(path, name.normalize("NFC")) };
      wanted = renamed.name;
      show(all.map((one) => (one.name === entry.name ? renamed : one)), true, { keepsPlace: true });
      if (hadFocus) list.focus();
      try {
        await actions.rename(entry, name);
      } catch (error) {
        wanted = entry.name;
        show(before, true, { keepsPlace: true });
        errorToast(t("rename.failed", { name: shortName(entry.name), reason: errorText(error) }));
      }
    };
    input.addEventListener("input", () => {
      input.setCustomValidity("");
      input.removeAttribute("aria-invalid");
    });
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.isComposing) return;
      if (event.key === "Enter") void finish(true);
      else if (event.key === "Escape") void finish(false);
    });
    // Going elsewhere keeps a good name and leaves a bad one.
    input.addEventListener("blur", () => void finish(actions.checkName(path, input.value.trim(), entry.name) === null));
  }

  // ---- details

  /** @param {boolean} [isShown] */
  function toggleDetails(isShown = !detailsOpen) {
    if (isShown === detailsOpen) return;
    detailsOpen = isShown;
    detailsButton.setAttribute("aria-pressed", String(isShown));
    // Where the panel covers the page, going back closes it.
    const covers = matchMedia("(max-width: 899px)").matches;
    if (isShown) {
      go(here(), { replace: !covers });
      if (covers) note({ isOver: true });
      void showDetailsNow().then(() => { if (covers) details?.focus(); });
    } else {
      const hadFocus = details?.hasFocus() ?? false;
      details?.hide();
      if (notes().isOver) history.back();
      else go(here(), { replace: true });
      if (hadFocus) list.focus();
    }
  }

  let detailsTimer = 0;
  /** After a pause: whoever walks through the list does not ask for the details of each. */
  function showDetailsSoon() {
    clearTimeout(detailsTimer);
    detailsTimer = setTimeout(() => { if (detailsOpen) void showDetailsNow(); }, DETAILS_PAUSE);
  }

  async function showDetailsNow() {
    const { createDetails } = await import("../files/details.js");
    const entries = list.selection().size > 0 ? list.selectedItems() : [list.activeItem()].filter((entry) => entry !== null);
    if (!detailsOpen || isLeft) return;
    details ??= createDetails(context, () => toggleDetails(false));
    details.show(/** @type {Entry[]} */ (entries), path);
  }

  // ---- preview

  /** @param {import("../../shared/router.js").Route} route */
  function showPreview(route) {
    const name = route.query.get("open");
    if (name === null) {
      if (!preview) return;
      const last = preview.name();
      preview.close();
      preview = null;
      list.activateKey(last);
      list.focus();
      return;
    }
    if (preview) {
      if (preview.name() !== name) {
        preview.close();
        preview = null;
      } else return;
    }
    const entry = all.find((one) => one.name === name);
    if (!entry) {
      if (isWhole) {
        errorToast(t("files.filemissing", { name: shortName(name) }));
        go(here(), { replace: true });
      }
      return;
    }
    // Claimed at once, so that a second change of the address does not open it twice.
    const claim = { close: () => { isClosed = true; }, name: () => name };
    let isClosed = false;
    preview = claim;
    void import("../preview/preview.js").then(({ openPreview }) => {
      if (isClosed || preview !== claim) return;
      preview = openPreview({
        context,
        folder: path,
        entries: filtered(all, filter).filter((one) => !one.isFolder),
        entry,
        /** @param {Entry} next */
        onStep: (next) => go(here({ open: next.name }), { replace: true }),
        onClose: () => {
          const last = preview?.name();
          preview = null;
          if (routeNow().query.has("open")) {
            // Back where it was opened from; a link that led straight here has nothing behind it.
            if (notes().isOver) history.back();
            else go(here(), { replace: true });
          }
          if (last) list.activateKey(last);
          list.focus();
        },
      });
    }).catch((error) => errorToast(errorText(error)));
  }

  // ---- dragging, dropping, picking and pasting

  /** @param {DragEvent} event */
  function isOurs(event) {
    return event.dataTransfer?.types.includes(DRAG_TYPE) ?? false;
  }

  /** @param {DragEvent} event */
  function hasFiles(event) {
    return event.dataTransfer?.types.includes("Files") ?? false;
  }

  /** Paths that are being dragged; the browser hides them until they are dropped. @type {string[]} */
  let dragged = [];

  /** @param {Entry[]} entries @param {DragEvent} event */
  function startDrag(entries, event) {
    const transfer = event.dataTransfer;
    if (!transfer) return;
    dragged = entries.map((entry) => entry.path);
    transfer.effectAllowed = "copyMove";
    transfer.setData(DRAG_TYPE, JSON.stringify(dragged));
    transfer.setData("text/plain", entries.map((entry) => entry.name).join("\n"));
    const ghost = h("div", { class: "drag-ghost" }, entries.length === 1 && entries[0] ? nameElement(entries[0].name) : t("files.selected", { count: entries.length }));
    document.body.append(ghost);
    transfer.setDragImage(ghost, -12, 12);
    setTimeout(() => ghost.remove());
  }

  /** @param {Entry | null} entry @param {DragEvent} event */
  function acceptsDrop(entry, event) {
    const transfer = event.dataTransfer;
    if (!transfer) return false;
    if (hasFiles(event)) {
      transfer.dropEffect = "copy";
      return entry === null ? canUpload : entry.isFolder;
    }
    if (!isOurs(event) || !entry?.isFolder || dragged.some((one) => isWithin(entry.path, one))) return false;
    transfer.dropEffect = event.ctrlKey || event.altKey ? "copy" : "move";
    return true;
  }

  /** @param {Entry | null} entry @param {DragEvent} event */
  function onDrop(entry, event) {
    receive(event, entry?.path ?? path);
  }

  /** @param {DragEvent} event @param {string} folder */
  function receive(event, folder) {
    const transfer = event.dataTransfer;
    if (!transfer) return;
    if (isOurs(event)) {
      const paths = JSON.parse(transfer.getData(DRAG_TYPE));
      list.select([]);
      orTell(actions.transfer(paths, folder, event.ctrlKey || event.altKey ? "copy" : "move"));
    } else if (hasFiles(event)) {
      void takeDropped(transfer, folder);
    }
  }

  /** @param {DataTransfer} transfer @param {string} folder */
  async function takeDropped(transfer, folder) {
    // The browser takes the entries away as soon as the event is over: they are asked for before anything else.
    const handles = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
    const files = [...transfer.files];
    try {
      const { collectDropped } = await import("../upload/collect.js");
      context.upload(await collectDropped(handles, files), folder);
    } catch (error) {
      errorToast(errorText(error));
    }
  }

  element.addEventListener("dragover", (event) => {
    if (!hasFiles(event) || !canUpload) return;
    event.preventDefault();
    stage.classList.add("is-over");
  });
  element.addEventListener("dragleave", (event) => {
    if (!element.contains(/** @type {Node | null} */ (event.relatedTarget))) stage.classList.remove("is-over");
  });
  element.addEventListener("drop", (event) => {
    stage.classList.remove("is-over");
    if (!hasFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    receive(event, path);
  });

  /** @param {boolean} isFolder */
  function pickFiles(isFolder) {
    const folder = path;
    const input = h("input", { type: "file", multiple: true, hidden: true, webkitdirectory: isFolder });
    input.addEventListener("change", () => {
      const files = [...input.files ?? []];
      input.remove();
      if (files.length > 0) void import("../upload/collect.js").then(({ collectPicked }) => context.upload(collectPicked(files), folder));
    });
    input.addEventListener("cancel", () => input.remove());
    document.body.append(input);
    input.click();
  }

  /** @param {ClipboardEvent} event */
  function onPaste(event) {
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const files = [...event.clipboardData?.files ?? []];
    if (files.length > 0) {
      event.preventDefault();
      const folder = path;
      void import("../upload/collect.js").then(({ collectPasted }) => context.upload(collectPasted(files), folder));
    } else if (store.get().clipboard) {
      event.preventDefault();
      orTell(actions.paste(path));
    }
  }

  /** @param {ClipboardEvent} event @param {"copy" | "move"} mode */
  function onCopy(event, mode) {
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    // Who has marked a text wants the text.
    if (!getSelection()?.isCollapsed) return;
    const entries = chosen();
    if (entries.length === 0) return;
    event.preventDefault();
    // Also takes an older file out of the system's clipboard, so that pasting means these.
    event.clipboardData?.setData("text/plain", entries.map((entry) => entry.name).join("\n"));
    actions.toClipboard(entries, mode);
  }

  // ---- keyboard

  /** @param {KeyboardEvent} event @returns {boolean} */
  function onListKey(event) {
    if (event.altKey && event.key === "Enter") toggleDetails();
    else if (event.key === "F2") startRename(chosen()[0]);
    else if (event.key === "Delete") {
      if (chosen().every((entry) => entry.canRename)) orTell(remove());
    } else if (event.key === "Backspace" || (event.altKey && event.key === "ArrowUp")) goUp();
    else return false;
    return true;
  }

  function goUp() {
    if (path === home) return;
    const from = leafOf(path);
    savePlace();
    go(folderAddress(parentOf(path), home));
    wanted = from;
  }

  const stopShortcuts = addShortcuts([
    { keys: "/", label: "keys.filter", group: "keys.everywhere", run: () => showFilter(true) },
    { keys: "Alt+N", label: "keys.newfolder", group: "keys.everywhere", run: () => orTell(make("folder")) },
    { keys: "Alt+U", label: "keys.upload", group: "keys.everywhere", run: () => pickFiles(false) },
    { keys: "Alt+V", label: "keys.shape", group: "keys.everywhere", run: () => setLook({ shape: store.get().look.shape === "rows" ? "cards" : "rows" }) },
    { keys: "ArrowUp ArrowDown", label: "keys.move", group: "keys.list" },
    { keys: "Enter", label: "keys.open", group: "keys.list" },
    { keys: "Backspace Alt+ArrowUp", label: "keys.up", group: "keys.list" },
    { keys: "Space", label: "keys.select", group: "keys.list" },
    { keys: "Shift+ArrowDown", label: "keys.extend", group: "keys.list" },
    { keys: "Mod+A", label: "list.selectall", group: "keys.list" },
    { keys: "Escape", label: "files.unselect", group: "keys.list" },
    { keys: "F2", label: "action.rename", group: "keys.list" },
    { keys: "Delete", label: "action.delete", group: "keys.list" },
    { keys: "Mod+C Mod+X", label: "keys.copycut", group: "keys.list" },
    { keys: "Mod+V", label: "keys.paste", group: "keys.list" },
    { keys: "Alt+Enter", label: "files.details", group: "keys.list" },
    { keys: "ArrowLeft ArrowRight", label: "keys.step", group: "keys.preview" },
    { keys: "Escape", label: "keys.close", group: "keys.preview" },
  ]);

  // Keys that nothing else has asked for, and those of the bar over the selection, are meant for the list.
  const onStrayKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open], .menu")) return;
    const isBar = selectionBar.contains(document.activeElement) && (["F2", "Delete", "Escape"].includes(event.key) || (event.key === "a" && (event.ctrlKey || event.metaKey)));
    if (document.activeElement !== document.body && !isBar) return;
    list.takeKey(event);
    if (event.defaultPrevented && !isTyping(document.activeElement)) list.focus();
  };
  addEventListener("keydown", onStrayKey);

  stage.addEventListener("contextmenu", (event) => {
    if (event.defaultPrevented || isTyping(event.target)) return;
    event.preventDefault();
    openMenu(folderMenu(), { x: event.clientX, y: event.clientY });
  });

  const onDocumentCopy = (/** @type {ClipboardEvent} */ event) => onCopy(event, "copy");
  const onDocumentCut = (/** @type {ClipboardEvent} */ event) => onCopy(event, "move");
  document.addEventListener("copy", onDocumentCopy);
  document.addEventListener("cut", onDocumentCut);
  document.addEventListener("paste", onPaste);
  // The last moment before a reload: the place in the list goes with the entry of the history.
  addEventListener("pagehide", savePlace);
  let placeTimer = 0;
  list.element.addEventListener("scroll", () => {
    clearTimeout(placeTimer);
    placeTimer = setTimeout(() => { if (routeNow().view === "files") savePlace(); }, 200);
  }, { passive: true });

  const stopWatching = [
    store.watch((state) => state.changed, ({ paths }) => { if (paths.has(path)) void load(path, { keepsPlace: true }); }),
    store.watch((state) => state.look, applyLook),
    store.watch((state) => state.clipboard, showPasteBar),
  ];

  function showPasteBar() {
    const { clipboard } = store.get();
    pasteBar.hidden = clipboard === null;
    if (!clipboard) return;
    fill(pasteBar,
      h("span", { class: "paste-text", text: t(clipboard.mode === "copy" ? "clipboard.copied" : "clipboard.cut", { count: clipboard.paths.length }) }),
      button({ text: t("action.pastehere"), kind: "quiet", onclick: () => orTell(actions.paste(path)) }),
      button({ icon: "close", label: t("clipboard.clear"), kind: "quiet", onclick: () => store.set({ clipboard: null }) }));
  }

  /** @param {import("../../shared/router.js").Route} route */
  function update(route) {
    const next = route.path.reduce(join, home);
    const nextFilter = route.query.get("filter") ?? "";
    const isDetails = route.query.has("details");
    if (isDetails !== detailsOpen) {
      detailsOpen = isDetails;
      detailsButton.setAttribute("aria-pressed", String(isDetails));
      if (!isDetails) details?.hide();
    }
    if (next !== path) {
      list.select([]);
      filter = nextFilter;
      filterInput.value = nextFilter;
      showFilter(false);
      const name = route.query.get("details");
      if (name && name !== ".") wanted = name;
      void load(next);
      announce(next === home ? t("files.home") : plainName(leafOf(next)));
      return;
    }
    if (nextFilter !== filter && document.activeElement !== filterInput) setFilter(nextFilter);
    showPreview(route);
  }

  applyLook();
  showPasteBar();
  update(firstRoute);

  return {
    element,
    bar: [crumbs, tools],
    primary: newButton,
    title: () => {
      const name = routeNow().query.get("open");
      return plainName(name ?? (path === home ? t("files.home") : leafOf(path)));
    },
    update,
    leave() {
      isLeft = true;
      savePlace();
      loading?.abort();
      preview?.close();
      list.stop();
      stopShortcuts();
      stopWatching.forEach((stop) => stop());
      document.documentElement.classList.remove("is-selecting");
      document.removeEventListener("copy", onDocumentCopy);
      document.removeEventListener("cut", onDocumentCut);
      document.removeEventListener("paste", onPaste);
      removeEventListener("pagehide", savePlace);
      removeEventListener("keydown", onStrayKey);
    },
  };
}
