// Mail. An administrator sees whether it works and which mails wait, and changes the texts.

import { accessible, check, noSideways, same, until } from "../harness.mjs";
import { adminPage, said } from "../admin/steps.mjs";

export const scenarios = [
  {
    name: "an administrator tests mail, and the answer says what is missing",
    async run(stage) {
      const page = await adminPage(stage, "#/mail");
      await page.locator("text=Mail is not set up, so nobody gets mails").waitFor();
      await page.locator("text=No mails here").waitFor();
      await accessible(page, "the place for mail");
      await noSideways(page, "the place for mail");
      await page.getByRole("button", { name: "Send a test" }).click();
      await page.locator(".mail-card .field-error:not(:empty)").first().waitFor();
    },
  },
  {
    name: "an administrator changes the text of a mail and takes it back",
    async run(stage) {
      const page = await adminPage(stage, "#/mail");
      const card = page.getByRole("region", { name: "Texts" });
      const body = card.locator("textarea");
      await body.waitFor();
      const before = await body.inputValue();
      check(before.includes("{name}"), "the text has places to be filled in");
      await body.fill("Hello {password}");
      await card.getByRole("button", { name: "Save" }).click();
      await card.locator(".form-error:not(:empty)").waitFor();
      await body.fill("Hello {name}, mail from {cloud} arrives.");
      await card.getByRole("button", { name: "Save" }).click();
      await said(page, "The text is saved");
      await card.getByRole("button", { name: "Back to the original" }).click();
      await said(page, "The original text is back");
      await until(async () => (await body.inputValue()) === before, "the text is the original one");
    },
  },
  {
    name: "the place for mail fits a phone and speaks German",
    async run(stage) {
      const page = await adminPage(stage, "#/mail", { phone: true, language: "de-DE" });
      await page.locator("text=E-Mail ist nicht eingerichtet").waitFor();
      await accessible(page, "the place for mail on a phone");
      await noSideways(page, "the place for mail on a phone");
    },
  },
];
