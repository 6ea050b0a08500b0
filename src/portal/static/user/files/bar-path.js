// The path of the folder in the bar.

import { nameElement } from "../../shared/format.js";
import { fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { folderAddress, folderName, join, parentOf, partsBelow, rootOf, SHARED } from "./paths.js";

/** @typedef {import("./bar.js").Bar} Bar */

/** Shows the way from home, or from a disk, to the folder. @param {Bar} bar */
export function showPath(bar) {
  const { home } = bar.fileView;
  const path = bar.fileView.path();
  const root = rootOf(path, home);
  const steps = [{ label: folderName(root, home), path: root }];
  for (const name of partsBelow(path, root)) steps.push({ label: name, path: join(steps[steps.length - 1]?.path ?? root, name) });
  const up = steps.length > 1
    ? h("a", { class: "button quiet bare crumb-up", href: folderAddress(parentOf(path), home), "aria-label": t("files.up"), title: t("files.up") }, icon("chevron-left"))
    : null;
  const items = steps.map((step, at) => {
    const isLast = at === steps.length - 1;
    const content = step.path === home ? step.label : nameElement(step.label);
    const crumb = isLast
      ? h("h1", { class: "crumb is-current", "aria-current": "page" }, content)
      : h("a", { class: "crumb", href: folderAddress(step.path, home) }, content);
    if (at === 1 && root === SHARED) void showOwner(bar, crumb, step.label);
    if (!isLast) bar.options.makeDropTarget(crumb, step.path);
    return h("li", { class: [isLast && "is-last", at === 0 && "is-first"] }, crumb, isLast ? null : icon("chevron-right", { class: "crumb-mark" }));
  });
  const list = h("ol", { class: "crumb-list" }, items);
  fill(bar.crumbs, up, list);
  // The end of a long path is the most useful part.
  list.scrollLeft = list.scrollWidth;
}

/** Whose shares these are, by the name that people know. @param {Bar} bar @param {HTMLElement} crumb @param {string} account */
async function showOwner(bar, crumb, account) {
  const { shownNameOf } = await import("../share/profiles.js");
  const name = nameElement(await shownNameOf(account));
  name.title = account;
  fill(crumb, name);
  bar.fileView.context.titleChanged();
}
