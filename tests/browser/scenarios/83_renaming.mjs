// Several files get new names at once. The dialog shows the names before, and refuses names that clash. One undo restores all of them.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, hold, menu, noSideways, row, same, shows, until } from "../harness.mjs";
import { jpeg, png, withExif } from "../fixtures.mjs";

/** @param {string} folder @param {string[]} names */
const fill = (folder, names) => names.forEach((name) => writeFileSync(join(folder, name), `content of ${name}`));

/** Opens the dialog for everything in the folder. @param {import("playwright-core").Page} page */
async function openForAll(page) {
  await page.locator(".files .list").focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("F2");
  await page.locator("dialog .renaming-list").waitFor();
  await page.locator("dialog input:focus").waitFor();
}

/** The names that the dialog shows: before and after. @param {import("playwright-core").Page} page */
const lines = (page) => page.locator("dialog .renaming-line").evaluateAll((all) => all.map((one) => [...one.querySelectorAll(".renaming-name")].map((name) => name.textContent).join(" > ")));

/** Waits until the dialog shows some names. @param {import("playwright-core").Page} page @param {string[]} wanted */
async function shown(page, wanted) {
  let found = [];
  await until(async () => JSON.stringify(found = await lines(page)) === JSON.stringify(wanted), "the names are shown before")
    .catch((error) => { throw new Error(`${error.message}; they are ${found.join(", ")}`); });
}

export const scenarios = [
  {
    name: "renaming many: numbers, a clash is refused, circles of names work, one undo",
    async run(stage) {
      const folder = stage.folder("bulk names");
      fill(folder, ["b.txt", "c.txt", "sea 1.txt", "sea 2.txt"]);
      const page = await stage.page();
      await stage.open(page, "#/files/bulk%20names");
      await row(page, "b.txt").waitFor();
      await openForAll(page);
      const confirm = page.locator("dialog").getByRole("button", { name: "Rename" });
      check(await confirm.isDisabled(), "nothing is renamed without a pattern");
      await page.keyboard.type("sea");
      await shown(page, ["b.txt > sea 1.txt", "c.txt > sea 2.txt", "sea 1.txt > sea 3.txt", "sea 2.txt > sea 4.txt"]);
      await accessible(page, "the dialog that renames");
      await page.screenshot({ path: "shots/renaming-desktop.png" });
      await page.keyboard.press("Enter");
      await shows(page, ["sea 1.txt", "sea 2.txt", "sea 3.txt", "sea 4.txt"]);
      same(["b.txt", "c.txt", "sea 1.txt", "sea 2.txt"].every((name, at) => readdirSync(folder).length === 4 && content(folder, `sea ${at + 1}.txt`) === `content of ${name}`), true, "each content has its new name");
      await page.locator(".toast", { hasText: "Renamed 4 items" }).getByRole("button", { name: "Undo" }).click();
      await shows(page, ["b.txt", "c.txt", "sea 1.txt", "sea 2.txt"]);
      for (const name of ["b.txt", "c.txt", "sea 1.txt", "sea 2.txt"]) same(content(folder, name), `content of ${name}`, `after the undo, ${name}`);

      // First, two files would get the same name. Then a file would get the name of a file that is not chosen.
      await openForAll(page);
      await page.getByLabel("How", { exact: true }).selectOption({ label: "Replace a text in the names" });
      await page.getByLabel("Find this text").fill("c");
      await page.getByLabel("Replace it with").fill("b");
      await page.getByText("1 name cannot be given").waitFor();
      check(await confirm.isDisabled(), "two files never get one name");
      await page.getByLabel("Replace it with").fill("a/b");
      await page.locator("dialog").getByText("A name cannot contain").waitFor();
      await accessible(page, "the dialog with names that clash");
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByRole("button", { name: "Clear the selection" }).click();
      await row(page, "b.txt").locator(".mark").click();
      await row(page, "c.txt").locator(".mark").click();
      await row(page, "c.txt").click({ button: "right" });
      await menu(page, "Rename");
      await page.getByLabel("Name", { exact: true }).fill("sea");
      await page.getByText("2 names cannot be given").waitFor();
      await page.getByLabel("First number").fill("9");
      await shown(page, ["b.txt > sea 09.txt", "c.txt > sea 10.txt"]);
      await page.keyboard.press("Escape");

      // Each of three files gets the name of the next one, in a circle.
      fill(folder, ["x1y2.txt"]);
      await page.reload();
      await shows(page, ["b.txt", "c.txt", "sea 1.txt", "sea 2.txt", "x1y2.txt"]);
      const steps = await page.evaluate(async () => {
        const module = performance.getEntriesByType("resource").map((one) => one.name).find((name) => name.endsWith("/user/files/kinds.js"));
        const { inOrder } = await import(module.replace("files/kinds.js", "renaming/plan.js"));
        const change = (from, name) => ({ entry: { name: from }, name, problem: null });
        return inOrder([change("a", "b"), change("b", "c"), change("c", "a"), change("d", "e"), change("e", "f")], ["b (2)"]);
      });
      const names = new Map(["a", "b", "c", "d", "e"].map((name) => [name, name]));
      for (const { from, to } of steps) {
        check(names.has(from) && !names.has(to) && to !== "b (2)", `${from} to ${to} is possible in ${JSON.stringify(steps)}`);
        names.set(to, names.get(from));
        names.delete(from);
      }
      same([...names].sort(), [["a", "c"], ["b", "a"], ["c", "b"], ["e", "d"], ["f", "e"]], "a circle is done over a free name");
    },
  },
  {
    name: "renaming many on a phone, in German: the day on which photos were taken",
    async run(stage) {
      const folder = stage.folder("renaming photos");
      const maker = await stage.page();
      await stage.open(maker, "#/files");
      const photo = await jpeg(maker, 320, 240);
      writeFileSync(join(folder, "DSC1.jpg"), withExif(photo, { camera: "Acme", taken: "2024:05:06 07:08:09", pixels: [320, 240], latitude: [0, 0, 0], longitude: [0, 0, 0] }));
      writeFileSync(join(folder, "IMG_20200515_101500.png"), png(300, 200, 3));
      writeFileSync(join(folder, "words.txt"), "words");
      const page = await stage.page({ phone: true, language: "de-DE" });
      await stage.open(page, "#/files/renaming%20photos");
      await hold(page, "DSC1.jpg");
      for (const name of ["IMG_20200515_101500.png", "words.txt"]) await row(page, name).locator(".mark").click();
      await page.locator(".selection-bar").getByRole("button", { name: "Weitere Aktionen" }).click();
      await menu(page, "Umbenennen");
      await page.getByLabel("Wie", { exact: true }).selectOption({ label: "Aufnahmetag voranstellen" });
      await page.getByText("2 Einträge bekommen neue Namen").waitFor();
      await accessible(page, "the dialog that renames, on a phone");
      await noSideways(page, "the dialog that renames, on a phone");
      await page.screenshot({ path: "shots/renaming-phone-de.png" });
      await page.locator("dialog").getByRole("button", { name: "Umbenennen" }).click();
      await shows(page, ["2020-05-15 IMG_20200515_101500.png", "2024-05-06 DSC1.jpg", "words.txt"]);
    },
  },
];

/** @param {string} folder @param {string} name */
function content(folder, name) {
  return readFileSync(join(folder, name), "utf8");
}
