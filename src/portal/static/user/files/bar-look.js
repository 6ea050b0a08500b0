// The buttons of the bar for the look and the order of the list.

import { icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { setOrder, setShape } from "../look.js";

/** @typedef {import("./bar.js").Bar} Bar */

/** @param {Bar} bar */
export function switchShape(bar) {
  setShape(bar.store, bar.fileView.path(), bar.store.get().look.shape === "rows" ? "cards" : "rows");
}

/** @param {Bar} bar @param {import("../state.js").SortColumn} column */
export function sortBy(bar, column) {
  const { sort, isDescending } = bar.store.get().look;
  // People want the newest and the largest first.
  setOrder(bar.store, { sort: column, isDescending: column === sort ? !isDescending : column !== "name" });
  announce(t("files.sorted", { column: t(`column.${column}`) }));
}

/** @param {Bar} bar */
export function applyLook(bar) {
  const { shape, sort, isDescending, showsHidden } = bar.store.get().look;
  bar.fileView.list.setShape(shape);
  bar.fileView.list.setSort(sort, isDescending);
  const label = t(shape === "rows" ? "files.cards" : "files.rows");
  bar.shapeButton.replaceChildren(icon(shape === "rows" ? "grid" : "list"));
  bar.shapeButton.setAttribute("aria-label", label);
  bar.shapeButton.title = label;
  const order = `${sort} ${isDescending} ${showsHidden}`;
  if (order !== bar.order) bar.fileView.again();
  bar.order = order;
}
