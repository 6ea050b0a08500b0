// Pictures are turned in the preview if the server can do so without loss.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, menu, noSideways, row, same, until } from "../harness.mjs";
import { png } from "../fixtures.mjs";

/** The width and height of a PNG on the disk. @param {string} path */
const sidesOf = (path) => [readFileSync(path).readUInt32BE(16), readFileSync(path).readUInt32BE(20)];

export const scenarios = [
  {
    name: "a picture is turned to the right and back, and the small one with it",
    async run(stage) {
      const folder = stage.folder("turn");
      for (const name of ["a.png", "b.png"]) writeFileSync(join(folder, name), png(600, 300, 2));
      writeFileSync(join(folder, "c.gif"), Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64"));
      const page = await stage.page();
      await stage.open(page, "#/files/turn?open=a.png");
      const picture = page.locator("img.picture");
      const sides = async () => JSON.stringify(await picture.evaluate((one) => [one.naturalWidth, one.naturalHeight]).catch(() => null));
      await until(async () => await sides() === "[600,300]", "it is shown as it is");
      await accessible(page, "a picture with its tools");
      await page.getByRole("button", { name: "Turn right" }).click();
      await until(async () => await sides() === "[300,600]", "it is shown turned");
      same(sidesOf(join(folder, "a.png")), [300, 600], "the file");
      check(await page.getByRole("button", { name: "Turn right" }).evaluate((one) => one === document.activeElement), "the keyboard stays");
      await page.getByRole("button", { name: "Turn left" }).click();
      await until(async () => await sides() === "[600,300]", "and back");
      await page.getByRole("button", { name: "Turn left" }).click();
      await until(async () => await sides() === "[300,600]", "and to the left");

      // After a step away and back, the newest content is shown. A file of another kind has no such
      // buttons.
      await page.keyboard.press("ArrowRight");
      await until(async () => await sides() === "[600,300]", "the next one is not turned");
      await page.keyboard.press("ArrowLeft");
      await until(async () => await sides() === "[300,600]", "the turned one");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await page.locator(".preview-name:has-text('c.gif')").waitFor();
      await until(async () => await page.getByRole("button", { name: "Turn right" }).count() === 0, "a GIF is not turned");
      await page.keyboard.press("Escape");
      const small = row(page, "a.png").locator("img");
      await until(async () => await small.evaluate((one) => one.naturalWidth < one.naturalHeight).catch(() => false), "the small picture is turned");

      const phone = await stage.page({ phone: true, width: 320, language: "de-DE" });
      await stage.open(phone, "#/files/turn?open=b.png");
      await phone.locator(".preview-head").getByRole("button", { name: "Weitere Aktionen" }).click();
      await menu(phone, "Nach rechts drehen");
      await until(() => sidesOf(join(folder, "b.png")).join() === "300,600", "turned on a phone");
      await noSideways(phone, "a picture on a phone");
      await accessible(phone, "a picture on a phone");
    },
  },
  {
    name: "a picture that is looked at becomes one's own, beside a name of any length",
    async run(stage) {
      const long = `${"a rather long name, as people give them, ".repeat(4)}.png`;
      writeFileSync(join(stage.folder("own"), long), png(300, 200, 4));
      const english = ["More actions", "Use as my picture", "This is your picture now"];
      const german = ["Weitere Aktionen", "Als mein Bild verwenden", "Das ist jetzt dein Bild"];
      for (const [options, [more, use, done]] of [[{}, english], [{ phone: true, width: 320, language: "de-DE", dark: true }, german]]) {
        const page = await stage.page(options);
        await stage.open(page, `#/files/own?open=${encodeURIComponent(long)}`);
        await page.locator("img.picture").waitFor();
        await noSideways(page, "a picture with a long name");
        await accessible(page, "a picture with a long name");
        await page.locator(".preview-head").getByRole("button", { name: more }).click();
        await menu(page, use);
        await page.locator(`.toast:has-text('${done}')`).waitFor();
        await page.evaluate(() => fetch("core/removeprofileimage", { method: "POST" }));
      }
    },
  },
];
