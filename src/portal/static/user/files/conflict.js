// Asks what to do if a name is taken: replace, keep both or skip, for one file or for all that
// follow.

import { button, h, icon } from "../../shared/h.js";
import { openDialog } from "../../shared/dialog.js";
import { nameElement, size, timeElement } from "../../shared/format.js";
import { t, tNodes } from "../../shared/i18n.js";

/** @typedef {"replace" | "both" | "skip"} Decision */
/** @typedef {{ size: number, modified: number }} Version */

/**
 * @param {{ name: string, folder: string, canReplace: boolean, more: number, present?: Version | null, coming?: Version | null }} options
 *   `more`: how many further names may be taken
 * @returns {Promise<{ decision: Decision, isForAll: boolean }>}
 */
export function askConflict(options) {
  return new Promise((resolve) => {
    /** @type {Decision} */
    let decision = "skip";
    const forAll = h("input", { type: "checkbox" });
    /** @param {Decision} choice @param {string} label @param {"plain" | "primary"} [kind] */
    const answer = (choice, label, kind = "plain") => button({
      text: label,
      kind,
      onclick: () => { decision = choice; dialog.close(); },
      props: { autofocus: choice === "both" },
    });
    const dialog = openDialog({
      title: t("conflict.title"),
      body: [
        h("p", null, tNodes("conflict.text", {
          name: h("strong", null, nameInline(options.name)),
          folder: h("strong", null, nameInline(options.folder)),
        })),
        options.present && options.coming
          ? h("div", { class: "versus" }, side("conflict.present", options.present), icon("chevron-right"), side("conflict.coming", options.coming))
          : null,
        options.canReplace ? h("p", { class: "quiet", text: t("conflict.kept") }) : null,
        options.more > 0
          ? h("label", { class: "option" }, forAll, h("span", { text: t("conflict.all", { count: options.more }) }))
          : null,
      ],
      actions: [
        answer("skip", t("conflict.skip")),
        ...(options.canReplace ? [answer("replace", t("conflict.replace"))] : []),
        answer("both", t("conflict.both"), "primary"),
      ],
      onClose: () => resolve({ decision, isForAll: forAll.checked }),
    });
  });
}

/** @param {string} name */
function nameInline(name) {
  const element = nameElement(name);
  element.classList.add("is-inline");
  return element;
}

/** @param {string} label @param {Version} version */
function side(label, version) {
  return h("div", { class: "versus-side" }, h("span", { class: "quiet", text: t(label) }),
    h("span", { class: "number", text: size(version.size) }), timeElement(version.modified));
}
