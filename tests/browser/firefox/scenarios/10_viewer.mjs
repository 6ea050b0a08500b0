// Firefox: the viewer. Photos of 12 megapixels and videos fit windows of common sizes.

import { check, same, until } from "../../harness.mjs";
import { copyFiles } from "../../family/cloud.mjs";
import { VIDEOS, turned } from "../../family/contents.mjs";
import { accessible, boxOf, click, gone, named, rowOf, see, textOf } from "../harness.mjs";

const WINDOWS = [[1440, 900], [820, 1180], [390, 844], [844, 390]];
const [across, upright] = [turned(1), turned(6)];
const film = VIDEOS[4];

/** Waits until a picture is there that is sharp on this screen. @param {import("puppeteer-core").Page} page @param {string} name */
const shows = (page, name) => until(() => page.evaluate((wanted) => {
  const picture = document.querySelector("img.picture");
  return document.querySelector(".preview-name")?.textContent === wanted && picture instanceof HTMLElement && ["screen", "whole"].includes(picture.dataset.layer ?? "");
}, name), `${name} is shown`, 30_000);

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
  ...WINDOWS.map(([width, height]) => ({
    name: `Firefox: viewer: photos of 12 megapixels and videos fit a window of ${width} x ${height}; keys step and close`,
    inFamilyCloud: true,
    async run(stage) {
      const folder = stage.folder("fox viewer");
      copyFiles(stage, folder, { "a.jpg": across, "b.jpg": upright, "c.webm": film });
      const page = await stage.page({ width, height });
      await stage.open(page, "#/files/fox%20viewer");
      await click(page, `${rowOf("a.jpg")} .entry-link`);
      await shows(page, "a.jpg");
      await isFitted(page, "img.picture", across.shown, "the photo across");
      await page.keyboard.press("ArrowRight");
      await shows(page, "b.jpg");
      await isFitted(page, "img.picture", upright.shown, "the upright photo");
      await page.keyboard.press("ArrowRight");
      await playing(page, "c.webm");
      await isFitted(page, "video.player", film.shown, "the upright video");
      await page.keyboard.press("ArrowLeft");
      await shows(page, "b.jpg");
      await accessible(page, "the viewer");
      await page.keyboard.press("Escape");
      await gone(page, "dialog.preview");
      await see(page, rowOf("a.jpg"));
    },
  })),
  {
    name: "Firefox: viewer: zoom, details, star, a video plays",
    inFamilyCloud: true,
    async run(stage) {
      const folder = stage.folder("fox acts");
      const page = await stage.page({ width: 1440, height: 900 });
      copyFiles(stage, folder, { "a.jpg": across, "b.webm": VIDEOS[3] });
      await stage.open(page, "#/files/fox%20acts?open=a.jpg");
      await shows(page, "a.jpg");
      const fitted = await boxOf(page, "img.picture");
      const box = await boxOf(page, ".preview-stage");
      await page.mouse.move(box.left + box.width / 2, box.top + box.height / 2);
      for (let turn = 0; turn < 6; turn += 1) await page.mouse.wheel({ deltaY: -300 });
      await until(async () => (await boxOf(page, "img.picture")).width > fitted.width * 2, "the wheel enlarges it");
      await until(() => page.$eval("img.picture", (picture) => picture.dataset.layer === "whole"), "the whole picture is fetched then");
      same(await page.$eval("img.picture", (picture) => picture.naturalWidth), across.shown[0], "its pixels");
      await page.keyboard.press("0");
      await until(async () => Math.abs((await boxOf(page, "img.picture")).width - fitted.width) < 3, "0 fits it again");
      await page.keyboard.press("s");
      await see(page, ".preview-actions [aria-label='Remove star']");
      await page.keyboard.press("i");
      await until(async () => {
        const told = await textOf(page, ".preview-info");
        return ["3 Aug 2025", "48.1375° N, 11.575° W", "Acme <b>One</b>"].every((part) => told.includes(part));
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
