// A list is shared as an album: with a person, who finds it under "Shared", and by a link.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PASSWORD, USER, accessible, asOwner, menu, noSideways, row, same, signIn, until } from "../harness.mjs";
import { png } from "../fixtures.mjs";

const names = (page) => page.locator(".visitor-item .visitor-link .name").allTextContents();
const keys = (page) => page.locator(".files [data-key]").evaluateAll((rows) => rows.map((one) => one.dataset.key.split("/").pop()));

export const scenarios = [
  {
    name: "an album is shared with a person and by a link, in its own order, as it is at the time",
    async run(stage) {
      const { cookies } = await stage.server.call("../admin/adminlogin", { adminuser: USER, adminpassword: PASSWORD });
      await stage.server.call("../admin/adduser", { username: "otto", displayname: "Otto Brown", email: "otto@home.test", password: PASSWORD, status: 1, authtype: 0 }, cookies);
      const folder = stage.folder("shared-album");
      for (const at of [1, 2, 3]) writeFileSync(join(folder, `${at}.png`), png(300, 200, at));
      const page = await stage.page();
      await stage.open(page, "#/files/shared-album");
      const id = (await asOwner(stage, "addfavoritelist", { name: "Beach" })).command[0].message;
      try {
        for (const at of [3, 1, 2]) await asOwner(stage, "setfavorite", { id, name: `/${USER}/shared-album/${at}.png` });
        await stage.open(page, `#/starred/${id}`);
        await page.locator(".list-card").first().waitFor();
        await page.getByRole("button", { name: "More about this list" }).click();
        await menu(page, "Share");
        await page.getByRole("heading", { name: "Share Beach" }).waitFor();
        await page.getByText("Only the files in this list are shared").waitFor();
        await page.getByRole("combobox", { name: "Add people or groups" }).fill("otto");
        await page.getByRole("option", { name: "Otto" }).waitFor();
        await page.keyboard.press("Enter");
        await page.locator(".share-member", { hasText: "Otto" }).waitFor();
        same(await page.locator(".share-member select option").allTextContents(), ["Can view, not download", "Can view"], "nobody can be given more");
        await page.getByLabel("Anyone with the link").selectOption("view");
        const address = await page.getByRole("textbox", { name: "Link", exact: true }).inputValue();
        await accessible(page, "the share dialog of an album");
        await page.screenshot({ path: "shots/share-album.png" });
        await page.getByRole("button", { name: "Done" }).click();
        await page.locator(".chip[aria-current=page]").getByLabel("Shared by link").waitFor();

        const otto = await stage.page({ guest: true });
        await otto.goto(`${stage.server.base}/`);
        await signIn(otto, { user: "otto" });
        await otto.getByRole("link", { name: "Shared" }).first().click();
        await otto.getByRole("link", { name: "Beach" }).click();
        await row(otto, "3.png").waitFor();
        same(await keys(otto), ["3.png", "1.png", "2.png"], "the order of the album");
        await row(otto, "3.png").locator(".entry-link").click();
        await otto.locator("img.picture[data-layer]").waitFor();
        await otto.keyboard.press("ArrowRight");
        await until(async () => await otto.locator(".preview-name").textContent() === "1.png", "the viewer goes through the album");
        await otto.keyboard.press("Escape");
        await accessible(otto, "a shared album");

        const guest = await stage.page({ phone: true, guest: true, language: "de-DE" });
        await guest.goto(new URL(new URL(address).pathname, stage.server.base).href);
        await guest.getByRole("heading", { name: "Beach" }).waitFor();
        await guest.locator(".visitor-item").first().waitFor();
        same(await guest.locator(".visitor-item").count(), 3, "pictures");
        same((await names(guest)).map((name) => name.replace(/\s/g, "")), ["3.png", "1.png", "2.png"], "the order of the album for visitors");
        await guest.getByRole("button", { name: "Alles herunterladen" }).waitFor();
        await noSideways(guest, "an album on a phone");
        await accessible(guest, "the page of an album");
        await guest.screenshot({ path: "shots/album-by-link.png" });

        await asOwner(stage, "unsetfavorite", { id, name: `/${USER}/shared-album/1.png` });
        await guest.reload();
        await until(async () => await guest.locator(".visitor-item").count() === 2, "what is taken out is gone at once");
        await otto.reload();
        await row(otto, "3.png").waitFor();
        await until(async () => (await keys(otto)).join() === "3.png,2.png", "for members too");

        // It stands among what this person shares, and leads to the list.
        await stage.open(page, "#/shared/people");
        await page.getByRole("button", { name: "Change how Beach is shared" }).click();
        await page.getByRole("button", { name: "Stop sharing" }).click();
        await page.getByRole("dialog").last().getByRole("button", { name: "Stop sharing" }).click();
        await page.getByText("Stopped sharing Beach").waitFor();
        await guest.reload();
        await guest.locator(".entrance").waitFor();
        await otto.goto(`${stage.server.base}/#/shared`);
        await until(async () => await otto.getByRole("link", { name: "Beach" }).count() === 0, "it is gone for the member");
      } finally {
        await asOwner(stage, "removefavoritelist", { id });
      }
    },
  },
];
