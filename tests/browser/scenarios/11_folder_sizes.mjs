// The sizes of folders in the list: known after a visit, marked until then, and in the order by size.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, noSideways, row, shows, until } from "../harness.mjs";

/** The texts in the row of an entry, with plain blanks. @param {import("playwright-core").Page} page @param {string} name */
const texts = async (page, name) => (await row(page, name).innerText()).replaceAll("\u00a0", " ");

/** Opens a folder until the row of an entry has a text. @param {import("../harness.mjs").Stage} stage @param {import("playwright-core").Page} page @param {string} name @param {string} wanted */
async function becomes(stage, page, name, wanted) {
  await until(async () => {
    await stage.open(page, "#/files/sizes");
    await page.reload();
    await row(page, name).waitFor();
    return (await texts(page, name)).includes(wanted);
  }, `${name} shows ${wanted}`);
}

export const scenarios = [
  {
    name: "sizes of folders are shown, marked while parts are unknown, and sorted by",
    async run(stage) {
      const folder = stage.folder("sizes");
      mkdirSync(join(folder, "large", "deep"), { recursive: true });
      mkdirSync(join(folder, "small"));
      mkdirSync(join(folder, "nothing"));
      writeFileSync(join(folder, "large", "deep", "big.bin"), Buffer.alloc(3 * 1024 * 1024));
      writeFileSync(join(folder, "large", "note.txt"), "x".repeat(2048));
      writeFileSync(join(folder, "small", "note.txt"), "x".repeat(500));
      const page = await stage.page();
      await stage.open(page, "#/files/sizes");
      await row(page, "large").waitFor();
      check((await texts(page, "large")).includes("\u2013"), "nothing is known of a folder that nobody has opened");
      await stage.open(page, "#/files/sizes/large");
      await row(page, "deep").waitFor();
      await becomes(stage, page, "large", "\u2265 2 KB");
      const mark = row(page, "large").locator("[title='at least 2\u00a0KB']");
      check(await mark.isVisible(), "the mark says what it means");
      for (const path of ["sizes/large/deep", "sizes/small"]) {
        await stage.open(page, `#/files/${path}`);
        await page.locator(".files [data-key]").first().waitFor();
      }
      await stage.open(page, "#/files/sizes/nothing");
      await page.locator(".files .notice").waitFor();
      await becomes(stage, page, "large", "3 MB");
      await becomes(stage, page, "small", "500 B");
      check(!(await texts(page, "large")).includes("\u2265"), "the size is exact");
      await until(async () => {
        await stage.open(page, "#/files/sizes");
        await row(page, "nothing").waitFor();
        return !(await texts(page, "nothing")).includes("\u2013");
      }, "the size of an empty folder is known");
      check(!/\d\s?B/.test(await texts(page, "nothing")), "and nothing stands there");
      await accessible(page, "a list with sizes of folders");
      await page.getByRole("button", { name: "Size", exact: true }).click();
      await shows(page, ["large", "small", "nothing"]);
      await page.getByRole("button", { name: "Size", exact: true }).click();
      await shows(page, ["nothing", "small", "large"]);

      const phone = await stage.page({ phone: true });
      await stage.open(phone, "#/files/sizes");
      await row(phone, "large").waitFor();
      check((await texts(phone, "large")).includes("3 MB \u00b7 "), "a phone shows the size beside the time");
      await noSideways(phone, "sizes of folders on a phone");
    },
  },
  {
    name: "sizes of a family's folders are in the list, largest first on wish, in every window",
    inFamilyCloud: true,
    async run(stage) {
      for (const window of [{ width: 1440, height: 900 }, { width: 820, height: 1180 }, { width: 390, height: 844, phone: true }, { width: 844, height: 390, phone: true }]) {
        const page = await stage.page(window);
        await stage.open(page, "#/files");
        for (const [name, size] of [["Photos", /\d MB/], ["Documents", /\d MB/], ["From the old computers", /\d KB/]]) {
          await row(page, name).waitFor();
          check(size.test(await texts(page, name)), `${name} at ${window.width} has its size: ${await texts(page, name)}`);
        }
        await noSideways(page, `a family's folders at ${window.width}`);
        if (window.phone) continue;
        await page.getByRole("button", { name: "Size", exact: true }).click();
        await shows(page, ["Photos", "Documents", "Music", "Videos", "From the old computers"]);
        await page.getByRole("button", { name: "Name", exact: true }).click();
      }
    },
  },
];
