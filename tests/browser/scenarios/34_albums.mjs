// Lists as albums, covers of folders, and files that are dragged onto the places at the side.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, menu, noSideways, row, same, until } from "../harness.mjs";
import { png } from "../fixtures.mjs";

const keys = (page) => page.locator(".files [data-key]").evaluateAll((rows) => rows.map((one) => one.dataset.key.split("/").pop()));

/**
 * Calls an operation from a page.
 * @param {import("playwright-core").Page} page @param {string} operation @param {Record<string, string>} [params]
 */
const post = (page, operation, params = {}) => page.evaluate(async ([name, fields]) => {
  const reply = await fetch(`core/${name}`, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(fields) });
  return reply.json();
}, /** @type {const} */ ([operation, params]));

export const scenarios = [
  {
    name: "album: a list of pictures shows them as cards, its first picture is the cover, and the order is chosen",
    async run(stage) {
      const folder = stage.folder("album");
      const page = await stage.page();
      await stage.open(page, "#/files/album");
      for (const at of [1, 2, 3]) writeFileSync(join(folder, `${at}.png`), png(300, 200, at));
      const id = (await post(page, "addfavoritelist", { name: "Summer" })).command[0].message;
      try {
        for (const at of [1, 2, 3]) await post(page, "setfavorite", { id, name: `/anna/album/${at}.png` });
        await stage.open(page, `#/starred/${id}`);
        await page.locator(".is-cards .list-card").first().waitFor();
        same(await keys(page), ["1.png", "2.png", "3.png"], "the order in which they were added");
        await page.getByRole("gridcell", { name: /^1 ?\.png ?1.KB . today/ }).waitFor();
        const cover = page.locator(".chip[aria-current=page] .album-cover.is-drawn img");
        await cover.waitFor();
        const first = await cover.getAttribute("src");
        await accessible(page, "an album");
        const card = (name) => page.locator(`.list-card[data-key="/anna/album/${name}"]`);
        await card("3.png").click({ button: "right" });
        await menu(page, "Make it the cover");
        await until(async () => (await keys(page)).join() === "3.png,1.png,2.png", "the cover is the first");
        await until(async () => await cover.getAttribute("src") !== first, "the shelf shows it");
        await card("3.png").click({ button: "right" });
        await menu(page, "Move back");
        await until(async () => (await keys(page)).join() === "1.png,3.png,2.png", "one place back");
        await page.screenshot({ path: "shots/album.png" });
        await page.reload();
        await until(async () => (await keys(page)).join() === "1.png,3.png,2.png", "the server keeps the order");
        await card("1.png").locator(".entry-link").click();
        await page.locator("img.picture[data-layer]").waitFor();
        await page.keyboard.press("ArrowRight");
        await until(async () => await page.locator(".preview-name").textContent() === "3.png", "the viewer goes through the album");
        await page.keyboard.press("Escape");
        await page.locator("dialog.preview").waitFor({ state: "detached" });
        const phone = await stage.page({ phone: true, language: "de-DE", dark: true });
        await stage.open(phone, `#/starred/${id}`);
        await phone.locator(".list-card").first().waitFor();
        await noSideways(phone, "an album on a phone");
        await accessible(phone, "an album on a phone");
        await phone.screenshot({ path: "shots/album-phone.png" });
      } finally {
        await post(page, "removefavoritelist", { id });
      }
    },
  },
  {
    name: "covers: a folder of pictures shows four of them as a card, another one its icon",
    async run(stage) {
      const folder = stage.folder("covers");
      for (const name of ["Four", "Two", "None"]) mkdirSync(join(folder, name));
      for (const at of [1, 2, 3, 4, 5]) writeFileSync(join(folder, "Four", `${at}.png`), png(300, 200, at));
      for (const at of [6, 7]) writeFileSync(join(folder, "Two", `${at}.png`), png(300, 200, at));
      writeFileSync(join(folder, "None", "letter.txt"), "Dear all");
      const page = await stage.page();
      await stage.open(page, "#/files/covers");
      await page.keyboard.press("Alt+v");
      await until(async () => await row(page, "Four").locator(".cover-part.is-drawn").count() === 4, "four pictures");
      await until(async () => await row(page, "Two").locator(".cover.is-one .is-drawn").count() === 1, "one picture");
      same(await row(page, "None").locator(".cover").count(), 0, "covers of a folder without pictures");
      check(await row(page, "Four").locator(".card-picture > .kind").isVisible(), "it still is seen to be a folder");
      await accessible(page, "covers of folders");
      await page.screenshot({ path: "shots/covers.png" });
      await page.keyboard.press("Alt+v");
    },
  },
  {
    name: "drag: onto Starred gives a star, onto the bin deletes, with a way back",
    async run(stage) {
      const folder = stage.folder("dragged");
      for (const name of ["a.txt", "b.txt"]) writeFileSync(join(folder, name), name);
      const page = await stage.page();
      await stage.open(page, "#/files/dragged");
      await row(page, "a.txt").locator(".entry-link").dragTo(page.locator(".rail [data-place=starred]"));
      await row(page, "a.txt").locator(".row-star.is-starred").waitFor();
      check(existsSync(join(folder, "a.txt")), "it stays where it is");
      await row(page, "b.txt").locator(".entry-link").dragTo(page.locator(".rail [data-place=bin]"));
      await until(() => !existsSync(join(folder, "b.txt")), "it is deleted");
      await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
      await until(() => existsSync(join(folder, "b.txt")), "it is back");
      check(existsSync(join(folder, "a.txt")), "the other was not touched");
    },
  },
];
