// Asks for the password of a link, before anything about the link is shown.

import { ApiError, errorText } from "../shared/api.js";
import { field } from "../shared/fields.js";
import { button, h } from "../shared/h.js";
import { t } from "../shared/i18n.js";
import { unlock } from "./wire.js";

/** @param {import("./place.js").Place} place @param {() => void} onDone */
export function askPassword(place, onDone) {
  document.title = t("public.title");
  const password = field({ label: t("public.password"), type: "password", props: { autocomplete: "off", autofocus: true, required: true } });
  const submit = button({ text: t("public.open"), kind: "primary", class: "wide", props: { type: "submit" } });
  const form = h("form", { class: "form", method: "post", novalidate: true }, password.element, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (password.input.value === "") return password.setError(t("public.nopassword"));
    submit.disabled = true;
    password.setError(null);
    try {
      await unlock(place.base, password.input.value);
      onDone();
    } catch (error) {
      const isWrong = error instanceof ApiError && ["credentials", "other"].includes(error.kind);
      password.setError(isWrong ? t("public.wrongpassword") : errorText(error));
      password.input.select();
    } finally {
      submit.disabled = false;
    }
  });
  return h("main", { class: "entrance" }, h("div", { class: "entrance-box" },
    h("div", { class: "entrance-head" }, h("h1", { class: "entrance-title", text: t("public.protected") })), form));
}
