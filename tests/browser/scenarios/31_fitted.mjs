// Photos and videos of common sizes in windows of common sizes. Nothing is cut off, and all is
// upright.

import { basename } from "node:path";
import { check, row, until } from "../harness.mjs";
import { LARGE, PHOTOS, VIDEOS, addressOf, turned } from "../family/contents.mjs";
import { SUN } from "../family/scenes.mjs";

const WINDOWS = [
  { width: 1440, height: 900 },
  { width: 820, height: 1180 },
  { width: 390, height: 844, phone: true },
  { width: 844, height: 390, phone: true },
];
const panoramas = LARGE.filter(({ path }) => /panorama|tower/.test(path));
/** One across, one that is turned when it is shown, and one that is stored upright. */
const videos = VIDEOS.filter(({ path }) => /2023|2024|upright/.test(path));

/**
 * True if the file is drawn as sharp as this screen shows it. The file that was open before stays
 * until the page has read the new address.
 */
const isDrawn = (/** @type {{ selector: string, name: string }} */ { selector, name }) => {
  const one = document.querySelector(selector);
  if (document.querySelector(".preview-name")?.textContent !== name) return false;
  return one instanceof HTMLImageElement ? ["screen", "whole"].includes(one.dataset.layer ?? "") : one instanceof HTMLVideoElement && one.videoWidth > 0;
};

/** Opens a file of Anna's, and waits until it is drawn. @param {import("../harness.mjs").Stage} stage @param {import("playwright-core").Page} page @param {{ path: string }} file @param {string} selector */
async function open(stage, page, { path }, selector) {
  await stage.open(page, addressOf(path));
  await until(() => page.evaluate(isDrawn, { selector, name: basename(path) }), `${path} is drawn`, 60_000);
}

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
  check(Math.min(box.w, box.h) > 0, `has a size, ${told}`);
  if (selector.startsWith("img")) check(Math.abs(Math.log((box.w / box.h) * (height / width))) < 0.02, `keeps its proportions, ${told}`);
  const isAsLargeAsItCanBe = box.w > stage.w * 0.85 || box.h > stage.h * 0.85 || (box.w >= width - 1 && box.h >= height - 1);
  check(isAsLargeAsItCanBe, `uses the stage, ${told}`);
  check(Math.abs((box.left - stage.left) - (stage.left + stage.w - box.left - box.w)) < 3, `stands in the middle, ${told}`);
}

/** Checks that the sun is at the upper left of a picture, where it is in every scene. @param {import("playwright-core").Locator} picture @param {string} name */
async function isUpright(picture, name) {
  const [left, top] = await picture.evaluate((one, sun) => {
    const side = 96;
    const drawing = new OffscreenCanvas(side, side).getContext("2d");
    drawing.drawImage(one, 0, 0, side, side);
    const { data } = drawing.getImageData(0, 0, side, side);
    const found = [];
    for (let at = 0; at < side * side; at += 1) {
      if (sun.every((colour, part) => Math.abs(colour - data[at * 4 + part]) < 22)) found.push([at % side, Math.floor(at / side)]);
    }
    return [0, 1].map((axis) => found.reduce((sum, point) => sum + point[axis], 0) / found.length / side);
  }, SUN);
  check(left < 0.35 && top < 0.3, `the sun of ${name} is at the upper left, not at ${left}, ${top}`);
}

export const scenarios = [
  ...WINDOWS.map((window) => ({
    name: `photos of 12 megapixels and panoramas fit a window of ${window.width} x ${window.height}`,
    inFamilyCloud: true,
    async run(stage) {
      // A slow server may still be drawing other pictures. Then the page asks again.
      stage.expected.push(/status of 503/);
      const page = await stage.page(window);
      for (const photo of [turned(1), turned(6), ...panoramas, PHOTOS[0]]) {
        await open(stage, page, photo, "img.picture");
        await isFitted(page, "img.picture", photo.shown, photo.path);
      }
    },
  })),
  {
    name: "videos across, upright, and turned by their phone fit every window",
    inFamilyCloud: true,
    async run(stage) {
      for (const window of WINDOWS) {
        const page = await stage.page(window);
        for (const video of videos) {
          await open(stage, page, video, "video.player");
          await isFitted(page, "video.player", video.shown, `${video.path} at ${window.width}x${window.height}`);
        }
      }
    },
  },
  {
    name: "photos that were taken with a camera held in any of eight ways are upright, in the viewer and in the list",
    inFamilyCloud: true,
    async run(stage) {
      stage.expected.push(/status of 503/);
      const page = await stage.page({ width: 1440, height: 900 });
      for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
        const photo = turned(orientation);
        await open(stage, page, photo, "img.picture");
        await isFitted(page, "img.picture", photo.shown, photo.path);
        await isUpright(page.locator("img.picture"), photo.path);
      }
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Show as cards" }).click();
      for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
        const name = `IMG_700${orientation}.JPG`;
        await row(page, name).locator(".is-drawn img").waitFor({ timeout: 30_000 });
        await isUpright(row(page, name).locator("img"), `the card of ${name}`);
      }
      await page.screenshot({ path: "shots/fitted-cards.png" });
    },
  },
];
