// The photos view: days, the scrubber, filters, keys, and a photo that is opened and closed.

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, noSideways, same, until } from "../harness.mjs";
import { BERNDS_PHOTOS, HEIC, LARGE, PHOTOS } from "../family/contents.mjs";
import { film, png } from "../fixtures.mjs";

/** A panorama takes no more room than a photo that is so many times as wide as it is high. */
const WIDEST = 3;

/** The folder of the scenario that is running. */
let below = "";
let number = 0;

/**
 * Runs with files of its own, and removes them afterwards.
 * @param {string} name @param {(stage: import("../harness.mjs").Stage, folder: string) => Promise<void>} run
 */
function overFolder(name, run) {
  return {
    name,
    /** @param {import("../harness.mjs").Stage} stage */
    async run(stage) {
      // A new name makes sure that neither another scenario nor an earlier run has left something
      // there.
      below = `photos ${(number += 1)}`;
      const folder = stage.folder(below);
      try {
        await run(stage, folder);
      } finally {
        // An open page would still ask for pictures that are gone.
        for (const context of stage.contexts.splice(0)) await context.close();
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Runs over the photos of the family. @param {string} name @param {(stage: import("../harness.mjs").Stage) => Promise<void>} run */
const overFamily = (name, run) => ({ name, inFamilyCloud: true, run });

/** This day, some years ago, for example `20240722`. February 29 becomes 28. @param {number} years */
function today(years) {
  const now = new Date();
  // Every year has this day.
  const day = now.getMonth() === 1 && now.getDate() === 29 ? 28 : now.getDate();
  return `${now.getFullYear() - years}${String(now.getMonth() + 1).padStart(2, "0")}${String(day).padStart(2, "0")}`;
}

/** @param {string} folder @param {string} day @param {number} count */
function write(folder, day, count) {
  for (let at = 0; at < count; at += 1) writeFileSync(join(folder, `IMG_${day}_10${String(at).padStart(2, "0")}00.png`), png(60, 40, at % 9));
}

/**
 * Opens the photos of one folder only.
 * @param {import("../harness.mjs").Stage} stage @param {import("playwright-core").Page} page @param {string} [folder] that of the scenario if it is left out
 */
async function openPhotos(stage, page, folder = below) {
  await stage.open(page, `#/photos?in=${encodeURIComponent(`/anna/${folder}`)}`);
  // If other scenarios have left many files, the server reads these too.
  await page.locator("a.photo").first().waitFor({ timeout: 60_000 });
}

const headings = (page) => page.locator(".photos-day").allTextContents();
const named = (page, name) => page.locator(`a.photo[data-path="/anna/${below}/${name}"]`);
const focused = (page) => page.evaluate(() => document.activeElement?.dataset.path?.split("/").pop() ?? document.activeElement?.tagName);

/** What the scrubber says of each month. @param {{ day: string }[]} photos @returns {Map<string, string>} */
function monthsOf(photos) {
  const months = new Map();
  for (const { day } of photos) months.set(day.slice(0, 7), (months.get(day.slice(0, 7)) ?? 0) + 1);
  for (const [month, count] of months) {
    const name = new Date(`${month}-01`).toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
    months.set(month, `${name}: ${count} ${count === 1 ? "photo" : "photos"}`);
  }
  return months;
}

/** The boxes of the photos in the page, row by row. @param {import("playwright-core").Page} page */
const rows = (page) => page.locator(".photos-line").evaluateAll((lines) => lines.map((line) => [...line.children].map((photo) => {
  const { left, right, width, height } = photo.getBoundingClientRect();
  return { left, right, width, height, path: /** @type {HTMLElement} */ (photo).dataset.path };
})));

/**
 * Moves two fingers apart, or towards each other, over the photos.
 * @param {import("playwright-core").Page} page @param {number} from pixels between them @param {number} to
 */
async function pinch(page, from, to) {
  const session = await page.context().newCDPSession(page);
  const points = (/** @type {number} */ apart) => [{ x: 180 - apart / 2, y: 400, id: 0 }, { x: 180 + apart / 2, y: 400, id: 1 }];
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: points(from) });
  for (let step = 1; step <= 4; step += 1) await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: points(from + ((to - from) * step) / 4) });
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await session.detach();
}

