// Lists of the user and shortcuts: created from the menu, shown beside the stars, in the details
// and in the rail.

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, menu, noSideways, row, same, until } from "../harness.mjs";

/**
 * The check box of a list in the dialog.
 * @param {import("playwright-core").Page} page @param {string} name
 */
const box = (page, name) => page.locator("dialog[open]").getByLabel(name, { exact: true });

/** @param {import("playwright-core").Page} page @param {string} name @param {string} entry */
async function choose(page, entry, name) {
  await row(page, entry).click({ button: "right" });
  await menu(page, name);
}

const keys = (page) => page.locator(".files [data-key]").evaluateAll((rows) => rows.map((one) => one.dataset.key));

/**
 * Calls an operation from a page.
 * @param {import("playwright-core").Page} page @param {string} operation @param {Record<string, string>} [params]
 */
const post = (page, operation, params = {}) => page.evaluate(async ([name, fields]) => {
  const reply = await fetch(`core/${name}`, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(fields) });
  return reply.json();
}, /** @type {const} */ ([operation, params]));

/**
 * Removes the shortcuts and the list of this scenario, because other scenarios expect none.
 * @param {import("playwright-core").Page} page
 */
async function clear(page) {
  for (const one of (await post(page, "getshortcuts")).shortcut ?? []) await post(page, "deleteshortcut", { rid: one.rid });
  for (const one of (await post(page, "getallfavoritelists")).favoritelist ?? []) if (one.name === "Sonne") await post(page, "removefavoritelist", { id: one.id });
}

