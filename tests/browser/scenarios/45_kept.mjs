// Deleted and replaced contents come back: by undo, from the recycle bin, and from the versions.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, check, choose, menu, noSideways, row, same, shows, until } from "../harness.mjs";

/** @param {import("playwright-core").Page} page @param {string} text */
const toast = (page, text) => page.locator(`.toast:has-text('${text}')`);

/** Uploads a file over an existing one, and chooses to replace it. */
async function replace(page, folder, name, text) {
  const sources = mkdtempSync(join(tmpdir(), "cloudlet-kept-"));
  try {
    const source = join(sources, name);
    writeFileSync(source, text);
    await choose(page, [source], async () => {
      await page.getByRole("button", { name: "New", exact: true }).click();
      await menu(page, "Upload files");
    });
    await page.locator("dialog").getByRole("button", { name: "Replace" }).click();
    await until(() => readFileSync(join(folder, name), "utf8") === text, "the file is replaced");
  } finally {
    rmSync(sources, { recursive: true });
  }
}

export const scenarios = [
  {
    name: "what was deleted comes back by undo and from the recycle bin, or goes for good",
    async run(stage) {
      const folder = stage.folder("kept");
      mkdirSync(join(folder, "Photos"), { recursive: true });
      for (const name of ["apple.txt", "berry.txt", "Photos/c.txt"]) writeFileSync(join(folder, name), name);
      const page = await stage.page();
      await stage.open(page, "#/files/kept");
      await row(page, "apple.txt").locator(".mark").click();
      await row(page, "Photos").locator(".mark").click();
      await page.keyboard.press("Delete");
      await shows(page, ["berry.txt"]);
      await toast(page, "2").getByRole("button", { name: "Undo" }).click();
      await shows(page, ["Photos", "apple.txt", "berry.txt"]);
      check(existsSync(join(folder, "Photos/c.txt")), "what lay in the folder is back with it");

      await row(page, "apple.txt").click({ position: { x: 500, y: 15 } });
      await page.keyboard.press("Delete");
      await toast(page, "Deleted apple.txt").waitFor();
      await row(page, "berry.txt").click({ position: { x: 500, y: 15 } });
      await page.keyboard.press("Delete");
      await toast(page, "Deleted berry.txt").waitFor();
      await page.locator(".rail").getByRole("link", { name: "Recycle bin" }).click();
      await row(page, "berry.txt").waitFor();
      check((await row(page, "apple.txt").textContent()).includes("kept"), "it says where it was");
      check((await row(page, "apple.txt").textContent()).includes("60 days left"), "and how long it stays");
      await page.screenshot({ path: "shots/bin-desktop.png" });
      await accessible(page, "the recycle bin");
      await row(page, "apple.txt").getByRole("button", { name: "Restore apple.txt" }).click();
      await toast(page, "apple.txt is back in kept").getByRole("button", { name: "Show" }).click();
      await row(page, "apple.txt").waitFor();
      same(readFileSync(join(folder, "apple.txt"), "utf8"), "apple.txt", "the restored file");

      await page.locator(".rail").getByRole("link", { name: "Recycle bin" }).click();
      await row(page, "berry.txt").click({ position: { x: 400, y: 15 } });
      await page.keyboard.press("Delete");
      await page.locator("dialog:has-text('Permanently delete berry.txt?')").getByRole("button", { name: "Delete permanently" }).click();
      await row(page, "berry.txt").waitFor({ state: "detached" });
      await page.goBack();
      await row(page, "apple.txt").click({ position: { x: 500, y: 15 } });
      await page.keyboard.press("Delete");
      await toast(page, "Deleted apple.txt").last().waitFor();
      await page.locator(".rail").getByRole("link", { name: "Recycle bin" }).click();
      await row(page, "apple.txt").waitFor();
      await page.getByRole("button", { name: "Empty the bin" }).click();
      check(await page.locator("dialog").getByRole("button", { name: "Cancel" }).evaluate((one) => one === document.activeElement), "the focus is on what removes nothing");
      await page.locator("dialog").getByRole("button", { name: "Empty the bin" }).click();
      await page.locator(".notice-title:text('The recycle bin is empty')").waitFor();
    },
  },
  {
    name: "the recycle bin on a phone, which the menu of the account leads to",
    async run(stage) {
      const folder = stage.folder("keptphone");
      writeFileSync(join(folder, "a note with a rather long name, as people give them.txt"), "x");
      const page = await stage.page({ phone: true, dark: true });
      await stage.open(page, "#/files/keptphone");
      await row(page, "a note with a rather long name, as people give them.txt").getByRole("button", { name: /More actions/ }).click();
      await menu(page, "Delete");
      await page.locator(".toast").waitFor();
      same(await page.locator(".tabbar .place:visible").count(), 6, "places at the lower edge");
      await page.locator(".account").click();
      await menu(page, "Recycle bin");
      await row(page, "a note with a rather long name, as people give them.txt").waitFor();
      await row(page, "a note with a rather long name, as people give them.txt").locator(".entry-facts:text('60 days left')").waitFor();
      await accessible(page, "the recycle bin on a phone");
      const german = await stage.page({ phone: true, language: "de-DE" });
      await stage.open(german, "#/bin");
      await row(german, "a note with a rather long name, as people give them.txt").locator(".entry-facts:text('noch 60 Tage')").waitFor();
      await noSideways(german, "the German recycle bin on a phone");
      check(await german.locator(".bar-title").evaluate((title) => title.scrollWidth <= title.clientWidth), "the title is not cut off");
      await german.getByRole("button", { name: "Papierkorb leeren" }).waitFor();
      await german.screenshot({ path: "shots/bin-phone-de.png" });
      await noSideways(page, "the recycle bin on a phone");
      await page.getByRole("button", { name: /Restore a note/ }).click();
      await until(() => existsSync(join(folder, "a note with a rather long name, as people give them.txt")), "it is back");
    },
  },
  {
    name: "versions: a replaced content is there, comes back and goes",
    async run(stage) {
      const folder = stage.folder("versions");
      writeFileSync(join(folder, "note.txt"), "first");
      const page = await stage.page();
      await stage.open(page, "#/files/versions");
      await row(page, "note.txt").waitFor();
      await replace(page, folder, "note.txt", "second, longer");
      await toast(page, "Replaced note.txt").getByRole("button", { name: "Undo" }).click();
      await until(() => readFileSync(join(folder, "note.txt"), "utf8") === "first", "undo brings the old content back");

      await row(page, "note.txt").click({ position: { x: 500, y: 15 } });
      await page.keyboard.press("Alt+Enter");
      await page.getByRole("tab", { name: "Versions" }).click();
      await until(async () => (await page.locator(".version").count()) === 2, "two contents are listed");
      await accessible(page, "the versions");
      const download = page.waitForEvent("download");
      await page.locator(".version").nth(1).getByRole("link", { name: /Download the version/ }).click();
      const saved = await download;
      same([saved.suggestedFilename(), readFileSync(await saved.path(), "utf8")], ["note.txt", "second, longer"], "the saved version");
      await page.locator(".version").nth(1).getByRole("button", { name: /Bring back/ }).click();
      await until(() => readFileSync(join(folder, "note.txt"), "utf8") === "second, longer", "the version is live");
      await toast(page, "note.txt is as it was").getByRole("button", { name: "Undo" }).click();
      await until(() => readFileSync(join(folder, "note.txt"), "utf8") === "first", "and taken back");
      await until(async () => (await page.locator(".version").nth(1).textContent()).includes("14"), "the list follows");
      await page.locator(".version").nth(1).getByRole("button", { name: /Remove the version/ }).click();
      await page.locator("dialog").getByRole("button", { name: "Delete permanently" }).click();
      await page.locator("text=its old content is kept here").waitFor();
      same(await page.locator(".version").count(), 1, "the live content stays");
    },
  },
  {
    name: "versions: one gets a name, which stays with its content, on a phone and in German, too",
    async run(stage) {
      const folder = stage.folder("namedversions");
      writeFileSync(join(folder, "note.txt"), "first");
      const page = await stage.page();
      await stage.open(page, "#/files/namedversions");
      await row(page, "note.txt").waitFor();
      await replace(page, folder, "note.txt", "second, longer");
      await row(page, "note.txt").click({ position: { x: 500, y: 15 } });
      await page.keyboard.press("Alt+Enter");
      await page.getByRole("tab", { name: "Versions" }).click();
      const versions = page.locator(".version");
      await versions.nth(1).getByRole("button", { name: /^Name the version/ }).click();
      const field = page.getByLabel("Name of the version");
      await field.fill("As <b>sent</b>");
      await accessible(page, "the name of a version");
      await page.screenshot({ path: "shots/version-name-desktop.png" });
      await page.keyboard.press("Enter");
      await versions.nth(1).locator("b", { hasText: "As <b>sent</b>" }).waitFor();
      await accessible(page, "versions with names");
      await page.screenshot({ path: "shots/versions-desktop.png" });

      const phone = await stage.page({ phone: true, language: "de-DE", dark: true });
      await stage.open(phone, "#/files/namedversions?details=note.txt&tab=versions");
      await phone.locator(".version b", { hasText: "As <b>sent</b>" }).waitFor();
      await accessible(phone, "versions with names on a phone");
      await noSideways(phone, "versions with names on a phone");
      await phone.screenshot({ path: "shots/versions-phone-de.png" });
      await phone.locator(".version").nth(1).getByRole("button", { name: /benennen$/ }).click();
      await phone.getByLabel("Name der Version").fill("");
      await noSideways(phone, "the name of a version on a phone");
      await phone.getByRole("button", { name: "Speichern" }).click();
      await phone.locator(".version b").waitFor({ state: "detached" });
      same(await phone.locator(".version").count(), 2, "both contents are still there");
    },
  },
];