export const scenarios = [
  overFamily("in a wide window photos of all shapes stand in rows of even height, and their size is chosen", async (stage) => {
    const page = await stage.page({ width: 1440, height: 900 });
    const birthday = PHOTOS.filter(({ path }) => path.startsWith("Photos/2024/2024-05 "));
    await openPhotos(stage, page, birthday[0].path.replace(/\/[^/]*$/, ""));
    await until(async () => (await rows(page)).flat().some(({ width, height }) => height > 1.2 * width), "upright photos are upright");
    await until(async () => await page.locator("a.photo.is-drawn").count() === 14, "all are drawn", 30_000);
    const list = await page.locator(".photos-body").boundingBox();
    const check14 = (/** @type {Awaited<ReturnType<typeof rows>>} */ found) => {
      same(found.flat().length, 14, "photos");
      for (const row of found) check(row.every(({ height }) => Math.abs(height - row[0].height) < 1), "photos of a row have one height");
      for (const row of found.slice(0, -1)) check(Math.abs(row.at(-1).right - list.x - list.width) <= 2, `a row fills the width: ${row.at(-1).right} of ${list.x + list.width}`);
      for (const { path, width, height } of found.flat()) {
        const [wide, high] = birthday.find((photo) => path === `/anna/${photo.path}`).shown;
        const shape = Math.min(WIDEST, wide / high);
        check(Math.abs(Math.log(width / height / shape)) < 0.05, `${path} keeps its shape: ${width} x ${height}`);
      }
    };
    const medium = await rows(page);
    check14(medium);
    await page.screenshot({ path: "shots/photos-rows.png" });
    // The arrow leads to the photo that is nearest below.
    await page.locator(`a.photo[data-path="${medium[0].at(-1).path}"]`).focus();
    await page.keyboard.press("ArrowDown");
    const below = medium[1].toSorted((a, b) => Math.abs(a.left + a.right - medium[0].at(-1).left - medium[0].at(-1).right) - Math.abs(b.left + b.right - medium[0].at(-1).left - medium[0].at(-1).right))[0];
    same(await focused(page), below.path.split("/").pop(), "the photo below");
    await page.getByRole("button", { name: "Size of the photos" }).click();
    await page.getByRole("menuitemradio", { name: "Large photos" }).click();
    await until(async () => (await rows(page))[0][0].height > 1.3 * medium[0][0].height, "they are larger");
    check14(await rows(page));
    await accessible(page, "large photos");
    await page.reload();
    await until(async () => (await rows(page)).flat().length === 14 && (await rows(page))[0][0].height > 1.3 * medium[0][0].height, "the size is remembered", 20_000);
    await page.getByRole("button", { name: "Size of the photos" }).click();
    same(await page.getByRole("menuitemradio", { name: "Large photos" }).getAttribute("aria-checked"), "true", "the choice in the menu");
    await page.getByRole("menuitemradio", { name: "Small photos" }).click();
    await until(async () => (await rows(page))[0][0].height < 0.8 * medium[0][0].height, "they are smaller");
    // On a phone they are squares. A picture that hung out of its square would not be in the middle of it.
    const phone = await stage.page({ phone: true });
    await openPhotos(stage, phone);
    await phone.locator("a.photo.is-drawn").nth(5).waitFor();
    const heights = await phone.locator("a.photo.is-drawn").evaluateAll((all) => all.map((one) => [one.clientHeight, one.querySelector("img")?.clientHeight]));
    for (const [square, picture] of heights) same(picture, square, "the height of a picture in its square");
  }),
  overFolder("in a wide window days with few photos share a row, and the keys go over all of it", async (stage, folder) => {
    for (const day of ["15", "14", "13", "12", "11", "10", "09"]) write(folder, `202005${day}`, day === "13" ? 2 : 1);
    write(folder, "20200401", 20);
    write(folder, "20200301", 1);
    const page = await stage.page({ width: 1440, height: 900 });
    await openPhotos(stage, page);
    await until(async () => await page.locator("a.photo").count() === 29, "all photos are there");
    const days = () => page.locator(".photos-day").evaluateAll((all) => all.map((one) => {
      const { left, top, width } = one.getBoundingClientRect();
      const text = /** @type {HTMLElement} */ (one.firstElementChild);
      return { left, top, width, name: text.textContent?.replaceAll(",", ""), isCut: text.scrollWidth > text.clientWidth };
    }));
    const found = await days();
    const shared = found.filter(({ top }) => top === found[0].top);
    check(shared.length >= 3, `days in the first row: ${shared.length}`);
    same(shared[0].name, "Fri 15 May 2020", "the short name of a day");
    check(found.every(({ isCut }) => !isCut), "no name is cut off");
    shared.reduce((before, one) => {
      check(one.left > before.left + before.width, "days do not overlap");
      return one;
    });
    same(found.find(({ name }) => name?.includes("1 April"))?.name, "Wednesday 1 April 2020", "a day alone has its long name");
    const inOrder = await page.locator("a.photo").evaluateAll((all) => all.map((one) => /** @type {HTMLElement} */ (one).dataset.path));
    same(inOrder, inOrder.toSorted().reverse(), "the order in the page");
    await page.screenshot({ path: "shots/photos-shared-rows.png" });
    await accessible(page, "days side by side");
    await page.locator("a.photo").first().focus();
    for (const name of ["14_100000", "13_100100", "13_100000", "12_100000"]) {
      await page.keyboard.press("ArrowRight");
      same(await focused(page), `IMG_202005${name}.png`, "the next photo");
    }
    await page.keyboard.press("ArrowDown");
    const below = String(await focused(page));
    await page.keyboard.press("ArrowUp");
    check(below < "IMG_20200512" && await focused(page) === "IMG_20200512_100000.png", `down and up again: ${below}`);
    await page.keyboard.press("End");
    await until(async () => await focused(page) === "IMG_20200301_100000.png", "the last photo");
    await page.keyboard.press("Home");
    await until(async () => await focused(page) === "IMG_20200515_100000.png", "the first photo");

    const phone = await stage.page({ phone: true });
    await openPhotos(stage, phone);
    same((await rows(phone))[0].length, 1, "on a phone each day has its own rows");

    // On its side, a phone gives the photos the room of the filters as soon as one goes down.
    const low = await stage.page({ phone: true, width: 844, height: 390 });
    await openPhotos(stage, low);
    const filters = low.getByRole("combobox", { name: "Which files" });
    check(await filters.isVisible(), "the filters are at the top");
    const scroll = (/** @type {number} */ top) => low.locator(".photos-list").evaluate((list, to) => { list.scrollTop = to; }, top);
    await scroll(300);
    await filters.waitFor({ state: "hidden" });
    await low.waitForTimeout(300);
    check(await filters.isHidden(), "they stay away");
    await low.screenshot({ path: "shots/photos-low.png" });
    await scroll(0);
    await filters.waitFor();
  }),
  overFolder("a range is selected with Shift, over the days between, and Select begins a selection by taps", async (stage, folder) => {
    write(folder, "20200515", 3);
    write(folder, "20200514", 4);
    write(folder, "20200513", 2);
    const page = await stage.page();
    await openPhotos(stage, page);
    await named(page, "IMG_20200515_100100.png").hover();
    await named(page, "IMG_20200515_100100.png").locator(".mark").click();
    await named(page, "IMG_20200513_100100.png").click({ modifiers: ["Shift"] });
    await page.locator(".selection-count:text('7 selected')").waitFor();
    same(await page.locator("a.photo.is-chosen").count(), 7, "marked photos");
    check(!(await named(page, "IMG_20200515_100200.png").getAttribute("class"))?.includes("is-chosen"), "what is before the range is not in it");
    await page.keyboard.press("Escape");
    await page.locator(".selection-bar").waitFor({ state: "hidden" });
    await named(page, "IMG_20200514_100300.png").focus();
    await page.keyboard.press("Shift+ArrowRight");
    await page.locator(".selection-count:text('2 selected')").waitFor();
    await page.keyboard.press("Shift+ArrowRight");
    await page.locator(".selection-count:text('3 selected')").waitFor();
    check(await page.getByRole("button", { name: "Select photos" }).count() === 0, "a mouse needs no button for it");

    const phone = await stage.page({ phone: true, dark: true });
    await openPhotos(stage, phone);
    await phone.getByRole("button", { name: "Select photos" }).tap();
    await phone.locator(".selection-count:text('0 selected')").waitFor();
    await accessible(phone, "selecting photos");
    await named(phone, "IMG_20200515_100100.png").tap();
    await phone.locator(".selection-count:text('1 selected')").waitFor();
    await named(phone, "IMG_20200515_100100.png").tap();
    await phone.locator(".selection-count:text('0 selected')").waitFor();
    await named(phone, "IMG_20200515_100200.png").tap();
    await phone.locator(".selection-count:text('1 selected')").waitFor();
    await phone.getByRole("button", { name: "Clear the selection" }).tap();
    await phone.locator(".selection-bar").waitFor({ state: "hidden" });
    same(await phone.locator("a.photo.is-chosen").count(), 0, "nothing is selected");

    // Two fingers change how many stand in a row.
    same((await rows(phone))[0].length, 3, "photos in a row");
    await pinch(phone, 80, 160);
    await until(async () => (await rows(phone))[0].length === 2, "there are two");
    await pinch(phone, 200, 70);
    await until(async () => (await rows(phone))[1].length === 4, "all four of a day stand in a row");
    same(await phone.locator("dialog.preview").count(), 0, "opened photos");
    await noSideways(phone, "small photos on a phone");
  }),
  overFolder("photos stand under their days, by kind, and those of this day in earlier years are a tap away", async (stage, folder) => {
    write(folder, "20200515", 30);
    write(folder, today(2), 2);
    film(join(folder, "VID_20200514_101500.webm"), 42);
    // Other scenarios have removed photos on the disk. The server lists them until it visits their
    // folders again.
    stage.expected.push(/status of 404/);
    const page = await stage.page();
    await stage.open(page, "");
    await page.locator(".rail [data-place=photos]").click();
    await page.locator("a.photo").first().waitFor();
    await openPhotos(stage, page);
    await until(async () => (await headings(page)).length === 3, "there are three days");
    same((await headings(page)).slice(1).map((text) => text.replace(",", "")), ["Friday 15 May 2020", "Thursday 14 May 2020"], "the headings of days");
    await until(async () => await page.locator("a.photo.is-drawn").count() > 5, "pictures are drawn");
    await accessible(page, "photos");
    await noSideways(page, "photos");

    await page.getByRole("combobox", { name: "Which files" }).selectOption("videos");
    await until(async () => /^Thursday,? 14 May 2020$/.test((await headings(page)).join()), "only the day of the video is left");
    await until(async () => await page.locator("a.photo").count() === 1, "there is one video");
    same(await page.locator("a.photo .photo-length").textContent(), "0:42", "the length on the video");
    check((await page.locator("a.photo").getAttribute("aria-label"))?.includes("0:42 long"), "its length is said");
    await accessible(page, "a video among the photos");
    await page.screenshot({ path: "shots/photos-video.png" });
    await page.locator("a.photo").click();
    await page.locator(".preview video").waitFor();
    await page.locator(".preview").press("i");
    await page.locator(".preview-info dt", { hasText: "Length" }).waitFor();
    check((await page.locator(".preview-info").textContent())?.includes("0:42"), "the details tell the length");
    check((await page.locator(".preview-info").textContent())?.includes("320 \u00d7 180"), "the details tell the size");
    await page.screenshot({ path: "shots/photos-video-details.png" });
    await page.keyboard.press("i");
    await page.keyboard.press("Escape");
    await until(async () => await page.locator("dialog.preview").count() === 0, "the video is closed");
    await page.getByRole("combobox", { name: "Which files" }).selectOption("all");
    await page.locator(".photos-memories button").click();
    await until(async () => String(await focused(page)).startsWith(`IMG_${today(2)}`), "the first photo of this day has the focus");
  }),
  overFolder("on a phone the choices stand in one line, and the years of this day in one of their own", async (stage, folder) => {
    for (const years of [1, 2, 3, 4, 5, 6]) write(folder, today(years), 1);
    const page = await stage.page({ phone: true, width: 390, height: 844 });
    await openPhotos(stage, page);
    await page.locator(".photos-memories button").nth(5).waitFor();
    const head = await page.locator(".photos-head").evaluate((one) => [one.scrollWidth, one.clientWidth]);
    same(head[0], head[1], "the width of the choices and the room for them");
    const [choice, years] = [await page.getByRole("combobox", { name: "Which files" }).boundingBox(), await page.locator(".photos-memories").boundingBox()];
    check(years.y >= choice.y + choice.height, "the years are below the choices");
    await noSideways(page, "choices and years on a phone");
    await accessible(page, "choices and years on a phone");
    await page.screenshot({ path: "shots/photos-choices-phone.png" });
    await page.locator(".photos-memories button").nth(5).tap();
    await until(async () => String(await focused(page)).startsWith(`IMG_${today(6)}`), "the last year is reached");
  }),
  overFolder("arrows go from photo to photo; one is opened, stepped on from, and closed where it stands", async (stage, folder) => {
    write(folder, "20200515", 30);
    write(folder, "20200514", 2);
    const page = await stage.page();
    await openPhotos(stage, page);
    await until(async () => await page.locator("a.photo").count() >= 32, "all photos are there");
    await page.locator("a.photo").first().focus();
    same(await focused(page), "IMG_20200515_102900.png", "the latest photo is the first");
    await page.keyboard.press("ArrowRight");
    same(await focused(page), "IMG_20200515_102800.png", "right");
    await page.keyboard.press("End");
    await until(async () => await focused(page) === "IMG_20200514_100000.png", "the last photo of the other day");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    same(await focused(page), "IMG_20200515_100000.png", "back over the heading");
    await page.keyboard.press("Enter");
    await page.locator(".preview img.picture").waitFor();
    check((await page.locator(".preview-facts").textContent())?.includes("15 May 2020"), "the viewer says when it was taken");
    await page.keyboard.press("ArrowRight");
    await until(async () => (await page.locator(".preview-name").textContent()) === "IMG_20200514_100100.png", "the next photo, of another day");
    same(await page.locator(".preview").evaluate((one) => getComputedStyle(one).colorScheme), "dark", "the viewer in the light theme");
    await accessible(page, "a photo");
    await page.reload();
    await page.locator(".preview img.picture").waitFor();
    await page.keyboard.press("ArrowLeft");
    await until(async () => (await page.locator(".preview-name").textContent()) === "IMG_20200515_100000.png", "stepping back after a reload");
    await page.keyboard.press("Escape");
    await until(async () => await page.locator("dialog.preview").count() === 0, "it is closed");
    await until(async () => await focused(page) === "IMG_20200515_100000.png", "the focus is on the photo that was seen last");
  }),
  overFamily("of many days only those that are seen are in the page, and the scrubber goes through the months", async (stage) => {
    const page = await stage.page({ phone: true });
    await openPhotos(stage, page, "Photos");
    check(await page.locator(".photo").count() < 150, "what is not seen is not in the page");
    same(await page.locator(".photos-line").nth(0).locator(".photo").count(), 1, "photos of the last day");
    await noSideways(page, "photos on a phone");
    await accessible(page, "photos on a phone");
    const months = monthsOf([...LARGE, ...PHOTOS, ...HEIC]);
    const scrubber = page.getByRole("slider", { name: "Month" });
    same(await scrubber.getAttribute("aria-valuetext"), months.get("2025-12"), "where one is");
    await scrubber.focus();
    await page.keyboard.press("ArrowDown");
    await until(async () => await scrubber.getAttribute("aria-valuetext") === months.get("2025-11"), "a month down");
    await page.keyboard.press("PageDown");
    await until(async () => await scrubber.getAttribute("aria-valuetext") === months.get("2024-12"), "a year down");
    await page.locator('a.photo[data-path^="/anna/Photos/2024/2024-12 "]').first().waitFor();
    const box = await scrubber.boundingBox();
    // What is beneath the scrubber is in reach, except under its thumb.
    const thumb = await page.locator(".scrubber-thumb").boundingBox();
    await page.mouse.move(thumb.x + thumb.width / 2, thumb.y + thumb.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height, { steps: 5 });
    await page.mouse.up();
    await page.locator(`a.photo[data-path="/anna/${PHOTOS[0].path}"]`).waitFor();
    check(await page.locator(".photo").count() < 150, "what was passed is gone again");
  }),
  overFolder("several photos are selected and deleted, with a way back: by mouse, keys and a long press", async (stage, folder) => {
    write(folder, "20200515", 5);
    const page = await stage.page();
    await openPhotos(stage, page);
    await named(page, "IMG_20200515_100400.png").hover();
    await named(page, "IMG_20200515_100400.png").locator(".mark").click();
    await page.locator(".selection-count:text('1 selected')").waitFor();
    await named(page, "IMG_20200515_100300.png").click();
    await page.locator(".selection-count:text('2 selected')").waitFor();
    check((await named(page, "IMG_20200515_100300.png").getAttribute("aria-label"))?.endsWith(", selected"), "a screen reader hears it");
    await named(page, "IMG_20200515_100300.png").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press(" ");
    await page.locator(".selection-count:text('3 selected')").waitFor();
    await accessible(page, "selected photos");
    await page.screenshot({ path: "shots/photos-selected.png" });
    await page.keyboard.press("Escape");
    await page.locator(".selection-bar").waitFor({ state: "hidden" });
    same(await page.locator("a.photo.is-chosen").count(), 0, "nothing is selected");
    await named(page, "IMG_20200515_100400.png").focus();
    await page.keyboard.press(" ");
    await page.locator(".selection-bar").getByRole("button", { name: "Delete" }).click();
    await named(page, "IMG_20200515_100400.png").waitFor({ state: "detached" });
    await page.locator(".toast-undo:visible").click();
    await named(page, "IMG_20200515_100400.png").waitFor();

    const phone = await stage.page({ phone: true });
    await openPhotos(stage, phone);
    same(await phone.locator(".mark:visible").count(), 0, "boxes");
    const session = await phone.context().newCDPSession(phone);
    const { x, y } = await named(phone, "IMG_20200515_100200.png").boundingBox();
    await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: x + 50, y: y + 50 }] });
    await phone.waitForTimeout(700);
    await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await phone.locator(".selection-count:text('1 selected')").waitFor();
    await named(phone, "IMG_20200515_100100.png").tap();
    await phone.locator(".selection-count:text('2 selected')").waitFor();
    await accessible(phone, "selected photos on a phone");
    await noSideways(phone, "selected photos on a phone");
    await phone.getByRole("button", { name: "Clear the selection" }).tap();
    await named(phone, "IMG_20200515_100100.png").tap();
    await phone.locator("dialog.preview").waitFor();
  }),
  overFamily("photos of one person alone are chosen by whose files they are", async (stage) => {
    const page = await stage.page();
    await stage.open(page, "#/photos");
    await page.locator("a.photo").first().waitFor();
    const whose = page.getByRole("combobox", { name: "Whose files" });
    await whose.selectOption({ label: "Bernd Sommer" });
    await until(async () => (await headings(page)).map((text) => text.replace(",", "")).join() === "Wednesday 1 March 2017", "only Bernd's day is left");
    await until(async () => await page.locator("a.photo").count() === BERNDS_PHOTOS.length, "his photos are there");
    check(page.url().includes("in=%2FSHARED%2Fbernd"), `the address says whose: ${page.url()}`);
    await accessible(page, "photos of one person");
    await page.reload();
    await until(async () => await page.locator("a.photo").count() === BERNDS_PHOTOS.length, "a reload shows the same");
    same(await whose.inputValue(), "/SHARED/bernd", "the choice after a reload");
    await whose.selectOption({ label: "My files" });
    await until(async () => (await headings(page)).some((text) => text.includes("2025")), "one's own are back");
    check(!(await headings(page)).some((text) => text.includes("March 2017")), "without his");
  }),
  overFolder("without photos the place says what comes there", async (stage) => {
    const page = await stage.page({ language: "de-DE" });
    await stage.open(page, `#/photos?in=${encodeURIComponent(`/anna/${below}`)}`);
    await page.getByText("Davon gibt es nichts").waitFor();
    await accessible(page, "no photos");
  }),
];
