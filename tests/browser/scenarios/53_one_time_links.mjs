// One-time links. An administrator passes one on, and the person who has it chooses a password.

import { accessible, check, noSideways, same, signIn } from "../harness.mjs";
import { SECRET, account, adminPage, said, tableRow } from "../admin/steps.mjs";

/** The address of the link that is shown. @param {import("playwright-core").Page} page */
async function shownLink(page) {
  const dialog = page.locator("dialog[open]:has(svg.qr)");
  await dialog.waitFor();
  await accessible(page, "a link that works once");
  await noSideways(page, "a link that works once");
  return (await dialog.locator("code").textContent()) ?? "";
}

export const scenarios = [
  {
    name: "somebody is invited by a link, chooses a password and is in",
    async run(stage) {
      const page = await adminPage(stage, "#/users");
      await page.getByRole("button", { name: "Add a user" }).first().click();
      const dialog = page.locator("dialog[open]");
      check(await dialog.getByLabel("Invite by a link").isChecked(), "an invitation is the first choice");
      same(await dialog.locator("input[name=password]").isVisible(), false, "a password to type");
      await dialog.locator("input[name=username]").fill("quinn");
      await dialog.getByRole("button", { name: "Add a user" }).click();
      const url = await shownLink(page);
      await page.keyboard.press("Escape");
      await tableRow(page, "quinn").waitFor();

      const phone = await stage.page({ phone: true, guest: true });
      await phone.goto(url);
      await phone.locator("text=Your user name is quinn").waitFor();
      await accessible(phone, "the page of an invitation");
      await noSideways(phone, "the page of an invitation");
      const password = phone.locator("input[name=password]");
      await password.fill("quinn12");
      await phone.locator(".strength:has-text('Easy to guess')").waitFor();
      await phone.getByRole("button", { name: "Set password and begin" }).click();
      await phone.locator(".field-error:has-text('too short')").waitFor();
      await password.fill("green lamps walk at noon");
      await phone.locator(".strength:has-text('Very hard to guess')").waitFor();
      await phone.getByRole("button", { name: "Set password and begin" }).click();
      await phone.locator(".notice-title:text('Your cloud is ready')").waitFor();
      check(!phone.url().includes("link"), `the link stays in the address: ${phone.url()}`);

      const late = await stage.page({ guest: true, language: "de-DE" });
      await late.goto(url);
      await late.locator(".notice-title:has-text('gilt nicht')").waitFor();
      await late.getByRole("button", { name: "Zur Anmeldung" }).click();
      await late.locator("input[name=userid]").waitFor();
    },
  },
  {
    name: "a link for a new password ends the sessions of its account",
    async run(stage) {
      await account(stage, "rosa");
      const rosa = await stage.page({ guest: true });
      await rosa.goto(`${stage.server.base}/`);
      await signIn(rosa, { user: "rosa", password: SECRET });
      await rosa.locator(".shell").waitFor();
      const page = await adminPage(stage, "#/users/rosa", { language: "de-DE", dark: true });
      await page.locator(".panel").getByRole("button", { name: "Link erstellen" }).click();
      const url = await shownLink(page);
      const other = await stage.page({ guest: true });
      await other.goto(url);
      await other.locator("input[name=password]").fill("another password, longer");
      await other.getByRole("button", { name: "Set new password" }).click();
      await other.locator(".shell").waitFor();
      await rosa.reload();
      await rosa.locator("input[name=userid]").waitFor();
    },
  },
  {
    name: "a list of users is looked at line by line before it is imported, and exported again",
    async run(stage) {
      const page = await adminPage(stage, "#/users");
      await page.getByRole("button", { name: "Import and export" }).click();
      await page.locator(".menu-label:text-is('Import a list')").click();
      const dialog = page.locator("dialog[open]");
      const choose = (/** @type {string} */ text) =>
        dialog.locator("input[type=file]").setInputFiles({ name: "users.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
      await choose("UserName\ncaf\u00e9");
      await dialog.locator(".import-preview:has-text('will be added')").waitFor();
      await choose("UserName;Shoe\nx;1\n");
      await dialog.locator(".form-error:has-text('There is no column')").waitFor();
      await choose("UserName;EmailID\nanna;\nsam;no address\n");
      await dialog.locator(".import-lines li:has-text('anna'):has-text('line 2')").waitFor();
      await dialog.locator(".import-lines li:has-text('sam'):has-text('line 3')").waitFor();
      check(await dialog.getByRole("button", { name: "Import", exact: true }).isDisabled(), "a list with faults can be imported");
      await accessible(page, "faults in a list");
      await noSideways(page, "faults in a list");
      await choose("UserName;EmailID\nsam;sam@example.org\ntess;\n");
      await dialog.locator("text=2 of them have no password").waitFor();
      await dialog.getByRole("button", { name: "Import", exact: true }).click();
      await said(page, "2 users are added").waitFor();
      await tableRow(page, "tess").waitFor();
      await page.getByRole("button", { name: "Import and export" }).click();
      const download = page.waitForEvent("download");
      await page.locator(".menu-label:text-is('Export as a list')").click();
      same((await download).suggestedFilename(), "users.csv", "the name of the list");
    },
  },
];
