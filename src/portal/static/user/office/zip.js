// Reads parts of a zip archive from its bytes, with limits. Office documents are such archives (PKWARE APPNOTE, sections 4.3 and 4.4).

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
/** The maximum length of the comment at the end of an archive, in bytes. */
const COMMENT_MAX = 0xffff;
/** The maximum number of parts that are examined. */
const PARTS_MAX = 20_000;
/** The flag of a part that is encrypted. */
const ENCRYPTED = 1;

/** @typedef {{ method: number, isEncrypted: boolean, packed: number, at: number }} Part */

/** The bytes are not an archive, or the archive is damaged. */
export class BadArchive extends Error {}

/** The parts of an archive by their names. @param {Uint8Array} bytes @returns {Map<string, Part>} */
export function partsOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - END_BYTES;
  for (const least = Math.max(0, end - COMMENT_MAX); end >= least && view.getUint32(end, true) !== END; end -= 1);
  if (end < 0 || view.getUint32(end, true) !== END) throw new BadArchive("It has no end.");
  /** @type {Map<string, Part>} */
  const parts = new Map();
  let at = view.getUint32(end + 16, true);
  const count = view.getUint16(end + 10, true);
  for (let number = 0; number < Math.min(count, PARTS_MAX); number += 1) {
    if (at + CENTRAL_BYTES > end || view.getUint32(at, true) !== CENTRAL) throw new BadArchive("Its list is damaged.");
    const nameBytes = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes));
    parts.set(name, {
      isEncrypted: (view.getUint16(at + 8, true) & ENCRYPTED) !== 0, method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true), at: view.getUint32(at + 42, true),
    });
    at += CENTRAL_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return parts;
}

/**
 * The content of a part, or its beginning: a part may be packed so that it is endless.
 * @param {Uint8Array} bytes of the archive @param {Part} part @param {number} most bytes
 * @returns {Promise<{ bytes: Uint8Array, isWhole: boolean }>}
 */
export async function contentOf(bytes, part, most) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (part.at + LOCAL_BYTES > bytes.length || view.getUint32(part.at, true) !== LOCAL) throw new BadArchive("A part is missing.");
  const begin = part.at + LOCAL_BYTES + view.getUint16(part.at + 26, true) + view.getUint16(part.at + 28, true);
  const packed = bytes.subarray(begin, begin + part.packed);
  if (part.isEncrypted || (part.method !== 0 && part.method !== 8)) throw new BadArchive("A part cannot be read.");
  if (part.method === 0) return { bytes: packed.subarray(0, most), isWhole: packed.length <= most };
  const reader = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (packed)]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  /** @type {Uint8Array[]} */
  const pieces = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => { throw new BadArchive("A part is damaged."); });
    if (done) break;
    pieces.push(value.subarray(0, most - length));
    length += value.length;
    if (length > most) {
      void reader.cancel();
      break;
    }
  }
  const content = new Uint8Array(Math.min(length, most));
  let at = 0;
  for (const piece of pieces) {
    content.set(piece, at);
    at += piece.length;
  }
  return { bytes: content, isWhole: length <= most };
}
