// How the list looks and is sorted, by the buttons of the bar.

import { icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { setLook } from "../state.js";

/** @typedef {import("./bar.js").Bar} Bar */

/** @param {Bar} bar */
export function switchShape(bar) {
  setLook(bar.store, { shape: bar.store.get().look.shape === "rows" ? "cards" : "rows" });
}

/** @param {Bar} bar @param {import("../state.js").SortColumn} column */
export function sortBy(bar, column) {
  const { sort, isDescending } = bar.store.get().look;
  // Newest and largest first is what people want of those.
  setLook(bar.store, { sort: column, isDescending: column === sort ? !isDescending : column !== "name" });
  announce(t("files.sorted", { column: t(`column.${column}`) }));
}

/** @param {Bar} bar */
export function applyLook(bar) {
  const { shape, sort, isDescending } = bar.store.get().look;
  bar.fileView.list.setShape(shape);
  bar.fileView.list.setSort(sort, isDescending);
  const label = t(shape === "rows" ? "files.cards" : "files.rows");
  bar.shapeButton.replaceChildren(icon(shape === "rows" ? "grid" : "list"));
  bar.shapeButton.setAttribute("aria-label", label);
  bar.shapeButton.title = label;
  bar.fileView.again();
}
