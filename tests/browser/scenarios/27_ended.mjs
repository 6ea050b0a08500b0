// A session that ends while a page shows or edits something. After a new sign-in, everything is as
// it was.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PASSWORD, check, menu, row, same, signIn, until } from "../harness.mjs";
import { pdf, png } from "../fixtures.mjs";

/** A page in which somebody signs in. @param {import("../harness.mjs").Stage} stage @param {string} hash */
async function own(stage, hash) {
  // The browser logs each refusal.
  stage.expected.push(/401/);
  const page = await stage.page({ guest: true });
  await page.goto(`${stage.server.base}/${hash}`);
  await signIn(page);
  return page;
}

/** @param {import("playwright-core").Page} page */
async function again(page) {
  await page.getByText("Your session has ended.").waitFor();
  await page.locator("dialog.again input[name=password]").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.locator("dialog.again").waitFor({ state: "detached" });
}

export const scenarios = [
  {
    name: "a session that ends while somebody writes takes nothing of the text away",
    async run(stage) {
      const path = join(stage.folder("ended"), "letter.txt");
      writeFileSync(path, "Dear all\n");
      const page = await own(stage, "#/files/ended?open=letter.txt");
      await page.getByRole("button", { name: "Edit" }).click();
      await page.locator("textarea.editor").fill("Dear all, it was a long day.\n");
      await page.context().clearCookies();
      await page.keyboard.press("Control+s");
      await again(page);
      same(await page.locator("textarea.editor").inputValue(), "Dear all, it was a long day.\n", "what was written");
      same(readFileSync(path, "utf8"), "Dear all\n", "the file");
      await page.locator(".toast:has-text('It was not saved')").getByRole("button", { name: "Try again" }).click();
      await until(() => readFileSync(path, "utf8") === "Dear all, it was a long day.\n", "it is saved");
    },
  },
  {
    name: "a session that ends while files are looked at asks to sign in, and shows them then",
    async run(stage) {
      const folder = stage.folder("endedviews");
      writeFileSync(join(folder, "1.txt"), "one");
      writeFileSync(join(folder, "2.txt"), "two");
      writeFileSync(join(folder, "3.png"), png(300, 200, 1));
      writeFileSync(join(folder, "4.pdf"), pdf("four"));
      const page = await own(stage, "#/files/endedviews?open=1.txt");
      await page.locator("pre.text:has-text('one')").waitFor();
      /** @type {[string, import("playwright-core").Locator][]} */
      const next = [["2.txt", page.locator("pre.text:has-text('two')")], ["3.png", page.locator("img.picture")], ["4.pdf", page.locator("iframe.pdf")]];
      for (const [name, shown] of next) {
        await page.context().clearCookies();
        await page.keyboard.press("ArrowRight");
        await page.locator(".preview-name").filter({ hasText: name }).waitFor();
        await again(page);
        await shown.waitFor();
        check(page.url().endsWith(`?open=${name}`), `the address is that of ${name}`);
      }
      await page.keyboard.press("Escape");
      // A download also shows that the session has ended.
      await row(page, "1.txt").waitFor();
      await page.context().clearCookies();
      await row(page, "1.txt").click({ button: "right" });
      await menu(page, "Download");
      await again(page);
      await row(page, "1.txt").waitFor();
    },
  },
  {
    name: "a picture that is no picture, and a file that is gone, are told apart",
    async run(stage) {
      const folder = stage.folder("unshown");
      writeFileSync(join(folder, "broken.png"), "no picture");
      // The viewer loads the neighbours of a photo in advance, so another photo is between these
      // two.
      writeFileSync(join(folder, "empty.png"), png(300, 200, 1));
      writeFileSync(join(folder, "gone.png"), png(300, 200, 2));
      const page = await stage.page();
      stage.expected.push(/ 415 /);
      await stage.open(page, "#/files/unshown?open=broken.png");
      await page.getByText("This picture cannot be shown").waitFor();
      await page.keyboard.press("Escape");
      await row(page, "broken.png").waitFor();
      // The file is removed while the list still shows it.
      rmSync(join(folder, "gone.png"));
      stage.expected.push(/404/);
      await row(page, "gone.png").dblclick();
      await page.locator("dialog.preview").getByText("It is not there any more.").waitFor();
      await page.keyboard.press("Escape");
      await row(page, "gone.png").click({ button: "right" });
      await menu(page, "Download");
      await page.locator(".toast:has-text('It is not there any more.')").waitFor();
      await page.route("**/core/downloadfile*", (route) => route.abort());
      await page.route("**/core/fileinfo", (route) => route.abort());
      stage.expected.push(/ERR_FAILED/);
      await row(page, "broken.png").dblclick();
      await page.locator("dialog.preview").getByRole("button", { name: "Try again" }).waitFor();
      check(await page.getByText("This picture cannot be shown").count() === 0, "it is not the picture's fault");
    },
  },
];
