// Computes checksums of files beside the page, so that the page does not stand still. Reads a piece
// at a time, so that a long video does not fill the memory.

import { createHasher } from "./blake3.js";

const PIECE = 4 * 1024 * 1024;

addEventListener("message", async (/** @type {MessageEvent<{ file: File }>} */ { data }) => {
  try {
    const hasher = createHasher();
    for (let at = 0; at < data.file.size; at += PIECE) {
      hasher.update(new Uint8Array(await data.file.slice(at, at + PIECE).arrayBuffer()));
    }
    postMessage({ checksum: hasher.hex() });
  } catch {
    // A file that cannot be read is sent, and the upload says what is wrong.
    postMessage({ checksum: null });
  }
});
