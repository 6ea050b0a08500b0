// Recent changes in a person's files and on further disks.

import { notice } from "../../shared/dialog.js";
import { addStyle, fill, h } from "../../shared/h.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { go, note } from "../../shared/router.js";
import { folderAddress, homeOf } from "../files/paths.js";
import { showRecent } from "../recent/list.js";

/**
 * @param {import("../state.js").Context} context
 * @returns {Promise<import("../../shared/views.js").View>}
 */
export async function open(context) {
  addStyle(new URL("../recent/recent.css", import.meta.url));
  await Promise.all([loadBundle("recent"), loadBundle("details")]);
  const home = homeOf(context.store.get().account.name);
  const box = h("div", { class: "page-box" });
  box.addEventListener("click", onClick);
  const showEmpty = () => fill(box, notice({
    icon: "clock",
    title: t("recent.none"),
    text: t("recent.nonetext"),
    action: { label: t("starred.tofiles"), run: () => go(folderAddress(home, home)) },
  }));
  /** Loads the list again. The old one stays until the new one is there. */
  const renew = async () => {
    const next = h("div");
    await showRecent(next, home, showEmpty);
    if (next.querySelector("li")) box.replaceChildren(...next.childNodes);
  };
  void showRecent(box, home, showEmpty);
  return {
    element: h("div", { class: "page" }, box),
    bar: [h("h1", { class: "bar-title", tabIndex: -1, text: t("place.recent") })],
    title: () => t("place.recent"),
    renew: () => void renew(),
  };
}

/** Closing a file that was opened here leads back here. @param {MouseEvent} event */
function onClick(event) {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const href = link?.getAttribute("href") ?? "";
  if (event.ctrlKey || event.metaKey || event.shiftKey || !href.includes("?open=")) return;
  event.preventDefault();
  go(href);
  note({ isOver: true });
}
