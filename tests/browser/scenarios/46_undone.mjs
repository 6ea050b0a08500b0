// Undo for each kind of change. It works as long as promised, however much is done meanwhile.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, choose, row, same, shows, until } from "../harness.mjs";

/** @param {import("playwright-core").Page} page @param {string} text */
const toast = (page, text) => page.locator(`.toast:has-text('${text}')`);
/** @param {import("playwright-core").Page} page @param {string} text */
const undo = (page, text) => toast(page, text).getByRole("button", { name: "Undo" }).click();
/** @param {import("playwright-core").Page} page @param {string} name */
const point = (page, name) => row(page, name).click({ position: { x: 500, y: 10 } });
/** The text of a file; empty if there is none. @param {string} path */
const text = (path) => (existsSync(path) ? readFileSync(path, "utf8") : "");

export const scenarios = [
  {
    name: "ways back: offered for thirty seconds, and later ones take none away",
    async run(stage) {
      const folder = stage.folder("ways");
      const all = [1, 2, 3, 4, 5].map((count) => `f${count}.txt`);
      for (const name of all) writeFileSync(join(folder, name), name);
      const page = await stage.page();
      await page.clock.install();
      await stage.open(page, "#/files/ways");
      for (const name of all) {
        await point(page, name);
        await page.keyboard.press("Delete");
        await toast(page, name).waitFor();
      }
      same(await page.locator(".toast:visible").count(), 1, "offers that can be seen");
      await page.locator(".notice-title").waitFor();
      // The keyboard undoes the changes, the last one first, without a button.
      for (const name of [...all].reverse()) {
        await page.keyboard.press("Control+z");
        await row(page, name).waitFor();
      }
      same(await page.locator(".toast").count(), 0, "offers that are left");
      await shows(page, all);
      // In a text field, the undo keys belong to the field.
      await point(page, "f1.txt");
      await page.keyboard.press("Delete");
      await toast(page, "f1.txt").waitFor();
      await page.locator("input.filter").focus();
      await page.keyboard.type("f2");
      await page.keyboard.press("Control+z");
      same([await toast(page, "f1.txt").count(), existsSync(join(folder, "f1.txt"))], [1, false], "in a field, the key is the field's");
      await page.mouse.move(700, 300);
      await page.locator("h1").click();
      // The button is visible for eight seconds. After that the keys work for the rest of the time.
      await page.clock.runFor(6000);
      check(await toast(page, "f1.txt").isVisible(), "the offer is visible after 6 s");
      await page.clock.runFor(3000);
      check(!await toast(page, "f1.txt").isVisible(), "it is hidden after 9 s");
      await page.clock.runFor(19_000);
      same(await toast(page, "f1.txt").count(), 1, "offers after 28 s");
      await page.clock.runFor(3000);
      same(await toast(page, "f1.txt").count(), 0, "offers after 31 s");
      await page.keyboard.press("Escape");
      await page.locator("input.filter").fill("");
      await row(page, "f3.txt").waitFor();
      await point(page, "f3.txt");
      await page.keyboard.press("Delete");
      await toast(page, "f3.txt").waitFor();
      await page.mouse.move(700, 300);
      await page.clock.runFor(10_000);
      check(!await toast(page, "f3.txt").isVisible(), "this offer is hidden too");
      await page.keyboard.press("Control+z");
      await row(page, "f3.txt").waitFor();
    },
  },
  {
    name: "ways back: a move that replaced a file puts both back, with what belongs to them",
    async run(stage) {
      const folder = stage.folder("replacing");
      mkdirSync(join(folder, "Box"));
      writeFileSync(join(folder, "a.txt"), "outside");
      writeFileSync(join(folder, "Box/a.txt"), "in the box");
      const page = await stage.page();
      await stage.open(page, "#/files/replacing");
      await point(page, "a.txt");
      await page.keyboard.press("Alt+s");
      await row(page, "a.txt").locator(".row-star.is-starred").waitFor();
      await page.keyboard.press("Control+x");
      await row(page, "Box").dblclick();
      await shows(page, ["a.txt"]);
      await page.keyboard.press("Control+v");
      await page.locator("dialog").getByRole("button", { name: "Replace" }).click();
      await toast(page, "Moved a.txt").waitFor();
      same([text(join(folder, "Box/a.txt")), existsSync(join(folder, "a.txt"))], ["outside", false], "what the move made");
      await undo(page, "Moved a.txt");
      await until(() => text(join(folder, "Box/a.txt")) === "in the box" && text(join(folder, "a.txt")) === "outside", "both are where they were");
      await row(page, "a.txt").locator(".row-star:not(.is-starred)").waitFor();
      await page.goBack();
      await shows(page, ["Box", "a.txt"]);
      await row(page, "a.txt").locator(".row-star.is-starred").waitFor();

      // The copy replaced a file.
      await page.keyboard.press("Escape");
      await point(page, "a.txt");
      await page.keyboard.press("Control+c");
      await row(page, "Box").dblclick();
      await shows(page, ["a.txt"]);
      await page.keyboard.press("Control+v");
      await page.locator("dialog").getByRole("button", { name: "Replace" }).click();
      await until(() => text(join(folder, "Box/a.txt")) === "outside", "the copy replaces");
      await undo(page, "Copied a.txt");
      await until(() => text(join(folder, "Box/a.txt")) === "in the box", "what it replaced is back");
    },
  },
  {
    name: "ways back: many files that an upload replaced come back at once",
    async run(stage) {
      const folder = stage.folder("batch");
      const sources = mkdtempSync(join(tmpdir(), "cloudlet-batch-"));
      try {
        const all = Array.from({ length: 12 }, (_, count) => `f${count}.txt`);
        for (const name of all) {
          writeFileSync(join(folder, name), `old ${name}`);
          writeFileSync(join(sources, name), `much newer ${name}`);
        }
        const page = await stage.page();
        await stage.open(page, "#/files/batch");
        await row(page, "f1.txt").waitFor();
        await choose(page, all.map((name) => join(sources, name)), () => page.keyboard.press("Alt+u"));
        await page.locator("dialog input[type=checkbox]").check();
        await page.locator("dialog").getByRole("button", { name: "Replace" }).click();
        await toast(page, "Replaced 12 files").waitFor();
        check(all.every((name) => text(join(folder, name)) === `much newer ${name}`), "all are replaced");
        same(await toast(page, "Replaced").count(), 1, "offers");
        await undo(page, "Replaced 12 files");
        await until(() => all.every((name) => text(join(folder, name)) === `old ${name}`), "all are back");
      } finally {
        rmSync(sources, { recursive: true });
      }
    },
  },
  {
    name: "ways back: a text that was saved, while it is written and after",
    async run(stage) {
      const path = join(stage.folder("saved"), "a.txt");
      writeFileSync(path, "first\n");
      const page = await stage.page();
      await stage.open(page, "#/files/saved?open=a.txt");
      await page.getByRole("button", { name: "Edit" }).click();
      const editor = page.locator("textarea.editor");
      const save = async (/** @type {string} */ words) => {
        await editor.fill(words);
        await page.keyboard.press("Control+s");
        await until(() => text(path) === words && page.getByRole("button", { name: "Save" }).isDisabled(), `${words} is saved`);
      };
      await save("second\n");
      await save("third\n");
      same(await toast(page, "Saved at").count(), 1, "offers");
      await undo(page, "Saved at");
      await until(async () => text(path) === "second\n" && await editor.inputValue() === "second\n", "the text before is back, in the field too");
      // The change came from the same person, so there is no conflict.
      await save("fourth\n");
      await page.getByRole("button", { name: "Done" }).click();
      await undo(page, "Saved at");
      await page.locator("pre.text:has-text('second')").waitFor();
      same(text(path), "second\n", "the file");
    },
  },
];
