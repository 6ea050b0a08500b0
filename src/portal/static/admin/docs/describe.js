// The description of the API, as the server makes it from its table of operations, in the form that these pages use.

import { call } from "../../shared/api.js";

/**
 * @typedef {object} Parameter
 * @property {string} name
 * @property {string} kind what it is, in the server's words: `text`, `path`, `number`, ...
 * @property {string} help
 * @property {boolean} isRequired
 * @property {boolean} isSecret
 */

/**
 * @typedef {object} Operation
 * @property {string} id `core/upload`: its address here, and the end of its URL
 * @property {import("../../shared/api.js").Side} side
 * @property {string} name
 * @property {string} area
 * @property {string} help
 * @property {"anyone" | "user" | "proxy" | "admin"} who
 * @property {string} effect `instant`, `read`, `write`, `free`, `receive` or `file`
 * @property {boolean} isChanging
 * @property {"A" | "B" | "C" | ""} tier how much a home cloud needs it; empty for what only this server has
 * @property {string[]} clients programs that are known to call it
 * @property {Parameter[]} parameters
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
    // What has no effect is not offered here.
    return found && methods.post?.["x-effect"] ? [operationOf(found[1] === "admin" ? "admin" : "core", found[2] ?? "", methods.post)] : [];
  });
  // How one gets in comes first; everything else keeps its order.
  const rank = (/** @type {Operation} */ one) => (/^authentication/i.test(one.area) ? 0 : 1);
  return operations.sort((a, b) => rank(a) - rank(b));
}

/**
 * @param {import("../../shared/api.js").Side} side
 * @param {string} name
 * @param {any} described
 * @returns {Operation}
 */
function operationOf(side, name, described) {
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
    })).sort((a, b) => place(a.name) - place(b.name)),
    sampleXml: answers["text/xml"]?.example ?? answers["text/plain"]?.example ?? "",
    sampleJson: answers["application/json"]?.example === undefined ? "" : JSON.stringify(answers["application/json"].example),
  };
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
