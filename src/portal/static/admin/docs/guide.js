// The first page of the documentation: how a program calls the API.

import { ROOT } from "../../shared/api.js";
import { h, icon } from "../../shared/h.js";
import { t, tNodes } from "../../shared/i18n.js";
import { address } from "../../shared/router.js";
import { codeBlock } from "./code.js";

/** @param {string} text */
function word(text) {
  return h("code", { class: "word", text });
}

/** @param {string} side @param {string} name */
function operation(side, name) {
  return h("a", { href: address(side, [name]) }, h("code", { text: name }));
}

/**
 * @param {{ base: string, counts: { core: number, admin: number }, version: string }} about
 */
export function guide(about) {
  return [
    h("h1", { tabIndex: -1, text: t("docs.title") }),
    h("p", { class: "lead", text: t("docs.lead", { core: about.counts.core, admin: about.counts.admin, version: about.version }) }),
    h("section", { class: "docs-part" },
      h("h2", { text: t("docs.calling") }),
      h("p", null, tNodes("docs.callingtext", { core: word(`${about.base}/core/OPERATION`), admin: word(`${about.base}/admin/OPERATION`) })),
      h("p", { text: t("docs.parameterstext") }),
      codeBlock(t("docs.calling"), `curl '${about.base}/core/getauthenticationinfo' -H 'Accept: application/json' -X POST`)),
    h("section", { class: "docs-part" },
      h("h2", { text: t("docs.session") }),
      h("p", null, tNodes("docs.sessiontext", { user: operation("core", "loginguest"), admin: operation("admin", "adminlogin") })),
      h("p", { text: t("docs.sessiontwo") })),
    h("section", { class: "docs-part" },
      h("h2", { text: t("docs.replies") }),
      h("p", null, tNodes("docs.repliestext", { accept: word("Accept: application/json") })),
      codeBlock("XML", "<commands><command><type>createfolder</type><result>1</result><message></message></command></commands>"),
      codeBlock("JSON", "{\"command\": [{\"type\": \"createfolder\", \"result\": 1, \"message\": \"\"}]}"),
      h("p", null, tNodes("docs.failures", { result: word("0"), header: word("X-Cloudlet-Error"), status: word("401") }))),
    h("section", { class: "docs-part" },
      h("h2", { text: t("docs.machines") }),
      h("p", { text: t("docs.machinestext") }),
      h("p", null, h("a", { class: "button", href: `${ROOT}/openapi.json`, download: "cloudlet-openapi.json" }, icon("download"), h("span", { class: "button-text", text: t("docs.openapi") })))),
  ];
}
