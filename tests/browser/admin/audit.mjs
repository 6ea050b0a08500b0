// The audit log in the administration: filters, complete rows, the export, new rows as they come,
// the chain, and very many rows.

import { readFileSync } from "node:fs";
import { PASSWORD, USER, accessible, check, same, until } from "../harness.mjs";
import { adminCall, adminPage } from "./steps.mjs";

/** @param {import("playwright-core").Page} page */
function rows(page) {
  return page.locator(".table-list .list-row[data-key]");
}

export const scenarios = [
  {
    name: "the audit log is filtered, the filter is in the address, a row is shown in full and what is filtered exported",
    async run(stage) {
      await adminCall(stage, "getuser", { username: "<b>secret</b>" });
      await stage.server.call("loginguest", { userid: "anna", password: "this is wrong" });
      const page = await adminPage(stage, "#/audit");
      await rows(page).first().waitFor();
      await accessible(page, "the audit log");
      await page.keyboard.press("/");
      await page.locator("label.filter-operation input").fill("loginguest");
      await until(() => page.url().includes("operation=loginguest"), "the filter is in the address");
      await until(async () => (await rows(page).locator(".cell-operation").allTextContents()).every((text) => text.includes("loginguest")), "only this operation is shown");
      await page.locator("label.filter-outcome select").selectOption("unauthenticated");
      await until(() => page.url().includes("outcome=unauthenticated"), "the outcome, too");
      await rows(page).first().locator(".outcome.is-refused").waitFor();
      await page.reload();
      await rows(page).first().locator(".outcome.is-refused").waitFor();
      same(await page.locator("label.filter-operation input").inputValue(), "loginguest", "the field after a reload");

      // The oldest row is the refused sign-in. If many are refused within a minute, one row counts
      // all but the first.
      await rows(page).last().click();
      const panel = page.locator(".panel");
      await panel.locator(".panel-title:text-is('Did not happen: Somebody who was not signed in signed in')").waitFor();
      const text = await panel.textContent();
      for (const wanted of ["Invalid Username or Password", "Not let in", "unauthenticated", "127.0.0.1", "Row"]) {
        check(text.includes(wanted), `the row says ${wanted}: ${text}`);
      }
      check(!text.includes("this is wrong"), "the password is not shown");
      check(/row=\d+/.test(page.url()), `the row has an address: ${page.url()}`);
      await accessible(page, "a row of the audit log");
      const address = page.url();
      const other = await adminPage(stage, "");
      await other.goto(address);
      await other.locator(".panel-title:has-text('Did not happen: ')").waitFor();

      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export" }).click()]);
      same(download.suggestedFilename(), "audit.csv", "the name of the export");
      const lines = readFileSync(await download.path(), "utf8").trim().split("\r\n");
      check(lines.length > 1 && lines.slice(1).every((line) => line.includes(",loginguest,")), `only what is filtered is exported: ${lines.slice(0, 4).join(" | ")}`);

      await page.goBack();
      await panel.waitFor({ state: "hidden" });
      const head = page.getByRole("columnheader", { name: "Outcome" });
      await head.getByRole("button").click();
      await until(() => page.url().includes("sort=outcome"), "the order is in the address");
      await until(async () => await head.getAttribute("aria-sort") === "ascending", "the column says its order");
      await rows(page).first().waitFor();
      await head.getByRole("button").click();
      await until(async () => await head.getAttribute("aria-sort") === "descending", "the other way round");
      await page.goBack();
      await page.goBack();
      await until(() => !page.url().includes("sort="), "the newest first again");
      await page.getByRole("button", { name: "Clear the filter" }).click();
      await until(() => page.url().endsWith("#/audit"), "the filter is empty again");
      await page.goBack();
      await until(() => page.url().includes("outcome=unauthenticated"), "back goes to the filter before");

      await page.locator("label.filter-outcome select").selectOption("");
      await page.locator("label.filter-operation input").fill("");
      await page.locator("label.filter-path input").fill("<b>secret");
      await rows(page).filter({ hasText: "<b>secret</b>" }).first().waitFor();
      await page.locator("label.filter-from input").fill("2099-01-01T00:00");
      await page.locator(".notice-title:text('No row matches this filter')").waitFor();
      await page.locator(".notice").getByRole("button", { name: "Clear the filter" }).click();
      await rows(page).first().waitFor();
    },
  },
  {
    name: "rows are sentences with the names that people see, the call beneath, also of what came by a link",
    async run(stage) {
      const { cookies } = await stage.server.call("loginguest", { userid: USER, password: PASSWORD });
      await stage.server.call("createfolder", { path: `/${USER}`, name: "For sentences" }, cookies);
      const { reply } = await stage.server.call("quickshare", { sharelocation: `/${USER}/For sentences` }, cookies);
      const made = await stage.server.call("updateshare", { shareid: reply.share[0].shareid, allowpublicaccess: 1 }, cookies);
      const share = made.reply.share[0];
      await stage.server.call("getfilelist", { path: share.linkpath });
      const page = await adminPage(stage, "#/audit?path=For+sentences");
      const row = rows(page).filter({ hasText: "created the folder For sentences" }).first();
      same(await row.locator(".cell-operation .entry-facts").textContent(), `createfolder /${USER}/For sentences`, "the call beneath");
      await page.goto(`${stage.server.base}/admin/#/audit?user=link:${share.shareid}`);
      await rows(page).filter({ hasText: "A visitor by the link \u201cFor sentences\u201d opened" }).first().waitFor();
      await rows(page).first().click();
      await page.getByRole("button", { name: "Only this program" }).click();
      await until(() => page.url().includes("agent="), "what this program did");
      await rows(page).first().waitFor();
      await stage.server.call("deleteshare", { shareid: share.shareid }, cookies);
      await page.goto(`${stage.server.base}/admin/#/audit?path=For+sentences&operation=deleteshare`);
      const ended = rows(page).filter({ hasText: "ended the share of For sentences" }).first();
      same(await ended.locator(".cell-operation .entry-facts").textContent(), `deleteshare shareid=${share.shareid} = /${USER}/For sentences`, "a call about a share names both");
      await stage.server.call("deletefile", { path: `/${USER}`, name: "For sentences" }, cookies);
    },
  },
  {
    name: "times filter to the minute on the clock of the browser",
    async run(stage) {
      const page = await adminPage(stage, "#/audit");
      await rows(page).first().waitFor();
      /** The value of the field for a time this many minutes from now. @param {number} minutes */
      const field = (minutes) => page.evaluate((shift) => {
        const time = new Date(Date.now() + shift * 60_000);
        const two = (number) => String(number).padStart(2, "0");
        return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}T${two(time.getHours())}:${two(time.getMinutes())}`;
      }, minutes);
      /** @param {"from" | "to"} name @param {number} minutes @param {boolean} isFull whether rows are found */
      const filtered = async (name, minutes, isFull) => {
        const text = await field(minutes);
        await page.goto(`${stage.server.base}/admin/#/audit?${new URLSearchParams({ [name]: text })}`);
        await until(async () => (await page.locator(`label.filter-${name} input`).inputValue()) === text, `the time ${text} is in the field`);
        await (isFull ? rows(page).first() : page.locator(".notice-title:text('No row matches this filter')")).waitFor();
      };
      await filtered("from", 2, false);
      await filtered("from", -60, true);
      await filtered("to", -60 * 24 * 365, false);
      // The filter ends with this minute, so that the newest rows are included.
      await filtered("to", 0, true);
      same(await page.locator(".notice").count(), 0, "notices");
    },
  },
  {
    name: "the live tail shows what happens, without its own looking",
    async run(stage) {
      const page = await adminPage(stage, "#/audit");
      await rows(page).first().waitFor();
      await page.getByRole("button", { name: "Live" }).click();
      check(page.url().includes("live=1"), `live is in the address: ${page.url()}`);
      await page.locator(".list-status-text:has-text('New rows appear by themselves')").waitFor();
      const before = Number(await rows(page).first().getAttribute("data-key"));
      await adminCall(stage, "getuser", { username: "live-tail-mark" });
      // The page asks for new rows every three seconds.
      await rows(page).filter({ hasText: "live-tail-mark" }).first().waitFor();
      const newest = await rows(page).evaluateAll((list, from) => list
        .filter((row) => Number(row.dataset.key) > from).map((row) => row.querySelector(".cell-operation .entry-facts")?.textContent), before);
      check(newest.some((call) => call?.startsWith("getuser")) && !newest.some((call) => call?.startsWith("getaudit")), `new rows are what others did: ${newest}`);
      await page.getByRole("button", { name: "Live" }).click();
      await until(() => !page.url().includes("live=1"), "live is off");
      await rows(page).filter({ hasText: "getaudit" }).first().waitFor();
    },
  },
  {
    name: "the chain is verified up to the newest row; a broken one is told",
    async run(stage) {
      const page = await adminPage(stage, "#/audit");
      await page.locator(".chain.is-whole:has-text('Chain verified up to row')").waitFor();
      const verified = Number(/row ([\d]+)/.exec(await page.locator(".chain").textContent())[1]);
      check(verified > 0, "it names a row");
      await page.getByRole("button", { name: "Verify again" }).click();
      await until(async () => Number(/row ([\d]+)/.exec(await page.locator(".chain").textContent())?.[1] ?? 0) > verified, "it has gone on");
      await page.route("**/admin/verifyaudit", (route) => route.fulfill({
        contentType: "application/json",
        body: JSON.stringify({ verification: [{ rows: 11, newestid: 11, brokenat: "12", secondstaken: "0.0" }] }),
      }));
      await page.getByRole("button", { name: "Verify again" }).click();
      await page.locator(".chain.is-broken:has-text('broken at row 12')").waitFor();
      await accessible(page, "a broken chain");
    },
  },
  {
    name: "thousands of rows are scrolled through while new ones are written",
    async run(stage) {
      // A page has 200 rows, so these calls fill several pages.
      for (let round = 0; round < 40; round += 1) {
        await Promise.all(Array.from({ length: 30 }, () => stage.server.call("serverinfo", {})));
      }
      const page = await adminPage(stage, "#/audit");
      await rows(page).first().waitFor();
      const total = Number((await page.locator(".list-status-text").textContent()).replace(/\D/g, ""));
      check(total > 1200, `there are many rows: ${total}`);
      const list = page.locator(".table-list .list");
      await list.focus();
      await page.keyboard.press("Home");
      /** @type {Set<string>} */
      const seen = new Set();
      for (let top = 0; ; top += 500) {
        // The list draws in the frame after the scrolling.
        await list.evaluate((element, to) => new Promise((resolve) => {
          element.scrollTop = to;
          requestAnimationFrame(() => requestAnimationFrame(resolve));
        }), top);
        if (top % 3000 === 0) await stage.server.call("serverinfo", {});
        await until(async () => (await page.locator(".table-list .is-missing").count()) === 0, `the rows at ${top} are loaded`);
        for (const key of await rows(page).evaluateAll((all) => all.map((row) => row.dataset.key))) seen.add(key);
        if (await list.evaluate((element) => element.scrollTop + element.clientHeight >= element.scrollHeight - 2)) break;
      }
      const ids = [...seen].map(Number).sort((a, b) => a - b);
      same(ids.length, total, "rows that were seen");
      same(ids[0], 1, "the oldest row");
      check(ids.every((id, at) => id === at + 1), "no row is missing");
      const [last] = (await adminCall(stage, "getaudit", { limit: 1 })).log;
      check(Number(last.id) > total, "rows came on top meanwhile");
    },
  },
];
