// Firefox: the viewer. Photos of 12 megapixels and videos fit windows of common sizes.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, same, until } from "../../harness.mjs";
import { jpeg, webm, withExif } from "../../fixtures.mjs";
import { accessible, boxOf, click, gone, named, rowOf, see, textOf } from "../harness.mjs";

const CAMERA = { camera: "Acme One", taken: "2024:05:06 07:08:09", latitude: [48, 8, 15], longitude: [11, 34, 30] };
const WINDOWS = [[1440, 900], [820, 1180], [390, 844]];
const ACROSS = [4032, 3024];
const UPRIGHT = [3024, 4032];

/** Drawn once, because that takes a while. @type {Map<string, Buffer>} */
const drawn = new Map();

/** A photo with Exif. @param {import("puppeteer-core").Page} page which draws it @param {number[]} pixels */
async function photo(page, pixels) {
  const key = pixels.join();
  if (!drawn.has(key)) drawn.set(key, withExif(await jpeg(page, pixels[0], pixels[1]), { ...CAMERA, pixels }));
  return drawn.get(key);
}

/** Waits until a picture is there that is sharp on this screen. @param {import("puppeteer-core").Page} page @param {string} name */
const shows = (page, name) => until(async () => {
  const layer = await page.$eval("img.picture", (picture) => picture.dataset.layer).catch(() => "");
  return await textOf(page, ".preview-name") === name && ["screen", "whole"].includes(layer ?? "");
}, `${name} is shown`, 30_000);

/** Waits until a video can be seen. @param {import("puppeteer-core").Page} page @param {string} name */
const playing = (page, name) => until(async () => await textOf(page, ".preview-name") === name
  && await page.$eval("video.player", (video) => video.videoWidth > 0).catch(() => false), `${name} is open`);

/**
 * Checks that the element keeps its proportions inside the stage and is as large as it can be.
 * @param {import("puppeteer-core").Page} page @param {string} selector @param {number[]} pixels @param {string} where
 */
async function isFitted(page, selector, [width, height], where) {
  const [box, stage] = [await boxOf(page, selector), await boxOf(page, ".preview-stage")];
  const told = `${where}: ${JSON.stringify(box)} in ${JSON.stringify(stage)}`;
  check(box.left >= stage.left - 1 && box.left + box.width <= stage.left + stage.width + 1, `is not cut off at its sides, ${told}`);
  check(box.top >= stage.top - 1 && box.top + box.height <= stage.top + stage.height + 1, `is not cut off above or below, ${told}`);
  check(box.width > stage.width * 0.85 || box.height > stage.height * 0.85, `uses the stage, ${told}`);
  if (selector.startsWith("img")) check(Math.abs(box.width / box.height - width / height) < 0.02, `keeps its proportions, ${told}`);
}

export const scenarios = [
  {
    name: "Firefox: viewer: photos of 12 megapixels and videos fit the window; keys step and close",
    async run(stage) {
      const folder = stage.folder("fox viewer");
      const page = await stage.page({ width: 1440, height: 900 });
      await stage.open(page, "#/files");
      writeFileSync(join(folder, "a.jpg"), await photo(page, ACROSS));
      writeFileSync(join(folder, "b.jpg"), await photo(page, UPRIGHT));
      writeFileSync(join(folder, "c.webm"), webm(720, 1280));
      for (const [width, height] of WINDOWS) {
        await page.setViewport({ width, height });
        await stage.open(page, "#/files/fox%20viewer");
        await click(page, `${rowOf("a.jpg")} .entry-link`);
        await shows(page, "a.jpg");
        await isFitted(page, "img.picture", ACROSS, `the photo across at ${width}`);
        await page.keyboard.press("ArrowRight");
        await shows(page, "b.jpg");
        await isFitted(page, "img.picture", UPRIGHT, `the upright photo at ${width}`);
        await page.keyboard.press("ArrowRight");
        await playing(page, "c.webm");
        await isFitted(page, "video.player", [720, 1280], `the upright video at ${width}`);
        await page.keyboard.press("ArrowLeft");
        await shows(page, "b.jpg");
        await accessible(page, `the viewer at ${width}`);
        await page.keyboard.press("Escape");
        await gone(page, "dialog.preview");
        await see(page, rowOf("a.jpg"));
      }
    },
  },
  {
    name: "Firefox: viewer: zoom, details, star, a video plays",
    async run(stage) {
      const folder = stage.folder("fox acts");
      const page = await stage.page({ width: 1440, height: 900 });
      await stage.open(page, "#/files");
      writeFileSync(join(folder, "a.jpg"), await photo(page, ACROSS));
      writeFileSync(join(folder, "b.webm"), webm(640, 360));
      await stage.open(page, "#/files/fox%20acts?open=a.jpg");
      await shows(page, "a.jpg");
      const fitted = await boxOf(page, "img.picture");
      const box = await boxOf(page, ".preview-stage");
      await page.mouse.move(box.left + box.width / 2, box.top + box.height / 2);
      for (let turn = 0; turn < 6; turn += 1) await page.mouse.wheel({ deltaY: -300 });
      await until(async () => (await boxOf(page, "img.picture")).width > fitted.width * 2, "the wheel enlarges it");
      await until(() => page.$eval("img.picture", (picture) => picture.dataset.layer === "whole"), "the whole picture is fetched then");
      same(await page.$eval("img.picture", (picture) => picture.naturalWidth), ACROSS[0], "its pixels");
      await page.keyboard.press("0");
      await until(async () => Math.abs((await boxOf(page, "img.picture")).width - fitted.width) < 3, "0 fits it again");
      await page.keyboard.press("s");
      await see(page, named("Remove star"));
      await page.keyboard.press("i");
      await until(async () => {
        const told = await textOf(page, ".preview-info");
        return ["6 May 2024", "48.1375° N, 11.575° W", "Acme One"].every((part) => told.includes(part));
      }, "the details tell camera, time and place");
      await accessible(page, "the details");
      await page.keyboard.press("i");
      await gone(page, ".preview-info");
      await page.keyboard.press("ArrowRight");
      await playing(page, "b.webm");
      await page.$eval(".preview-stage", (one) => one.focus());
      await page.keyboard.press(" ");
      await until(() => page.$eval("video.player", (video) => video.ended || video.currentTime > 0), "the space bar plays the video");
      await accessible(page, "a video");
      await click(page, named("Close"));
      await gone(page, "dialog.preview");
      await see(page, `${rowOf("a.jpg")} .row-star.is-starred`);
    },
  },
];
