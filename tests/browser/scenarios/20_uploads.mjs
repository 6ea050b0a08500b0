// Uploads: folders, large files, conflicts, a server that dies, and a page that is reloaded.

import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PASSWORD, accessible, check, choose, menu, noSideways, row, same, shows, signIn, until } from "../harness.mjs";

const MEGABYTE = 1024 * 1024;

/**
 * Writes a file of this length in which all blocks differ.
 * @param {string} path @param {number} megabytes @param {number} [seed]
 */
function large(path, megabytes, seed = 1) {
  const file = openSync(path, "w");
  const block = Buffer.alloc(MEGABYTE);
  for (let at = 0; at < megabytes; at += 1) {
    block.fill(at % 251);
    block.writeUInt32LE(at * 7919 + seed, 0);
    writeSync(file, block);
  }
  closeSync(file);
}

/** @param {string} path */
function hash(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** A temporary folder for the files that a test uploads. @param {(folder: string) => Promise<void>} use */
export async function withSources(use) {
  const sources = mkdtempSync(join(tmpdir(), "cloudlet-sources-"));
  try {
    await use(sources);
  } finally {
    rmSync(sources, { recursive: true, force: true });
  }
}

/** @param {import("playwright-core").Page} page @param {string} name @param {string} state */
function line(page, name, state) {
  return page.locator(`.tray-line[data-state=${state}]:has-text(${JSON.stringify(name)})`);
}

/**
 * Limits the bandwidth of a page; -1 removes the limit.
 * @param {import("playwright-core").Page} page @param {number} bytesPerSecond -1: as fast as it is
 */
async function slow(page, bytesPerSecond) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytesPerSecond });
  return session;
}

