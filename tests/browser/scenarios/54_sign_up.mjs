// People who make accounts for themselves, and guests.

import { accessible, check, noSideways, same, signIn } from "../harness.mjs";
import { SECRET, account, adminCall, adminPage, said, tableRow } from "../admin/steps.mjs";

/**
 * Runs something while settings have other values.
 * @param {import("../harness.mjs").Stage} stage @param {Record<string, string>} settings @param {() => Promise<void>} run
 */
async function withSettings(stage, settings, run) {
  try {
    for (const [name, value] of Object.entries(settings)) await adminCall(stage, "setsetting", { name, value });
    await run();
  } finally {
    for (const name of Object.keys(settings)) await adminCall(stage, "setsetting", { name, value: "" });
  }
}

export const scenarios = [
  {
    name: "somebody signs up, is let in by the administrator, and signs in",
    async run(stage) {
      const guest = await stage.page({ phone: true, guest: true });
      await guest.goto(`${stage.server.base}/`);
      await guest.locator("input[name=userid]").waitFor();
      same(await guest.getByRole("button", { name: "Create an account" }).count(), 0, "ways to sign up where nobody does");
      await withSettings(stage, { sign_up: "approval" }, async () => {
        await guest.reload();
        await guest.getByRole("button", { name: "Create an account" }).click();
        const create = guest.getByRole("button", { name: "Create account" });
        await create.waitFor();
        await accessible(guest, "signing up");
        await noSideways(guest, "signing up");
        await guest.locator("input[name=userid]").fill("anna");
        await guest.locator("input[name=email]").fill("uma@example.org");
        await guest.locator("input[name=password]").fill("green lamps walk at noon");
        await create.click();
        await guest.locator(".field-error:has-text('This user name is taken')").waitFor();
        await guest.locator("input[name=userid]").fill("uma");
        await guest.locator("input[name=password]").fill("Password1");
        await create.click();
        await guest.locator(".field-error:has-text('Everybody tries this password first')").waitFor();
        await guest.locator("input[name=password]").fill("green lamps walk at noon");
        await create.click();
        await guest.locator(".notice:has-text('An administrator has to let you in')").waitFor();
        await accessible(guest, "waiting to be let in");

        const page = await adminPage(stage, "#/overview");
        await page.locator(".banner:has-text('uma asks for an account')").waitFor();
        const waiting = page.getByRole("region", { name: "Asking for an account" });
        await accessible(page, "who asks for an account");
        await waiting.getByRole("button", { name: "Let in: uma" }).click();
        await said(page, "uma can sign in now").waitFor();
        await waiting.waitFor({ state: "hidden" });

        const asked = await guest.request.post(`${stage.server.base}/core/createprofile`, {
          form: { profile: "vera", email: "vera@example.org", password: "green lamps walk at noon" }, headers: { Origin: stage.server.base },
        });
        check(asked.ok(), `vera asks for an account: ${await asked.text()}`);
        await page.reload();
        await waiting.getByRole("button", { name: "Refuse: vera" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Refuse" }).click();
        await said(page, "vera was refused").waitFor();
        await waiting.waitFor({ state: "hidden" });
        await page.goto(`${stage.server.base}/admin/#/users?show=waiting`);
        await page.locator(".table-list:has-text('uma'), .notice").first().waitFor();
        same(await tableRow(page, "vera").count(), 0, "rows of who was refused");
      });

      await guest.getByRole("button", { name: "Back to sign-in" }).click();
      await signIn(guest, { user: "uma", password: "green lamps walk at noon" });
      await guest.locator(".notice-title:text('Your cloud is ready')").waitFor();
    },
  },
  {
    name: "who has forgotten the password is mailed a link, where mail is set up",
    async run(stage) {
      const guest = await stage.page({ phone: true, guest: true });
      await guest.goto(`${stage.server.base}/`);
      await guest.locator("input[name=userid]").waitFor();
      same(await guest.getByRole("button", { name: "Forgot password?" }).count(), 0, "ways to a link that nobody mails");
      await withSettings(stage, { smtp_host: "127.0.0.1", mail_sender: "cloud@example.org" }, async () => {
        await guest.reload();
        await guest.getByRole("button", { name: "Forgot password?" }).click();
        await guest.locator("input[name=userid]").fill("nobody at all");
        await accessible(guest, "a lost password");
        await noSideways(guest, "a lost password");
        await guest.getByRole("button", { name: "Mail me a link" }).click();
        await guest.locator(".notice:has-text('If there is such an account')").waitFor();
        await guest.getByRole("button", { name: "Back to sign-in" }).click();
        await account(stage, "wanda", { email: "wanda@example.org" });
        await adminCall(stage, "updateuser", { profile: "wanda", verified: 0 });
        const page = await adminPage(stage, "#/users/wanda");
        await page.locator(".panel").getByRole("button", { name: "Mail a link" }).click();
        await said(page, "on its way to wanda@example.org").waitFor();
        await signIn(guest, { user: "wanda", password: SECRET });
        await guest.locator(".shell").waitFor();
        await guest.goto(`${stage.server.base}/#/me`);
        await guest.locator("section[aria-label='E-mail address']").getByRole("button", { name: "Mail me a link" }).click();
        await said(guest, "on its way to wanda@example.org").waitFor();
      });
    },
  },
  {
    name: "a guest sees what is shared and no files of their own",
    async run(stage) {
      await account(stage, "vera", { status: 0 });
      const page = await stage.page({ guest: true });
      await page.goto(`${stage.server.base}/`);
      await signIn(page, { user: "vera", password: SECRET });
      await page.locator(".shell").waitFor();
      await page.locator("[data-place=shared]").first().waitFor();
      same(await page.locator("[data-place=files], [data-place=bin]").count(), 0, "places of own files");
      await page.waitForLoadState("networkidle");
      await accessible(page, "the portal of a guest");
      check(!(await page.locator("body").innerText()).includes("went wrong"), "nothing fails");
    },
  },
];
