// "Try it": makes a real call with the session of this browser and shows the reply as it came. The
// other calls of the portals use `api.js`, which parses JSON and turns failures into errors. This
// page shows the reply itself, whatever it is.

import { url } from "../../shared/api.js";

/** This many bytes of a reply are shown. The rest is not loaded. */
const SHOWN_BYTES_MAX = 256 * 1024;

/**
 * @typedef {object} Answer
 * @property {number} status of HTTP
 * @property {string} type the media type
 * @property {number} bytes that came
 * @property {boolean} isWhole
 * @property {number} milliseconds
 * @property {string | null} text `null` when it is no text
 */

/**
 * @param {import("./describe.js").Operation} operation
 * @param {[string, string][]} given
 * @param {{ format: "json" | "xml", file: File | null, signal: AbortSignal }} options
 * @returns {Promise<Answer>}
 */
export async function send(operation, given, options) {
  const started = performance.now();
  const isUpload = operation.effect === "upload";
  /** @type {BodyInit} */
  let body = new URLSearchParams(given);
  if (isUpload && options.file) {
    body = new FormData();
    body.append("file_contents", options.file);
  }
  const target = url(operation.name, isUpload ? Object.fromEntries(given) : undefined, operation.side);
  const response = await fetch(target, {
    method: "POST",
    headers: { Accept: options.format === "json" ? "application/json" : "*/*", "X-Requested-With": "XMLHttpRequest" },
    body,
    credentials: "same-origin",
    cache: "no-store",
    signal: options.signal,
  });
  const type = response.headers.get("Content-Type") ?? "";
  const { bytes, isWhole } = await readSome(response);
  const milliseconds = Math.round(performance.now() - started);
  const isText = /^text\/|json|xml/.test(type) || type === "";
  return {
    status: response.status, type, bytes: bytes.length, isWhole, milliseconds,
    text: isText ? new TextDecoder().decode(bytes) : null,
  };
}

/** Reads a body up to the limit. @param {Response} response */
async function readSome(response) {
  const reader = response.body?.getReader();
  /** @type {Uint8Array[]} */
  const parts = [];
  let length = 0;
  while (reader && length < SHOWN_BYTES_MAX) {
    const { done, value } = await reader.read();
    if (done) return { bytes: joined(parts, length), isWhole: true };
    parts.push(value);
    length += value.length;
  }
  await reader?.cancel();
  return { bytes: joined(parts, length), isWhole: reader === undefined };
}

/** @param {Uint8Array[]} parts @param {number} length */
function joined(parts, length) {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Adds line breaks to a reply, for people. @param {string} text */
export function pretty(text) {
  const start = text.trimStart();
  if (start.startsWith("{") || start.startsWith("[")) return prettyJson(start);
  return start.startsWith("<") ? prettyXml(start) : text;
}

/** Puts each member on a line of its own, even if the text was cut off. @param {string} text */
function prettyJson(text) {
  let depth = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  const parts = text.match(/"(?:[^"\\]|\\.)*"?|[[\]{},:]|[^\s"[\]{},:]+/g) ?? [];
  return parts.map((part, at) => {
    if (part === "{" || part === "[") {
      depth += 1;
      return /^[}\]]$/.test(parts[at + 1] ?? "") ? part : part + line();
    }
    if (part === "}" || part === "]") {
      depth = Math.max(0, depth - 1);
      return /^[{[]$/.test(parts[at - 1] ?? "") ? part : line() + part;
    }
    return part === "," ? part + line() : part === ":" ? ": " : part;
  }).join("");
}

/**
 * Puts each element on a line of its own. Elements that contain only text stay on one line.
 * @param {string} text
 */
function prettyXml(text) {
  let depth = 0;
  return text.replaceAll(/>\s*</g, ">\n<").split("\n").map((line) => {
    const isClosing = line.startsWith("</");
    const isWhole = /^<([^\s/>]+)[^>]*>.*<\/\1>$/s.test(line) || line.endsWith("/>") || line.startsWith("<?");
    if (isClosing) depth = Math.max(0, depth - 1);
    const indented = "  ".repeat(depth) + line;
    if (!isClosing && !isWhole && line.startsWith("<")) depth += 1;
    return indented;
  }).join("\n");
}
