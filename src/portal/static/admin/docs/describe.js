// The description of the API, as the server makes it from its table of operations, in the form that these pages use.

import { call } from "../../shared/api.js";

/**
 * @typedef {object} Parameter
 * @property {string} name
 * @property {string} kind what it is, in the server's words: `text`, `path`, `number`, ...
 * @property {string} help
 * @property {boolean} isRequired
 * @property {boolean} isSecret
 * @property {string} preset what counts without it; empty where nothing does
 */

/**
 * A field of a record.
 * @typedef {object} Field
 * @property {string} name
 * @property {string} kind what it can be
 * @property {string} help
 * @property {boolean} isOptional
 */

/**
 * A record of the reply: what stands before the others, or one of them.
 * @typedef {object} Shape
 * @property {string} name where it is: `meta`, `entry`
 * @property {string} help
 * @property {boolean} isList
 * @property {Field[]} fields
 */

/**
 * @typedef {object} Operation
 * @property {string} id `core/upload`: its address here, and the end of its URL
 * @property {import("../../shared/api.js").Side} side
 * @property {string} name
 * @property {string} area
 * @property {string} help
 * @property {"anyone" | "user" | "proxy" | "visitor" | "admin"} who
 * @property {string} effect `instant`, `read`, `write`, `free`, `receive` or `file`
 * @property {boolean} isChanging
 * @property {"A" | "B" | "C" | ""} tier how much a home cloud needs it; empty for what only this server has
 * @property {string[]} clients programs that are known to call it
 * @property {Parameter[]} parameters
 * @property {{ status: string, help: string, media: string[] }[]} answers what can come, by status
 * @property {Shape[]} shapes what is in the reply
 * @property {string} sampleXml a recorded reply; empty without one
 * @property {string} sampleJson
 */

/** How parameters travel: as a form, or beside a file. */
const MEDIA = ["application/x-www-form-urlencoded", "multipart/form-data"];
/** Kinds of parameters that are no fields here: the file has one of its own, and an administrator works as oneself. */
const WITHOUT = new Set(["file", "proxy"]);
const CHANGING = new Set(["write", "slow", "upload"]);

/** @returns {Promise<Operation[]>} */
export async function loadDescription() {
  /** @type {any} */
  const document = await call("getapidescription", {}, { isQuiet: true });
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) => {
    const found = /^\/(core|admin)\/([^/]+)$/.exec(path);
    // Operations without `x-effect` are not offered here.
    return found && methods.post?.["x-effect"] ? [operationOf(found[1] === "admin" ? "admin" : "core", found[2] ?? "", methods.post, document)] : [];
  });
  // Operations for signing in come first; the others keep their order.
  const rank = (/** @type {Operation} */ one) => (/^authentication/i.test(one.area) ? 0 : 1);
  return operations.sort((a, b) => rank(a) - rank(b));
}

/**
 * @param {import("../../shared/api.js").Side} side
 * @param {string} name
 * @param {any} described
 * @param {any} document
 * @returns {Operation}
 */
function operationOf(side, name, described, document) {
  const content = described.requestBody?.content ?? {};
  const schema = MEDIA.map((media) => content[media]?.schema).find(Boolean) ?? {};
  /** @type {string[]} In the table's order, which the properties do not keep. */
  const required = schema.required ?? [];
  const place = (/** @type {string} */ name) => (required.includes(name) ? required.indexOf(name) : required.length);
  const effect = described["x-effect"] ?? "read";
  const answers = described.responses?.["200"]?.content ?? {};
  return {
    id: `${side}/${name}`,
    side,
    name,
    area: (described.tags?.[0] ?? "").replace(/^Administration: /, ""),
    help: described.description ?? "",
    who: described["x-who"] ?? "anyone",
    effect,
    isChanging: CHANGING.has(effect),
    tier: described["x-tier"] ?? "",
    clients: described["x-clients"] ?? [],
    parameters: Object.entries(schema.properties ?? {}).filter(([, property]) => !WITHOUT.has(property["x-kind"])).map(([name, property]) => ({
      name,
      kind: property["x-kind"] ?? property.type ?? "text",
      help: property.description ?? "",
      isRequired: required.includes(name),
      isSecret: property.format === "password",
      preset: property.default === undefined ? "" : String(property.default),
    })).sort((a, b) => place(a.name) - place(b.name)),
    answers: Object.entries(described.responses ?? {}).map(([status, one]) => {
      const answer = resolved(document, one);
      return { status, help: answer.description ?? "", media: Object.keys(answer.content ?? {}) };
    }).sort((a, b) => a.status.localeCompare(b.status)),
    shapes: shapesOf(document, answers["application/json"]?.schema),
    sampleXml: answers["text/xml"]?.example ?? answers["text/plain"]?.example ?? "",
    sampleJson: answers["application/json"]?.example === undefined ? "" : JSON.stringify(answers["application/json"].example),
  };
}

/** What a reference of the description leads to. @param {any} document @param {any} value @returns {any} */
function resolved(document, value) {
  const reference = value?.$ref;
  if (typeof reference !== "string") return value ?? {};
  return reference.replace(/^#\//, "").split("/").reduce((/** @type {any} */ found, name) => found?.[name], document) ?? {};
}

/**
 * The records of a reply, and those within them.
 * @param {any} document
 * @param {any} schema
 * @returns {Shape[]}
 */
function shapesOf(document, schema) {
  // The other one is the envelope of a failure.
  const whole = resolved(document, schema?.anyOf ? schema.anyOf[0] : schema);
  return Object.entries(whole.properties ?? {}).flatMap(([name, property]) => {
    const shape = resolved(document, property);
    const isList = shape.type === "array";
    const record = isList ? resolved(document, shape.items) : shape;
    if (!record.properties) return [];
    /** @type {string[]} */
    const required = record.required ?? [];
    const fields = Object.entries(record.properties).map(([name, field]) => ({
      name, kind: kindOf(document, field), help: /** @type {any} */ (field).description ?? "", isOptional: !required.includes(name),
    }));
    return [{ name, help: record.description ?? "", isList, fields }, ...shapesOf(document, { properties: nested(document, record) })];
  });
}

/** The properties of a record that are records again. @param {any} document @param {any} record */
function nested(document, record) {
  return Object.fromEntries(Object.entries(record.properties).filter(([, field]) => resolved(document, field).type === "array"));
}

/** What a field can be, in the words of JSON Schema. @param {any} document @param {any} field */
function kindOf(document, field) {
  const schema = resolved(document, field?.anyOf ? field.anyOf[0] : field);
  const values = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  if (values.length > 0) return values.join(", ");
  return schema.type === "array" ? "records" : schema.type ?? "";
}

/**
 * Operations that contain all words of a search, the ones whose name begins with it first.
 * @param {Operation[]} operations
 * @param {string} text
 */
export function search(operations, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return operations;
  const found = operations.filter((operation) => {
    const all = `${operation.id} ${operation.area} ${operation.help} ${operation.parameters.map((one) => one.name).join(" ")}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const rank = (/** @type {Operation} */ one) => (one.name.startsWith(words[0] ?? "") ? 0 : one.name.includes(words[0] ?? "") ? 1 : 2);
  return found.sort((a, b) => rank(a) - rank(b));
}
