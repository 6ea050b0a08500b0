// What this device does as an app: photos sorted by month, and what it needs for the rest.

import { ROOT } from "../../shared/api.js";
import { h } from "../../shared/h.js";
import { loadBundle, t, tNodes } from "../../shared/i18n.js";
import { remember, remembered } from "../../shared/memory.js";

/** The card. Its texts come a little later. */
export function deviceCard() {
  const card = h("section", { class: "card", hidden: true });
  void loadBundle("device").then(() => {
    card.setAttribute("aria-label", t("device.title"));
    card.hidden = false;
    card.append(h("h2", { text: t("device.title") }), cameraOption(), ...facts());
  }, () => undefined);
  return card;
}

function cameraOption() {
  const input = h("input", { type: "checkbox", checked: remembered("camera") === "1" });
  input.addEventListener("change", () => remember("camera", input.checked ? "1" : null));
  return h("div", null, h("label", { class: "option" }, input, h("span", { text: t("device.camera") })),
    h("p", { class: "quiet", text: t("device.cameratext") }));
}

/** What the browser allows, and what it does not. */
function facts() {
  if (!navigator.serviceWorker) {
    const link = h("a", { href: `${ROOT}/certificate/`, text: t("device.certificate") });
    return [h("p", null, ...tNodes("device.insecure", { page: link }))];
  }
  return [
    h("p", { class: "quiet", text: t("device.app") }),
    h("p", { class: "quiet", text: t(navigator.wakeLock ? "device.screen" : "device.noscreen") }),
  ];
}
