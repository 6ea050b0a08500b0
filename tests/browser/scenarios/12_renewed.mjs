// An open page shows changes by another tab or on the disk, and says when the connection breaks.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, menu, row, until } from "../harness.mjs";

/** Acts as if somebody looked at the page again. @param {import("playwright-core").Page} page */
async function lookAgain(page) {
  // The page asks nothing twice within two seconds, so the test waits longer.
  await page.waitForTimeout(2100);
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
}

export const scenarios = [
  {
    name: "an open folder shows what came by another program and by another tab",
    async run(stage) {
      const folder = stage.folder("renewed");
      writeFileSync(join(folder, "first.txt"), "x");
      const page = await stage.page();
      await stage.open(page, "#/files/renewed");
      await row(page, "first.txt").waitFor();
      writeFileSync(join(folder, "by samba.txt"), "x");
      await lookAgain(page);
      await row(page, "by samba.txt").waitFor();

      const other = await page.context().newPage();
      stage.watch(other);
      await stage.open(other, "#/files/renewed");
      await other.getByRole("button", { name: "New", exact: true }).click();
      await menu(other, "New folder");
      await other.locator("dialog input").fill("from the other tab");
      await other.keyboard.press("Enter");
      await row(other, "from the other tab").waitFor();
      await row(page, "from the other tab").waitFor();
    },
  },
  {
    name: "an open large folder is asked for again only when it has changed",
    async run(stage) {
      const folder = stage.folder("many renewed");
      for (let count = 0; count < 250; count += 1) writeFileSync(join(folder, `file ${String(count).padStart(3, "0")}.txt`), "x");
      const page = await stage.page();
      await stage.open(page, "#/files/many renewed");
      await row(page, "file 000.txt").waitFor();
      await page.locator(".files-status:has-text('250 files')").waitFor();
      await lookAgain(page);
      await page.waitForTimeout(500);
      let asked = 0;
      page.on("request", (request) => { if (request.url().includes("getfilelist")) asked += 1; });
      await lookAgain(page);
      await page.waitForTimeout(500);
      check(asked === 0, "nothing has changed, and the folder is not listed again");
      writeFileSync(join(folder, "a new one.txt"), "x");
      await lookAgain(page);
      await row(page, "a new one.txt").waitFor();
      mkdirSync(join(folder, "and a folder"));
      await lookAgain(page);
      await row(page, "and a folder").waitFor();
    },
  },
  {
    name: "without a line a place says so in words, and comes by itself when the line is back",
    async run(stage) {
      stage.folder("line");
      const page = await stage.page();
      stage.expected.push(/Failed to load resource|ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
      await stage.open(page, "#/files/line");
      await page.context().setOffline(true);
      await page.locator(".rail").getByRole("link", { name: "Recent" }).click();
      await page.locator(".notice-text:has-text('cannot be reached')").waitFor();
      check(!/module|static|import/.test(await page.locator("main").innerText()), "no programmer's sentence");
      await page.waitForTimeout(2100);
      await page.context().setOffline(false);
      await page.locator(".activities-box, .notice-title:text('Nothing has happened')").first().waitFor();
    },
  },
  {
    name: "what may be opened next is there when the line breaks",
    async run(stage) {
      const folder = stage.folder("ahead");
      writeFileSync(join(folder, "note.txt"), "x");
      const page = await stage.page();
      stage.expected.push(/Failed to load resource|ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
      await stage.open(page, "#/files/ahead");
      await row(page, "note.txt").waitFor();
      const loaded = () => page.evaluate(() => performance.getEntriesByType("resource").some((one) => one.name.endsWith("/upload/tray.js")));
      await until(loaded, "the last module is fetched ahead", 20_000);
      await page.context().setOffline(true);
      await row(page, "note.txt").click({ button: "right" });
      await page.locator(".menu").waitFor();
      await page.keyboard.press("Escape");
      await page.locator(".rail").getByRole("link", { name: "Bin" }).click();
      await page.locator(".notice-text:has-text('cannot be reached')").waitFor();
      await page.context().setOffline(false);
    },
  },
];
