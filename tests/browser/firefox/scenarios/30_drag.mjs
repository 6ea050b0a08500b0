// Firefox: entries are dragged onto a folder, the bin and the stars.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, until } from "../../harness.mjs";
import { click, drag, rowOf, see } from "../harness.mjs";

export const scenarios = [
  {
    name: "Firefox: drag: by name, icon or row onto a folder, onto Starred and the bin, with a way back",
    async run(stage) {
      const folder = stage.folder("fox dragged");
      for (const name of ["a.txt", "b.txt", "c.txt"]) writeFileSync(join(folder, name), name);
      mkdirSync(join(folder, "inside"));
      const page = await stage.page();
      await stage.open(page, "#/files/fox%20dragged");
      for (const part of [" .entry-link", " .kind", ""]) {
        await drag(page, `${rowOf("a.txt")}${part}`, rowOf("inside"));
        await until(() => existsSync(join(folder, "inside/a.txt")), `the file dragged by ${part || "its row"} has moved`);
        await see(page, ".toast::-p-text(Moved a.txt to inside)");
        await page.keyboard.down("Control");
        await page.keyboard.press("z");
        await page.keyboard.up("Control");
        await until(() => existsSync(join(folder, "a.txt")), "it is back");
        await see(page, rowOf("a.txt"));
      }
      await drag(page, `${rowOf("b.txt")} .entry-link`, ".rail [data-place=starred]");
      await see(page, `${rowOf("b.txt")} .row-star.is-starred`);
      check(existsSync(join(folder, "b.txt")), "what got a star stays where it is");
      await drag(page, `${rowOf("c.txt")} .entry-link`, ".rail [data-place=bin]");
      await until(() => !existsSync(join(folder, "c.txt")), "it is deleted");
      await click(page, ".toast .toast-undo");
      await until(() => existsSync(join(folder, "c.txt")), "it is back");
      await see(page, rowOf("c.txt"));
    },
  },
];
