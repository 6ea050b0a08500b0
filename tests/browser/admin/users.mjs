// Accounts in the administration: adding, finding, changing, disabling and deleting them, and
// ending their sessions.

import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, noSideways, same, signIn, until } from "../harness.mjs";
import { SECRET, account, adminCall, adminPage, panelTab, said, tableRow } from "./steps.mjs";

export const scenarios = [
  {
    name: "the administrator adds a user, who signs in; the audit log shows both",
    async run(stage) {
      const page = await adminPage(stage, "#/users");
      await tableRow(page, "anna").waitFor();
      await page.getByRole("button", { name: "Add a user" }).first().click();
      const dialog = page.locator("dialog[open]");
      const add = dialog.getByRole("button", { name: "Add a user" });
      await accessible(page, "adding a user");
      await add.click();
      await dialog.locator(".field-error:text('Please enter the user name')").waitFor();
      await dialog.getByLabel("Invite by a link").uncheck();
      await dialog.locator("input[name=username]").fill("not a name!");
      await dialog.locator("input[name=password]").fill("short");
      await add.click();
      await dialog.locator(".field-error:has-text('At least 8 characters')").waitFor();
      await dialog.locator(".strength:has-text('Easy to guess')").waitFor();
      await dialog.getByRole("button", { name: "Suggest one" }).click();
      const password = await dialog.locator("input[name=password]").inputValue();
      await dialog.locator(".strength:has-text('Very hard to guess')").waitFor();
      check(/^(?:[a-z2-9]{4}-){4}[a-z2-9]{4}$/.test(password), `a password is suggested: ${password}`);
      same(await dialog.locator("input[name=password]").getAttribute("type"), "text", "and can be read");
      await add.click();
      await dialog.locator(".field-error:has-text('A user name has letters')").waitFor();
      await dialog.locator("input[name=username]").fill("Paula");
      await dialog.locator("input[name=displayname]").fill("Paula <i>Berg</i>");
      await dialog.locator("input[name=email]").fill("paula@example.org");
      await dialog.locator("input[name=size]").fill("1.5");
      await add.click();
      await said(page, "Added paula").waitFor();
      await page.locator(".panel-title:text-is('Paula <i>Berg</i>')").waitFor();
      same(await page.locator(".panel").getByLabel("Storage limit in GB").inputValue(), "1.5", "the storage limit");
      check(page.url().endsWith("#/users/paula"), `the account has an address: ${page.url()}`);

      const other = await stage.page({ guest: true });
      await other.goto(`${stage.server.base}/`);
      await signIn(other, { user: "paula@example.org", password });
      await other.locator(".notice-title:text('Your cloud is ready')").waitFor();

      await page.locator(".panel").getByRole("link", { name: "Show in the audit log" }).click();
      await page.locator(".table-list .list-row:has-text('loginguest')").first().waitFor();
      check(page.url().includes("#/audit?user=paula"), `the filter is in the address: ${page.url()}`);
      const others = await page.locator(".table-list .list-row .cell-user").allTextContents();
      check(others.length > 0 && others.every((name) => name === "paula"), `only their rows are shown: ${others}`);
      await page.goto(`${stage.server.base}/admin/#/audit?operation=adduser&path=aula&outcome=ok`);
      await page.locator(".table-list .list-row:has-text('adduser'):has-text('Paula')").waitFor();
    },
  },
  {
    name: "users are searched, filtered and sorted, with the choice in the address",
    async run(stage) {
      await account(stage, "searchone", { displayname: "Zo\u00eb Sucher" });
      await account(stage, "searchtwo", { displayname: "Ada Sucher" });
      await adminCall(stage, "updateuser", { profile: "searchtwo", status: 2 });
      const page = await adminPage(stage, "#/users");
      await tableRow(page, "searchone").waitFor();
      const keys = () => page.locator(".table-list [data-key]").evaluateAll((rows) => rows.map((row) => row.dataset.key));
      await page.keyboard.press("/");
      await page.keyboard.type("sucher");
      await until(async () => JSON.stringify(await keys()) === '["searchtwo","searchone"]', "both are found, in the order of their names");
      await page.locator(".list-sort", { hasText: "User" }).click();
      await until(async () => JSON.stringify(await keys()) === '["searchone","searchtwo"]', "the order is turned");
      await page.getByLabel("Which users to show").selectOption("disabled");
      await until(async () => JSON.stringify(await keys()) === '["searchtwo"]', "only the disabled one is left");
      check(page.url().endsWith("#/users?q=sucher&show=disabled"), `the search is in the address: ${page.url()}`);
      await page.reload();
      await until(async () => JSON.stringify(await keys()) === '["searchtwo"]', "a reload keeps it");
      await page.getByLabel("Search users").fill("nobody is called this");
      await page.locator(".notice-title:has-text('Nobody matches')").waitFor();
      await page.getByRole("button", { name: "Show all" }).click();
      await tableRow(page, "anna").waitFor();
    },
  },
  {
    name: "an account is changed, gets a password, is disabled, enabled and deleted",
    async run(stage) {
      stage.expected = [/401/];
      await account(stage, "moritz");
      writeFileSync(join(stage.server.folder("moritz"), "his.txt"), "0123456789");
      const page = await adminPage(stage, "#/users/moritz");
      const panel = page.locator(".panel");
      await panel.locator(".panel-title:text-is('moritz')").waitFor();
      await accessible(page, "an account");

      // Now the account is changed. The message about a wrong value is at its field.
      await panel.getByLabel("E-mail").fill("no address");
      await panel.getByRole("button", { name: "Save" }).click();
      await panel.locator(".field-error:text('This is not an e-mail address.')").waitFor();
      await panel.getByLabel("E-mail").fill("moritz@example.org");
      await panel.getByLabel("Display name").fill("Moritz M.");
      await panel.getByLabel("Storage limit in GB").fill("0.25");
      await panel.getByLabel("Last day").fill("2099-12-31");
      await panel.getByRole("checkbox", { name: /Administrator/ }).check();
      await panel.getByRole("button", { name: "Save" }).click();
      await said(page, "Saved").waitFor();
      await panel.locator(".panel-title:text-is('Moritz M.')").waitFor();
      const [user] = (await adminCall(stage, "getuser", { username: "moritz" })).user;
      same([user.email, user.displayname, user.sizeingb, user.adminstatus, user.expirationdate.slice(0, 10)],
        ["moritz@example.org", "Moritz M.", "0.25", 1, "2099-12-31"], "what the server stores");

      // The panel shows how much the account stores.
      await panelTab(page, "Storage").click();
      await panel.locator("text=10 B of 256 MB used").waitFor();
      await accessible(page, "an account's storage");

      // A new password ends the sessions of the account.
      const other = await stage.page({ guest: true });
      await other.goto(`${stage.server.base}/`);
      await signIn(other, { user: "moritz", password: SECRET });
      await panelTab(page, "Account").click();
      await panel.getByLabel("New password").fill("short");
      await panel.getByRole("button", { name: "Set the password" }).click();
      await panel.locator(".field-error:has-text('At least 8')").waitFor();
      await panel.getByLabel("New password").fill("another secret thing");
      await panel.getByRole("button", { name: "Set the password" }).click();
      await said(page, "has a new password").waitFor();
      await other.reload();
      await other.locator("input[name=userid]").waitFor();
      await signIn(other, { user: "moritz", password: "another secret thing" });

      // A disabled account is signed out at once and cannot sign in. An enabled account can sign in
      // again.
      await panel.getByRole("button", { name: "Disable" }).click();
      await said(page, "is disabled").waitFor();
      await panel.locator(".panel-subtitle:has-text('Disabled')").waitFor();
      await other.reload();
      await other.locator("input[name=userid]").fill("moritz");
      await other.locator("input[name=password]").fill("another secret thing");
      await other.keyboard.press("Enter");
      await other.locator(".form-error").filter({ hasText: /\w/ }).waitFor();
      await said(page, "is disabled").getByRole("button", { name: "Undo" }).click();
      await panel.locator(".panel-subtitle:has-text('Full')").waitFor();
      await other.keyboard.press("Enter");
      await other.locator(".shell").waitFor();

      // Before the account is deleted, the dialog says where the files go. Afterwards they are
      // there.
      await panel.getByRole("button", { name: "Delete the user" }).click();
      const question = page.locator("dialog[open]");
      await question.locator("text=recycle bin").waitFor();
      await accessible(page, "the question before deleting");
      await question.getByRole("button", { name: "Cancel" }).click();
      await panel.getByRole("button", { name: "Delete the user" }).click();
      await question.getByRole("button", { name: "Delete the user" }).click();
      await said(page, "The files are in the server\u2019s recycle bin").waitFor();
      await tableRow(page, "moritz").waitFor({ state: "detached" });
      check(page.url().endsWith("#/users"), `the panel is closed: ${page.url()}`);
      check(!readdirSync(join(stage.server.data, "files")).includes("moritz"), "the files are not there any more");
      const trash = readdirSync(join(stage.server.data, "files/.cloudlet/trash"), { recursive: true }).map(String);
      check(trash.some((path) => path.endsWith("his.txt")), `they are in the bin: ${trash}`);
    },
  },
  {
    name: "the last administrator and one's own account are safe",
    async run(stage) {
      const page = await adminPage(stage, "#/users/anna");
      const panel = page.locator(".panel");
      await panel.locator("text=This is your own account").waitFor();
      same(await panel.getByRole("button", { name: "Delete the user" }).count(), 0, "ways to delete oneself");
      const admins = (await adminCall(stage, "search", { keyword: "", admin: 1 })).user.map((user) => user.username);
      for (const name of admins) if (name !== "anna") await adminCall(stage, "setadminstatus", { profile: name, adminstatus: 0 });
      await panel.getByRole("checkbox", { name: /Administrator/ }).uncheck();
      await panel.getByRole("button", { name: "Save" }).click();
      await panel.locator(".form-error:has-text('leave nobody to administer')").waitFor();
      for (const name of admins) if (name !== "anna") await adminCall(stage, "setadminstatus", { profile: name, adminstatus: 1 });
    },
  },
  {
    name: "somebody's sessions are listed and ended",
    async run(stage) {
      stage.expected = [/401/];
      await account(stage, "sophie");
      const other = await stage.page({ guest: true });
      await other.goto(`${stage.server.base}/`);
      await signIn(other, { user: "sophie", password: SECRET });
      for (let number = 0; number < 2; number += 1) await stage.server.call("loginguest", { userid: "sophie", password: SECRET });
      const page = await adminPage(stage, "#/users/sophie");
      await panelTab(page, "Sessions").click();
      await until(async () => (await page.locator(".session").count()) === 3, "three sessions are listed");
      await accessible(page, "an account's sessions");
      const browser = page.locator(".session:has-text('Chrome')");
      same(await browser.count(), 1, "sessions of a browser");
      await browser.getByRole("button").click();
      await said(page, "Signed out").waitFor();
      await until(async () => (await page.locator(".session").count()) === 2, "it is gone");
      await other.reload();
      await other.locator("input[name=userid]").waitFor();
      await page.getByRole("button", { name: "Sign out everywhere" }).click();
      await page.locator(".notice-title:text('Not signed in anywhere')").waitFor();
    },
  },
  {
    name: "accounts by keyboard alone, and on a phone",
    async run(stage) {
      await account(stage, "tastatur");
      const page = await adminPage(stage, "#/users?q=tastatur");
      await tableRow(page, "tastatur").waitFor();
      await page.getByLabel("Search users").focus();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      await until(async () => await page.evaluate(() => document.activeElement?.closest("[role=grid]") !== null), "the list can be reached by Tab");
      await page.locator(".table-list .list").focus();
      await page.keyboard.press("Enter");
      await page.locator(".panel-title:text-is('tastatur')").waitFor();
      await page.keyboard.press("Escape");
      await page.locator(".panel").waitFor({ state: "hidden" });
      check(await page.evaluate(() => document.activeElement?.getAttribute("role") === "grid"), "the focus is back in the list");
      await page.keyboard.press("Alt+n");
      await page.locator("dialog[open] input[name=username]").waitFor();
      same(await page.evaluate(() => document.activeElement?.getAttribute("name")), "username", "where the focus is");
      await page.keyboard.press("Escape");

      const phone = await adminPage(stage, "#/users", { phone: true, width: 320 });
      await tableRow(phone, "anna").waitFor();
      await noSideways(phone, "the users on a phone");
      await phone.getByRole("button", { name: "Add a user" }).locator("visible=true").click();
      await phone.locator("dialog[open]").waitFor();
      await noSideways(phone, "adding a user on a phone");
      await phone.locator("dialog[open]").getByRole("button", { name: "Cancel" }).click();
      await tableRow(phone, "anna").tap();
      await phone.locator(".panel-title").waitFor();
      await noSideways(phone, "an account on a phone");
      await phone.goBack();
      await phone.locator(".panel").waitFor({ state: "hidden" });
    },
  },
];
