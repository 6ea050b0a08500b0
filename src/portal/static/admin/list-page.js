// A view of the administration with a list, and one of its items in the panel: groups, policies,
// network folders and others. The address names the item.

import { notice } from "../shared/dialog.js";
import { button, fill, h } from "../shared/h.js";
import { t } from "../shared/i18n.js";
import { createList } from "../shared/list.js";
import { createPanel } from "../shared/panel.js";
import { address, go } from "../shared/router.js";
import { needs } from "./allowed.js";
import { adminErrorText } from "./error-text.js";

/**
 * @template T
 * @typedef {object} ListPage
 * @property {string} view the first part of its address
 * @property {{ title: string, details: string, add?: string, failed: string, count: (count: number) => string, none?: string, noneText?: string }} words
 *   `none`: in place of a list without items
 * @property {import("../shared/list.js").Column<T>[]} columns
 * @property {(item: T) => string} keyOf
 * @property {(item: T) => string} nameOf
 * @property {() => Promise<T[]>} load
 * @property {(panel: ReturnType<typeof createPanel>, item: T, around: { changed: () => Promise<void>, removed: () => Promise<void> }) => void} show
 * @property {() => Promise<((item: T) => boolean) | null>} [add] makes an item and returns a function that finds it in the list; `null` if the person cancels
 * @property {string} [adding] the operation that `add` calls
 * @property {(changed: () => Promise<void>) => HTMLElement} [above] stands above the list, which is loaded again after its changes
 */

/**
 * @template T
 * @typedef {object} State
 * @property {ListPage<T>} options
 * @property {T[]} items
 * @property {string | null} chosen the key of the item in the panel
 * @property {boolean} isLoaded
 * @property {boolean} isStopped
 * @property {HTMLElement} element
 * @property {HTMLElement} place
 * @property {HTMLElement} status
 * @property {import("../shared/list.js").List<T>} list
 * @property {ReturnType<typeof createPanel>} panel
 */

/**
 * @template T
 * @param {ListPage<T>} options
 * @param {import("../shared/router.js").Route} first
 * @returns {import("../shared/views.js").View}
 */
export function listPage(options, first) {
  const { view, words, columns, keyOf, nameOf } = options;
  const status = h("p", { class: "list-status", role: "status" });
  const place = h("div", { class: "table-list" });
  const panel = createPanel({ label: words.details, onClose: () => choose(view, null) });
  const adder = (/** @type {string} */ className) => (options.add ? needs(options.adding ?? "", button({ icon: "plus", text: words.add, kind: "primary", class: className, onclick: () => void add(state) })) : null);
  const element = h("div", { class: "table-view" },
    h("h1", { class: "visually-hidden", tabIndex: -1, text: words.title }),
    h("div", { class: "tools" }, options.above?.(() => load(state)), adder("phone-only")), place, status);
  const list = createList({
    label: words.title,
    isPlain: true,
    columns,
    keyOf,
    nameOf,
    onOpen: (item) => choose(view, keyOf(item)),
    onKey: (event) => {
      if (event.key !== "Escape" || !panel.isOpen()) return false;
      choose(view, null);
      return true;
    },
  });
  /** @type {State<T>} */
  const state = { options, items: [], chosen: first.path[0] ?? null, isLoaded: false, isStopped: false, element, place, status, list, panel };
  void load(state);
  return {
    element,
    bar: [h("span", { class: "bar-title", text: words.title })],
    primary: adder("") ?? undefined,
    panel: panel.element,
    title: () => words.title,
    update(route) {
      state.chosen = route.path[0] ?? null;
      showChosen(state);
    },
    leave() {
      state.isStopped = true;
      list.stop();
    },
  };
}

/** @param {string} view @param {string | null} key */
function choose(view, key) {
  go(address(view, key === null ? [] : [key]));
}

/** @template T @param {State<T>} state */
async function load(state) {
  const { options: { words }, list, place } = state;
  try {
    state.items = await state.options.load();
    if (state.isStopped) return;
    state.isLoaded = true;
    if (state.items.length === 0 && words.none) fill(place, notice({ icon: "folder", title: words.none, text: words.noneText }));
    else if (list.element.parentElement !== place) fill(place, list.element);
    list.setItems(state.items);
    list.refresh();
    state.status.textContent = words.count(state.items.length);
    showChosen(state);
  } catch (error) {
    if (state.isStopped) return;
    fill(place, notice({ icon: "warning", title: words.failed, text: adminErrorText(error), action: { label: t("action.retry"), run: () => void load(state) } }));
  }
}

/** @template T @param {State<T>} state */
function showChosen(state) {
  const { options: { view, keyOf, show }, chosen, panel } = state;
  const item = state.items.find((one) => keyOf(one) === chosen);
  state.element.classList.toggle("has-panel", chosen !== null && (item !== undefined || !state.isLoaded));
  if (item) {
    state.list.activateKey(keyOf(item));
    show(panel, item, { changed: () => load(state), removed: async () => { choose(view, null); await load(state); } });
  } else if (chosen === null || state.isLoaded) {
    panel.hide();
  }
}

/** @template T @param {State<T>} state */
async function add(state) {
  const { view, keyOf } = state.options;
  const isNew = await state.options.add?.();
  if (!isNew) return;
  await load(state);
  const made = state.items.find(isNew);
  choose(view, made ? keyOf(made) : null);
}
