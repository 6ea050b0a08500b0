// Files for the tests, which are generated: pictures, a sound, a PDF, and a video (by ffmpeg).

import { execFileSync } from "node:child_process";
import { deflateSync } from "node:zlib";

/** CRC-32 as PNG defines it (RFC 2083, appendix 15). */
const CRC = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** @param {Buffer} bytes */
function crc32(bytes) {
  let value = -1;
  for (const byte of bytes) value = CRC[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ -1) >>> 0;
}

/** @param {string} type @param {Buffer} content */
function chunk(type, content) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(content.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/**
 * A landscape in soft colours. Each seed gives another one.
 * @param {number} width @param {number} height @param {number} seed
 */
export function png(width, height, seed = 0) {
  const rows = [];
  for (let y = 0; y < height; y += 1) {
    const row = Buffer.alloc(1 + width * 3);
    for (let x = 0; x < width; x += 1) {
      const hill = height * (0.55 + 0.12 * Math.sin(x / (40 + 9 * seed) + seed) + 0.05 * Math.sin(x / 17 + 2 * seed));
      const light = y / height;
      const isSky = y < hill;
      const base = isSky ? [150 + 60 * light + 9 * seed, 190 + 20 * light, 220 - 12 * seed] : [70 + 14 * seed, 110 - 4 * seed + 30 * light, 80];
      const offset = 1 + x * 3;
      for (let colour = 0; colour < 3; colour += 1) row[offset + colour] = Math.max(0, Math.min(255, base[colour]));
    }
    rows.push(row);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.concat(rows))), chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A tone of this many seconds. @param {number} seconds */
export function wav(seconds) {
  const rate = 8000;
  const count = rate * seconds;
  const out = Buffer.alloc(44 + count * 2);
  out.write("RIFF", 0);
  out.writeUInt32LE(36 + count * 2, 4);
  out.write("WAVEfmt ", 8);
  out.writeUInt32LE(16, 16);
  out.writeUInt16LE(1, 20);
  out.writeUInt16LE(1, 22);
  out.writeUInt32LE(rate, 24);
  out.writeUInt32LE(rate * 2, 28);
  out.writeUInt16LE(2, 32);
  out.writeUInt16LE(16, 34);
  out.write("data", 36);
  out.writeUInt32LE(count * 2, 40);
  for (let at = 0; at < count; at += 1) out.writeInt16LE(Math.round(6000 * Math.sin((at / rate) * 2 * Math.PI * 440)), 44 + at * 2);
  return out;
}

/** A PDF of one page with a line of text. @param {string} text */
export function pdf(text) {
  const content = `BT /F1 28 Tf 60 700 Td (${text.replace(/[()\\]/g, "\\$&")}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let out = "%PDF-1.4\n";
  const offsets = objects.map((object, at) => {
    const offset = out.length;
    out += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("")}`;
  out += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(out, "latin1");
}

/**
 * A JPEG of any size, which a page draws: hills under a sky, with grain, so that the file is as
 * large as that of a photo.
 * @param {import("playwright-core").Page} page @param {number} width @param {number} height
 */
export async function jpeg(page, width, height) {
  const text = await page.evaluate(async ([w, h]) => {
    const canvas = new OffscreenCanvas(w, h);
    const drawing = canvas.getContext("2d");
    const sky = drawing.createLinearGradient(0, 0, 0, h);
    sky.addColorStop(0, "#7fb2e5");
    sky.addColorStop(1, "#f4d9b0");
    drawing.fillStyle = sky;
    drawing.fillRect(0, 0, w, h);
    for (let hill = 0; hill < 5; hill += 1) {
      drawing.fillStyle = `hsl(${100 + hill * 12} 30% ${50 - hill * 7}%)`;
      drawing.beginPath();
      drawing.moveTo(0, h);
      for (let x = 0; x <= w; x += w / 100) drawing.lineTo(x, h * (0.5 + hill * 0.1 + 0.06 * Math.sin((x / w) * (6 + hill) + hill)));
      drawing.lineTo(w, h);
      drawing.fill();
    }
    for (let grain = 0; grain < (w * h) / 4000; grain += 1) {
      drawing.fillStyle = `hsl(${(grain * 47) % 360} 40% 50% / 0.3)`;
      drawing.fillRect((grain * 7919) % w, (grain * 104729) % h, 9, 9);
    }
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 })).arrayBuffer());
    let out = "";
    for (let at = 0; at < bytes.length; at += 32768) out += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(out);
  }, [width, height]);
  return Buffer.from(text, "base64");
}

