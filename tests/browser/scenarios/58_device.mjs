// The portal as an app: what there is without a connection, after an upgrade, and after signing out.

import { createServer, request as ask } from "node:http";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { PASSWORD, USER, Stage, accessible, check, choose, noSideways, row, same, signIn, until, withOwnCloud } from "../harness.mjs";
import { jpeg, png, withExif } from "../fixtures.mjs";

const AWAY = "Your cloud cannot be reached. You see what this device has kept";
/** What the browser logs when the server does not answer, or the session has ended. */
const NO_ANSWER = /ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_RESET|ERR_FAILED|ERR_EMPTY_RESPONSE|status of 401|status of 502|did not answer|Failed to fetch/;
/** A second person. */
const OTHER = { user: "bert", password: "another horse battery" };

/** Waits until the service worker answers for the page. @param {import("playwright-core").Page} page */
async function withWorker(page) {
  // The worker is started some seconds after the first view.
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, { timeout: 40_000 });
}

/**
 * The addresses that the browser keeps, by what they are for.
 * @param {import("playwright-core").Page} page
 * @returns {Promise<Record<string, string[]>>}
 */
function kept(page) {
  return page.evaluate(async () => {
    const found = {};
    for (const name of await caches.keys()) {
      const [, , kind = ""] = name.split(" ");
      found[kind] = [...(found[kind] ?? []), ...(await (await caches.open(name)).keys()).map(({ url }) => decodeURIComponent(url.replaceAll("+", " ")))];
    }
    return found;
  });
}

/**
 * Uses a cloud of its own, which may be stopped.
 * @param {Stage} stage @param {(own: Stage) => Promise<void>} act
 */
function apart(stage, act) {
  return withOwnCloud(stage, {}, async (own) => {
    const folder = own.folder("Lake");
    for (let at = 1; at <= 3; at += 1) writeFileSync(join(folder, `boat ${at}.png`), png(900, 600, at));
    writeFileSync(join(folder, "letter.txt"), "Dear all");
    own.expected.push(NO_ANSWER);
    await act(own);
    own.expected.push(NO_ANSWER);
  });
}

/** A page of a phone that has looked at the folder and at one photo. @param {Stage} own */
async function looked(own) {
  const page = await own.page({ phone: true, worker: true });
  await own.open(page, "#/files/Lake");
  await row(page, "boat 1.png").waitFor();
  await withWorker(page);
  await page.reload();
  await row(page, "boat 3.png").locator("img").waitFor();
  await row(page, "boat 2.png").locator(".entry-link").tap();
  await page.locator(".preview-stage").waitFor();
  await until(async () => (await kept(page)).seen?.some((url) => url.includes("boat 2.png")), "the photo is kept");
  await page.goBack();
  await until(async () => (await kept(page)).small?.filter((url) => url.includes("boat")).length >= 3, "the thumbnails are kept");
  return page;
}

/**
 * Shares files with the app, as the system of a phone does.
 * @param {import("playwright-core").Page} page @param {string[]} paths
 */
async function share(page, paths) {
  await page.evaluate(() => {
    const form = Object.assign(document.createElement("form"), { method: "post", enctype: "multipart/form-data", action: "share-target", id: "shared" });
    form.append(Object.assign(document.createElement("input"), { type: "file", name: "files", multiple: true }));
    document.body.append(form);
  });
  await page.locator("#shared input").setInputFiles(paths);
  await page.evaluate(() => /** @type {HTMLFormElement} */ (document.querySelector("#shared")).submit());
}

/** All files below a folder, as `a/b`. @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => relative(folder, join(one.parentPath, one.name))).sort();
}

/** The cookies of a session of another person. @param {Stage} own */
async function otherCookies(own) {
  const { cookies: admin } = await own.server.call("../admin/adminlogin", { adminuser: USER, adminpassword: PASSWORD });
  await own.server.call("../admin/adduser", { username: OTHER.user, email: "", password: OTHER.password, status: 1, authtype: 0 }, admin);
  const { cookies } = await own.server.call("loginguest", { userid: OTHER.user, password: OTHER.password });
  return cookies.split("; ").map((pair) => {
    const [name, value = ""] = pair.split("=");
    return { name, value, url: own.server.base };
  });
}

/**
 * Stands before a server and makes its build look like another one: with other names of its assets.
 * `pretend("")` ends that, which is an upgrade.
 * @param {string} base
 */
