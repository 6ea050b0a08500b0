// Photos and videos of common sizes in windows of common sizes. Nothing is cut off.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, row, until } from "../harness.mjs";
import { jpeg, webm } from "../fixtures.mjs";

const WINDOWS = [
  { width: 1440, height: 900 },
  { width: 820, height: 1180 },
  { width: 390, height: 844, phone: true },
  { width: 844, height: 390, phone: true },
];
/** Names, each with the width and height of the picture. */
const PICTURES = { "upright.jpg": [3024, 4032], "across.jpg": [4032, 3024], "panorama.jpg": [8000, 1500], "tower.jpg": [1200, 6000], "small.jpg": [320, 240] };
const VIDEOS = { "upright.webm": [720, 1280], "across.webm": [1280, 720] };

/**
 * Checks that the element is inside the stage, keeps its proportions, and touches two sides of the
 * stage unless it is smaller.
 * @param {import("playwright-core").Page} page @param {string} selector @param {number[]} pixels @param {string} where
 */
async function isFitted(page, selector, [width, height], where) {
  const { box, stage } = await page.locator(selector).evaluate((element) => {
    const plain = (/** @type {Element} */ one) => { const { left, top, width: w, height: h } = one.getBoundingClientRect(); return { left, top, w, h }; };
    return { box: plain(element), stage: plain(element.closest(".preview-stage")) };
  });
  const told = `${where}: ${JSON.stringify(box)} in ${JSON.stringify(stage)}`;
  check(box.left >= stage.left - 1 && box.top >= stage.top - 1, `begins inside the stage, ${told}`);
  check(box.left + box.w <= stage.left + stage.w + 1 && box.top + box.h <= stage.top + stage.h + 1, `ends inside the stage, ${told}`);
  const shape = Math.min(box.w / width, box.h / height);
  check(shape > 0, `has a size, ${told}`);
  const isAsLargeAsItCanBe = box.w > stage.w * 0.85 || box.h > stage.h * 0.85 || (box.w >= width - 1 && box.h >= height - 1);
  check(isAsLargeAsItCanBe, `uses the stage, ${told}`);
  check(Math.abs((box.left - stage.left) - (stage.left + stage.w - box.left - box.w)) < 3, `stands in the middle, ${told}`);
}

export const scenarios = [
  {
    name: "photos of 12 megapixels, panoramas and upright videos fit every window",
    async run(stage) {
      const folder = stage.folder("fitted");
      // A slow server may still be drawing other pictures. Then the page asks again.
      stage.expected.push(/status of 503/);
      const maker = await stage.page();
      await stage.open(maker, "#/files");
      for (const [name, [width, height]] of Object.entries(PICTURES)) writeFileSync(join(folder, name), await jpeg(maker, width, height));
      for (const [name, [width, height]] of Object.entries(VIDEOS)) writeFileSync(join(folder, name), webm(width, height));
      for (const window of WINDOWS) {
        const page = await stage.page(window);
        await stage.open(page, "#/files/fitted");
        await row(page, "across.jpg").waitFor();
        for (const [name, pixels] of Object.entries({ ...PICTURES, ...VIDEOS })) {
          const selector = name.endsWith(".jpg") ? "img.picture" : "video.player";
          await stage.open(page, `#/files/fitted?open=${name}`);
          await until(() => page.locator(selector).evaluate((one) => (one instanceof HTMLImageElement ? ["screen", "whole"].includes(one.dataset.layer ?? "") : one.videoWidth > 0)).catch(() => false), `${name} is drawn`, 60_000);
          await isFitted(page, selector, pixels, `${name} at ${window.width}x${window.height}`);
        }
      }
    },
  },
];
