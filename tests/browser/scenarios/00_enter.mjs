// The first run, signing in and out, and a session that ends.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PASSWORD, USER, accessible, check, noSideways, row, same, signIn, until } from "../harness.mjs";

export const scenarios = [
  {
    name: "the first run makes the first administrator",
    async run(stage) {
      const page = await stage.page({ guest: true });
      await page.goto(`${stage.server.base}/`);
      const code = page.locator("input[name=code]");
      await code.waitFor();
      await accessible(page, "the set-up page");
      await code.fill("wrong-code");
      await page.locator("input[name=userid]").fill(USER);
      await page.locator("input[name=password]").fill("short");
      await page.keyboard.press("Enter");
      await page.locator(".field-error:text('This password is too short')").waitFor();
      await page.locator("input[name=password]").fill(PASSWORD);
      await page.keyboard.press("Enter");
      // The message is at the field that is wrong, and this field has the focus.
      await page.locator(".field:has(input[name=code]) .field-error:has-text('find it in the server')").waitFor();
      await page.locator("input[name=code]:focus").waitFor();
      await code.fill(stage.server.code());
      await page.keyboard.press("Enter");
      await page.locator(".notice-title:text('Your cloud is ready')").waitFor();
      await page.reload();
      await page.locator(".notice-title:text('Your cloud is ready')").waitFor();
    },
  },
  {
    name: "signing in tells what is wrong, signing out ends it",
    async run(stage) {
      const page = await stage.page({ guest: true });
      await page.goto(`${stage.server.base}/ui/core/index.html`);
      await page.locator("input[name=userid]").waitFor();
      await accessible(page, "the sign-in page");
      await page.keyboard.press("Enter");
      await page.locator(".field-error:text('Please enter the user name')").waitFor();
      await page.locator("input[name=userid]").fill(USER);
      await page.locator("input[name=password]").fill("not it");
      await page.keyboard.press("Enter");
      await page.locator(".form-error:text('The user name or the password is not right')").waitFor();
      await signIn(page);
      await page.getByRole("link", { name: "My account" }).first().click();
      await page.locator(".session").first().waitFor();
      await page.locator(".account").click();
      // A background call of the page may come after the end of the session.
      stage.expected.push(/status of 401/);
      await page.locator(".menu-label:text-is('Sign out')").click();
      await page.locator("input[name=userid]").waitFor();
      await page.goBack();
      await page.reload();
      await page.locator("input[name=userid]").waitFor();
    },
  },
  {
    name: "an ended session asks again and leads back",
    async run(stage) {
      stage.expected = [/401/];
      writeFileSync(join(stage.folder("again/inner"), "here.txt"), "here");
      const page = await stage.page({ guest: true });
      await page.goto(`${stage.server.base}/#/files/again`);
      await signIn(page);
      await row(page, "inner").waitFor();
      await page.context().clearCookies();
      await row(page, "inner").locator(".entry-link").click();
      const dialog = page.locator("dialog.again");
      await dialog.waitFor();
      await dialog.locator("text=Your session has ended").waitFor();
      same(await dialog.locator("input[name=userid]").inputValue(), USER, "who is asked for");
      await accessible(page, "signing in again");
      await dialog.locator("input[name=password]").fill(PASSWORD);
      await page.keyboard.press("Enter");
      await row(page, "here.txt").waitFor();
      check(page.url().endsWith("#/files/again/inner"), `it leads back, not to ${page.url()}`);
    },
  },
  {
    name: "a second browser can be signed out from the account's page",
    async run(stage) {
      stage.expected = [/401/];
      const other = await stage.page({ guest: true });
      await other.goto(`${stage.server.base}/`);
      await signIn(other);
      const page = await stage.page();
      await stage.open(page, "#/me");
      await page.locator(".session").first().waitFor();
      check((await page.locator(".session .tag:text('this session')").count()) === 1, "one session is this one");
      const before = await page.locator(".session").count();
      check(before > 1, "the other session is listed");
      await page.getByRole("button", { name: "Sign out everywhere else" }).click();
      await page.locator("dialog").getByRole("button", { name: "Sign out everywhere else" }).click();
      await until(async () => (await page.locator(".session").count()) === 1, "the others are gone");
      await other.reload();
      await other.locator("input[name=userid]").waitFor();
    },
  },
  {
    name: "name, password, language and theme can be changed",
    async run(stage) {
      const page = await stage.page();
      await stage.open(page, "#/me");
      await page.locator("text=free").first().waitFor();
      await page.getByLabel("Display name").fill("Anna <b>A.</b>");
      await page.getByRole("button", { name: "Save" }).click();
      await page.locator(".toast:has-text('Your display name is saved')").waitFor();
      await page.locator(".account-name:text('Anna <b>A.</b>')").waitFor();
      await page.getByLabel("Current password").fill("wrong");
      await page.getByLabel("New password").fill(PASSWORD);
      await page.getByRole("button", { name: "Change the password" }).click();
      await page.locator(".field-error:text('The old password is not right')").waitFor();
      await page.getByLabel("Current password").fill(PASSWORD);
      await page.getByRole("button", { name: "Change the password" }).click();
      await page.locator(".toast:has-text('Your password is changed')").waitFor();
      await page.getByLabel("Appearance", { exact: true }).selectOption("dark");
      same(await page.evaluate(() => document.documentElement.dataset.theme), "dark", "the theme");
      await page.reload();
      same(await page.evaluate(() => document.documentElement.dataset.theme), "dark", "the theme after a reload");
      await page.getByLabel("Language", { exact: true }).selectOption("de");
      await page.locator("h2:text('Sprache und Aussehen')").waitFor();
      same(await page.evaluate(() => document.documentElement.lang), "de", "the language");
      await noSideways(page, "the account's page");
    },
  },
];
