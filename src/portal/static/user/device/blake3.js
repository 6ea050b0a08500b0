// The checksum BLAKE3 of bytes that arrive in pieces, as the server computes it. Web browsers have
// no function for it. The specification is at github.com/BLAKE3-team/BLAKE3-specs.

const BLOCK = 64;
const CHUNK = 1024;
const [CHUNK_START, CHUNK_END, PARENT, ROOT] = [1, 2, 4, 8];
const IV = new Uint32Array([0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]);
const PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];

/** The order of the message's words in each of the seven rounds, one after the other. */
const ORDER = (() => {
  let round = Array.from({ length: 16 }, (_, at) => at);
  const all = [...round];
  for (let count = 1; count < 7; count += 1) {
    round = PERMUTATION.map((at) => round[at]);
    all.push(...round);
  }
  return new Uint8Array(all);
})();

/** The four words that each of the eight mixings of a round changes. */
const MIXED = new Uint8Array([0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15, 0, 5, 10, 15, 1, 6, 11, 12, 2, 7, 8, 13, 3, 4, 9, 14]);
// These are used again for each block, because a photo has very many.
const state = new Int32Array(16);
const words = new Int32Array(16);

/**
 * Compresses the words of a block into the value of the blocks before.
 * @param {Uint32Array} value @param {number} counter @param {number} length @param {number} flags
 */
function compress(value, counter, length, flags) {
  for (let at = 0; at < 8; at += 1) state[at] = value[at];
  for (let at = 0; at < 4; at += 1) state[8 + at] = IV[at];
  state[12] = counter | 0;
  state[13] = (counter / 0x100000000) | 0;
  state[14] = length;
  state[15] = flags;
  for (let at = 0, mix = 0; at < 112; at += 2, mix = (mix + 4) & 31) {
    const ia = MIXED[mix], ib = MIXED[mix + 1], ic = MIXED[mix + 2], id = MIXED[mix + 3];
    let a = state[ia], b = state[ib], c = state[ic], d = state[id];
    a = (a + b + words[ORDER[at]]) | 0;
    d ^= a;
    d = (d >>> 16) | (d << 16);
    c = (c + d) | 0;
    b ^= c;
    b = (b >>> 12) | (b << 20);
    a = (a + b + words[ORDER[at + 1]]) | 0;
    d ^= a;
    d = (d >>> 8) | (d << 24);
    c = (c + d) | 0;
    b ^= c;
    state[ia] = a;
    state[ib] = (b >>> 7) | (b << 25);
    state[ic] = c;
    state[id] = d;
  }
  for (let at = 0; at < 8; at += 1) value[at] = state[at] ^ state[at + 8];
}

/** A chunk of up to 1024 bytes. @param {Uint8Array} bytes @param {number} counter @param {number} more flags of its last block */
function chunkValue(bytes, counter, more) {
  const value = IV.slice();
  const last = Math.max(0, Math.ceil(bytes.length / BLOCK) - 1);
  for (let number = 0; number <= last; number += 1) {
    const start = number * BLOCK;
    const length = Math.min(BLOCK, bytes.length - start);
    // What is missing in the last block are zeros.
    for (let word = 0, at = start; word < 16; word += 1, at += 4) {
      words[word] = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    }
    compress(value, counter, length, (number === 0 ? CHUNK_START : 0) | (number === last ? CHUNK_END | more : 0));
  }
  return value;
}

/** @param {Uint32Array} left @param {Uint32Array} right @param {number} more */
function parentValue(left, right, more) {
  words.set(left);
  words.set(right, 8);
  const value = IV.slice();
  compress(value, 0, BLOCK, PARENT | more);
  return value;
}

/** Computes a checksum. `update` takes the next bytes; `hex` ends it. */
export function createHasher() {
  /** The values of whole subtrees, the largest first. @type {Uint32Array[]} */
  const stack = [];
  let count = 0;
  // The last chunk waits, because only the end tells whether it is the last one.
  let rest = new Uint8Array(0);

  /** @param {Uint8Array} chunk */
  const add = (chunk) => {
    let value = chunkValue(chunk, count, 0);
    count += 1;
    // Two subtrees of the same size become one.
    for (let whole = count; whole % 2 === 0; whole /= 2) value = parentValue(/** @type {Uint32Array} */ (stack.pop()), value, 0);
    stack.push(value);
  };

  return {
    /** @param {Uint8Array} bytes */
    update(bytes) {
      const all = new Uint8Array(rest.length + bytes.length);
      all.set(rest);
      all.set(bytes, rest.length);
      let at = 0;
      for (; all.length - at > CHUNK; at += CHUNK) add(all.subarray(at, at + CHUNK));
      rest = all.slice(at);
    },
    hex() {
      let value = chunkValue(rest, count, stack.length === 0 ? ROOT : 0);
      while (stack.length > 0) {
        const left = /** @type {Uint32Array} */ (stack.pop());
        value = parentValue(left, value, stack.length === 0 ? ROOT : 0);
      }
      const bytes = new DataView(new ArrayBuffer(32));
      value.forEach((word, at) => bytes.setUint32(at * 4, word, true));
      return Array.from(new Uint8Array(bytes.buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
    },
  };
}
