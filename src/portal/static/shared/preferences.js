// Preferences for the portals on this device: language, theme, and single-key shortcuts.

import { choice } from "./fields.js";
import { h } from "./h.js";
import { LANGUAGES, chooseLanguage, chosenLanguage, t } from "./i18n.js";
import { setSingleKeys, singleKeys } from "./keys.js";
import { THEMES, setTheme, theme } from "./theme.js";

/** The choices of the language and the theme. */
export function preferenceChoices() {
  return [
    choice({
      label: t("me.language"),
      value: chosenLanguage() ?? "",
      options: [{ value: "", label: t("me.browserlanguage") }, ...Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))],
      onchange: (value) => {
        chooseLanguage(value || null);
        location.reload();
      },
    }),
    choice({
      label: t("me.theme"),
      value: theme(),
      options: THEMES.map((value) => ({ value, label: t(`theme.${value}`) })),
      onchange: (value) => setTheme(/** @type {import("./theme.js").Theme} */ (value)),
    }),
  ];
}

/** The switch for shortcuts of a single key. */
export function singleKeysOption() {
  const keys = h("input", { type: "checkbox", checked: singleKeys() });
  keys.addEventListener("change", () => setSingleKeys(keys.checked));
  return h("label", { class: "option" }, keys, h("span", { text: t("me.singlekeys") }));
}