export const scenarios = [
  {
    name: "a whole folder with a file above 100 MB keeps its shape, bytes and times",
    run: (stage) => withSources(async (sources) => {
      const top = join(sources, "Holiday");
      mkdirSync(join(top, "day 1/late"), { recursive: true });
      large(join(top, "film.bin"), 110);
      writeFileSync(join(top, "day 1/a.txt"), "a");
      writeFileSync(join(top, "day 1/late/\u00fcber.txt"), "late");
      writeFileSync(join(top, "empty.txt"), "");
      utimesSync(join(top, "day 1/a.txt"), new Date(2015, 4, 6, 7, 8, 9), new Date(2015, 4, 6, 7, 8, 9));
      const target = stage.folder("up-folder");
      const page = await stage.page();
      await stage.open(page, "#/files/up-folder");
      await page.locator(".notice-title").waitFor();
      await choose(page, top, async () => {
        await page.getByRole("button", { name: "New", exact: true }).click();
        await menu(page, "Upload a folder");
      });
      await page.locator(".tray").waitFor();
      await accessible(page, "the upload tray");
      await noSideways(page, "the upload tray");
      await page.locator(".tray-title:text('4 files uploaded')").waitFor({ timeout: 60_000 });
      same(hash(join(target, "Holiday/film.bin")), hash(join(top, "film.bin")), "the large file");
      same(readFileSync(join(target, "Holiday/day 1/late/\u00fcber.txt"), "utf8"), "late", "the file in the folder in the folder");
      same(statSync(join(target, "Holiday/empty.txt")).size, 0, "the empty file");
      same(Math.floor(statSync(join(target, "Holiday/day 1/a.txt")).mtimeMs / 1000), new Date(2015, 4, 6, 7, 8, 9).getTime() / 1000, "the modification time");
      await row(page, "Holiday").waitFor();
    }),
  },
  {
    name: "files dropped on the list and on a folder, and pasted",
    async run(stage) {
      const target = stage.folder("up-drop");
      mkdirSync(join(target, "into"));
      const page = await stage.page();
      await stage.open(page, "#/files/up-drop");
      await row(page, "into").waitFor();
      const drop = (selector, name) => page.evaluate(([where, file]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(["dropped"], file));
        const element = document.querySelector(where);
        for (const type of ["dragenter", "dragover", "drop"]) {
          element.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
        }
      }, [selector, name]);
      await drop(".files .list", "beside.txt");
      await row(page, "beside.txt").waitFor();
      await drop(".files [data-key=into]", "inside.txt");
      await until(() => existsSync(join(target, "into/inside.txt")), "the file lies in the folder it was dropped on");
      await page.evaluate(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(10)], "image.png", { type: "image/png" }));
        document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
      });
      await until(() => readdirSync(target).some((name) => /^Pasted .*\.png$/.test(name)), "the pasted picture has a name with the time");
    },
  },
  {
    name: "conflicts: skip, replace, keep both, for all",
    run: (stage) => withSources(async (sources) => {
      const target = stage.folder("up-conflict");
      const list = ["one.txt", "two.txt", "three.txt"];
      const paths = list.map((name) => join(sources, name));
      paths.forEach((path) => writeFileSync(path, "new"));
      list.forEach((name) => writeFileSync(join(target, name), "old"));
      const content = () => readdirSync(target).sort().map((name) => `${name}=${readFileSync(join(target, name), "utf8")}`).join(" ");
      const page = await stage.page();
      await stage.open(page, "#/files/up-conflict");
      await row(page, "one.txt").waitFor();
      const upload = (files) => choose(page, files, () => page.keyboard.press("Alt+u"));
      const question = page.locator("dialog:has-text('Replace or keep both?')");

      await upload(paths.slice(0, 1));
      await question.getByRole("button", { name: "Skip" }).click();
      await line(page, "one.txt", "skipped").waitFor({ state: "attached" });
      await page.locator(".tray-title:text('Nothing uploaded, 1 file skipped')").waitFor();
      same(content(), "one.txt=old three.txt=old two.txt=old", "after skipping");

      await upload(paths.slice(0, 1));
      await question.getByRole("button", { name: "Replace" }).click();
      await line(page, "one.txt", "done").waitFor({ state: "attached" });
      same(content(), "one.txt=new three.txt=old two.txt=old", "after replacing");

      await upload(paths);
      await question.locator("text=Do the same for 2 others").click();
      await question.getByRole("button", { name: "Keep both" }).click();
      await shows(page, ["one (2).txt", "one.txt", "three (2).txt", "three.txt", "two (2).txt", "two.txt"]);
      same(content(), "one (2).txt=new one.txt=new three (2).txt=new three.txt=old two (2).txt=new two.txt=old", "after keeping both");
    }),
  },
  {
    name: "pause, resume and cancel",
    run: (stage) => withSources(async (sources) => {
      const target = stage.folder("up-pause");
      const path = join(sources, "paused.bin");
      large(path, 40);
      const page = await stage.page();
      await stage.open(page, "#/files/up-pause");
      await page.locator(".notice-title").waitFor();
      await slow(page, 10 * MEGABYTE);
      await choose(page, path, () => page.keyboard.press("Alt+u"));
      await line(page, "paused.bin", "running").waitFor();
      await until(async () => Number(await page.locator(".tray-meter").getAttribute("aria-valuenow")) > 30, "a third has arrived");
      await page.locator(".tray-facts:has-text('MB/s')").waitFor();
      await page.getByRole("button", { name: "Pause paused.bin" }).click();
      await line(page, "paused.bin", "held").waitFor();
      check(!existsSync(join(target, "paused.bin")), "half a file is no file");
      await slow(page, -1);
      await page.getByRole("button", { name: "Resume paused.bin" }).click();
      await line(page, "paused.bin", "done").waitFor({ state: "attached", timeout: 30_000 });
      same(hash(join(target, "paused.bin")), hash(path), "the file that was paused");

      large(path, 30, 2);
      const other = join(sources, "cancelled.bin");
      large(other, 30, 3);
      await slow(page, 4 * MEGABYTE);
      await choose(page, other, () => page.keyboard.press("Alt+u"));
      await line(page, "cancelled.bin", "running").waitFor();
      await page.getByRole("button", { name: "Cancel cancelled.bin" }).click();
      await page.locator(".tray-line:has-text('cancelled.bin')").waitFor({ state: "detached" });
      check(!existsSync(join(target, "cancelled.bin")), "a cancelled file is not there");
      await slow(page, -1);
    }),
  },
  {
    name: "a killed server: the upload waits and goes on where it was",
    run: (stage) => withSources(async (sources) => {
      stage.expected = [/ERR_CONNECTION|ERR_EMPTY|ERR_SOCKET|net::ERR/];
      const target = stage.folder("up-killed");
      const path = join(sources, "survivor.bin");
      large(path, 60);
      const page = await stage.page();
      await stage.open(page, "#/files/up-killed");
      await page.locator(".notice-title").waitFor();
      await slow(page, 20 * MEGABYTE);
      await choose(page, path, () => page.keyboard.press("Alt+u"));
      await line(page, "survivor.bin", "running").waitFor();
      await until(async () => Number(await page.locator(".tray-meter").getAttribute("aria-valuenow")) > 40, "nearly half has arrived");
      await stage.server.stop("SIGKILL");
      await line(page, "survivor.bin", "offline").waitFor();
      await page.locator(".tray-line:has-text('No connection')").waitFor();
      await slow(page, -1);
      let parts = 0;
      page.on("request", (request) => { if (request.url().includes("/core/upload?")) parts += 1; });
      await stage.server.start();
      await line(page, "survivor.bin", "done").waitFor({ state: "attached", timeout: 45_000 });
      same(hash(join(target, "survivor.bin")), hash(path), "the file");
      check(parts > 0 && parts <= 6, `only what was missing was sent again, in ${parts} parts of 8`);
      await row(page, "survivor.bin").waitFor();
    }),
  },
  {
    name: "a reloaded page: the tray remembers, asks for the file again and goes on",
    run: (stage) => withSources(async (sources) => {
      const target = stage.folder("up-reload");
      const path = join(sources, "reloaded.bin");
      large(path, 60);
      const page = await stage.page();
      page.on("dialog", (dialog) => void dialog.accept());
      await stage.open(page, "#/files/up-reload");
      await page.locator(".notice-title").waitFor();
      await slow(page, 20 * MEGABYTE);
      await choose(page, path, () => page.keyboard.press("Alt+u"));
      await until(async () => Number(await page.locator(".tray-meter").getAttribute("aria-valuenow")) > 40, "nearly half has arrived");
      await page.reload();
      await page.locator(".tray-title:text('1 upload was interrupted')").waitFor();
      await accessible(page, "a remembered upload");
      await slow(page, -1);
      let parts = 0;
      page.on("request", (request) => { if (request.url().includes("/core/upload?")) parts += 1; });
      const wrong = join(sources, "something else.bin");
      writeFileSync(wrong, "no");
      await choose(page, wrong, () => page.getByRole("button", { name: "Choose the files" }).click());
      await page.locator(".toast:has-text('None of these files belongs to an interrupted upload')").waitFor();
      await choose(page, path, () => page.getByRole("button", { name: "Choose the files" }).click());
      await line(page, "reloaded.bin", "done").waitFor({ state: "attached", timeout: 30_000 });
      same(hash(join(target, "reloaded.bin")), hash(path), "the file");
      check(parts > 0 && parts <= 6, `only what was missing was sent, in ${parts} parts of 8`);
      await page.reload();
      await row(page, "reloaded.bin").waitFor();
      check(await page.locator(".tray").isHidden().catch(() => true), "what is done is forgotten");
    }),
  },
  {
    name: "a session that ends during an upload: it goes on after signing in",
    run: (stage) => withSources(async (sources) => {
      stage.expected = [/401/];
      const target = stage.folder("up-session");
      const path = join(sources, "patient.bin");
      large(path, 40);
      const page = await stage.page({ guest: true });
      await page.goto(`${stage.server.base}/#/files/up-session`);
      await signIn(page);
      await page.locator(".notice-title").waitFor();
      await slow(page, 12 * MEGABYTE);
      await choose(page, path, () => page.keyboard.press("Alt+u"));
      await until(async () => Number(await page.locator(".tray-meter").getAttribute("aria-valuenow")) > 20, "some has arrived");
      await page.context().clearCookies();
      await page.locator("dialog.again").waitFor();
      await slow(page, -1);
      await page.locator("dialog.again input[name=password]").fill(PASSWORD);
      await page.keyboard.press("Enter");
      await line(page, "patient.bin", "done").waitFor({ state: "attached", timeout: 30_000 });
      same(hash(join(target, "patient.bin")), hash(path), "the file");
      await row(page, "patient.bin").waitFor();
    }),
  },
  {
    name: "many files at once",
    run: (stage) => withSources(async (sources) => {
      const target = stage.folder("up-many");
      const top = join(sources, "many");
      mkdirSync(top);
      const count = 300;
      for (let at = 0; at < count; at += 1) writeFileSync(join(top, `file ${at}.txt`), `content ${at}`);
      const page = await stage.page();
      await stage.open(page, "#/files/up-many");
      await page.locator(".notice-title").waitFor();
      await choose(page, top, async () => {
        await page.getByRole("button", { name: "New", exact: true }).click();
        await menu(page, "Upload a folder");
      });
      await page.locator(`.tray-title:text('${count} files uploaded')`).waitFor({ timeout: 60_000 });
      same(readdirSync(join(target, "many")).length, count, "how many files there are");
      check((await page.locator(".tray-line").count()) < 60, "only visible lines are in the tray");
    }),
  },
];
