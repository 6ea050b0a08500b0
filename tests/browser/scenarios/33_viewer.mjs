// The viewer for photos and videos: first a small picture and then a sharp one, the actions, touch,
// keys, and the slideshow.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, menu, noSideways, row, same, until } from "../harness.mjs";
import { copyFiles } from "../family/cloud.mjs";
import { VIDEOS, turned } from "../family/contents.mjs";
import { png, wav, webm } from "../fixtures.mjs";

const title = (page) => page.locator(".preview-name").textContent();
const picture = (page) => page.locator("img.picture");
const layer = (page) => picture(page).getAttribute("data-layer").catch(() => "");

/** @param {import("playwright-core").Page} page @param {string} name */
const shows = (page, name) => until(async () => await title(page) === name && ["screen", "whole"].includes(await layer(page)), `${name} is shown`, 30_000)
  .catch(async (error) => { throw new Error(`${error.message}; it is ${await title(page)}, ${await layer(page)}`); });

/**
 * A touch with some fingers, each of which moves from one point to another.
 * @param {import("playwright-core").Page} page @param {{ from: number[], to: number[] }[]} fingers
 */
async function touch(page, fingers) {
  const client = await page.context().newCDPSession(page);
  const at = (/** @type {number} */ part) => fingers.map(({ from, to }, id) => ({ id, x: from[0] + (to[0] - from[0]) * part, y: from[1] + (to[1] - from[1]) * part }));
  await client.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
  for (const part of [0.25, 0.5, 0.75, 1]) await client.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(part) });
  await client.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await client.detach();
}

/** Photos of 12 megapixels, across and upright. */
const PHOTOS = { "a.jpg": turned(1), "b.jpg": turned(6), "c.jpg": turned(3) };