async function disguise(base) {
  let name = "";
  const own = /static\/([0-9a-f]{16})\//;
  const proxy = createServer((coming, going) => {
    const path = coming.url ?? "/";
    const asked = own.exec(path)?.[1];
    if (name && asked && asked !== name) return void going.writeHead(404).end();
    const real = /** @type {string} */ (own.exec(page)?.[1]);
    const passed = ask(`${base}${name ? path.replace(name, real) : path}`, { method: coming.method, headers: { ...coming.headers, "accept-encoding": "identity" } }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => {
        const isText = name && !asked && /html|javascript/.test(answer.headers["content-type"] ?? "");
        const body = isText ? Buffer.from(Buffer.concat(parts).toString().replaceAll(real, name)) : Buffer.concat(parts);
        const { "content-length": _, "transfer-encoding": __, etag: ___, ...headers } = answer.headers;
        going.writeHead(answer.statusCode ?? 500, headers).end(body);
      });
    });
    passed.on("error", () => going.destroy());
    coming.pipe(passed);
  });
  const page = await fetch(`${base}/`).then((answer) => answer.text());
  await new Promise((resolve) => { proxy.listen(0, "127.0.0.1", () => resolve(undefined)); });
  const { port } = /** @type {import("node:net").AddressInfo} */ (proxy.address());
  return {
    base: `http://127.0.0.1:${port}`,
    real: /** @type {string} */ (own.exec(page)?.[1]),
    pretend: (/** @type {string} */ other) => { name = other; },
    close: () => proxy.close(),
  };
}

