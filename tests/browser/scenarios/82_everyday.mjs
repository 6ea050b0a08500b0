// Small annoyances: frames that jump, labels that are cut off, and sentences that do not fit the
// device.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, hold, menu, noSideways, row, same, until } from "../harness.mjs";
import { png } from "../fixtures.mjs";

/** @param {import("playwright-core").Locator} locator @param {string} what */
async function box(locator, what) {
  const found = await locator.boundingBox();
  check(found, `${what} is shown`);
  return /** @type {{ x: number, y: number, width: number, height: number }} */ (found);
}

export const scenarios = [
  {
    name: "everyday: the frame stands still, and titles have one edge",
    async run(stage) {
      writeFileSync(join(stage.folder("everyday"), "x.txt"), "x");
      const page = await stage.page();
      await stage.open(page, "#/files");
      await page.locator(".rail-primary .button").waitFor();
      const place = page.locator(".rail [data-place=files]");
      const before = await box(place, "the place of the files");
      const path = await box(page.locator(".crumb.is-current"), "the path");
      await stage.open(page, "#/recent");
      await page.locator(".bar-title:text('Recent')").waitFor();
      same((await box(place, "the place of the files")).y, before.y, "the places stay where they are");
      check(await page.locator(".rail-primary").getByRole("button", { name: "New" }).isVisible(), "something new can be made everywhere");
      const left = await page.locator(".bar-title").evaluate((one) => one.getBoundingClientRect().left + Number.parseFloat(getComputedStyle(one).paddingLeft));
      const crumb = await page.evaluate(() => 0).then(() => path.x + 8);
      same(Math.round(left), Math.round(crumb), "titles begin where the path does");
      // The search is the widest thing in the bar, and the path uses the space of an unused filter.
      await stage.open(page, "#/files/everyday");
      check((await box(page.locator(".filter-box"), "the filter")).width < 60, "an empty filter is an icon on a wide screen too");
      const search = await box(page.locator(".search-link"), "the search");
      check(search.width > 250, "the search is wide");
      const stageOf = await box(page.locator(".stage"), "the stage");
      check(Math.abs(search.x + search.width / 2 - stageOf.x - stageOf.width / 2) < 16, "the search stands in the middle");
      await stage.open(page, "#/search");
      same((await box(page.locator(".search-field"), "the field")).x, search.x, "its field stands where the link was");
      const tablet = await stage.page({ width: 820, height: 1180 });
      await stage.open(tablet, "#/files/everyday");
      const filter = tablet.locator(".filter-box");
      check((await box(filter, "the filter")).width < 60, "an empty filter is an icon");
      await tablet.keyboard.press("/");
      await until(async () => (await box(filter, "the filter")).width > 120, "it opens");
      await tablet.keyboard.type("abc");
      await tablet.locator(".notice-title:has-text('abc')").waitFor();
    },
  },
  {
    name: "everyday: the actions on a selection stand beneath the path and cover neither it nor the search",
    async run(stage) {
      const folder = stage.folder("everyday selected");
      for (const name of ["a.txt", "b.txt"]) writeFileSync(join(folder, name), name);
      const page = await stage.page();
      await stage.open(page, "#/files/everyday%20selected");
      const first = await box(row(page, "a.txt"), "a row");
      await row(page, "a.txt").locator(".mark").click();
      const bar = await box(page.locator(".selection-bar"), "the actions");
      const path = await box(page.locator(".crumb.is-current"), "the path");
      check(bar.y >= path.y + path.height, "they are beneath the path");
      same((await box(row(page, "a.txt"), "a row")).y, first.y, "the rows stay where they are");
      check(await page.locator(".search-link").isVisible() && await page.getByRole("button", { name: "Show as cards" }).isVisible(), "the search and the tools stay");
      await accessible(page, "a selection beneath the path");
      await page.getByRole("checkbox", { name: "Select all" }).check();
      await page.locator(".selection-count:text('2 selected')").waitFor();
      await page.getByRole("button", { name: "Clear the selection" }).click();
      await page.getByRole("button", { name: "Show as cards" }).click();
      await page.locator(".list-card").first().waitFor();
      await page.getByRole("button", { name: "Modified", exact: true }).click();
      await accessible(page, "cards with what sorts them");
      await row(page, "a.txt").locator(".mark").click();
      await page.locator(".selection-bar").waitFor();
      await accessible(page, "a selection of cards");
      await page.keyboard.press("Escape");
    },
  },
  {
    name: "everyday: on a phone there are no boxes until something is selected, and pictures are squares without names",
    async run(stage) {
      const folder = stage.folder("everyday touch");
      mkdirSync(join(folder, "More"));
      for (let at = 1; at <= 5; at += 1) writeFileSync(join(folder, `view ${at}.png`), png(400, 300, at));
      const page = await stage.page({ phone: true });
      await stage.open(page, "#/files/everyday%20touch");
      await row(page, "view 1.png").waitFor();
      same(await page.locator(".mark:visible").count(), 0, "boxes");
      await hold(page, "view 1.png");
      await page.locator(".selection-count:text('1 selected')").waitFor();
      same(await page.locator(".mark:visible").count(), 6, "boxes while something is selected");
      await accessible(page, "a selection on a phone");
      await page.getByRole("button", { name: "Clear the selection" }).tap();
      await page.locator(".tools").getByRole("button", { name: "More actions" }).tap();
      await menu(page, "Show as cards");
      await until(async () => await page.locator(".card-picture.is-drawn").count() >= 5, "the pictures are drawn");
      const card = await box(row(page, "view 1.png"), "a card");
      check(Math.abs(card.width - 360 / 3) < 2 && Math.abs(card.height - card.width) < 2, `three squares a line: ${card.width} by ${card.height}`);
      same(await row(page, "view 1.png").locator(".card-foot").evaluate((one) => getComputedStyle(one).opacity), "0", "a picture has no name");
      same(await row(page, "More").locator(".card-foot").evaluate((one) => getComputedStyle(one).opacity), "1", "a folder has one");
      same(await page.locator(".mark:visible, .card-more:visible").count(), 0, "boxes and dots");
      await accessible(page, "squares");
      await noSideways(page, "squares");
      await hold(page, "view 2.png");
      await page.locator(".selection-count:text('1 selected')").waitFor();
      await accessible(page, "a selection of squares");
      await row(page, "view 2.png").tap();
      await page.locator(".selection-bar").waitFor({ state: "hidden" });
      await row(page, "view 3.png").tap();
      await page.locator("dialog.preview .preview-name:has-text('view 3.png')").waitFor();
    },
  },
  {
    name: "everyday: an empty folder invites to what the device can do, without an empty line below",
    async run(stage) {
      stage.folder("everyday empty");
      const page = await stage.page();
      await stage.open(page, "#/files/everyday%20empty");
      await page.locator(".notice-text:has-text('Drop files')").waitFor();
      check(!await page.locator(".files-status").isVisible(), "nothing is told of nothing");
      const phone = await stage.page({ phone: true });
      await stage.open(phone, "#/files/everyday%20empty");
      await phone.locator(".notice-text:text('Upload photos and files, or make a folder.')").waitFor();
      const german = await stage.page({ phone: true, language: "de-DE" });
      await stage.open(german, "#/files/everyday%20empty");
      await german.locator(".notice-text:has-text('Lade Fotos und Dateien hoch')").waitFor();
    },
  },
  {
    name: "everyday: sizes, kinds, what is heard of a row, and a name that is typed with a blank",
    async run(stage) {
      const folder = stage.folder("everyday rows");
      writeFileSync(join(folder, "almost.bin"), Buffer.alloc(1020 * 1024));
      for (const name of ["film.avi", "table.csv", "receipt 1.txt", "receipt 33.txt"]) writeFileSync(join(folder, name), "a,b");
      const page = await stage.page();
      await stage.open(page, "#/files/everyday%20rows");
      same(await row(page, "almost.bin").locator(".cell-size").textContent(), "1\u00a0MB", "a size of four digits");
      same(await row(page, "film.avi").locator(".kind use").getAttribute("href").then((href) => href?.split("#")[1]), "video", "the icon of a film");
      same(await row(page, "table.csv").locator(".kind use").getAttribute("href").then((href) => href?.split("#")[1]), "sheet", "the icon of a table");
      check(/^film\.avi, Video, 3\u00a0B \u00b7 today/i.test(await row(page, "film.avi").getAttribute("aria-label") ?? ""), `what is heard: ${await row(page, "film.avi").getAttribute("aria-label")}`);
      await page.locator(".list").focus();
      await page.keyboard.type("receipt 33");
      await until(async () => await row(page, "receipt 33.txt").evaluate((one) => one.classList.contains("is-active")), "the name is found");
      same(await page.locator("[aria-selected=true]").count(), 0, "nothing is selected");
      await page.waitForTimeout(800);
      await page.keyboard.press("Space");
      await page.locator("[aria-selected=true]").waitFor();
      // An open menu is a landmark of its own.
      await row(page, "film.avi").click({ button: "right" });
      await page.locator(".menu").waitFor();
      await accessible(page, "an open menu");
    },
  },
  {
    name: "everyday: one message at a time, and the dialog that moves has its buttons in one line",
    async run(stage) {
      const folder = stage.folder("everyday moves");
      mkdirSync(join(folder, "target"));
      for (const name of ["a.txt", "b.txt", "c.txt"]) writeFileSync(join(folder, name), name);
      const page = await stage.page();
      await stage.open(page, "#/files/everyday%20moves");
      for (const name of ["a.txt", "b.txt"]) {
        await row(page, name).click();
        await page.keyboard.press("Delete");
        await row(page, name).waitFor({ state: "detached" });
      }
      await until(async () => await page.locator(".toast").count() === 2, "two messages are there");
      same(await page.locator(".toast:visible").count(), 1, "one is seen");
      await page.locator(".toast-undo:visible").click();
      await row(page, "b.txt").waitFor();
      same(await page.locator(".toast:visible").count(), 1, "the one before is seen again");
      const phone = await stage.page({ phone: true });
      await stage.open(phone, "#/files/everyday%20moves");
      await row(phone, "c.txt").locator(".row-more").tap();
      await menu(phone, "Move to\u2026");
      await phone.locator("dialog.picker .dialog-actions .primary").waitFor();
      const tops = await phone.locator("dialog.picker .dialog-actions > *").evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
      same(new Set(tops).size, 1, `the buttons stand in one line: ${tops}`);
      await noSideways(phone, "the dialog that moves");
      await accessible(phone, "the dialog that moves");
    },
  },
];