export const scenarios = [
  {
    name: "lists: made, filled, renamed, emptied and deleted; files stay where they are",
    async run(stage) {
      const folder = stage.folder("lists");
      mkdirSync(join(folder, "Trip"));
      writeFileSync(join(folder, "letter.txt"), "Dear all");
      writeFileSync(join(folder, "list.txt"), "Milk");
      const page = await stage.page();
      await stage.open(page, "#/files/lists");
      await choose(page, "letter.txt", "Lists\u2026");
      await page.getByText("You have no lists yet.").waitFor();
      await accessible(page, "the dialog without lists");
      await page.getByRole("button", { name: "New list" }).click();
      await page.locator("dialog[open]").last().getByLabel("Name").fill("Christmas <2026>");
      await page.keyboard.press("Enter");
      await until(() => box(page, "Christmas <2026>").isChecked(), "it was made to hold this");
      await accessible(page, "the dialog with a list");
      await page.keyboard.press("Escape");

      // Two entries are chosen, one of which is in the list already.
      await row(page, "letter.txt").click({ position: { x: 500, y: 10 } });
      await row(page, "Trip").click({ position: { x: 500, y: 10 }, modifiers: ["Control"] });
      await choose(page, "Trip", "Lists\u2026");
      await page.getByText("In which lists, all 2?").waitFor();
      check(await box(page, "Christmas <2026>").evaluate((one) => one.indeterminate), "one of two is in it");
      await box(page, "Christmas <2026>").click();
      await until(() => box(page, "Christmas <2026>").isEnabled(), "both are in it");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");

      // The details name the list and lead to it. The entry is in a list, but has no star.
      await row(page, "Trip").locator(".row-star:not(.is-starred)").waitFor();
      await stage.open(page, "#/files/lists?details=Trip");
      await page.locator(".panel").getByRole("link", { name: "Christmas <2026>" }).click();
      await until(async () => (await keys(page)).join() === "/anna/lists/letter.txt,/anna/lists/Trip", "the list shows both in their order");
      same(await page.locator("h1").textContent(), "Christmas <2026>", "the title");
      await accessible(page, "a list of one's own");

      // Renamed entries stay in the list.
      await page.getByRole("button", { name: "More about this list" }).click();
      await menu(page, "Rename the list");
      await page.locator("dialog[open] input.input").fill("Easter");
      await page.keyboard.press("Enter");
      await page.locator(".chip[aria-current=page]:has-text('Easter')").waitFor();
      renameSync(join(folder, "list.txt"), join(folder, "shop.txt"));

      await row(page, "/anna/lists/letter.txt").hover();
      await page.getByRole("button", { name: "Take letter.txt out of this list" }).click();
      await until(async () => (await keys(page)).join() === "/anna/lists/Trip", "one is left");
      await page.getByRole("button", { name: "Undo" }).click();
      await until(async () => (await keys(page)).join() === "/anna/lists/Trip,/anna/lists/letter.txt", "it is back");

      const phone = await stage.page({ phone: true, width: 320, language: "de-DE", dark: true });
      await stage.open(phone, "#/starred");
      await phone.locator(".chip:has-text('Easter')").click();
      await row(phone, "/anna/lists/Trip").waitFor();
      await noSideways(phone, "a list on a phone");
      await accessible(phone, "a list on a phone");

      await page.getByRole("button", { name: "More about this list" }).click();
      await menu(page, "Delete the list");
      await page.locator("dialog[open]").getByRole("button", { name: "Delete", exact: true }).click();
      await until(() => page.url().endsWith("#/starred"), "the stars are shown");
      same(await page.locator(".chip:visible").count(), 0, "lists");
      await phone.reload();
      await until(() => phone.url().endsWith("#/starred"), "an old address leads to the stars");
      await stage.open(page, "#/files/lists");
      await row(page, "Trip").waitFor();
    },
  },
  {
    name: "shortcuts: in the rail, on phones with the stars, and they follow what is renamed",
    async run(stage) {
      const folder = stage.folder("short");
      mkdirSync(join(folder, "Deep/Deeper"), { recursive: true });
      writeFileSync(join(folder, "todo.md"), "# To do");
      const page = await stage.page();
      await stage.open(page, "#/files/short");
      await choose(page, "Deep", "Add to sidebar");
      const rail = page.locator(".rail-own");
      await rail.getByRole("link", { name: "Deep" }).waitFor();
      await choose(page, "todo.md", "Add to sidebar");
      await rail.getByRole("link", { name: "todo.md" }).waitFor();
      await accessible(page, "shortcuts in the rail");
      await rail.getByRole("link", { name: "Deep" }).click();
      await row(page, "Deeper").waitFor();

      await page.goBack();
      await row(page, "Deep").click({ position: { x: 500, y: 10 } });
      await page.keyboard.press("F2");
      await page.locator("input.rename").fill("Trips");
      await page.keyboard.press("Enter");
      await row(page, "Trips").waitFor();
      await page.reload();
      await rail.getByRole("link", { name: "Deep" }).click();
      await until(() => page.url().includes("#/files/short/Trips"), "it leads to where it is now");
      await rail.getByRole("link", { name: "todo.md" }).click();
      await page.locator("dialog.preview .preview-name:has-text('todo.md')").waitFor();
      await page.keyboard.press("Escape");

      const phone = await stage.page({ phone: true, width: 320, language: "de-DE" });
      await stage.open(phone, "#/starred");
      await phone.locator(".shortcuts").getByRole("link", { name: "Deep" }).waitFor();
      await noSideways(phone, "shortcuts on a phone");
      await accessible(phone, "shortcuts on a phone");
      await phone.getByRole("button", { name: "Verkn\u00fcpfung zu Deep entfernen" }).click();
      await until(async () => await phone.locator(".shortcut").count() === 0 || await phone.locator(".shortcuts .shortcut").count() === 1, "it is gone");
      await stage.open(page, "#/files/short");
      await page.reload();
      await rail.getByRole("link", { name: "todo.md" }).waitFor();
      same(await rail.getByRole("link").count(), 1, "shortcuts");
      await choose(page, "todo.md", "Remove the shortcut");
      await rail.waitFor({ state: "hidden" });
    },
  },
  {
    name: "lists, shortcuts and comments refuse in the person's language",
    async run(stage) {
      const folder = stage.folder("refused");
      for (let count = 0; count < 12; count += 1) mkdirSync(join(folder, `f${count}`));
      const page = await stage.page({ language: "de-DE" });
      // Other scenarios may have left shortcuts and lists.
      await stage.open(page, "#/starred");
      await clear(page);
      for (let count = 0; count < 10; count += 1) await post(page, "addshortcut", { scname: `f${count}`, scvalue: `/anna/refused/f${count}`, sctype: "0" });
      const dialog = page.locator("dialog[open]");
      const make = async (/** @type {string} */ name) => {
        await page.getByRole("button", { name: "Neue Liste" }).click();
        await dialog.locator("input.input").fill(name);
        await page.keyboard.press("Enter");
      };
      await make("Sonne");
      await page.locator(".chip[aria-current=page]:has-text('Sonne')").waitFor();
      await make("Sonne");
      await dialog.getByText("Etwas mit diesem Namen gibt es dort schon.").waitFor();
      await dialog.locator("input.input").fill("\u00fc".repeat(150));
      await page.keyboard.press("Enter");
      await dialog.getByText("Dieser Name ist zu lang.").waitFor();
      await page.keyboard.press("Escape");

      await stage.open(page, "#/files/refused");
      await choose(page, "f11", "Verkn\u00fcpfung anlegen");
      await page.locator(".toast:has-text('Es kann zehn Verkn\u00fcpfungen geben.')").waitFor();
      await clear(page);

      await stage.open(page, "#/files/refused?details=f1");
      await page.getByRole("tab", { name: "Kommentare" }).click();
      await page.locator(".panel textarea").fill("\u00fc".repeat(3000));
      await page.locator(".panel").getByRole("button", { name: "Kommentieren" }).click();
      await page.locator(".panel").getByText("Ein Kommentar kann etwa 4000 Buchstaben lang sein.").waitFor();
      same((await page.locator(".panel textarea").inputValue()).length, 3000, "what was written");
    },
  },
];
