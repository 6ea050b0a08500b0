// Firefox: the first run, signing in and out.

import { PASSWORD, USER, until } from "../../harness.mjs";
import { accessible, click, see, signIn } from "../harness.mjs";

export const scenarios = [
  {
    name: "Firefox: the first run makes the first administrator",
    async run(stage) {
      const page = await stage.page({ guest: true });
      await page.goto(`${stage.server.base}/`);
      await see(page, "input[name=code]");
      await page.type("input[name=code]", stage.server.code());
      await page.type("input[name=userid]", USER);
      await page.type("input[name=password]", PASSWORD);
      await page.keyboard.press("Enter");
      await see(page, ".notice-title::-p-text(Your cloud is ready)");
      await page.reload();
      await see(page, ".notice-title::-p-text(Your cloud is ready)");
    },
  },
  {
    name: "Firefox: signing in and out",
    async run(stage) {
      const page = await stage.page({ guest: true });
      await page.goto(`${stage.server.base}/`);
      await see(page, "input[name=userid]");
      await accessible(page, "the sign-in page");
      await page.type("input[name=userid]", USER);
      await page.type("input[name=password]", "not it");
      await page.keyboard.press("Enter");
      await see(page, ".form-error::-p-text(The user name or the password is not right)");
      for (const name of ["userid", "password"]) await page.$eval(`input[name=${name}]`, (input) => { input.value = ""; });
      await signIn(page);
      await click(page, ".account");
      await click(page, ".menu-label::-p-text(Sign out)");
      await see(page, "input[name=userid]");
      await page.goBack().catch(() => null);
      await page.reload();
      await see(page, "input[name=userid]");
      await until(async () => await page.$(".shell") === null, "nothing of the cloud is left in the page");
    },
  },
];
