// Files for the tests, made from nothing: pictures, a sound, a PDF, a video (recorded by the browser itself).

import { deflateSync } from "node:zlib";

/** CRC-32 as PNG wants it (RFC 2083, appendix 15). */
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

/** A landscape in soft colours, another one for each seed. @param {number} width @param {number} height @param {number} seed */
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

/** A tone of so many seconds. @param {number} seconds */
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

/** One page with a line of text. @param {string} text */
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
 * A short video, drawn and recorded in a page.
 * @param {import("playwright-core").Page} page
 */
export async function webm(page) {
  const text = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    canvas.width = 320;
    canvas.height = 180;
    const drawing = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(15), { mimeType: "video/webm" });
    const parts = [];
    recorder.ondataavailable = (event) => parts.push(event.data);
    const stopped = new Promise((resolve) => { recorder.onstop = resolve; });
    recorder.start();
    for (let frame = 0; frame < 20; frame += 1) {
      drawing.fillStyle = `hsl(${frame * 18} 40% 50%)`;
      drawing.fillRect(0, 0, 320, 180);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    recorder.stop();
    await stopped;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return [...bytes].map((byte) => String.fromCharCode(byte)).join("");
  });
  return Buffer.from(text, "latin1");
}
