// Signing in to the administration, and the overview.

import { PASSWORD, USER, accessible, check, same, until } from "../harness.mjs";
import { SECRET, account, accountMenu, adminPage } from "./steps.mjs";

export const scenarios = [
  {
    name: "an administrator signs in and out; others are not let in",
    async run(stage) {
      await account(stage, "carl");
      const page = await stage.page({ guest: true });
      await page.goto(`${stage.server.base}/admin/`);
      const user = page.locator("input[name=userid]");
      const password = page.locator("input[name=password]");
      await user.waitFor();
      await accessible(page, "the administration's sign-in page");
      for (const [name, secret] of [[USER, "not it"], ["carl", SECRET]]) {
        await user.fill(name);
        await password.fill(secret);
        await page.keyboard.press("Enter");
        await page.locator(".form-error:text-matches('not right|administrator', 'i')").waitFor();
      }
      await user.fill(USER);
      await password.fill(PASSWORD);
      await page.keyboard.press("Enter");
      await page.locator(".dashboard").waitFor();
      same(await page.locator(".account-name").textContent(), USER, "who is signed in");
      await accountMenu(page, "Sign out");
      await user.waitFor();
      await page.reload();
      await user.waitFor();
    },
  },
  {
    name: "an administrator's ended session asks again and leads back",
    async run(stage) {
      stage.expected = [/401/];
      const page = await adminPage(stage, "#/settings");
      await page.locator(".setting").first().waitFor();
      await page.context().clearCookies();
      await page.locator(".rail [data-place=users]").click();
      const dialog = page.locator("dialog.again");
      await dialog.waitFor();
      same(await dialog.locator("input[name=userid]").inputValue(), USER, "who is asked for");
      await dialog.locator("input[name=password]").fill(PASSWORD);
      await page.keyboard.press("Enter");
      await page.locator(`.table-list [data-key=${USER}]`).waitFor();
      check(page.url().endsWith("/admin/#/users"), `it leads back, not to ${page.url()}`);
    },
  },
  {
    name: "the overview shows room, requests, refusals and who stores how much, in bars and in tables",
    async run(stage) {
      for (let number = 0; number < 7; number += 1) await stage.server.call("getfilelist", { path: "/anna" });
      const page = await adminPage(stage, "");
      check(page.url().endsWith("#/overview"), `the overview has an address: ${page.url()}`);
      await page.locator(".big-number:text-matches('[0-9]')").waitFor();
      await page.locator(".facts dd:text-matches('second|minute|hour')").waitFor();
      same(await page.locator(".addresses a").first().getAttribute("href"), `${stage.server.base}/`, "the first address");
      const hour = page.getByRole("region", { name: "Requests in the last hour", exact: true });
      await hour.locator(".chart-drawing").waitFor();
      same(await hour.locator(".chart-bar").count(), 60, "minutes of the hour");
      same(await page.getByRole("region", { name: "Requests in the last day", exact: true }).locator(".chart-bar").count(), 24, "hours of the day");
      check((await hour.locator("svg[role=img]").getAttribute("aria-label")).includes("refused"), "the chart says in words what it shows");
      await hour.getByRole("button", { name: "Show as a table" }).click();
      check(!(await hour.locator(".chart-drawing").isVisible()), "the table takes the place of the bars");
      const refused = await hour.locator("tbody td:nth-child(3)").allTextContents();
      check(refused.reduce((sum, text) => sum + Number(text), 0) >= 7, `the refusals are counted: ${refused}`);
      await hour.getByRole("button", { name: "Show as a table" }).click();
      await hour.locator(".chart-drawing").waitFor();
      const users = page.getByRole("region", { name: "Storage by user", exact: true });
      await users.locator(`.user-bar-name:text-is('${USER}')`).waitFor();
      await users.getByRole("button", { name: "Show as a table" }).click();
      await users.locator(`tbody th:has-text('${USER}')`).waitFor();
      await users.getByRole("link", { name: USER, exact: true }).click();
      await page.locator(".panel-title").waitFor();
      check(page.url().endsWith(`#/users/${USER}`), `the name leads to the account: ${page.url()}`);
    },
  },
  {
    name: "a server that is away is told, with a way to try again",
    async run(stage) {
      stage.expected = [/ERR_FAILED/];
      const page = await adminPage(stage, "#/users");
      await page.locator(`.table-list [data-key=${USER}]`).waitFor();
      await page.route("**/admin/getstats", (route) => route.abort());
      await page.locator(".rail [data-place=overview]").click();
      const card = page.getByRole("region", { name: "Server", exact: true });
      await card.locator(".notice-title:has-text('cannot be reached')").waitFor();
      await page.unroute("**/admin/getstats");
      await card.getByRole("button", { name: "Try again" }).click();
      await until(async () => (await card.locator(".facts dd").count()) >= 6, "the card has its facts");
      await page.getByRole("region", { name: "Addresses", exact: true }).locator("a").first().waitFor();
    },
  },
];
