// Disks that cannot be used or changed: both portals say why, and what to do.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Stage, accessible, check, noSideways, same, setUp, shows, until } from "../harness.mjs";
import { adminPage } from "../admin/steps.mjs";
import { Server } from "../server.mjs";

/** @param {import("playwright-core").Page} page @param {string} name */
async function look(page, name) {
  if (process.env.LOOKS) await page.screenshot({ path: `${process.env.LOOKS}/${name}.png` });
}

/** Starts and sets up a server with one further disk. @param {Stage} stage @param {string} films */
async function cloudWith(stage, films) {
  const server = new Server(stage.server.program, undefined, { CLOUDLET_VOLUMES: `films=${films}` });
  await server.start();
  await setUp(server);
  return server;
}

/** Runs a scenario with a directory for a disk. @param {Stage} stage @param {number} count of clouds on it @param {(own: Stage, servers: Server[]) => Promise<void>} act */
async function withClouds(stage, count, act) {
  const films = mkdtempSync(join(tmpdir(), "cloudlet-states-"));
  mkdirSync(join(films, "Sea"));
  writeFileSync(join(films, "plain.txt"), "plain");
  /** @type {Server[]} */
  const servers = [];
  try {
    while (servers.length < count) servers.push(await cloudWith(stage, films));
    const own = new Stage(stage.browser, /** @type {Server} */ (servers.at(-1)));
    try {
      await act(own, servers);
      await own.close();
    } finally {
      for (const context of own.contexts) await context.close();
    }
  } finally {
    for (const server of servers) {
      await server.stop();
      server.remove();
    }
    rmSync(films, { recursive: true, force: true });
  }
}

/** Answers the lists of the disk with a failure. @param {import("playwright-core").Page} page @param {string} word @param {string} sentence */
function failing(page, word, sentence) {
  return page.route("**/core/getfilelist**", async (route) => {
    if (!route.request().postData()?.includes("films")) return route.continue();
    return route.fulfill({
      status: 503, headers: { "X-Cloudlet-Error": word, "Retry-After": "2" }, contentType: "application/json",
      body: JSON.stringify({ command: [{ type: "getfilelist", result: 0, message: sentence }] }),
    });
  });
}

/** Changes what the administration is told of the further disk. @param {import("playwright-core").Page} page @param {Record<string, unknown>} told */
async function told(page, told) {
  await page.route("**/admin/getvolumes", async (route) => {
    const response = await route.fetch();
    const reply = await response.json();
    Object.assign(reply.volume.find((/** @type {{ name: string }} */ one) => one.name === "films"), told);
    await route.fulfill({ response, json: reply });
  });
  await page.reload();
}

/** What the banner says about the further disk. @param {import("playwright-core").Page} page */
async function banner(page) {
  const element = page.locator(".banners .banner").first();
  await element.waitFor();
  return element.locator("p").innerText();
}

