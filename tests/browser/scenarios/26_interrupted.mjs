// Interrupted uploads: by a session that has ended, or by a person who cancels them.

import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PASSWORD, check, choose, row, same, signIn, until } from "../harness.mjs";

const MEGABYTE = 1024 * 1024;

/** @param {string} path @param {number} megabytes */
function large(path, megabytes) {
  const file = openSync(path, "w");
  const block = Buffer.alloc(MEGABYTE);
  for (let at = 0; at < megabytes; at += 1) {
    block.fill(at % 251);
    block.writeUInt32LE(at * 7919 + 5, 0);
    writeSync(file, block);
  }
  closeSync(file);
}

const hash = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

/**
 * A page with an upload in parts, of which some have arrived. It is slow, so that it can be
 * interrupted.
 */
async function begun(stage, folder, use) {
  const sources = mkdtempSync(join(tmpdir(), "cloudlet-interrupted-"));
  try {
    const target = stage.folder(folder);
    const path = join(sources, "patient.bin");
    large(path, 60);
    const page = await stage.page({ guest: true });
    page.on("dialog", (dialog) => void dialog.accept());
    await page.goto(`${stage.server.base}/#/files/${folder}`);
    await signIn(page);
    await page.locator(".notice-title").waitFor();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Network.enable");
    const speed = (/** @type {number} */ bytes) => devtools.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes });
    await speed(20 * MEGABYTE);
    await choose(page, path, () => page.keyboard.press("Alt+u"));
    await until(async () => Number(await page.locator(".tray-meter").getAttribute("aria-valuenow")) > 40, "nearly half has arrived");
    await use({ page, path, target, full: () => speed(-1) });
  } finally {
    rmSync(sources, { recursive: true, force: true });
  }
}

/**
 * Collects the offsets of the parts that a page sends from now on.
 * @param {import("playwright-core").Page} page
 */
function watchParts(page) {
  const offsets = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.pathname === "/core/upload") offsets.push(Number(url.searchParams.get("offset")) / MEGABYTE);
  });
  return offsets;
}

/**
 * Ends the session of a page on the server, as another device would.
 * @param {import("../harness.mjs").Stage} stage @param {import("playwright-core").Page} page
 */
async function endSession(stage, page) {
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const { reply } = await stage.server.call("locksession", {}, cookies);
  same(reply.command[0].result, 1, "the session ends");
}

const isDone = (page) => page.locator(".tray-line[data-state=done]:has-text('patient.bin')").waitFor({ state: "attached", timeout: 30_000 });

/** The page is looked at again, as after a phone slept. @param {import("playwright-core").Page} page */
const showAgain = (page) => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

export const scenarios = [
  {
    name: "an upload goes on at once when the page is looked at again, also over a connection that died silently",
    async run(stage) {
      const folder = stage.folder("slept");
      const page = await stage.page({ phone: true });
      await stage.open(page, "#/files/slept");
      await page.locator(".notice-title").waitFor();
      stage.expected.push(/ERR_FAILED/);
      let tries = 0;
      await page.route("**/core/upload?*", (route) => { tries += 1; return route.abort(); });
      const sources = mkdtempSync(join(tmpdir(), "cloudlet-slept-"));
      try {
        large(join(sources, "photo.bin"), 1);
        await choose(page, join(sources, "photo.bin"), () => page.keyboard.press("Alt+u"));
        // The pauses between tries grow: one second, two, four, eight.
        await until(() => tries >= 4, "it was tried four times", 30_000);
        await page.locator(".tray-line[data-state=offline]").waitFor({ state: "attached" });
        await page.unroute("**/core/upload?*");
        const shown = Date.now();
        await showAgain(page);
        await page.locator(".tray-line[data-state=done]").waitFor({ state: "attached", timeout: 5000 });
        check(Date.now() - shown < 5000, "it did not wait for the end of the pause");
        same(hash(join(folder, "photo.bin")), hash(join(sources, "photo.bin")), "the content");

        // This connection answers nothing any more.
        let isFirst = true;
        await page.route("**/core/upload?*", (route) => {
          if (!isFirst) return route.continue();
          isFirst = false;
          return undefined;
        });
        large(join(sources, "film.bin"), 3);
        await choose(page, join(sources, "film.bin"), () => page.keyboard.press("Alt+u"));
        await until(() => !isFirst, "a part is on its way");
        await page.waitForTimeout(500);
        await showAgain(page);
        await row(page, "film.bin").waitFor({ timeout: 30_000 });
        same(hash(join(folder, "film.bin")), hash(join(sources, "film.bin")), "the content of the second");
      } finally {
        rmSync(sources, { recursive: true, force: true });
      }
    },
  },
  {
    name: "an upload whose session ended goes on with what the server has, in the same page",
    async run(stage) {
      stage.expected = [/401/];
      await begun(stage, "ended-here", async ({ page, path, target, full }) => {
        await endSession(stage, page);
        await page.locator("dialog.again").waitFor();
        await full();
        const offsets = watchParts(page);
        await page.locator("dialog.again input[name=password]").fill(PASSWORD);
        await page.keyboard.press("Enter");
        await isDone(page);
        same(hash(join(target, "patient.bin")), hash(path), "the file");
        check(offsets[0] >= 16 && offsets.length <= 6, `parts after signing in: ${offsets.join(", ")}`);
      });
    },
  },
  {
    name: "an upload whose session ended goes on with what the server has, after a reload too",
    async run(stage) {
      stage.expected = [/401/];
      await begun(stage, "ended-reload", async ({ page, path, target, full }) => {
        await endSession(stage, page);
        await page.locator("dialog.again").waitFor();
        await page.reload();
        await full();
        await signIn(page);
        await page.locator(".tray-title:text('1 upload was interrupted')").waitFor();
        const offsets = watchParts(page);
        await choose(page, path, () => page.getByRole("button", { name: "Choose the files" }).click());
        await isDone(page);
        same(hash(join(target, "patient.bin")), hash(path), "the file");
        check(offsets[0] >= 16 && offsets.length <= 6, `parts after the reload: ${offsets.join(", ")}`);
        await row(page, "patient.bin").waitFor();
      });
    },
  },
  {
    name: "a cancelled upload leaves nothing on the server",
    async run(stage) {
      const staged = () => readdirSync(join(stage.server.data, "files/.cloudlet/staging")).length;
      const before = staged();
      await begun(stage, "cancelled", async ({ page, target, full }) => {
        same(staged(), before + 1, "what has arrived waits on the server");
        await page.getByRole("button", { name: "Cancel patient.bin" }).click();
        await until(() => staged() === before, "its parts are gone");
        same(readdirSync(target), [], "the folder");
        await full();
      });
      // A page was closed during an upload.
      await begun(stage, "cancelled", async ({ page }) => {
        await page.reload();
        await page.locator(".tray-title:text('1 upload was interrupted')").waitFor();
        same(staged(), before + 1, "what has arrived is still there");
        await page.getByRole("button", { name: "Clear" }).click();
        await until(() => staged() === before, "it is gone as well");
      });
    },
  },
];
