// Reads the description of the API, which the server makes from its table of operations, and brings
// it into the form that these pages use.

import { call } from "../../shared/api.js";

/**
 * @typedef {object} Parameter
 * @property {string} name
 * @property {string} kind the server's word for its kind: `text`, `path`, `number`, ...
 * @property {string} help
 * @property {boolean} isRequired
 * @property {boolean} isSecret
 * @property {string} preset the default value; empty if there is none
 */

/**
 * A field of a record.
 * @typedef {object} Field
 * @property {string} name
 * @property {string} kind the type of its values
 * @property {string} help
 * @property {boolean} isOptional
 */

/**
 * A record in a reply. There may be one before all others.
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
 * @property {string} effect `immediate`, `read`, `write`, `slow`, `query`, `upload` or `file`
 * @property {boolean} isChanging
 * @property {"A" | "B" | "C" | ""} tier how much a home cloud needs it; empty if only this server has it
 * @property {string[]} clients the programs that are known to call it
 * @property {Parameter[]} parameters
 * @property {{ status: string, help: string, media: string[] }[]} answers what can come, by status
 * @property {Shape[]} shapes the records of the reply
 * @property {string} sampleXml a recorded reply; empty if there is none
 * @property {string} sampleJson
 */

/** The form in which parameters are sent: as a form, or together with a file. */
const MEDIA = ["application/x-www-form-urlencoded", "multipart/form-data"];
/**
 * Kinds of parameters that are not shown as fields here. The file has a field of its own, and an
 * administrator works as a user with a switch.
 */
const WITHOUT = new Set(["file", "proxy"]);
const CHANGING = new Set(["write", "slow", "upload"]);

/** @returns {Promise<Operation[]>} */
export async function loadDescription() {
  /** @type {any} */
  const document = await call("getapidescription", {}, { isQuiet: true });
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) => {
    const found = /^\/(core|admin)\/([^/]+)$/.exec(path);
    // An operation without `x-effect` is not offered by this server.
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

/**
 * The value itself or, if it is a reference, the value to which it refers.
 * @param {any} document @param {any} value @returns {any}
 */
function resolved(document, value) {
  const reference = value?.$ref;
  if (typeof reference !== "string") return value ?? {};
  return reference.replace(/^#\//, "").split("/").reduce((/** @type {any} */ found, name) => found?.[name], document) ?? {};
}

/**
 * The records of a reply, including nested ones.
 * @param {any} document
 * @param {any} schema
 * @returns {Shape[]}
 */
function shapesOf(document, schema) {
  // The second alternative is the envelope of a failure.
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

/** The properties of a record that are records themselves. @param {any} document @param {any} record */
function nested(document, record) {
  return Object.fromEntries(Object.entries(record.properties).filter(([, field]) => resolved(document, field).type === "array"));
}

/** The type of a field, in the words of JSON Schema. @param {any} document @param {any} field */
function kindOf(document, field) {
  const schema = resolved(document, field?.anyOf ? field.anyOf[0] : field);
  const values = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  if (values.length > 0) return values.join(", ");
  return schema.type === "array" ? "records" : schema.type ?? "";
}

/**
 * The operations that contain all words of a search. Those whose names begin with the search come
 * first.
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
