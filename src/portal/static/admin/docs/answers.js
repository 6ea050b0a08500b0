// The possible answers of an operation: the statuses, and the fields of the reply.

import { h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { prose } from "./code.js";

/** @typedef {import("./describe.js").Operation} Operation */
/** @typedef {import("./describe.js").Shape} Shape */

/** @param {Operation} operation */
export function answerParts(operation) {
  return [statusList(operation), ...operation.shapes.map(shapePart)];
}

/** @param {Operation} operation */
function statusList(operation) {
  return h("dl", { class: "docs-statuses" }, operation.answers.map((answer) => h("div", null,
    h("dt", null, h("code", { text: answer.status })),
    h("dd", null, h("span", { lang: "en" }, prose(answer.help)),
      answer.media.length === 0 ? null : h("span", { class: "quiet", text: ` ${answer.media.join(", ")}` })))));
}

/** @param {Shape} shape */
function shapePart(shape) {
  const count = t(shape.isList ? "docs.anynumber" : "docs.once");
  return h("details", { class: "docs-shape" },
    h("summary", null, h("code", { text: shape.name }), h("span", { class: "quiet", text: ` ${count}` })),
    h("p", { class: "quiet", lang: "en" }, prose(shape.help)),
    h("dl", { class: "docs-fields" }, shape.fields.map((field) => h("div", null,
      h("dt", null, h("code", { text: field.name }),
        h("span", { class: "quiet", lang: "en", text: ` ${field.kind}` }),
        field.isOptional ? h("span", { class: "quiet", text: ` \u00b7 ${t("docs.maybemissing")}` }) : null),
      h("dd", { lang: "en" }, prose(field.help))))));
}
