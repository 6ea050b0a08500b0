// Information for administrators: what uses the disk, whether the data is intact, and warnings that
// are seen everywhere. Also: connecting another person's phone.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { account, adminCall, adminPage, panelTab, said, tableRow } from "../admin/steps.mjs";
import { USER, accessible, check, noSideways, same, signIn, until } from "../harness.mjs";

/**
 * Changes the answer of an operation to that of a cloud in trouble.
 * @param {import("playwright-core").Page} page @param {string} operation @param {(reply: any) => void} change
 */
async function answered(page, operation, change) {
  await page.route(`**/admin/${operation}`, async (route) => {
    const response = await route.fetch();
    const reply = await response.json();
    change(reply);
    await route.fulfill({ response, json: reply });
  });
}

/** The texts in the rows of a table of numbers. @param {import("playwright-core").Locator} card */
async function table(card) {
  return card.locator(".data-table tbody tr").evaluateAll((rows) =>
    rows.map((row) => [...row.children].map((cell) => cell.textContent.replaceAll("\u00a0", " "))));
}

export const scenarios = [
  {
    name: "the overview tells what takes up the disk, as bars and as tables",
    async run(stage) {
      await account(stage, "hoarder");
      writeFileSync(join(stage.server.folder("hoarder"), "heap.bin"), Buffer.alloc(5 << 20));
      // The check visits every folder, so the large file is counted.
      await adminCall(stage, "startcheck", {});
      await until(async () => (await adminCall(stage, "getchecks", {})).meta.isrunning === 0, "the check ends");
      const page = await adminPage(stage, "#/overview");
      const card = page.locator("section[aria-label='Storage']");
      await card.locator(".lying-bar").waitFor();
      await card.getByRole("button", { name: "As a table" }).click();
      const kinds = await table(card);
      same(kinds.map(([name]) => name),
        ["Files", "Versions", "Recycle bins", "Thumbnails", "Unfinished uploads", "Database", "Everything else", "Free", "In all"], "the kinds");
      const { kind } = await adminCall(stage, "getstorage", {});
      const files = kind.find((one) => one.kind === "files");
      check(files.bytes >= 5 << 20 && files.files >= 1, `the heap is counted: ${JSON.stringify(kind)}`);
      check(Number.parseFloat(kinds[0][1]) >= 5 && kinds[0][1].endsWith(" MB"), `and told: ${kinds[0]}`);
      const users = page.locator("section[aria-label='Storage by user']");
      await users.getByRole("button", { name: "As a table" }).click();
      const row = (await table(users)).find(([name]) => name === "hoarder");
      same(row, ["hoarder", "5 MB", "0 B", "0 B", "0 B", "5 MB", "none"], "what one account holds");
      await page.locator(".volume .meter[aria-valuenow]").waitFor();
      same(await page.locator(".volume .tag").allTextContents(), ["online"], "the state of the volume");
      await accessible(page, "the overview with its tables");
      for (const width of [320, 700]) {
        await page.setViewportSize({ width, height: 740 });
        await noSideways(page, `the overview at ${width} pixels`);
      }

      await page.goto(`${stage.server.base}/admin/#/users`);
      await tableRow(page, "hoarder").locator(".cell-used:has-text('5 MB')").waitFor();
    },
  },
  {
    name: "the overview tells storage, files, people and calls day by day, as charts and as a table",
    async run(stage) {
      const page = await adminPage(stage, "#/overview");
      const card = page.locator("section[aria-label='Day by day']");
      await card.getByText("a day is counted once it has ended").waitFor();
      same(await card.getByRole("button", { name: "As a table" }).isVisible(), false, "a table of nothing");
      await answered(page, "getdailystats", (reply) => {
        reply.day = [
          { date: "2026-02-27", storagebytes: 3 << 20, files: 10, people: 2, calls: 700 },
          { date: "2026-02-28", storagebytes: 4 << 20, files: 11, people: 3, calls: 800 },
          { date: "2026-03-02", storagebytes: 5 << 20, files: 1200, people: 1, calls: 900 },
        ];
      });
      await page.reload();
      const drawings = card.locator(".chart-drawing");
      await drawings.first().waitFor();
      same(await drawings.count(), 4, "charts");
      same(await drawings.first().getAttribute("aria-label").then((text) => text?.replaceAll("\u00a0", " ")), "Storage day by day: 3 MB on 27 Feb 2026, 5 MB on 2 Mar 2026.", "what is heard of a chart");
      same(await drawings.first().locator(".chart-bar").count(), 4, "a day without numbers has its place");
      same(await drawings.first().locator("rect.bar-answered").count(), 3, "and no bar");
      same(await card.locator(".chart-scale").first().locator("span").allTextContents().then((texts) => texts.map((text) => text.replaceAll("\u00a0", " "))), ["5 MB", "2.5 MB", "0"], "the scale");
      await accessible(page, "the charts of the days");
      await card.getByRole("button", { name: "As a table" }).click();
      same((await table(card))[0], ["2 Mar 2026", "5 MB", "1,200", "1", "900"], "the newest day");
      same((await table(card)).length, 3, "days in the table");
      await accessible(page, "the days as a table");
      for (const width of [320, 700, 1280]) {
        await page.setViewportSize({ width, height: 740 });
        await noSideways(page, `the days at ${width} pixels`);
      }
    },
  },
  {
    name: "what a check finds damaged leads to the versions of the file, or to its owner",
    async run(stage) {
      mkdirSync(stage.folder("damaged here"), { recursive: true });
      writeFileSync(join(stage.folder("damaged here"), "letter.txt"), "Dear all");
      const page = await adminPage(stage, "#/overview");
      const words = "is damaged: its content changed although nothing wrote to it. Restore it from a backup and check the disk";
      await answered(page, "getchecks", (reply) => {
        const check = { kind: "deep", beganepochutc: 1_700_000_000, endedepochutc: 1_700_000_100, files: 9, compared: 9, taken: 0, mended: 0, wrong: 3, failure: "" };
        reply.check = [{ ...reply.check?.[0], ...check, findings: [`/${USER}/damaged here/letter.txt ${words}`, `/bert/x is damaged: y.txt ${words}`, "database: a page is wrong"].join("\n") }];
      });
      await page.reload();
      const line = page.locator("[data-check='deep']");
      await line.getByRole("link", { name: "bert\u2019s account" }).waitFor();
      same(await line.locator("li a").count(), 2, "what is no file leads nowhere");
      await accessible(page, "damaged files that lead somewhere");
      await line.getByRole("link", { name: "Show the versions of letter.txt" }).click();
      // The administrator has not signed in to the files in this browser.
      await signIn(page);
      await page.getByRole("tab", { name: "Versions", selected: true }).waitFor();
      await page.locator(".panel", { hasText: "letter.txt" }).waitFor();
    },
  },
  {
    name: "a check is begun in the overview, and what it finds is told everywhere until it is mended",
    async run(stage) {
      const left = join(stage.server.data, "files/.cloudlet/trash/0123456789abcdef01234567");
      writeFileSync(left, "x");
      const page = await adminPage(stage, "#/overview");
      const card = page.locator("section[aria-label='Checks and backups']");
      const line = (kind) => card.locator(`[data-check='${kind}']`);
      await card.getByRole("button", { name: "Check now" }).click();
      await card.locator("text=Checking since").waitFor();
      await line("quick").locator("text=1 problem").waitFor();
      await line("quick").locator("text=recycle bin: 0123456789abcdef01234567 lies on the disk without a row").waitFor();
      await line("quick").locator(".advice:has-text('restart the server')").waitFor();
      const banner = page.locator(".banner:has-text('The last check found 1 problem')");
      await banner.waitFor();
      await accessible(page, "the overview with something wrong");
      await page.setViewportSize({ width: 320, height: 740 });
      await noSideways(page, "the overview with something wrong");
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.locator(".rail").getByRole("link", { name: "Users" }).click();
      await page.locator(".table-list").waitFor();
      await banner.getByRole("link", { name: "Show in the overview" }).click();
      await line("quick").waitFor();
      await banner.getByRole("button", { name: "Put aside" }).click();
      await banner.waitFor({ state: "detached" });
      await page.reload();
      await banner.waitFor();

      rmSync(left);
      await card.getByRole("button", { name: "Check every byte" }).click();
      await line("deep").locator("text=Intact:").waitFor({ timeout: 60_000 });
      await card.getByRole("button", { name: "Check now" }).click();
      await line("quick").locator("text=Intact:").waitFor();
      await banner.waitFor({ state: "detached" });
      same((await adminCall(stage, "getaudit", { operation: "check", limit: 1 })).log[0].outcome, "ok", "the audit log says so");

      // A link leads from the check to the setting for its schedule.
      await line("deep").locator("text=Not scheduled").waitFor();
      await line("deep").getByRole("link", { name: "Change the schedule" }).click();
      const setting = page.locator("[data-setting='deep_check_days']");
      await setting.waitFor();
      same(await page.locator("[data-setting]").count(), 1, "settings shown");
      await setting.locator("input").fill("30");
      await setting.getByRole("button", { name: /^Save/ }).click();
      await said(page, "Days between deep checks").waitFor();
      await page.goBack();
      await line("deep").locator("text=Every 30 days; the next one").waitFor();
      await adminCall(stage, "setsetting", { name: "deep_check_days", value: "" });
    },
  },
  {
    name: "a disk that is full, nearly full, read-only or gone is told on every view, in German too",
    async run(stage) {
      const page = await adminPage(stage, "#/settings", { language: "de-DE", dark: true });
      await page.locator(".setting").first().waitFor();
      same(await page.locator(".banner").count(), 0, "banners while all is well");
      await answered(page, "getvolumes", (reply) => {
        const [first] = reply.volume;
        first.fullness = "nearly";
        reply.volume.push(
          { ...first, id: "a", path: "/mnt/voll", fullness: "full" },
          { ...first, id: "b", path: "/mnt/lesbar", state: "readonly" },
          { ...first, id: "c", path: "/mnt/weg", state: "offline", reason: "The volume is not there.", totalbytes: 0, freebytes: 0, filesystem: "" },
          { ...first, id: "d", path: "/mnt/stick", fullness: "fine", filesystem: "exfat", capabilities: "", namebytesmax: 143, timestepns: 2e9 },
          { ...first, id: "e", path: "/mnt/ruht", fullness: "fine", state: "waking", reason: "The disk is waking up." },
          { ...first, id: "f", path: "/mnt/haengt", fullness: "fine", state: "silent", reason: "The disk has not answered since noon." });
      });
      await answered(page, "getchecks", (reply) => Object.assign(reply.meta, { backupto: "/mnt/usb", backupeveryhours: 24, lastbackupepochutc: Date.now() / 1000 - 5 * 24 * 3600 }));
      await page.reload();
      await page.locator(".banner").nth(5).waitFor();
      const told = await page.locator(".banner strong").allTextContents();
      const place = join(stage.server.data, "files");
      same(told.slice(0, 5), [
        `Die Platte unter ${place} ist fast voll.`, "Die Platte unter /mnt/voll ist voll.",
        "Die Platte unter /mnt/lesbar lässt sich nur lesen.", "Der Speicher unter /mnt/weg ist nicht da.",
        "Die Platte unter /mnt/haengt antwortet nicht.",
      ], "what is told");
      check(told[5]?.startsWith("Die letzte Sicherung ist von"), `and the late backup: ${told[5]}`);
      await accessible(page, "the settings with banners");
      await page.goto(`${stage.server.base}/admin/#/overview`);
      await page.locator(".volume").nth(6).waitFor();
      same(await page.locator(".volume .tag").allTextContents(), ["verbunden", "verbunden", "nur lesbar", "nicht da", "verbunden", "wacht auf", "antwortet nicht"], "the states");
      await page.locator(".volume").nth(5).locator("text=Eine ruhende Platte kann eine halbe Minute brauchen").waitFor();
      await page.locator(".volume").nth(6).locator("text=has not answered since noon").waitFor();
      await page.locator(".volume").nth(4).locator("text=Namen bis 143 Bytes, Zeiten in Schritten von 2 s").waitFor();
      same(await page.locator(".volume").nth(4).locator(".volume-lacks li").count(), 11, "what a stick cannot do");
      await page.locator(".volume").nth(3).locator("text=The volume is not there.").waitFor();
      await accessible(page, "the overview with banners");
      await page.setViewportSize({ width: 320, height: 740 });
      await noSideways(page, "the overview with banners");
      // The view below is still visible, however many warnings there are.
      check((await page.locator(".main").boundingBox()).height > 200, "the view has room");
    },
  },
  {
    name: "the administrator shows a code that connects somebody's phone, and signs that out again",
    async run(stage) {
      stage.expected = [/401/];
      await account(stage, "grandma", { displayname: "Grand Ma" });
      const page = await adminPage(stage, "#/users/grandma");
      await panelTab(page, "Sessions").click();
      const panel = page.locator(".panel");
      await panel.locator("text=Not signed in anywhere").waitFor();
      await panel.getByLabel("Name of the device").fill("Grandma's tablet");
      await panel.getByRole("button", { name: "Show a code" }).click();
      const dialog = page.locator("dialog[open]");
      await dialog.locator("svg.qr").waitFor();
      await dialog.locator("text=signed in as Grand Ma").waitFor();
      await dialog.locator("text=/Valid until .*, [45]:\\d\\d left/").waitFor();
      await accessible(page, "the code for somebody's phone");
      await page.setViewportSize({ width: 320, height: 700 });
      await noSideways(page, "the code for somebody's phone");
      await page.setViewportSize({ width: 1280, height: 800 });
      const link = await dialog.locator(".pairing-link code").textContent();

      const phone = await stage.page({ phone: true, guest: true });
      await phone.goto(link);
      await phone.getByRole("button", { name: "Connect" }).click();
      await phone.locator(".shell").waitFor();
      const [user] = (await stage.server.call("getauthenticationinfo", {}, (await phone.context().cookies()).map((one) => `${one.name}=${one.value}`).join("; "))).reply.info;
      same(user.profile, "grandma", "whose phone it is");

      await dialog.getByRole("button", { name: "Close" }).click();
      const session = panel.locator(".session:has-text(\"Grandma's tablet\")");
      await session.waitFor();
      await session.getByRole("button").click();
      await session.waitFor({ state: "detached" });
      await phone.reload();
      await phone.locator("input[name=userid]").waitFor();
      const [row] = (await adminCall(stage, "getaudit", { operation: "createpairingforuser", limit: 1 })).log;
      check(row.outcome === "ok" && row.object === "grandma", `the audit log names the account: ${JSON.stringify(row)}`);

      // An expired code says so and is replaced by a new one.
      await adminCall(stage, "setsetting", { name: "pairing_seconds", value: "1" });
      await panel.getByRole("button", { name: "Show a code" }).click();
      await dialog.locator("text=This code is no longer valid").waitFor();
      await adminCall(stage, "setsetting", { name: "pairing_seconds", value: "" });
      await dialog.getByRole("button", { name: "Show a new code" }).click();
      await dialog.locator("svg.qr").waitFor();
      check(await dialog.locator(".pairing-link code").textContent() !== link, "another code");

      await adminCall(stage, "updateuser", { profile: "grandma", status: 2 });
      await page.reload();
      await panelTab(page, "Sessions").click();
      await panel.locator("text=This account is disabled").waitFor();
      same(await panel.getByRole("button", { name: "Show a code" }).count(), 0, "ways to a code");
    },
  },
  {
    name: "the audit log shows what was changed or refused, without all that was only read",
    async run(stage) {
      await account(stage, "quiet");
      const page = await adminPage(stage, "#/audit");
      const calls = page.locator(".table-list .list-row .cell-operation .entry-facts");
      const rows = async () => (await calls.allTextContents()).map((call) => call.split(" ")[0]);
      await until(async () => (await rows()).includes("getchecks"), "what is read is shown");
      await page.locator(".filter-changes select").selectOption("1");
      await until(async () => (await rows()).length > 0 && !(await rows()).includes("getchecks"), "and then not");
      check((await rows()).includes("adduser"), `what was changed is: ${await rows()}`);
      check(page.url().includes("changes=1"), `the choice is in the address: ${page.url()}`);
      const href = await page.getByRole("link", { name: "Export" }).getAttribute("href");
      check(href?.includes("changes=1"), `the export has the same rows: ${href}`);
      await page.getByRole("button", { name: "Live" }).click();
      await until(async () => page.url().includes("live=1"), "it is live");
      await adminCall(stage, "updateuser", { profile: "quiet", displayname: "Quite quiet" });
      await page.locator(".table-list .list-row:has-text('updateuser')").first().waitFor();
      check(!(await rows()).includes("getchecks"), "live without what is read, too");
      await accessible(page, "the audit log without what is read");
      await page.setViewportSize({ width: 320, height: 740 });
      await noSideways(page, "the audit log without what is read");
    },
  },
  {
    name: "the overview has the facts of the server; the documentation says whose an operation is and who calls it",
    async run(stage) {
      const page = await adminPage(stage, "#/overview");
      const server = page.getByRole("region", { name: "Server", exact: true });
      await server.locator(".facts").waitFor();
      const facts = Object.fromEntries(await server.locator(".facts > div").evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent))));
      const [version] = (await adminCall(stage, "getversion", {})).version;
      same(facts.Version, version.localbuild, "the version");
      check(/\d/.test(facts.Memory) && /MB$/.test(facts.Memory), `the memory: ${facts.Memory}`);
      check(/second|minute|hour/.test(facts["Running for"]), `the uptime: ${facts["Running for"]}`);
      const addresses = await page.getByRole("region", { name: "Addresses", exact: true }).locator("a").allTextContents();
      check(addresses.includes(`${stage.server.base}/`), `the addresses: ${addresses}`);

      /** @param {string} operation */
      const about = async (operation) => {
        await page.goto(`${stage.server.base}/apidocs/#/${operation}`);
        await page.locator(`.docs-page h1 code:text-is('${operation.split("/")[1]}')`).waitFor();
        return page.locator(".docs-facts").textContent();
      };
      const ours = await about("admin/getstorage");
      check(/FileCloud does not have it/.test(ours ?? ""), `of our own: ${ours}`);
      const known = await about("core/getfilelist");
      check(/Python/.test(known ?? ""), `who calls it: ${known}`);
      const reply = page.locator("section[aria-label='Sample reply'], .docs-part").last();
      check((await reply.textContent())?.includes("entries"), "a real reply of it");
    },
  },
];
