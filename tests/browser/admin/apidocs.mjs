// The API documentation: finding an operation, reading about it, and trying it.

import { execFileSync, execSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PASSWORD, USER, accessible, check, noSideways, same, until } from "../harness.mjs";
import { adminPage, signInAdmin } from "./steps.mjs";

/** @param {import("playwright-core").Page} page @param {string} label */
async function sample(page, label) {
  await page.getByRole("tab", { name: label, exact: true }).click();
  return page.locator("[role=tabpanel]:not([hidden]) pre").first().textContent();
}

export const scenarios = [
  {
    name: "the documentation is open to everybody, is searched and has an address for every operation",
    async run(stage) {
      const page = await stage.page({ guest: true });
      await page.goto(`${stage.server.base}/apidocs`);
      await page.locator("h1:text('Talk to your cloud')").waitFor();
      await accessible(page, "the first page of the documentation");
      await page.keyboard.press("/");
      await page.keyboard.type("createf folder");
      await page.locator(".docs-link[data-operation='core/createfolder']").waitFor();
      check((await page.locator(".docs-link").count()) < 8, "the search narrows");
      await until(() => page.url().includes("q=createf"), "the search is in the address");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.locator(".docs-page h1 code:text-is('createfolder')").waitFor();
      check(page.url().includes("#/core/createfolder"), `it has an address: ${page.url()}`);
      await accessible(page, "an operation");
      await page.getByLabel("Search the API").fill("nothing is called this");
      await page.locator(".docs-none").waitFor();
      await page.goto(`${stage.server.base}/apidocs/#/core/nosuchthing`);
      await page.locator(".notice-title:has-text('There is no operation')").waitFor();
      const [download] = await (async () => {
        await page.goto(`${stage.server.base}/apidocs/#/`);
        return Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download the OpenAPI document" }).click()]);
      })();
      same(download.suggestedFilename(), "cloudlet-openapi.json", "the name of the description");
    },
  },
  {
    name: "people find the documentation from their account's page",
    async run(stage) {
      const page = await stage.page({});
      await stage.open(page, "#/me");
      const note = page.getByText("For programs:");
      await note.scrollIntoViewIfNeeded();
      same(new URL(await note.getByRole("link", { name: "OpenAPI document" }).getAttribute("href"), page.url()).pathname, "/openapi.json", "the address of the document");
      await note.getByRole("link", { name: "How that works" }).click();
      await page.locator("h1:text('Talk to your cloud')").waitFor();
    },
  },
  {
    name: "every operation has a page with samples, on a narrow screen too",
    async run(stage) {
      const page = await stage.page({ guest: true, phone: true, width: 320 });
      await page.goto(`${stage.server.base}/apidocs/#/list`);
      await page.locator(".docs-link").first().waitFor();
      await noSideways(page, "the index");
      const operations = await page.locator(".docs-link[data-operation]").evaluateAll((links) => links.map((link) => link.dataset.operation));
      check(operations.length > 40, `there are operations: ${operations.length}`);
      /** @type {string[]} */
      const programs = [];
      /** @type {string[]} */
      const scripts = [];
      for (const operation of operations) {
        await page.evaluate((id) => { location.hash = `#/${id}`; }, operation);
        await page.locator(`.docs-page h1 code:text-is('${operation.split("/")[1]}')`).waitFor();
        await noSideways(page, operation);
        const { isWide, samples } = await page.locator(".docs-content").evaluate((element) => ({
          isWide: element.scrollWidth > element.clientWidth + 1,
          samples: [...element.querySelectorAll("[role=tabpanel] pre")].slice(0, 4).map((one) => one.textContent),
        }));
        check(!isWide, `${operation} scrolls sideways`);
        same(samples.filter((text) => text.includes(operation)).length, 4, `samples that call ${operation}`);
        programs.push(samples[1]);
        scripts.push(samples[3]);
      }
      // Python must accept the samples for Python.
      execFileSync("python3", ["-c", "import json, sys\nfor text in json.load(sys.stdin): compile(text, text, 'exec')"], { input: JSON.stringify(programs) });
      // JavaScript must accept the samples for JavaScript. Imports are removed, because the samples
      // are read as functions.
      const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
      for (const text of scripts) new AsyncFunction(text.replace(/^import .*$/gm, ""));
      await page.getByRole("button", { name: "All operations" }).click();
      await page.locator(".docs-link").first().waitFor();
    },
  },
  {
    name: "try it: a call with the present session shows the real reply; a changing one asks before",
    async run(stage) {
      stage.expected = [/401/];
      stage.folder("tried");
      const page = await stage.page();
      await page.goto(`${stage.server.base}/apidocs/#/core/getfilelist`);
      await page.locator(".docs-session:has-text('as the user anna')").waitFor();
      const path = page.getByLabel("path", { exact: true });
      same(await path.inputValue(), "/anna", "what is filled in already");
      // The folder of all scenarios is long. Without a limit, only its beginning is listed.
      await page.getByLabel("limit", { exact: true }).fill("-1");
      await page.getByRole("button", { name: "Call getfilelist" }).click();
      await page.locator(".docs-reply-facts:has-text('Status 200')").waitFor();
      const reply = JSON.parse(await page.locator(".docs-reply pre").textContent());
      check(reply.entry.some((entry) => entry.name === "tried"), "the reply is real");
      await page.getByLabel("Format of the reply").selectOption("xml");
      await page.getByRole("button", { name: "Call getfilelist" }).click();
      await page.locator(".docs-reply pre:has-text('<entries>')").waitFor();
      await accessible(page, "a reply");

      await page.goto(`${stage.server.base}/apidocs/#/core/createfolder`);
      await page.getByLabel("path", { exact: true }).fill("/anna/tried");
      await page.getByLabel("name", { exact: true }).fill("by 'hand' \u00fc");
      const run = page.getByRole("button", { name: "Call createfolder" });
      await run.click();
      const question = page.locator("dialog[open]:has-text('for real')");
      await accessible(page, "the question before a changing call");
      await question.getByRole("button", { name: "Cancel" }).click();
      check(!existsSync(join(stage.server.data, "files/anna/tried/by 'hand' \u00fc")), "nothing happens without a yes");
      await run.click();
      await question.getByRole("button", { name: "Call it" }).click();
      await page.locator(".docs-reply pre:has-text('\"result\": 1')").waitFor();
      check(existsSync(join(stage.server.data, "files/anna/tried/by 'hand' \u00fc")), "the folder is there");

      // The sample for curl makes the same call with the same values.
      await page.getByLabel("name", { exact: true }).fill("by curl's \u00e4");
      const command = (await sample(page, "curl")).replace("PASSWORD", PASSWORD).replaceAll("cookies.txt", join(stage.server.data, "jar.txt")).replaceAll("curl ", "curl -s ");
      const answer = execSync(command, { encoding: "utf8" });
      check(answer.includes('"result":1'), `the command works: ${answer} ${command}`);
      check(existsSync(join(stage.server.data, "files/anna/tried/by curl's \u00e4")), "and makes its folder");

      // The sample for JavaScript makes the same call, too.
      await page.getByLabel("name", { exact: true }).fill("by \"fetch\" \u00e4");
      const script = join(stage.server.data, "sample.mjs");
      writeFileSync(script, (await sample(page, "JavaScript")).replace("PASSWORD", PASSWORD));
      const printed = execFileSync(process.execPath, [script], { encoding: "utf8" });
      check(printed.includes("result: 1"), `the script works: ${printed}`);
      check(existsSync(join(stage.server.data, "files/anna/tried/by \"fetch\" \u00e4")), "and makes its folder");

      // A secret that was typed must be in no sample.
      await page.goto(`${stage.server.base}/apidocs/#/core/updatepassword`);
      await page.getByLabel("oldpassword", { exact: true }).fill("do not show");
      for (const label of ["curl", "Python", "PowerShell", "JavaScript"]) check(!(await sample(page, label)).includes("do not show"), `${label} shows a secret`);
    },
  },
  {
    name: "try it: a file is sent and another one comes",
    async run(stage) {
      stage.folder("sent");
      const page = await stage.page();
      await page.goto(`${stage.server.base}/apidocs/#/core/upload`);
      await page.getByLabel("path", { exact: true }).fill("/anna/sent");
      await page.getByLabel("filename", { exact: true }).fill("hello.txt");
      await page.getByLabel("File to send").setInputFiles({ name: "hello.txt", mimeType: "text/plain", buffer: Buffer.from("hello there") });
      await page.getByRole("button", { name: "Call upload" }).click();
      await page.locator("dialog[open]").getByRole("button", { name: "Call it" }).click();
      await page.locator(".docs-reply pre:text-is('OK')").waitFor();
      await page.goto(`${stage.server.base}/apidocs/#/core/downloadfile`);
      await page.getByLabel("filepath", { exact: true }).fill("/anna/sent/hello.txt");
      await page.getByRole("button", { name: "Call downloadfile" }).click();
      await page.locator(".docs-reply pre:text-is('hello there')").waitFor();
      await page.getByRole("link", { name: "Download", exact: true }).waitFor();
    },
  },
  ...[["en-GB", "Answers", "may be missing", "10 without it"], ["de-DE", "Was kommen kann", "kann fehlen", "ohne Angabe 10"]].map(([language, title, missing, preset]) => ({
    name: `the page of an operation says what can come back, by status and by field (${language})`,
    /** @param {import("../harness.mjs").Stage} stage */
    async run(stage) {
      const page = await stage.page({ guest: true, language });
      await page.goto(`${stage.server.base}/apidocs/#/core/getfilelist`);
      const part = page.getByRole("region", { name: title, exact: true });
      await part.waitFor();
      const statuses = await part.locator(".docs-statuses dt").allTextContents();
      for (const status of ["200", "400", "401", "415", "503"]) check(statuses.includes(status), `${status} is not among ${statuses}`);
      await part.locator("summary:has-text('entry')").click();
      const fields = await part.locator("details[open] .docs-fields dt").allTextContents();
      check(fields.some((text) => text.startsWith("fullsize integer")), `the size is a number: ${fields}`);
      check(fields.some((text) => text.endsWith(missing)), `some may be missing: ${fields}`);
      await page.locator(`.parameter:has-text('limit'):has-text('${preset}')`).first().waitFor();
      await accessible(page, "what can come back");
      await page.goto(`${stage.server.base}/apidocs/#/core/upload`);
      await part.locator(".docs-statuses dd:has-text('text/plain')").first().waitFor();
    },
  })),
  {
    name: "one signs in on the page of an operation that needs it; the administration links to the documentation",
    async run(stage) {
      stage.expected = [/401/];
      const page = await stage.page({ guest: true });
      await page.goto(`${stage.server.base}/apidocs/#/admin/getstats`);
      await page.locator(".docs-session:has-text('not signed in as an administrator')").waitFor();
      await page.getByRole("button", { name: "Call getstats" }).click();
      await page.locator(".docs-reply-facts.is-failed:has-text('401')").waitFor();
      await page.locator(".docs-session").getByRole("button", { name: "Sign in" }).click();
      const dialog = page.locator("dialog[open]");
      await accessible(page, "signing in over the documentation");
      await dialog.locator("input[name=userid]").fill(USER);
      await dialog.locator("input[name=password]").fill(PASSWORD);
      await page.keyboard.press("Enter");
      await page.locator(".docs-session:has-text('as the administrator anna')").waitFor();
      await page.getByRole("button", { name: "Call getstats" }).click();
      await page.locator(".docs-reply pre:has-text('totalusers')").waitFor();

      const admin = await adminPage(stage, "");
      await admin.locator(".rail [data-place=api]").click();
      await admin.locator("h1:text('Talk to your cloud')").waitFor();
      check(new URL(admin.url()).pathname === "/apidocs/", `it is at its address: ${admin.url()}`);
      await admin.locator(".rail [data-place=users]").click();
      await admin.locator(`.table-list [data-key=${USER}]`).waitFor();
    },
  },
  {
    name: "an administrator works on users' data from the documentation",
    async run(stage) {
      stage.folder("by the admin");
      const page = await stage.page({ guest: true });
      await signInAdmin(stage, page);
      await page.goto(`${stage.server.base}/apidocs/#/core/getfilelist`);
      same(await page.getByLabel("adminproxyuserid", { exact: true }).inputValue(), USER, "the administrator's name");
      await page.getByRole("button", { name: "Call getfilelist" }).click();
      await page.locator(".docs-reply pre:has-text('by the admin')").waitFor();
    },
  },
];
