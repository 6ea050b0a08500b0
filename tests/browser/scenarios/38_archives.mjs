// Archives are made and unpacked where the files are. If the server refuses one, the portal tells the reason.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, menu, noSideways, row, same } from "../harness.mjs";
import { png } from "../fixtures.mjs";

/** Chooses an action from the menu of an entry. @param {import("playwright-core").Page} page @param {string} name @param {string} action */
async function choose(page, name, action) {
  await row(page, name).click({ button: "right" });
  await menu(page, action);
}

export const scenarios = [{
  name: "files become an archive, and an archive a new folder, beside them",
  /** @param {import("../harness.mjs").Stage} stage */
  async run(stage) {
    const folder = stage.folder("archives");
    mkdirSync(join(folder, "Lake"));
    writeFileSync(join(folder, "Lake", "boat.png"), png(60, 40, 1));
    writeFileSync(join(folder, "letter.txt"), "Dear Anna");
    writeFileSync(join(folder, "broken.zip"), "no archive");
    const page = await stage.page();
    await stage.open(page, "#/files/archives");
    await choose(page, "Lake", "Pack as zip");
    await row(page, "Lake.zip").waitFor();
    await page.locator(".toast", { hasText: "Lake.zip was made." }).waitFor();
    await row(page, "Lake.zip").click({ button: "right" });
    await page.locator(".menu-label", { hasText: "Unpack here" }).waitFor();
    await accessible(page, "the menu of an archive");
    await page.screenshot({ path: "shots/archive-menu.png" });
    await menu(page, "Unpack here");
    const toast = page.locator(".toast", { hasText: "Unpacked to Lake (2)." });
    await toast.waitFor();
    await row(page, "Lake (2)").waitFor();
    await accessible(page, "after unpacking");
    await page.screenshot({ path: "shots/archive-unpacked.png" });
    await toast.getByRole("button", { name: "Open" }).click();
    await row(page, "boat.png").waitFor();
    same(readFileSync(join(folder, "Lake (2)", "boat.png")).equals(png(60, 40, 1)), true, "the picture is the same");
    // The menu offers this only for archives. A file that is an archive by its name alone is refused, in German, on a phone.
    await stage.open(page, "#/files/archives");
    await row(page, "letter.txt").click({ button: "right" });
    await page.locator(".menu-label", { hasText: "Pack as zip" }).waitFor();
    check(await page.locator(".menu-label", { hasText: "Unpack here" }).count() === 0, "a letter is not unpacked");
    await page.keyboard.press("Escape");
    const phone = await stage.page({ phone: true, language: "de-DE" });
    await stage.open(phone, "#/files/archives");
    stage.expected.push(/status of 400/);
    await choose(phone, "broken.zip", "Hier entpacken");
    await phone.locator(".toast", { hasText: "Dieses Archiv ist beschädigt" }).waitFor();
    await noSideways(phone, "an archive that is refused");
    await accessible(phone, "an archive that is refused");
    await phone.screenshot({ path: "shots/archive-refused-phone.png" });
    check(!existsSync(join(folder, "broken")), "nothing was made of it");
  },
}];
