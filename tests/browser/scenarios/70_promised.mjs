// Promises that are easily broken: the inspector's commands really run, pictures follow fingers, a
// phone stays awake during an upload, and a browser that cannot do something says so.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PASSWORD, accessible, check, choose, noSideways, row, same, signIn, until } from "../harness.mjs";
import { png } from "../fixtures.mjs";

const MEGABYTE = 1024 * 1024;

/**
 * The inspector's command for the newest call that contains a text.
 * @param {import("playwright-core").Page} page @param {string} text
 */
async function commandOf(page, text) {
  await page.locator(".inspector-head input").fill(text);
  await page.locator(".call").last().click();
  return page.locator(".call-detail pre").first().textContent();
}

export const scenarios = [
  {
    name: "the inspector's curl commands run as they stand, uploads and parts of files too",
    async run(stage) {
      const folder = stage.folder("curl's \"own\"; $HOME & more");
      const work = mkdtempSync(join(tmpdir(), "cloudlet-curl-"));
      const bash = (/** @type {string} */ command) => execFileSync("bash", ["-c", command.replace(/curl /, "curl -sS ")], { cwd: work, encoding: "utf8", timeout: 20_000 });
      try {
        const name = "it's; \"odd\", $(x).txt";
        writeFileSync(join(work, name), "small");
        const large = Buffer.alloc(20 * MEGABYTE, 7);
        large.write("beginning");
        large.write("end", large.length - 3);
        writeFileSync(join(work, "large.bin"), large);
        writeFileSync(join(folder, "sea.png"), png(400, 300, 1));

        const page = await stage.page({ guest: true });
        await page.goto(`${stage.server.base}/#/files/${encodeURIComponent("curl's \"own\"; $HOME & more")}`);
        await signIn(page);
        await row(page, "sea.png").waitFor();
        await choose(page, [join(work, name), join(work, "large.bin")], () => page.keyboard.press("Alt+u"));
        await page.locator(".tray-title:text('2 files uploaded')").waitFor({ timeout: 30_000 });
        await row(page, "large.bin").waitFor();
        await page.keyboard.press("Alt+i");
        await page.locator(".inspector").waitFor();

        const login = await commandOf(page, "core/loginguest");
        same(JSON.parse(bash(login.replace("********", PASSWORD))).command[0].result, 1, "signing in");
        const list = JSON.parse(bash(await commandOf(page, "core/getfilelist")));
        same(list.entry.map((one) => one.name).sort(), [name, "large.bin", "sea.png"].sort(), "the list");
        await page.getByText("The file cookies.txt comes from signing in:").waitFor();
        await accessible(page, "a call in the inspector");
        check(bash(await commandOf(page, "core/getfsthumbimage")) === "", "a picture is saved");
        check(readFileSync(join(work, "getfsthumbimage")).length > 100, "and is one");

        // Now the shell repeats the uploads.
        rmSync(join(folder, name));
        rmSync(join(folder, "large.bin"));
        await page.locator(".inspector-head input").fill("core/upload");
        const calls = page.locator(".call");
        // The list is redrawn a moment after the filter has changed.
        await page.waitForFunction(() => document.querySelectorAll(".call").length === 4);
        const count = await calls.count();
        const answers = [];
        for (let at = 0; at < count; at += 1) {
          await calls.nth(at).click();
          answers.push(bash(await page.locator(".call-detail pre").first().textContent()));
        }
        same(answers, ["OK", "OK", "OK", "OK"], "each part is taken");
        same(readFileSync(join(folder, name), "utf8"), "small", "the small file");
        check(readFileSync(join(folder, "large.bin")).equals(large), "the large file");
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
    },
  },
  {
    name: "two fingers zoom a picture, a double tap does, and one finger moves it then",
    async run(stage) {
      writeFileSync(join(stage.folder("fingers"), "sea.png"), png(600, 900, 1));
      writeFileSync(join(stage.folder("fingers"), "tree.png"), png(600, 900, 3));
      const page = await stage.page({ phone: true });
      await stage.open(page, "#/files/fingers?open=sea.png");
      const picture = page.locator("img.picture");
      await until(() => picture.evaluate((one) => one.complete && one.naturalWidth > 0), "it is shown");
      const width = () => picture.evaluate((one) => one.getBoundingClientRect().width);
      const left = () => picture.evaluate((one) => one.getBoundingClientRect().left);
      const fitted = await width();
      const devtools = await page.context().newCDPSession(page);
      const touch = (/** @type {string} */ type, /** @type {[number, number][]} */ points) =>
        devtools.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
      await touch("touchStart", [[150, 380], [210, 380]]);
      for (let step = 1; step <= 6; step += 1) await touch("touchMove", [[150 - 10 * step, 380], [210 + 10 * step, 380]]);
      await touch("touchEnd", []);
      await until(async () => await width() > fitted * 2, "two fingers zoom");
      const before = await left();
      await touch("touchStart", [[180, 380]]);
      for (let step = 1; step <= 5; step += 1) await touch("touchMove", [[180 + 12 * step, 380]]);
      await touch("touchEnd", []);
      await until(async () => await left() > before + 20, "one finger moves what is zoomed");
      check((await page.locator(".preview-name").textContent()).includes("sea.png"), "and does not go to the next");
      for (let tap = 0; tap < 2; tap += 1) {
        await touch("touchStart", [[180, 380]]);
        await touch("touchEnd", []);
      }
      await until(async () => Math.abs(await width() - fitted) < 2, "a double tap fits it again");
    },
  },
  {
    name: "a phone is kept awake while it uploads; where it cannot be, the tray says so",
    async run(stage) {
      const work = mkdtempSync(join(tmpdir(), "cloudlet-awake-"));
      const base = `http://cloud.test:${new URL(stage.server.base).port}`;
      try {
        writeFileSync(join(work, "film.bin"), Buffer.alloc(20 * MEGABYTE, 3));
        stage.folder("awake");
        const page = await stage.page({ phone: true });
        await page.addInitScript(() => {
          globalThis.held = [];
          const lock = () => {
            const one = { isReleased: false, release: async () => { one.isReleased = true; } };
            globalThis.held.push(one);
            return Promise.resolve(one);
          };
          Object.defineProperty(navigator, "wakeLock", { value: { request: lock } });
        });
        await stage.open(page, "#/files/awake");
        await page.locator(".notice-title").waitFor();
        const devtools = await page.context().newCDPSession(page);
        await devtools.send("Network.enable");
        await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 8 * MEGABYTE });
        await choose(page, join(work, "film.bin"), () => page.keyboard.press("Alt+u"));
        await until(() => page.evaluate(() => globalThis.held.length === 1 && !globalThis.held[0].isReleased), "the screen stays on");
        same(await page.locator(".tray-awake").isVisible(), false, "nothing to say");
        await page.locator(".tray-line[data-state=done]").waitFor({ state: "attached", timeout: 30_000 });
        await until(() => page.evaluate(() => globalThis.held.every((one) => one.isReleased)), "and is let go");

        // Over plain HTTP to an address, the browser does not offer this.
        stage.proxied = base;
        const plain = await stage.page({ phone: true, guest: true, width: 320, language: "de-DE", dark: true });
        await plain.goto(`${base}/#/files/awake`);
        await signIn(plain);
        await row(plain, "film.bin").waitFor();
        check(await plain.evaluate(() => navigator.wakeLock === undefined), "no way to keep it awake");
        const slow = await plain.context().newCDPSession(plain);
        await slow.send("Network.enable");
        await slow.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 8 * MEGABYTE });
        writeFileSync(join(work, "clip.bin"), Buffer.alloc(20 * MEGABYTE, 4));
        await choose(plain, join(work, "clip.bin"), () => plain.keyboard.press("Alt+u"));
        await plain.getByText("Lass den Bildschirm an").waitFor();
        await noSideways(plain, "the tray on a phone");
        await accessible(plain, "the tray on a phone");
        await plain.locator(".tray-line[data-state=done]").waitFor({ state: "attached", timeout: 30_000 });
        same(await plain.locator(".tray-awake").isVisible(), false, "nothing to say any more");
      } finally {
        stage.proxied = undefined;
        rmSync(work, { recursive: true, force: true });
      }
    },
  },
  {
    name: "who is signed in is known by their initials",
    async run(stage) {
      const page = await stage.page();
      await stage.open(page, "#/me");
      const name = page.getByLabel("Display name");
      const before = await name.inputValue();
      await name.fill("anna");
      await page.getByRole("button", { name: "Save" }).click();
      await until(async () => await page.locator(".bar .initials").textContent() === "A", "of a name of one word");
      await name.fill("Anna Maria \u00d6zdemir");
      await page.getByRole("button", { name: "Save" }).click();
      await until(async () => await page.locator(".bar .initials").textContent() === "A\u00d6", "of the first and the last");
      await name.fill(before);
      await page.getByRole("button", { name: "Save" }).click();
      await until(async () => await page.locator(".bar .initials").textContent() !== "A\u00d6", "the name is as it was");
    },
  },
];
