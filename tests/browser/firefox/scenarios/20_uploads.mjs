// Firefox: uploads by the picker and by dropping, progress, pause, resume and cancel.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { same, check, until } from "../../harness.mjs";
import { withSources } from "../../scenarios/20_uploads.mjs";
import { accessible, choose, click, dropFiles, gone, named, rowOf, see, textOf } from "../harness.mjs";

const MEGABYTE = 1024 * 1024;

/** @param {string} path */
const hash = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** Writes a file in which all megabytes differ. @param {string} path @param {number} megabytes */
function large(path, megabytes) {
  writeFileSync(path, Buffer.concat(Array.from({ length: megabytes }, (_, at) => Buffer.alloc(MEGABYTE, at + 1))));
}

/** The selector of a line of the tray. @param {string} name @param {string} state */
const line = (name, state) => `.tray-line[data-state=${state}]::-p-text(${name})`;

/** Opens the picker for files. @param {import("puppeteer-core").Page} page */
async function pick(page) {
  await page.keyboard.down("Alt");
  await page.keyboard.press("u");
  await page.keyboard.up("Alt");
}

/**
 * Sends the first parts of uploads at once, and holds the others back until they are let go.
 * @param {import("puppeteer-core").Page} page @param {number} free how many are sent at once
 */
async function holdParts(page, free) {
  /** @type {import("puppeteer-core").HTTPRequest[]} */
  const held = [];
  let isOpen = false;
  let left = free;
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    const isPart = request.url().includes("/core/upload?");
    if (isPart && !isOpen && left === 0) {
      held.push(request);
      return;
    }
    if (isPart) left -= 1;
    void request.continue().catch(() => undefined);
  });
  return {
    held,
    async letGo() {
      isOpen = true;
      // A part that was given up in the meantime is not sent.
      for (const request of held.splice(0)) await request.continue().catch(() => undefined);
    },
  };
}

export const scenarios = [
  {
    name: "Firefox: upload: several files by the picker, one of 3 MB, and by dropping on the list and on a folder",
    run: (stage) => withSources(async (sources) => {
      const target = stage.folder("fox up");
      mkdirSync(join(target, "into"));
      const paths = ["one.txt", "two ü.txt", "three.bin"].map((name) => join(sources, name));
      writeFileSync(paths[0], "one");
      writeFileSync(paths[1], "two");
      large(paths[2], 3);
      const page = await stage.page();
      await stage.open(page, "#/files/fox%20up");
      await see(page, rowOf("into"));
      await choose(page, paths, () => pick(page));
      await see(page, ".tray-title::-p-text(3 files uploaded)", 30_000);
      await accessible(page, "the upload tray");
      await see(page, rowOf("three.bin"));
      same(hash(join(target, "three.bin")), hash(paths[2]), "the file of 3 MB");
      same(readFileSync(join(target, "two ü.txt"), "utf8"), "two", "the small one");
      await dropFiles(page, ".files .list", { "dropped.txt": "dropped", "other.txt": "other" });
      await see(page, rowOf("dropped.txt"));
      await see(page, rowOf("other.txt"));
      await dropFiles(page, rowOf("into"), { "inside.txt": "inside" });
      await until(() => existsSync(join(target, "into/inside.txt")), "the file lies in the folder it was dropped on");
      same(readdirSync(join(target, "into")), ["inside.txt"], "the folder");
    }),
  },
  {
    name: "Firefox: upload: progress, pause, resume, cancel",
    run: (stage) => withSources(async (sources) => {
      const target = stage.folder("fox held");
      const path = join(sources, "patient.bin");
      large(path, 24);
      const page = await stage.page();
      await stage.open(page, "#/files/fox%20held");
      await see(page, ".notice-title");
      const parts = await holdParts(page, 1);
      await choose(page, [path], () => pick(page));
      await until(() => parts.held.length === 1, "the second part is on its way");
      await see(page, line("patient.bin", "running"));
      await until(async () => Number(await page.$eval(".tray-meter", (meter) => meter.getAttribute("aria-valuenow"))) >= 30, "a third has arrived");
      const facts = await textOf(page, ".tray-facts");
      check(/8\sMB of 24\sMB/.test(facts), `the tray tells how much: ${facts}`);
      await click(page, named("Pause patient.bin"));
      await see(page, line("patient.bin", "held"));
      check(!existsSync(join(target, "patient.bin")), "a part of a file is no file");
      await parts.letGo();
      await click(page, named("Resume patient.bin"));
      await page.waitForSelector(line("patient.bin", "done"), { timeout: 30_000 });
      same(hash(join(target, "patient.bin")), hash(path), "the file");
    }),
  },
  {
    name: "Firefox: upload: what is cancelled leaves nothing",
    run: (stage) => withSources(async (sources) => {
      const target = stage.folder("fox cancelled");
      const staged = () => readdirSync(join(stage.server.data, "files/.cloudlet/staging")).length;
      const before = staged();
      const path = join(sources, "unwanted.bin");
      large(path, 24);
      const page = await stage.page();
      await stage.open(page, "#/files/fox%20cancelled");
      await see(page, ".notice-title");
      const parts = await holdParts(page, 1);
      await choose(page, [path], () => pick(page));
      await until(() => parts.held.length === 1, "the second part is on its way");
      same(staged(), before + 1, "what has arrived waits on the server");
      await click(page, named("Cancel unwanted.bin"));
      await gone(page, ".tray-line");
      await parts.letGo();
      await until(() => staged() === before, "its parts are gone");
      same(readdirSync(target), [], "the folder");
    }),
  },
];