export const scenarios = [
  {
    name: "device: without a connection the portal starts, says so, and shows what was looked at",
    run: (stage) => apart(stage, async (own) => {
      const page = await looked(own);
      same(await page.getByText(AWAY).count(), 0, "nothing is said while the server answers");
      await own.server.stop();
      await page.goto("about:blank");
      await page.goto(`${own.server.base}/#/files/Lake`);
      await page.getByText(AWAY).waitFor();
      await row(page, "letter.txt").waitFor();
      await row(page, "boat 1.png").locator("img").waitFor();
      await accessible(page, "a folder without a connection");
      await noSideways(page, "a folder without a connection");
      await row(page, "boat 2.png").locator(".entry-link").tap();
      const photo = page.locator("img.picture");
      await photo.waitFor();
      await until(() => photo.evaluate((one) => /** @type {HTMLImageElement} */ (one).naturalWidth > 0), "the photo is shown");
      await page.goBack();
      // A part that this visit has not used yet, and a folder that nobody has looked at.
      await page.goto(`${own.server.base}/#/me`);
      await page.getByRole("heading", { name: USER }).waitFor();
      await page.goto(`${own.server.base}/#/files/Nowhere`);
      // The parts of the account's page may still say so, each by itself.
      await until(async () => await page.locator(".notice-title").count() === 1, "the folder says so");
      await page.getByText(AWAY).waitFor();
      await own.server.start();
      await page.goto(`${own.server.base}/#/files/Lake`);
      await page.getByText(AWAY).waitFor({ state: "detached" });
    }),
  },
  {
    name: "device: a phone in German says plainly that the cloud is away",
    run: (stage) => apart(stage, async (own) => {
      const page = await own.page({ phone: true, worker: true, language: "de-DE", dark: true });
      await own.open(page, "#/files/Lake");
      await withWorker(page);
      await page.reload();
      await row(page, "letter.txt").waitFor();
      await page.context().setOffline(true);
      await page.reload();
      await page.getByText("Die Cloud ist nicht erreichbar. Zu sehen ist").waitFor();
      await row(page, "letter.txt").waitFor();
      await page.context().setOffline(false);
      await page.getByText("Die Cloud ist nicht erreichbar. Zu sehen ist").waitFor({ state: "detached" });
    }),
  },
  {
    name: "device: signing out empties what is kept",
    run: (stage) => apart(stage, async (own) => {
      const page = await looked(own);
      check((await kept(page)).replies?.some((url) => url.includes("getfilelist")), "the folder is kept");
      await page.locator(".account").tap();
      await page.locator(".menu-label:text-is('Sign out')").tap();
      await page.locator("input[name=userid]").waitFor();
      const left = await kept(page);
      same([left.replies?.filter((url) => !/serverinfo/.test(url)) ?? [], left.small ?? [], left.seen ?? []], [[], [], []], "what is kept after signing out");
      check((left.frame ?? []).length > 100, "the frame stays");
      await own.server.stop();
      await page.reload();
      await page.getByText("Your cloud cannot be reached").waitFor();
      same(await row(page, "letter.txt").count(), 0, "the files of who has signed out");
    }),
  },
  {
    name: "device: another person, a session that ended elsewhere, links and the admin portal get nothing of what is kept",
    run: (stage) => apart(stage, async (own) => {
      const page = await looked(own);
      const { cookies } = await own.server.call("loginguest", { userid: USER, password: PASSWORD });
      const { reply } = await own.server.call("quickshare", { sharelocation: `/${USER}/Lake` }, cookies);
      const made = await own.server.call("updateshare", { shareid: reply.share[0].shareid, allowpublicaccess: 1 }, cookies);
      const address = made.reply.share[0].shareurl;
      const before = JSON.stringify(await kept(page));
      // A visitor's page and the admin portal in the same browser.
      const other = await page.context().newPage();
      await other.goto(`${own.server.base}/url/${address.slice(address.lastIndexOf("/") + 1)}`);
      await other.getByText("boat 1.png").first().waitFor();
      await other.goto(`${own.server.base}/admin/`);
      await other.locator("input[name=userid]").waitFor();
      same(JSON.stringify(await kept(page)), before, "what is kept after a link and the admin portal");
      await other.close();
      // Somebody else's session, without a connection.
      await page.context().clearCookies();
      await page.context().addCookies(await otherCookies(own));
      await own.server.stop();
      await page.goto("about:blank");
      await page.goto(`${own.server.base}/#/files/Lake`);
      await page.getByText("Your cloud cannot be reached").waitFor();
      same(await page.locator("[data-key]").count(), 0, "what is shown to another person");
      await own.server.start();
      await page.reload();
      await page.locator(".shell").waitFor();
      await until(async () => !JSON.stringify(await kept(page)).includes("boat"), "what was the first person's is gone");
    }),
  },
  {
    name: "device: after an upgrade the worker renews itself, and an open page keeps its own parts",
    async run(stage) {
      await apart(stage, async (own) => {
        const front = await disguise(own.server.base);
        own.proxied = front.base;
        const old = "0123456789abcdef";
        try {
          front.pretend(old);
          const page = await own.page({ guest: true, worker: true });
          await page.goto(`${front.base}/#/files/Lake`);
          await signIn(page);
          await row(page, "letter.txt").waitFor();
          await withWorker(page);
          await until(async () => (await kept(page)).frame?.some((url) => url.includes(`${old}/user/views/bin.js`)), "the old frame is kept", 30_000);
          front.pretend("");
          // The open page loads a part of its own build, which the server has no more.
          await page.evaluate(() => { location.hash = "#/bin"; });
          await page.locator(".notice-title, .list").first().waitFor();
          const fresh = await page.context().newPage();
          own.watch(fresh);
          await fresh.goto(`${front.base}/#/files/Lake`);
          await row(fresh, "letter.txt").waitFor();
          const asked = await fresh.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
          same(asked.filter((url) => url.includes(old)), [], "old assets on the new page");
          await until(async () => (await kept(fresh)).frame?.some((url) => url.includes(`${front.real}/user/views/bin.js`)), "the new frame is kept", 30_000);
          await page.evaluate(() => { location.hash = "#/starred"; });
          await page.locator("[aria-current=page][data-place=starred]").first().waitFor();
          await own.server.stop();
          await fresh.reload();
          await row(fresh, "letter.txt").waitFor();
          const loaded = await fresh.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.includes("/static/")));
          check(loaded.length > 20 && loaded.every((url) => url.includes(front.real)), `the frame is of one build: ${loaded.join(" ")}`);
        } finally {
          front.close();
        }
      });
    },
  },
  {
    name: "device: 500 shared files arrive once each, although the line is gone and the page is closed on the way",
    run: (stage) => apart(stage, async (own) => {
      const sources = mkdtempSync(join(tmpdir(), "cloudlet-shared-"));
      try {
        const paths = [];
        for (let at = 0; at < 500; at += 1) {
          const name = `IMG_2024${String(at % 12 + 1).padStart(2, "0")}15_${String(at).padStart(6, "0")}.jpg`;
          writeFileSync(join(sources, name), `photo ${at} ${"x".repeat(at * 20)}`);
          paths.push(join(sources, name));
        }
        let page = await own.page({ phone: true, worker: true });
        const context = page.context();
        page.on("dialog", (dialog) => void dialog.accept());
        await own.open(page, "#/files");
        await withWorker(page);
        await share(page, paths);
        await page.getByRole("heading", { name: /^500 files/ }).waitFor({ timeout: 30_000 });
        await accessible(page, "the page of shared files");
        await noSideways(page, "the page of shared files");
        await page.getByRole("button", { name: "Upload" }).click();
        const camera = own.folder("Camera");
        await until(() => filesBelow(camera).length > 40, "some have arrived", 30_000);
        await own.server.stop();
        const before = filesBelow(camera).length;
        check(before < 500, `the line was gone before all had arrived: ${before}`);
        await page.close();
        await own.server.start();
        page = await context.newPage();
        own.watch(page);
        await own.open(page, "#/files");
        await until(() => filesBelow(camera).length >= 500, "all have arrived", 60_000);
        await page.locator(".tray-title:has-text('uploaded')").waitFor({ timeout: 30_000 }).catch(() => undefined);
        const arrived = filesBelow(camera);
        same(arrived.length, 500, "files in Camera");
        for (const path of paths) {
          const name = path.slice(sources.length + 1);
          const place = join(camera, name.slice(4, 8), name.slice(8, 10), name);
          same(readFileSync(place, "utf8"), readFileSync(path, "utf8"), name);
        }
        await until(async () => await page.evaluate(() => new Promise((resolve) => {
          const opening = indexedDB.open("cloudlet-shared", 1);
          opening.onsuccess = () => {
            const counting = opening.result.transaction("files").objectStore("files").count();
            counting.onsuccess = () => resolve(counting.result);
          };
        })) === 0, "this device keeps none of them any more", 20_000);
      } finally {
        rmSync(sources, { recursive: true, force: true });
      }
    }),
  },
  {
    name: "device: photos go to Camera by the month they were taken, and what is here already is not sent",
    run: (stage) => apart(stage, async (own) => {
      const sources = mkdtempSync(join(tmpdir(), "cloudlet-camera-"));
      try {
        const page = await own.page({ phone: true, worker: true });
        await own.open(page, "#/me");
        await page.getByLabel("Sort photos from this device into Camera, by year and month").check();
        await own.open(page, "#/files");
        const photo = withExif(await jpeg(page, 400, 300), { camera: "Acme", taken: "2019:03:04 05:06:07", pixels: [400, 300], latitude: [1, 2, 3], longitude: [4, 5, 6] });
        writeFileSync(join(sources, "photo.jpg"), photo);
        writeFileSync(join(sources, "VID_20210809_101112.mp4"), "a film");
        writeFileSync(join(sources, "letter.pdf"), "no photo");
        const home = own.folder("");
        const names = ["photo.jpg", "VID_20210809_101112.mp4", "letter.pdf"].map((name) => join(sources, name));
        await choose(page, names, () => page.keyboard.press("Alt+u"));
        const wanted = ["Camera/2019/03/photo.jpg", "Camera/2021/08/VID_20210809_101112.mp4", "letter.pdf"];
        await until(() => wanted.every((name) => filesBelow(home).includes(name)), "the files are sorted", 20_000);
        // The same photo with another name, and another photo of the same size.
        writeFileSync(join(sources, "again.jpg"), photo);
        const other = Buffer.from(photo);
        other[other.length - 20] ^= 1;
        writeFileSync(join(sources, "other.jpg"), other);
        const sent = [];
        page.on("request", (request) => { if (request.url().includes("/core/upload?")) sent.push(new URL(request.url()).searchParams.get("filename")); });
        await choose(page, [join(sources, "again.jpg"), join(sources, "other.jpg")], () => page.keyboard.press("Alt+u"));
        await page.getByText("1 file is in your cloud already and was not sent").waitFor({ timeout: 20_000 });
        await until(() => filesBelow(home).includes("Camera/2019/03/other.jpg"), "the other one is sent", 20_000);
        await until(() => sent.length > 0, "the page has asked for it");
        same(sent, ["other.jpg"], "what was sent");
        // Where the person chose a folder, a file goes there, as it always did.
        mkdirSync(join(home, "Own"), { recursive: true });
        await own.open(page, "#/files/Own");
        await choose(page, [join(sources, "again.jpg")], () => page.keyboard.press("Alt+u"));
        await until(() => filesBelow(home).includes("Own/again.jpg"), "a copy in a chosen folder", 20_000);
      } finally {
        rmSync(sources, { recursive: true, force: true });
      }
    }),
  },
];
