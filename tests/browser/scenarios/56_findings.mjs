// Entries that the server skips, and entries that a backup lacks. Administrators see each of them
// with the remedy.

import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { account, adminCall, adminPage, SECRET } from "../admin/steps.mjs";
import { accessible, check, noSideways, same } from "../harness.mjs";

const LINKED = ["linked-a", "linked-b", "linked-c"];

export const scenarios = [
  {
    name: "three things need a look: each is told with its path, the reason and what to do, until it is mended",
    async run(stage) {
      const home = (name) => join(stage.server.data, "files", name);
      for (const name of LINKED) {
        await account(stage, name);
        rmSync(home(name), { recursive: true, force: true });
        symlinkSync("/nowhere", home(name));
        const { reply } = await stage.server.call("loginguest", { userid: name, password: SECRET });
        check(/symbolic link/.test(reply.command[0].message), `${name} is told: ${reply.command[0].message}`);
      }
      try {
        same((await adminCall(stage, "getfindings", {})).finding.length, 3, "findings");
        const page = await adminPage(stage, "#/overview");
        const findings = page.locator("[data-check='findings']");
        await findings.locator("text=3 things need a look").waitFor();
        const items = findings.locator("details li");
        same(await items.count(), 3, "things that are listed");
        for (const [index, name] of LINKED.entries()) {
          const item = items.nth(index);
          await item.locator(`bdi:text-is(${JSON.stringify(home(name))})`).waitFor();
          await item.locator("text=Not changed: a symbolic link is in the way.").waitFor();
          await item.locator("text=Replace the link by its target").waitFor();
        }
        await page.locator(".banner:has-text('3 things need a look.')").waitFor();
        await accessible(page, "the overview with things that need a look");
        await page.setViewportSize({ width: 320, height: 740 });
        await noSideways(page, "the overview with things that need a look");

        await findings.getByRole("button", { name: `Put aside: ${home(LINKED[0])}` }).click();
        await findings.locator("text=2 things need a look").waitFor();

        const german = await adminPage(stage, "#/users", { language: "de-DE" });
        const banner = german.locator(".banner").filter({ hasText: /2 Sachen sind zu prüfen/ });
        await banner.waitFor();

        for (const name of LINKED) rmSync(home(name));
        await page.reload();
        await page.locator("[data-check='backup']").waitFor();
        same(await findings.count(), 0, "things that need a look after they were mended");
        same(await page.locator(".banner:has-text('need a look')").count(), 0, "banners about them");
      } finally {
        for (const name of LINKED) {
          rmSync(home(name), { force: true, recursive: true });
          mkdirSync(home(name), { recursive: true });
          await adminCall(stage, "deleteuser", { profile: name });
        }
      }
    },
  },
  {
    name: "a backup that lacks something says what, and that it is there",
    async run(stage) {
      const page = await adminPage(stage, "#/settings");
      const now = Math.floor(Date.now() / 1000);
      await page.route("**/admin/getchecks", async (route) => {
        const response = await route.fetch();
        const reply = await response.json();
        Object.assign(reply.meta, {
          backupto: "/backups", lastbackupepochutc: now, backupendedepochutc: now, backupfailure: "", backupexceptions: 3,
          backupfindings: "files/anna/closed: the server may not open it\nfiles/anna/film.mkv: the disk cannot read or write it",
        });
        await route.fulfill({ response, json: reply });
      });
      await page.goto(`${stage.server.base}/admin/#/overview`);
      await page.reload();
      const row = page.locator("[data-check='backup']");
      await row.locator(".findings").waitFor();
      same(await row.locator("details li").allTextContents(), [
        "files/anna/closed: the server may not open it", "files/anna/film.mkv: the disk cannot read or write it",
      ], "what the backup lacks");
      await row.locator("text=/\\b3\\b/").first().waitFor();
      await row.locator(".findings .field-hint").waitFor();
      check(await row.evaluate((element) => element.classList.contains("is-bad")), "the backup needs a look");
      await accessible(page, "the overview with a backup that lacks something");
    },
  },
];