export const scenarios = [
  {
    name: "viewer: a photo comes small, then for the screen, and whole when it is enlarged; the next one is there already",
    inFamilyCloud: true,
    async run(stage) {
      copyFiles(stage, stage.folder("viewer sizes"), PHOTOS);
      const page = await stage.page({ width: 1440, height: 900 });
      /** @type {URL[]} */
      const calls = [];
      page.on("request", (request) => { if (/getfsthumbimage|downloadfile/.test(request.url())) calls.push(new URL(request.url())); });
      const asked = (/** @type {string} */ name, /** @type {string} */ width) => calls.some((url) => url.searchParams.get("name")?.endsWith(name) && url.searchParams.get("width") === width);
      const whole = (/** @type {string} */ name) => calls.some((url) => url.pathname.endsWith("downloadfile") && url.searchParams.get("filepath")?.endsWith(name));
      await page.route("**/getfsthumbimage?*width=2048*", async (route) => { await new Promise((done) => setTimeout(done, 700)); await route.continue().catch(() => undefined); });
      await stage.open(page, "#/files/viewer%20sizes?open=a.jpg");
      await until(async () => await layer(page) === "small", "the small picture is there first");
      const small = await picture(page).boundingBox();
      await shows(page, "a.jpg");
      const sharp = await picture(page).boundingBox();
      check(Math.abs(small.width - sharp.width) < 3 && Math.abs(small.height - sharp.height) < 3, `nothing jumps: ${JSON.stringify([small, sharp])}`);
      same(await picture(page).evaluate((one) => one.naturalWidth), 2048, "pixels of the picture for the screen");
      // The list behind the viewer may have asked for it in its own size.
      check(["160", "320", "640"].some((width) => asked("a.jpg", width)), "the small picture was asked for");
      await until(() => asked("b.jpg", "2048"), "the next one is fetched ahead");
      check(!whole("a.jpg") && !whole("b.jpg"), "no whole file is fetched for a picture that is fitted");
      await page.locator(".preview-stage").hover();
      for (let turn = 0; turn < 6; turn += 1) await page.mouse.wheel(0, -300);
      await until(async () => await layer(page) === "whole", "the whole picture is shown when it is enlarged");
      same(await picture(page).evaluate((one) => one.naturalWidth), 4032, "pixels of the whole picture");
      check(!whole("b.jpg"), "and only this one");
      await page.keyboard.press("0");
      await page.waitForTimeout(800);
      await page.keyboard.press("ArrowRight");
      await until(async () => await title(page) === "b.jpg", "the next one");
      await until(async () => await layer(page) === "screen", "it is sharp at once");
      await accessible(page, "a photo");
      await page.screenshot({ path: "shots/viewer-desktop.png" });
    },
  },
  {
    name: "viewer: star, details, delete with a way back, and the slideshow, by keys and buttons",
    inFamilyCloud: true,
    async run(stage) {
      const folder = stage.folder("viewer acts");
      copyFiles(stage, folder, PHOTOS);
      writeFileSync(join(folder, "IMG_20200515_101500.png"), png(300, 200, 3));
      const page = await stage.page({ width: 1440, height: 900 });
      await stage.open(page, "#/files/viewer%20acts");
      await row(page, "b.jpg").locator(".entry-link").click();
      await shows(page, "b.jpg");
      await page.keyboard.press("s");
      await page.getByRole("button", { name: "Remove star" }).waitFor();
      await row(page, "b.jpg").locator(".row-star.is-starred").waitFor({ state: "attached" });
      await page.keyboard.press("i");
      const info = page.locator(".preview-info");
      await info.locator("dd:has-text('Acme <b>One</b>')").waitFor();
      const told = await info.textContent();
      for (const part of ["3 Aug 2025", "48.1375° N, 11.575° W", "3024 × 4032 (12.2 megapixels)", "viewer acts"]) check(told.includes(part), `the details tell ${part}: ${told}`);
      await accessible(page, "the details of a photo");
      await page.screenshot({ path: "shots/viewer-details.png" });

      await page.keyboard.press("Delete");
      await shows(page, "c.jpg");
      await until(() => !existsSync(join(folder, "b.jpg")), "it is deleted");
      check((await page.locator(".preview-facts").textContent()).startsWith("2 of 3"), "one is fewer");
      await page.keyboard.press("ArrowLeft");
      await shows(page, "a.jpg");
      await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
      await shows(page, "b.jpg");
      check(existsSync(join(folder, "b.jpg")), "it is back");
      await page.locator(".preview-info").getByRole("button", { name: "Close the details" }).click();
      await page.keyboard.press("Escape");
      await row(page, "b.jpg").locator(".row-star.is-starred").waitFor();

      // The details show what the name of the file tells. The panel stays closed otherwise.
      await row(page, "IMG_20200515_101500.png").locator(".entry-link").click();
      await shows(page, "IMG_20200515_101500.png");
      check(!await info.isVisible(), "the details stay closed");
      await page.keyboard.press("i");
      await info.locator("dd:has-text('by its name')").waitFor();
      await page.keyboard.press("i");

      await page.locator(".preview-stage").focus();
      await page.clock.install();
      await page.keyboard.press("Space");
      const stop = page.getByRole("button", { name: "Stop the slideshow" });
      await stop.waitFor();
      check(!await page.locator(".preview-head").isVisible(), "only the picture is seen");
      for (const name of ["a.jpg", "b.jpg", "c.jpg", "IMG_20200515_101500.png"]) {
        await until(async () => {
          await page.clock.runFor(1000);
          return await title(page) === name;
        }, `the slideshow comes to ${name}`);
        await until(async () => ["screen", "whole"].includes(await layer(page)), `${name} is there`);
      }
      await accessible(page, "a slideshow");
      await page.keyboard.press("Escape");
      await until(async () => await stop.count() === 0, "Escape ends it");
      check(await page.locator("dialog.preview").isVisible(), "and nothing else");
      await page.locator(".preview-head").getByRole("button", { name: "More actions" }).click();
      await menu(page, "Slideshow");
      await stop.click();
      check(await page.locator(".preview-head").isVisible(), "the button ends it");

      // When the last photo is deleted, the viewer closes. The undo button is in the folder.
      mkdirSync(join(folder, "one"));
      writeFileSync(join(folder, "one", "only.png"), png(300, 200, 3));
      await stage.open(page, "#/files/viewer%20acts/one?open=only.png");
      await shows(page, "only.png");
      await page.getByRole("button", { name: "Delete" }).click();
      await page.clock.runFor(1000);
      await page.locator("dialog.preview").waitFor({ state: "detached" });
      await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
      await page.clock.runFor(1000);
      await row(page, "only.png").waitFor();
    },
  },
  {
    name: "viewer: fingers swipe, pinch and tap twice; on a phone what can be done is within reach",
    inFamilyCloud: true,
    async run(stage) {
      const folder = stage.folder("viewer touch");
      copyFiles(stage, folder, { "a.jpg": turned(1), "b.jpg": turned(6), "c.mp4": VIDEOS[1] });
      for (const options of [{ width: 390, height: 844, language: "de-DE" }, { width: 844, height: 390 }]) {
        const page = await stage.page({ phone: true, ...options });
        const { width, height } = options;
        const [x, y] = [width / 2, height / 2];
        await stage.open(page, "#/files/viewer%20touch?open=a.jpg");
        await shows(page, "a.jpg");
        await noSideways(page, `the viewer at ${width}`);
        await accessible(page, `the viewer at ${width}`);
        await page.screenshot({ path: `shots/viewer-${width}.png` });
        const fitted = (await picture(page).boundingBox()).width;
        const scale = async () => (await picture(page).boundingBox()).width / fitted;
        await touch(page, [{ from: [x - 30, y], to: [x - 90, y] }, { from: [x + 30, y], to: [x + 90, y] }]);
        await until(async () => Math.abs(await scale() - 3) < 0.3, "two fingers enlarge it");
        await touch(page, [{ from: [x, y], to: [x - 100, y] }]);
        same(await title(page), "a.jpg", "one finger moves what is enlarged");
        await page.touchscreen.tap(x, y);
        await page.touchscreen.tap(x, y);
        await until(async () => Math.abs(await scale() - 1) < 0.05, "two taps fit it again");
        await touch(page, [{ from: [x + 80, y], to: [x - 80, y] }]);
        await shows(page, "b.jpg");
        await touch(page, [{ from: [x + 80, y], to: [x - 80, y] }]);
        await until(async () => await title(page) === "c.mp4", "the video is next");
        await page.locator("video.player").waitFor();
        await touch(page, [{ from: [x - 80, y], to: [x + 80, y] }]);
        await shows(page, "b.jpg");
        if (width < 600) {
          const details = page.getByRole("button", { name: "Details", exact: true });
          const box = await details.boundingBox();
          check(box.y > height * 0.85, "what can be done is at the bottom");
          await details.click();
          await page.locator(".preview-info dd:has-text('48,1375° N, 11,575° W')").waitFor();
          await accessible(page, "details on a phone");
          await page.screenshot({ path: "shots/viewer-phone-details.png" });
          await page.getByRole("button", { name: "Details schließen" }).click();
        }
        await touch(page, [{ from: [x, y - 60], to: [x, y + 60] }]);
        await page.locator("dialog.preview").waitFor({ state: "detached" });
      }
    },
  },
  {
    name: "viewer: videos and sounds keep speed and loudness; the next song plays, the next video is offered",
    async run(stage) {
      const folder = stage.folder("viewer media");
      for (const name of ["1.wav", "2.wav", "3.txt", "4.wav"]) writeFileSync(join(folder, name), wav(2));
      for (const name of ["5.webm", "6.webm"]) writeFileSync(join(folder, name), webm(320, 180));
      const page = await stage.page();
      await stage.open(page, "#/files/viewer%20media");
      await row(page, "1.wav").locator(".entry-link").click();
      const player = page.locator(".player");
      await until(() => player.evaluate((one) => one.duration > 1), "the song is known");
      await page.getByRole("button", { name: "Speed: 1×" }).click();
      await menu(page, "1.5×");
      await player.evaluate((one) => { one.volume = 0.25; });
      await page.locator(".preview-stage").focus();
      await page.keyboard.press("Space");
      await until(() => player.evaluate((one) => !one.paused), "the space bar plays");
      for (const name of ["2.wav", "4.wav"]) {
        await until(async () => await title(page) === name, `${name} is next`);
        await until(() => player.evaluate((one) => !one.paused || one.ended), `${name} plays`);
        same(await player.evaluate((one) => [one.volume, one.playbackRate]), [0.25, 1.5], `loudness and speed of ${name}`);
      }
      await until(() => player.evaluate((one) => one.ended), "the last song ends");
      same(await title(page), "4.wav", "after it no video begins");
      await page.keyboard.press("ArrowRight");
      await until(() => player.evaluate((one) => one.videoWidth > 0).catch(() => false), "the video is there");
      check(await player.evaluate((one) => one.paused), "a video waits");
      await accessible(page, "a video");
      await page.locator(".preview-stage").focus();
      await page.keyboard.press("Space");
      const next = page.getByRole("button", { name: "Next: 6.webm" });
      await next.waitFor();
      await accessible(page, "the end of a video");
      await next.click();
      await until(async () => await title(page) === "6.webm", "the next video");
      await until(() => player.evaluate((one) => one.ended), "it plays to its end");
      same(await next.count(), 0, "nothing is next");
    },
  },
  {
    name: "viewer: it opens over Search, Starred, Recent and Photos, steps through what is there, and closes to it",
    async run(stage) {
      const folder = stage.folder("viewer places");
      mkdirSync(join(folder, "below"));
      const page = await stage.page();
      await stage.open(page, "#/files/viewer%20places");
      for (const [name, at] of [["wayfarer 1.png", 1], ["below/wayfarer 2.png", 2], ["other.png", 3]]) writeFileSync(join(folder, name), png(300, 200, at));
      await page.evaluate(async () => {
        for (const [path, names] of [["/anna/viewer places", ["wayfarer 1.png"]], ["/anna/viewer places/below", ["wayfarer 2.png"]]]) {
          await fetch(`core/getfilelist?path=${encodeURIComponent(path)}`);
          for (const name of names) await fetch(`core/setfavorite?id=000000000000000000000000&name=${encodeURIComponent(`${path}/${name}`)}`, { method: "POST" });
        }
      });
      for (const [address, list] of [["#/search?q=wayfarer", ".search"], ["#/starred", ".files"]]) {
        await stage.open(page, address);
        const rows = page.locator(`${list} [data-key*="wayfarer"]`);
        await until(async () => await rows.count() === 2, `${address} has both`);
        await rows.first().locator(".entry-link").first().click();
        await page.locator("dialog.preview img.picture[data-layer]").waitFor();
        const first = await title(page);
        await page.keyboard.press("ArrowRight");
        const second = first === "wayfarer 1.png" ? "wayfarer 2.png" : "wayfarer 1.png";
        await shows(page, second);
        check(await page.locator(".preview-step.is-forth").isDisabled(), "only what is there is stepped through");
        await page.reload();
        await shows(page, second);
        await page.keyboard.press("ArrowLeft");
        await shows(page, first);
        await page.keyboard.press("Escape");
        await page.locator("dialog.preview").waitFor({ state: "detached" });
        await until(() => page.url().endsWith(address), `closing leads back to ${address}`);
        await until(async () => await rows.count() === 2, "the list is there");
      }
      await page.evaluate(() => fetch("core/setfavorite?id=000000000000000000000000&name=/anna/viewer%20places/other.png", { method: "POST" }));
      await page.evaluate(async () => {
        const form = new FormData();
        form.append("file", new Blob([new Uint8Array([1])]), "fresh wayfarer.txt");
        await fetch("core/upload?appname=explorer&path=/anna/viewer%20places&filename=fresh%20wayfarer.txt&offset=0&complete=1", { method: "POST", body: form });
      });
      await stage.open(page, "#/recent");
      await page.locator(".activity a", { hasText: "fresh wayfarer.txt" }).first().click();
      await page.locator("dialog.preview").waitFor();
      await page.keyboard.press("Escape");
      await page.locator(".bar-title:text-is('Recent')").waitFor();
    },
  },
];
