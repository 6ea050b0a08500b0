// Stars, comments and activities: in the list, in the details, and in their own views.

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, menu, noSideways, row, same, until } from "../harness.mjs";

/** @param {import("../harness.mjs").Stage} stage @param {string} name */
function fill(stage, name) {
  const folder = stage.folder(name);
  mkdirSync(join(folder, "Trip"), { recursive: true });
  writeFileSync(join(folder, "letter.txt"), "Dear all");
  writeFileSync(join(folder, "list.txt"), "Milk");
  return folder;
}

/**
 * The paths in the view of stars that are in a folder.
 * @param {import("playwright-core").Page} page @param {string} folder
 */
function starred(page, folder) {
  return page.locator(".files [data-key]").evaluateAll((rows, below) => rows.map((one) => one.dataset.key).filter((key) => key.startsWith(below)), `/anna/${folder}/`);
}

/** Removes all stars. @param {import("playwright-core").Page} page */
async function noStars(page) {
  await page.evaluate(() => fetch("core/clearfavoritesinnamedlist", {
    method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: "name=Favorites",
  }));
}

export const scenarios = [
  {
    name: "stars are given by button, menu and key, and found in their view",
    async run(stage) {
      fill(stage, "stars");
      const page = await stage.page();
      await stage.open(page, "#/starred");
      await noStars(page);
      await page.reload();
      await page.getByText("No starred items yet").waitFor();
      await accessible(page, "the view without stars");

      await stage.open(page, "#/files/stars");
      await row(page, "letter.txt").hover();
      await page.getByRole("button", { name: "Star letter.txt" }).click();
      await page.getByRole("button", { name: "Remove the star from letter.txt" }).waitFor();
      await row(page, "Trip").click({ button: "right" });
      await menu(page, "Star");
      await row(page, "Trip").locator(".row-star.is-starred").waitFor();
      await row(page, "list.txt").click({ position: { x: 500, y: 10 } });
      await page.keyboard.press("Alt+s");
      await row(page, "list.txt").locator(".row-star.is-starred").waitFor();
      await page.keyboard.press("Alt+s");
      await row(page, "list.txt").locator(".row-star:not(.is-starred)").waitFor();
      await accessible(page, "a list with stars");
      await page.keyboard.press("Escape");

      // The server stores the stars: another visit shows them, and they survive a rename.
      await page.getByRole("link", { name: "Starred" }).click();
      await until(async () => (await starred(page, "stars")).length === 2, "two have a star");
      same(await starred(page, "stars"), ["/anna/stars/letter.txt", "/anna/stars/Trip"], "the view shows them in their order");
      await accessible(page, "the view of stars");
      await row(page, "/anna/stars/letter.txt").locator(".cell-name .entry-link").click();
      await page.locator("dialog.preview .preview-name:has-text('letter.txt')").waitFor();
      await page.goBack();
      await until(async () => (await starred(page, "stars")).length === 2, "going back leads to the stars");

      await row(page, "/anna/stars/Trip").focus().catch(() => undefined);
      await page.getByRole("button", { name: "Remove the star from Trip" }).click();
      await until(async () => (await starred(page, "stars")).join() === "/anna/stars/letter.txt", "one is left");
      await page.getByRole("button", { name: "Undo" }).click();
      await until(async () => (await starred(page, "stars")).length === 2, "it is back");

      const phone = await stage.page({ phone: true, language: "de-DE", dark: true });
      await stage.open(phone, "#/starred");
      await row(phone, "/anna/stars/Trip").waitFor();
      await accessible(phone, "the view of stars on a phone");
      await noSideways(phone, "the view of stars on a phone");
      await row(phone, "/anna/stars/Trip").locator(".cell-name .entry-link").click();
      await until(() => phone.url().includes("#/files/stars/Trip"), "a folder is opened");
      await stage.open(phone, "#/files/stars");
      await row(phone, "letter.txt").locator(".entry-mark.is-starred").waitFor();
      await noStars(phone);
    },
  },
  {
    name: "a star that the server refuses is taken back and told",
    async run(stage) {
      const folder = fill(stage, "refused");
      const page = await stage.page();
      await stage.open(page, "#/files/refused");
      await row(page, "letter.txt").waitFor();
      renameSync(join(folder, "letter.txt"), join(folder, "away.txt"));
      await row(page, "letter.txt").hover();
      await page.getByRole("button", { name: "Star letter.txt" }).click();
      await page.locator(".toast", { hasText: "One star could not be changed" }).waitFor();
      await row(page, "away.txt").waitFor();
      same(await page.locator(".row-star.is-starred").count(), 0, "stars in the list");
    },
  },
  {
    name: "comments are written, changed and deleted in the details",
    async run(stage) {
      fill(stage, "talk");
      const page = await stage.page();
      await stage.open(page, "#/files/talk?details=letter.txt");
      await page.getByRole("tab", { name: "Comments" }).click();
      await page.getByText("Nobody has said anything yet.").waitFor();
      await page.getByLabel("Write a comment").fill("Who sends it?\n<b>Soon</b>");
      await accessible(page, "the comments in the details");
      // When a folder is reloaded, a person who is writing is not disturbed.
      await page.keyboard.press("Control+Enter");
      await page.locator(".comment-text", { hasText: "<b>Soon</b>" }).waitFor();
      await row(page, "letter.txt").locator(".entry-mark").waitFor();
      same(await page.getByLabel("Write a comment").inputValue(), "", "the field after sending");
      check(await page.getByLabel("Write a comment").evaluate((field) => field === document.activeElement), "the field keeps the focus");

      // An unfinished comment is kept while another entry is shown.
      await page.keyboard.type("Not yet");
      await row(page, "list.txt").click({ position: { x: 500, y: 10 } });
      await page.getByText("Nobody has said anything yet.").waitFor();
      await row(page, "letter.txt").click({ position: { x: 500, y: 10 } });
      await page.locator(".comment").waitFor();
      same(await page.getByLabel("Write a comment").inputValue(), "Not yet", "the draft");

      await page.getByRole("button", { name: "Edit this comment" }).click();
      await page.getByLabel("Edit this comment").fill("I do.");
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await page.locator(".comment-text", { hasText: "I do." }).waitFor();
      await page.getByRole("button", { name: "Delete this comment" }).click();
      await page.locator("dialog[open]").getByRole("button", { name: "Delete", exact: true }).click();
      await page.getByText("Nobody has said anything yet.").waitFor();
      await row(page, "letter.txt").locator(".entry-mark").waitFor({ state: "detached" });
    },
  },
  {
    name: "what happened is told in the details and in its view",
    async run(stage) {
      fill(stage, "happened");
      const page = await stage.page();
      await stage.open(page, "#/files/happened?details=letter.txt");
      await page.getByRole("tab", { name: "Activity" }).click();
      await page.locator(".activity", { hasText: "Another program" }).waitFor();
      await row(page, "letter.txt").click({ position: { x: 500, y: 10 } });
      await page.keyboard.press("F2");
      await page.locator("input.rename").fill("post.txt");
      await page.keyboard.press("Enter");
      await page.locator(".activity", { hasText: "Renamed, was letter.txt" }).waitFor();
      await accessible(page, "the activity in the details");

      const phone = await stage.page({ phone: true, language: "de-DE", width: 320 });
      await stage.open(phone, "#/recent");
      const newest = phone.locator(".activity").first();
      await newest.getByText("Umbenannt, vorher letter.txt").waitFor();
      await phone.locator(".activity", { hasText: /^Ein anderes Programm hat 2 Dateien zu .*happened hinzugefügt/s }).waitFor();
      same(await phone.locator(".recent-day").first().textContent(), "Heute", "the day stands above");
      await accessible(phone, "what was done lately, on a phone");
      await noSideways(phone, "what was done lately, on a phone");
      await newest.getByRole("link").first().click();
      await phone.locator("dialog.preview .preview-name:has-text('post.txt')").waitFor();
    },
  },
];
