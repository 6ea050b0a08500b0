// The search in the contents of text files. The filter appears when this search is turned on, and
// results show where they match.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PASSWORD, USER, accessible, check, noSideways, same } from "../harness.mjs";

export const scenarios = [
  {
    name: "search in texts, once an administrator has turned it on",
    async run(stage) {
      const folder = stage.folder("wording");
      mkdirSync(join(folder, "letters"), { recursive: true });
      writeFileSync(join(folder, "letters/to grandma.txt"), "Dear grandma,\nthe marzipan arrived in one piece.\n");
      writeFileSync(join(folder, "marzipan.ods"), "no text");
      const { cookies } = await stage.server.call("../admin/adminlogin", { adminuser: USER, adminpassword: PASSWORD });
      const set = async (/** @type {string} */ value) => {
        const { reply } = await stage.server.call("../admin/setsetting", { name: "search_text", value }, cookies);
        same(reply.command[0].result, 1, "the setting is taken");
      };
      const page = await stage.page();
      await stage.open(page, "#/search?q=marzipan");
      const [table, letter] = ["/anna/wording/marzipan.ods", "/anna/wording/letters/to grandma.txt"].map((path) => page.locator(`.search [data-key=${JSON.stringify(path)}]`));
      await table.waitFor();
      const where = page.getByLabel("Where", { exact: true });
      check(await where.isHidden(), "there is no filter for what cannot be done");
      try {
        await set("yes");
        await page.reload();
        await table.waitFor();
        await where.waitFor();
        same(await letter.count(), 0, "only names at first");
        await where.selectOption({ label: "Also in texts" });
        await letter.waitFor();
        check(page.url().includes("text=also"), "the filter is in the address");
        same(await letter.locator(".search-excerpt").textContent(), "In the text: the marzipan arrived in one piece.", "where it matches");
        same(await table.locator(".search-excerpt").count(), 0, "a match by name has no excerpt");
        await accessible(page, "results in texts");
        await page.setViewportSize({ width: 320, height: 640 });
        await letter.waitFor();
        await noSideways(page, "results in texts");
        await page.reload();
        await letter.waitFor();
        await page.getByRole("button", { name: "Clear filters" }).click();
        await letter.waitFor({ state: "detached" });
        await table.waitFor();
      } finally {
        await set("");
      }
    },
  },
];
