// A dialog with a choice between a few answers.

import { openDialog } from "../../shared/dialog.js";
import { button, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";

/**
 * Asks for one of a few answers. If the dialog is closed, there is no answer.
 * @template {string} Choice
 * @param {{ title: string, text: string, choices: { value: Choice, label: string, kind?: "plain" | "primary" | "danger", isSafe?: boolean }[] }} options
 *   `isSafe`: loses nothing, and has the focus
 * @returns {Promise<Choice | null>}
 */
export function ask(options) {
  return new Promise((resolve) => {
    /** @type {Choice | null} */
    let answer = null;
    const dialog = openDialog({
      title: options.title,
      body: [h("p", { text: options.text })],
      actions: options.choices.map(({ value, label, kind, isSafe }) => button({
        text: t(label), kind: kind ?? "plain", onclick: () => { answer = value; dialog.close(); }, props: { autofocus: isSafe },
      })),
      onClose: () => resolve(answer),
    });
  });
}
