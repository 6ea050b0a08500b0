// Information for people who write programs: how a program calls the cloud.

import { ROOT } from "../../shared/api.js";
import { h } from "../../shared/h.js";
import { t, tNodes } from "../../shared/i18n.js";

export function programsNote() {
  const guide = h("a", { href: `${ROOT}/apidocs/`, text: t("programs.guide") });
  const openapi = h("a", { href: `${ROOT}/openapi.json`, download: "cloudlet-openapi.json", text: t("programs.openapi") });
  return h("p", { class: "quiet" }, tNodes("programs.text", { guide, openapi }));
}