/** A video of one second. @param {number} [width] @param {number} [height] */
export function webm(width = 320, height = 180) {
  return execFileSync("ffmpeg", [
    "-v", "error", "-f", "lavfi", "-i", `testsrc=size=${width}x${height}:rate=10:duration=1`,
    "-c:v", "libvpx", "-deadline", "realtime", "-f", "webm", "-",
  ], { maxBuffer: 8 * 1024 * 1024 });
}

/**
 * A raw photo as cameras write it (TIFF 6.0): an orientation, a JPEG in a directory below the first, and the data of the sensor.
 * @param {Buffer} picture @param {number} orientation
 */
export function raw(picture, orientation) {
  const out = Buffer.alloc(68);
  Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0]).copy(out);
  const directory = (/** @type {number} */ at, /** @type {number[][]} */ entries) => {
    out.writeUInt16LE(entries.length, at);
    entries.forEach(([tag, kind, value], index) => {
      const entry = at + 2 + 12 * index;
      out.writeUInt16LE(tag, entry);
      out.writeUInt16LE(kind, entry + 2);
      out.writeUInt32LE(1, entry + 4);
      out.writeUInt32LE(value, entry + 8);
    });
  };
  directory(8, [[0x0112, 3, orientation], [0x014a, 4, 38]]);
  directory(38, [[0x0201, 4, 68], [0x0202, 4, picture.length]]);
  return Buffer.concat([out, picture, Buffer.alloc(400_000, 7)]);
}

/** Writes a video whose header states its length. @param {string} path of a .webm @param {number} seconds */
export function film(path, seconds) {
  execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", `testsrc=size=320x180:rate=5:duration=${seconds}`, "-c:v", "libvpx", "-deadline", "realtime", path]);
}

/**
 * Adds the Exif block (Exif 2.3) of a camera to a JPEG: the camera's name, how it was held, the time, and a place.
 * @param {Buffer} picture a JPEG @param {{ camera: string, taken: string, pixels: number[], orientation?: number, latitude: number[], longitude: number[] }} facts
 *   `taken`: `2024:05:06 07:08:09`; degrees, minutes and seconds in the north and the west
 */
export function withExif(picture, { camera, taken, pixels, orientation = 1, latitude, longitude }) {
  const text = (/** @type {string} */ value) => ({ kind: 2, count: value.length + 1, bytes: Buffer.from(`${value}\0`, "latin1") });
  const angle = (/** @type {number[]} */ parts) => ({ kind: 5, count: parts.length, bytes: Buffer.concat(parts.map((part) => Buffer.from(Uint32Array.of(part, 1).buffer))) });
  const short = (/** @type {number} */ value) => ({ kind: 3, count: 1, bytes: Buffer.from(Uint16Array.of(value).buffer) });
  const long = (/** @type {number} */ value) => ({ kind: 4, count: 1, bytes: Buffer.from(Uint32Array.of(value).buffer) });
  /**
   * A directory with its values behind it, all in little-endian order.
   * @param {number} at @param {[number, { kind: number, count: number, bytes: Buffer }][]} tags
   */
  const directory = (at, tags) => {
    const head = Buffer.alloc(2 + 12 * tags.length + 4);
    head.writeUInt16LE(tags.length, 0);
    const values = [];
    let end = at + head.length;
    tags.forEach(([tag, { kind, count, bytes }], index) => {
      const entry = 2 + 12 * index;
      head.writeUInt16LE(tag, entry);
      head.writeUInt16LE(kind, entry + 2);
      head.writeUInt32LE(count, entry + 4);
      if (bytes.length <= 4) {
        bytes.copy(head, entry + 8);
        return;
      }
      head.writeUInt32LE(end, entry + 8);
      values.push(bytes);
      end += bytes.length;
    });
    return Buffer.concat([head, ...values]);
  };
  const cameraAt = 1000;
  const placeAt = 2000;
  const tiff = Buffer.alloc(3000);
  Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0]).copy(tiff);
  directory(8, [[0x0110, text(camera)], [0x0112, short(orientation)], [0x8769, long(cameraAt)], [0x8825, long(placeAt)]]).copy(tiff, 8);
  directory(cameraAt, [[0x9003, text(taken)], [0xa002, long(pixels[0])], [0xa003, long(pixels[1])]]).copy(tiff, cameraAt);
  directory(placeAt, [[1, text("N")], [2, angle(latitude)], [3, text("W")], [4, angle(longitude)]]).copy(tiff, placeAt);
  const block = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  const marker = Buffer.from([0xff, 0xe1, (block.length + 2) >> 8, (block.length + 2) & 0xff]);
  return Buffer.concat([picture.subarray(0, 2), marker, block, picture.subarray(2)]);
}
