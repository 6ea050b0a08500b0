// The frame on phones: upright with places at the lower edge and dialogs as sheets, on its side with
// all places beside the view.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, menu, noSideways, row, same } from "../harness.mjs";
import { LARGE_FOLDER, folderAt } from "../family/contents.mjs";

/** The boxes of all places that show. @param {import("playwright-core").Page} page @param {string} frame */
const places = (page, frame) => page.locator(`${frame} .place:visible`).evaluateAll((all) => all.map((one) => {
  const { top, bottom, left, right, height } = one.getBoundingClientRect();
  return { name: one.title, top, bottom, left, right, height };
}));

/**
 * Pulls something down with a finger.
 * @param {import("playwright-core").Page} page @param {number} y where it begins @param {number} pixels
 */
async function swipe(page, y, pixels) {
  const session = await page.context().newCDPSession(page);
  const at = (/** @type {number} */ below) => [{ x: 60, y: y + below, id: 0 }];
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
  for (let step = 1; step <= 5; step += 1) {
    await page.waitForTimeout(30);
    await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at((pixels * step) / 5) });
  }
  await page.waitForTimeout(100);
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await session.detach();
}

export const scenarios = [
  {
    name: "a phone on its side shows every place beside the view, without scrolling",
    inFamilyCloud: true,
    async run(stage) {
      stage.expected.push(/status of 503/);
      for (const [width, height, dark] of [[932, 430, true], [667, 330, false]]) {
        const where = `a phone of ${width}x${height}`;
        const page = await stage.page({ phone: true, width, height, dark });
        await stage.open(page, folderAt(LARGE_FOLDER));
        await row(page, "IMG_7001.JPG").waitFor();
        const found = await places(page, ".rail");
        same(found.map(({ name }) => name), ["Files", "Photos", "Recent", "Shared", "Starred", "Recycle bin", "My account"], `the places on ${where}`);
        check(found.every(({ top, bottom }) => top >= 0 && bottom <= height), `all are in sight on ${where}`);
        check(found.every((one) => one.height >= 36), `fingers hit them on ${where}`);
        check(found.every(({ right }) => right <= 60), `they leave the width to the files on ${where}`);
        check(await page.locator(".rail-primary button").isVisible(), `"New" is there on ${where}`);
        await accessible(page, where);
        await noSideways(page, where);
        await page.locator(".rail .place[data-place=shared]").tap();
        await page.getByRole("navigation", { name: "Shared" }).waitFor();
        await page.screenshot({ path: `shots/side-${width}.png` });
      }
      const small = await stage.page({ phone: true, width: 568, height: 320 });
      await stage.open(small, folderAt(LARGE_FOLDER));
      await row(small, "IMG_7001.JPG").waitFor();
      const low = await places(small, ".tabbar");
      check(low.length === 6 && low.every(({ bottom, height }) => bottom <= 320 && height <= 44), "the bar of places is low in a low window");
      await accessible(small, "a low window");
      await noSideways(small, "a low window");
    },
  },
  {
    name: "on a phone a dialog is a sheet at the lower edge, elsewhere it stands in the middle",
    async run(stage) {
      const folder = stage.folder("sheets");
      writeFileSync(join(folder, "note.txt"), "A note");
      const phone = await stage.page({ phone: true, width: 390, height: 844 });
      await stage.open(phone, "#/files/sheets");
      await row(phone, "note.txt").waitFor();
      const box = (/** @type {import("playwright-core").Page} */ page) => page.locator("dialog[open]").last().boundingBox();
      await phone.keyboard.press("Alt+n");
      await phone.getByRole("heading", { name: "New folder" }).waitFor();
      const sheet = await box(phone);
      same([sheet.x, sheet.width, Math.round(sheet.y + sheet.height)], [0, 390, 844], "the sheet");
      check(sheet.y > 400, "it is no higher than what it says");
      await accessible(phone, "a sheet");
      await noSideways(phone, "a sheet");
      await phone.keyboard.press("Escape");
      await row(phone, "note.txt").getByRole("button", { name: "More actions" }).tap();
      await menu(phone, "Share");
      await phone.getByRole("heading", { name: "Share note.txt" }).waitFor();
      const tall = await box(phone);
      same([tall.x, tall.width, Math.round(tall.y + tall.height)], [0, 390, 844], "the share dialog");
      check(tall.y >= 24, "what is behind a tall one is still to be seen");
      await phone.screenshot({ path: "shots/sheet-share.png" });
      same(await phone.evaluate(() => document.activeElement?.className), "dialog-title", "the focus, which opens no keyboard");
      // A swipe down closes it; a short one, or one that begins on a field, does not.
      await phone.locator("dialog.share").waitFor();
      await swipe(phone, tall.y + 40, 30);
      await phone.waitForTimeout(200);
      same(Math.round((await box(phone)).y), Math.round(tall.y), "after a short pull the sheet is where it was");
      const field = await phone.locator("dialog.share input").first().boundingBox();
      await swipe(phone, field.y + field.height / 2, 200);
      await phone.waitForTimeout(200);
      same(await phone.locator("dialog.share").count(), 1, "sheets after a swipe on a field");
      await swipe(phone, tall.y + 40, 200);
      await phone.locator("dialog.share").waitFor({ state: "detached" });
      await row(phone, "note.txt").getByRole("button", { name: "More actions" }).tap();
      const list = await phone.locator(".menu").boundingBox();
      await phone.screenshot({ path: "shots/sheet-menu.png" });
      await swipe(phone, list.y + 40, 200);
      await phone.locator(".menu").waitFor({ state: "detached" });

      const page = await stage.page();
      await stage.open(page, "#/files/sheets");
      await row(page, "note.txt").waitFor();
      await page.keyboard.press("Alt+n");
      await page.getByRole("heading", { name: "New folder" }).waitFor();
      const middle = await box(page);
      check(Math.abs(middle.y + middle.height / 2 - 400) < 2 && middle.width < 500, "a dialog in the middle");
    },
  },
];
