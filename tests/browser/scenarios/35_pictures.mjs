// Thumbnails in rows, in cards and in the details.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, row, same, signIn, until } from "../harness.mjs";
import { png } from "../fixtures.mjs";

/**
 * Watches the thumbnails for which the page asks: all of them, those under way, the most at the
 * same time, and those that were cancelled.
 * @param {import("playwright-core").Page} page
 */
function watchCalls(page) {
  const seen = { asked: [], underWay: new Set(), most: 0, calledOff: 0 };
  const isSmall = (request) => request.url().includes("/core/getfsthumbimage");
  page.on("request", (request) => {
    if (!isSmall(request)) return;
    seen.asked.push(new URL(request.url()).searchParams.get("name"));
    seen.underWay.add(request);
    seen.most = Math.max(seen.most, seen.underWay.size);
  });
  page.on("requestfinished", (request) => seen.underWay.delete(request));
  page.on("requestfailed", (request) => {
    if (seen.underWay.delete(request)) seen.calledOff += 1;
  });
  return seen;
}

/**
 * True if the thumbnail of a row or card is drawn.
 * @param {import("playwright-core").Page} page @param {string} name
 */
async function isDrawn(page, name) {
  const image = row(page, name).locator(".is-drawn img");
  return await image.count() === 1 && await image.evaluate((one) => one.complete && one.naturalWidth > 0);
}

/** The width and height of a picture that is shown. @param {import("playwright-core").Locator} image */
const sides = (image) => image.evaluate((one) => [one.naturalWidth, one.naturalHeight]);

export const scenarios = [
  {
    name: "small pictures in rows, cards and details, and an icon for what is none",
    async run(stage) {
      const folder = stage.folder("small-pictures");
      for (let number = 1; number <= 3; number += 1) writeFileSync(join(folder, `p${number}.png`), png(900, 600, number));
      writeFileSync(join(folder, "broken.png"), "no picture");
      writeFileSync(join(folder, "words.txt"), "words");
      mkdirSync(join(folder, "folder.png"));
      // The browser logs that the server refuses the file that is not a picture.
      stage.expected.push(/415/);
      const base = `http://cloud.test:${new URL(stage.server.base).port}`;
      stage.proxied = base;
      try {
        const page = await stage.page({ guest: true });
        const calls = watchCalls(page);
        // The page is opened over plain HTTP, by a name that is not a loopback name.
        await page.goto(`${base}/#/files/small-pictures`);
        await signIn(page);
        for (const name of ["p1.png", "p2.png", "p3.png"]) await until(() => isDrawn(page, name), `the row of ${name} has its picture`);
        same(await sides(row(page, "p1.png").locator("img")), [160, 107], "the picture in a row");
        for (const name of ["broken.png", "words.txt", "folder.png"]) {
          same(await row(page, name).locator("img").count(), 0, `pictures of ${name}`);
          check(await row(page, name).locator("svg.kind").isVisible(), `${name} has its icon`);
        }
        const textsAt = await page.locator(".list-row .entry-link").evaluateAll((links) => [...new Set(links.map((link) => Math.round(link.getBoundingClientRect().left)))]);
        same(textsAt.length, 1, "places at which names begin");
        check(!calls.asked.some((name) => /words|folder/.test(name)), "only pictures are asked for");
        same(calls.asked.filter((name) => name.endsWith("broken.png")).length, 1, "a picture that is none is asked for once");

        await page.keyboard.press("Alt+v");
        for (const name of ["p1.png", "p2.png", "p3.png"]) await until(() => isDrawn(page, name), `the card of ${name} has its picture`);
        same(await sides(row(page, "p1.png").locator("img")), [320, 213], "the picture on a card");
        await until(() => row(page, "broken.png").locator("svg.kind").isVisible(), "the broken one has its icon on its card");
        await accessible(page, "cards with pictures");

        await row(page, "p2.png").locator(".card-picture").click({ modifiers: ["Control"] });
        await page.keyboard.press("Alt+Enter");
        const picture = page.locator(".details-picture.is-drawn img");
        await picture.waitFor();
        same(await sides(picture), [640, 427], "the picture in the details");
        await accessible(page, "details with a picture");
        await page.keyboard.press("Alt+Enter");

        // When the content changes, the picture changes too.
        writeFileSync(join(folder, "p1.png"), png(300, 600, 5));
        await page.reload();
        await until(async () => await isDrawn(page, "p1.png") && String(await sides(row(page, "p1.png").locator("img"))) === "160,320", "the new picture is shown");
      } finally {
        stage.proxied = undefined;
      }
    },
  },
  {
    name: "pictures that can be seen come first, a few at a time, and what scrolls away is called off",
    async run(stage) {
      const folder = stage.folder("many-pictures");
      const picture = png(640, 480, 3);
      for (let number = 0; number < 240; number += 1) writeFileSync(join(folder, `p${String(number).padStart(3, "0")}.png`), picture);
      const page = await stage.page({ width: 1000, height: 600 });
      const calls = watchCalls(page);
      // The thumbnails come so slowly that the test can scroll on before.
      await page.route("**/core/getfsthumbimage?*", async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        await route.continue().catch(() => { /* It was called off. */ });
      });
      await stage.open(page, "#/files/many-pictures");
      await row(page, "p000.png").waitFor();
      await until(() => calls.asked.length >= 3, "the first pictures are asked for");
      same(calls.asked.slice(0, 3).map((path) => path.slice(-8)), ["p000.png", "p001.png", "p002.png"], "what is asked for first");
      await page.locator(".list").evaluate((list) => { list.scrollTop = list.scrollHeight; });
      await until(() => isDrawn(page, "p239.png"), "the last picture is drawn");
      const number = (/** @type {string} */ path) => Number(/p(\d+)/.exec(path)[1]);
      const between = calls.asked.map(number).filter((one) => one > 40 && one < 200);
      same(between, [], "pictures that were never seen");
      check(calls.asked.length < 60, `${calls.asked.length} calls for what two screens show`);
      check(calls.most <= 3, `${calls.most} calls at once`);
      check(calls.calledOff > 0, "a call for what has scrolled away is called off");
      await page.locator(".list").evaluate((list) => { list.scrollTop = 0; });
      await until(() => isDrawn(page, "p000.png"), "what was called off is asked for again");
      const before = calls.asked.length;
      await until(() => calls.underWay.size === 0, "nothing is under way any more");
      await page.locator(".list").evaluate((list) => { list.scrollTop = list.scrollHeight; });
      await until(() => isDrawn(page, "p239.png"), "scrolled back, the picture is there at once");
      check(!calls.asked.slice(before).some((path) => number(path) === 239), "and is not asked for again");
    },
  },
];
