// Reads a text file in such a way that it can be written back unchanged.

import { ApiError, failure, failureWord, fileUrl, noteDownload } from "../../shared/api.js";
import { TEXT_BYTES_MAX } from "../files/kinds.js";

/** Of a file that is too large, this many bytes are shown. */
export const BEGINNING = 256 * 1024;

/** @param {import("./preview.js").Stage} stage @returns {Promise<import("./text.js").Text>} */
export async function read(stage) {
  const { entry, signal } = stage;
  noteDownload("downloadfile", { filepath: entry.path, disposition: "inline" });
  const isLarge = entry.size > TEXT_BYTES_MAX;
  const response = await fetch(fileUrl(entry.path, { isShown: true }), {
    signal,
    cache: "no-store",
    headers: { Accept: "application/json", ...(isLarge ? { Range: `bytes=0-${BEGINNING - 1}` } : {}) },
  });
  if (!response.ok) {
    const reply = await response.json().catch(() => null);
    throw failure("downloadfile", response.status, failureWord(response), reply, "") ?? new ApiError("server", `HTTP ${response.status}`, "downloadfile");
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const etag = (response.headers.get("ETag") ?? "").replace(/^W\/|"/g, "");
  const isWhole = response.status !== 206 && !isLarge;
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  let text = "";
  let isUtf8 = true;
  const utf16 = utf16Of(bytes);
  try {
    text = new TextDecoder(utf16 ?? "utf-8", { fatal: isWhole && utf16 === null }).decode(bytes);
    // A text never contains a NUL character.
    isUtf8 = utf16 === null && !text.includes("\0");
  } catch {
    isUtf8 = false;
    text = new TextDecoder("windows-1252").decode(bytes);
  }
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  // Mixed line ends, or those of very old Macs, could not be written back unchanged.
  const plain = text.replaceAll("\r\n", "\n");
  const isPure = !plain.includes("\r") && (lineEnd === "\n" || (text.match(/\n/g) ?? []).length === (text.match(/\r\n/g) ?? []).length);
  return { text: plain.replaceAll("\r", "\n"), isUtf8: isUtf8 && isPure, hasMark, lineEnd, etag, isWhole };
}

/** The name of the UTF-16 encoding that a byte order mark shows. @param {Uint8Array} bytes */
function utf16Of(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : null;
}
