// Renaming in place: a field where the name stands. The new name is shown at once; should the server refuse, the old one
// comes back.

import { errorText } from "../../shared/api.js";
import { shortName } from "../../shared/format.js";
import { h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { announce } from "../../shared/live.js";
import { errorToast } from "../../shared/toast.js";
import { checkName } from "./folder.js";
import { join, splitName } from "./paths.js";

/** @typedef {import("../../shared/types.js").Entry} Entry */

/**
 * @param {import("./desk.js").Desk} desk
 * @param {Entry} entry
 * @param {(input: HTMLInputElement | null) => void} place puts the field into the row, or takes it out
 */
export function startRename(desk, entry, place) {
  const { list } = desk;
  const { actions } = desk.context;
  const folder = desk.path();
  const input = h("input", { class: "input rename", value: entry.name, "aria-label": t("name.label"), maxlength: 255, spellcheck: false, autocomplete: "off" });
  let isDone = false;
  list.activateKey(entry.name);
  place(input);
  input.focus();
  input.setSelectionRange(0, entry.isFolder ? entry.name.length : splitName(entry.name)[0]?.length ?? 0);

  const problem = () => {
    const name = input.value.trim();
    return name === entry.name ? null : checkName(folder, name, entry.name);
  };

  /** @param {boolean} isKept whether the name is taken, or the old one left */
  const finish = async (isKept) => {
    if (isDone) return;
    const wrong = isKept ? problem() : null;
    if (wrong) {
      input.setCustomValidity(wrong);
      input.reportValidity();
      input.setAttribute("aria-invalid", "true");
      announce(wrong);
      return;
    }
    isDone = true;
    const hadFocus = document.activeElement === input || document.activeElement === document.body;
    const name = input.value.trim().normalize("NFC");
    place(null);
    if (isKept && name !== entry.name) await apply(name, hadFocus);
    else if (hadFocus) list.focus();
  };

  /** @param {string} name @param {boolean} hadFocus */
  const apply = async (name, hadFocus) => {
    const before = desk.all();
    const change = actions.rename(entry, name);
    desk.want(name);
    desk.showNow(before.map((one) => (one.name === entry.name ? { ...entry, name, path: join(folder, name) } : one)), change);
    if (hadFocus) list.focus();
    try {
      await change;
    } catch (error) {
      if (desk.path() === folder) {
        desk.want(entry.name);
        void desk.load(folder, { keepsPlace: true });
      }
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
  input.addEventListener("blur", () => void finish(problem() === null));
}
