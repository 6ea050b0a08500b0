// Draws the scenes of the family's photos: a sky with a sun at the left, mountains, a meadow or the
// sea, trees, and a house at the right. So a test sees whether a photo is upright and not mirrored.

/** The colours of the sky above and below, of the mountains and of the ground, in red, green and blue. */
const LIGHTS = [
  [[92, 148, 214], [206, 226, 240], [116, 132, 150], [98, 140, 70]],
  [[236, 150, 96], [250, 214, 160], [120, 92, 112], [96, 92, 70]],
  [[150, 162, 176], [206, 210, 214], [128, 132, 138], [104, 122, 92]],
  [[120, 176, 226], [232, 240, 248], [196, 206, 222], [232, 238, 244]],
  [[72, 132, 204], [190, 222, 240], [92, 110, 128], [40, 112, 150]],
  [[64, 62, 110], [226, 140, 122], [60, 58, 84], [48, 62, 58]],
];
/** The colour of the sun, which is at the upper left of every scene. */
export const SUN = [255, 244, 200];
const WALL = [206, 188, 164];
const ROOF = [176, 62, 48];
const TREE = [40, 84, 48];

/** Numbers from 0 to 1, the same for the same seed (mulberry32). @param {number} seed */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A picture in memory: three bytes a pixel. @typedef {{ width: number, height: number, pixels: Buffer }} Picture */

/** Fills a rectangle as far as it is in the picture. @param {Picture} picture @param {number[]} box left, top, width, height @param {number[]} colour */
function fill({ width, height, pixels }, [left, top, wide, high], colour) {
  const [first, last] = [Math.max(0, Math.round(left)), Math.min(width, Math.round(left + wide))];
  for (let y = Math.max(0, Math.round(top)); y < Math.min(height, Math.round(top + high)); y += 1) {
    for (let at = (y * width + first) * 3; at < (y * width + last) * 3; at += 3) [pixels[at], pixels[at + 1], pixels[at + 2]] = colour;
  }
}

/** A triangle with its tip above. @param {Picture} picture @param {number} middle @param {number} top @param {number} wide @param {number} high @param {number[]} colour */
function triangle(picture, middle, top, wide, high, colour) {
  for (let y = 0; y < high; y += 1) fill(picture, [middle - (wide * y) / high / 2, top + y, (wide * y) / high, 1], colour);
}

/** @param {Picture} picture @param {number} x @param {number} y @param {number} radius @param {number[]} colour */
function disc(picture, x, y, radius, colour) {
  for (let line = -radius; line < radius; line += 1) {
    const half = Math.sqrt(radius * radius - line * line);
    fill(picture, [x - half, y + line, 2 * half, 1], colour);
  }
}

/** The sky, the mountains and the ground. @param {Picture} picture @param {() => number} next @param {number[][]} light */
function land({ width, height, pixels }, next, [above, below, mountain, ground]) {
  const [a, b, c] = [next() * 6, next() * 6, next() * 6];
  const size = Math.min(width, height);
  for (let x = 0; x < width; x += 1) {
    const at = x / size;
    const far = height * (0.42 + 0.1 * Math.sin(at * 3 + a) + 0.05 * Math.sin(at * 11 + b) + 0.02 * Math.sin(at * 31 + c));
    const near = height * (0.64 + 0.03 * Math.sin(at * 2 + b) + 0.01 * Math.sin(at * 17 + a));
    for (let y = 0; y < height; y += 1) {
      const offset = (y * width + x) * 3;
      const depth = y / height;
      for (let part = 0; part < 3; part += 1) {
        if (y > near) pixels[offset + part] = Math.min(255, ground[part] * (1.12 - 0.35 * depth));
        else if (y > far) pixels[offset + part] = Math.min(255, mountain[part] * (0.8 + 0.4 * (near - y) / (near - far)));
        else pixels[offset + part] = above[part] + (below[part] - above[part]) * Math.min(1, depth * 1.8);
      }
    }
  }
}

/**
 * A scene, other for each seed.
 * @param {number} width @param {number} height @param {number} seed @returns {Picture}
 */
export function scene(width, height, seed) {
  const picture = { width, height, pixels: Buffer.alloc(width * height * 3) };
  const next = random(seed);
  const size = Math.min(width, height);
  land(picture, next, LIGHTS[Math.floor(next() * LIGHTS.length)]);
  disc(picture, width * (0.12 + 0.12 * next()), height * 0.16, size * 0.07, SUN);
  for (let tree = 0; tree < 9; tree += 1) triangle(picture, width * next(), height * (0.52 + 0.12 * next()), size * 0.07, size * 0.2, TREE);
  const [left, top, wide] = [width * (0.66 + 0.12 * next()), height * 0.6, size * 0.2];
  fill(picture, [left, top, wide, wide * 0.7], WALL);
  triangle(picture, left + wide / 2, top - wide * 0.5, wide * 1.3, wide * 0.5, ROOF);
  fill(picture, [left + wide * 0.4, top + wide * 0.3, wide * 0.2, wide * 0.4], ROOF);
  return picture;
}

/** Where the pixel of a photo is that shows at a place, by the photo's orientation (Exif 2.3, 4.6.4). */
const STORED = [
  (x, y) => [x, y], (x, y, w) => [w - 1 - x, y], (x, y, w, h) => [w - 1 - x, h - 1 - y], (x, y, w, h) => [x, h - 1 - y],
  (x, y) => [y, x], (x, y, w) => [y, w - 1 - x], (x, y, w, h) => [h - 1 - y, w - 1 - x], (x, y, w, h) => [h - 1 - y, x],
];

/** The picture as a camera stores it that was held so. @param {Picture} shown @param {number} orientation 1 to 8 @returns {Picture} */
export function storedAs(shown, orientation) {
  if (orientation === 1) return shown;
  const { width, height, pixels } = shown;
  const [wide, high] = orientation > 4 ? [height, width] : [width, height];
  const stored = Buffer.alloc(pixels.length);
  const place = STORED[orientation - 1];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [left, top] = place(x, y, width, height);
      const [to, from] = [(top * wide + left) * 3, (y * width + x) * 3];
      for (let part = 0; part < 3; part += 1) stored[to + part] = pixels[from + part];
    }
  }
  return { width: wide, height: high, pixels: stored };
}