export const scenarios = [
  {
    name: "disk states: one that another cloud uses is told as that in both portals, and comes back",
    run: (stage) => withClouds(stage, 2, async (own, servers) => {
      const first = /** @type {Server} */ (servers[0]);
      const page = await own.page();
      await own.open(page, "#/disk/films");
      await page.getByText("This disk is in use by another cloud").waitFor();
      await page.getByText("films is in use by another cloud, so it is left alone here.").waitFor();
      check(!(await page.locator("main").innerText()).includes(first.data), "users are not told the other cloud's directory");
      check(!await page.getByRole("button", { name: "New", exact: true }).isVisible(), "nothing new can be made");
      await accessible(page, "a disk in use by another cloud");
      await look(page, "user-inuse");

      const admin = await adminPage(own, "#/overview");
      const said = await banner(admin);
      check(/The disk at \S+ is in use by another cloud\. /.test(said), said);
      check(said.includes(`(${first.data}) has used it since 20`) && said.includes("until that cloud is stopped there"), said);
      check(!/Connect or mount|cloudlet disk free/.test(said), `no wrong advice: ${said}`);
      const volume = admin.locator(".volume", { hasText: "in use elsewhere" });
      await volume.getByText(`(${first.data}) has used it since 20`).waitFor();
      await accessible(admin, "the overview with a disk in use by another cloud");
      await look(admin, "admin-inuse");

      const phone = await own.page({ phone: true, width: 320, language: "de-DE", dark: true });
      await own.open(phone, "#/disk/films");
      await phone.getByText("Diese Platte ist bei einer anderen Cloud in Gebrauch").waitFor();
      await noSideways(phone, "a disk in use by another cloud on a phone");
      await look(phone, "user-inuse-phone");
      const adminPhone = await adminPage(own, "#/overview", { phone: true, width: 320, language: "de-DE", dark: true });
      check((await banner(adminPhone)).includes("bei einer anderen Cloud in Gebrauch"), "the banner on a phone");
      await noSideways(adminPhone, "the overview with a disk in use by another cloud on a phone");
      await look(adminPhone, "admin-inuse-phone");

      await first.stop();
      await page.waitForTimeout(1500);
      await page.getByRole("button", { name: "Try again" }).click();
      await shows(page, ["Sea", "plain.txt"]);
    }),
  },
  {
    name: "disk states: one that wakes up for long, is busy or does not answer is told as that",
    run: (stage) => withClouds(stage, 1, async (own) => {
      own.expected.push(/status of 503/);
      for (const [language, phone, waking, busy, silent] of /** @type {[string, boolean, string[], string[], string[]][]} */ ([
        ["en-GB", false, ["This disk is waking up", "films is waking up, and others wait for it already."], ["This disk is busy", "films has as much to do as it can do at once."], ["This disk does not answer", "It may still be waking up, or it cannot be reached."]],
        ["de-DE", true, ["Diese Platte wacht auf", "films wacht auf, und andere warten schon darauf."], ["Diese Platte ist beschäftigt", "films hat gerade so viel zu tun"], ["Diese Festplatte antwortet nicht", "Vielleicht wacht die Platte noch auf"]],
      ])) {
        for (const [word, texts] of /** @type {[string, string[]][]} */ ([["disk-waking", waking], ["disk-busy", busy], ["disk-silent", silent]])) {
          const page = await own.page({ phone, language, dark: phone, ...phone ? { width: 320 } : {} });
          await failing(page, word, "The disk films is in English.");
          await own.open(page, "#/disk/films");
          for (const text of texts) await page.getByText(text).waitFor();
          await noSideways(page, `${word} in ${language}`);
          await accessible(page, `${word} in ${language}`);
          await look(page, `user-${word}${phone ? "-phone" : ""}`);
          await page.unroute("**/core/getfilelist**");
          await page.getByRole("button", { name: phone ? "Noch einmal versuchen" : "Try again" }).click();
          await shows(page, ["Sea", "plain.txt"]);
        }
      }
    }),
  },
  {
    name: "disk states: the administration gives each cause its own advice",
    run: (stage) => withClouds(stage, 1, async (own) => {
      const failingAdvice = /when they fail/;
      for (const [language, phone] of /** @type {[string, boolean][]} */ ([["en-GB", false], ["de-DE", true]])) {
        const page = await adminPage(own, "#/overview", { phone, language, dark: phone, ...phone ? { width: 320 } : {} });
        const on = async (/** @type {string} */ name, /** @type {Record<string, unknown>} */ facts) => {
          // A handler may still wait for the answer.
          await page.unrouteAll({ behavior: "wait" });
          await told(page, facts);
          const said = await banner(page);
          await noSideways(page, `${name} in ${language}`);
          await accessible(page, `${name} in ${language}`);
          await look(page, `admin-${name}${phone ? "-phone" : ""}`);
          return said;
        };
        const leased = await on("leased", { state: "offline", cause: "leased", path: "/media/films", usedby: "attic (/var/lib/cloudlet)", usedsince: "2026-01-02 03:04:05", reason: "In English." });
        const sync = await on("no-filesync", { state: "readonly", cause: "no-filesync", reason: "It can only be read: in English." });
        const replace = await on("no-replace", { state: "readonly", cause: "no-replace", reason: "It can only be read: in English." });
        const readonly = await on("readonly", { state: "readonly", cause: "none", reason: "" });
        const away = await on("offline", { state: "offline", cause: "other", reason: "The disk films is not there." });
        for (const said of [leased, sync, replace, readonly]) check(!/Connect or mount|Schließe/.test(said), said);
        check(leased.includes("cloudlet disk free /media/films"), leased);
        check(leased.includes("attic (/var/lib/cloudlet)") && leased.includes("2026-01-02 03:04:05"), leased);
        if (phone) continue;
        check(sync.includes("does not confirm that a file is written") && !failingAdvice.test(sync), sync);
        check(replace.includes("cannot replace a file by another in one step") && !failingAdvice.test(replace), replace);
        check(failingAdvice.test(readonly), readonly);
        check(away.includes("Connect or mount its disk"), away);
        // The list is drawn after the banner.
      await page.locator(".volume .tag").nth(1).waitFor();
      same(await page.locator(".volume .tag").allTextContents(), ["online", "offline"], "the states");
      }
    }),
  },
];
