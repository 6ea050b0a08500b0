// Further disks: as places with all actions on files, and when a disk is missing.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Stage, accessible, check, choose, menu, noSideways, row, same, setUp, shows, until, withOwnCloud } from "../harness.mjs";
import { SECRET, account, adminPage } from "../admin/steps.mjs";
import { Server } from "../server.mjs";

/**
 * Starts a server of its own with the disks `films` and `Our photos`.
 * @param {Stage} stage @param {(own: Stage, films: string) => Promise<void>} act
 */
export async function withDisks(stage, act) {
  const ground = mkdtempSync(join(tmpdir(), "cloudlet-disks-"));
  const [films, photos] = [join(ground, "films"), join(ground, "photos")];
  mkdirSync(join(films, "Sea"), { recursive: true });
  mkdirSync(join(photos, "2024"), { recursive: true });
  writeFileSync(join(films, "Sea/waves.txt"), "waves");
  writeFileSync(join(films, "plain.txt"), "plain");
  try {
    await withOwnCloud(stage, { CLOUDLET_VOLUMES: `films=${films}, Our photos=${photos}` }, (own) => act(own, films));
  } finally {
    rmSync(ground, { recursive: true, force: true });
  }
}

/** A disk in the rail. @param {import("playwright-core").Page} page @param {string} name */
const place = (page, name) => page.locator(".rail").getByRole("link", { name, exact: true });
/** @param {import("playwright-core").Page} page */
const path = (page) => page.locator(".crumb-list li").evaluateAll((steps) => steps.map((one) => one.textContent));
/** @param {import("playwright-core").Page} page @param {string} name @param {string} action */
async function act(page, name, action) {
  await row(page, name).click({ button: "right" });
  await menu(page, action);
}

export const scenarios = [
  {
    name: "disks: one that takes long to answer may be waking up, and is shown once it answers",
    run: (stage) => withDisks(stage, async (own) => {
      const page = await own.page();
      await own.open(page, "#/files");
      await place(page, "films").waitFor();
      /** @type {() => void} */
      let answer = () => {};
      const asleep = new Promise((resolve) => { answer = () => resolve(undefined); });
      await page.route("**/core/getfilelist**", async (route) => {
        if (route.request().postData()?.includes("films")) await asleep;
        await route.continue();
      });
      await place(page, "films").click();
      await page.locator("text=It may be waking up").waitFor();
      await accessible(page, "a disk that wakes up");
      answer();
      await shows(page, ["Sea", "plain.txt"]);
      same(await page.locator("text=It may be waking up").count(), 0, "the words are gone");
    }),
  },
  {
    name: "disks: places with addresses, and files there are files like others",
    run: (stage) => withDisks(stage, async (own, films) => {
      writeFileSync(join(own.folder("letters"), "home.txt"), "from home");
      const page = await own.page();
      await own.open(page, "#/files");
      await place(page, "Our photos").waitFor();
      await accessible(page, "disks in the rail");
      await place(page, "films").click();
      await shows(page, ["Sea", "plain.txt"]);
      same(new URL(page.url()).hash, "#/disk/films", "the address");
      same(await page.locator(".rail [aria-current=page]").allTextContents(), ["films"], "the marked place");
      await row(page, "Sea").dblclick();
      await shows(page, ["waves.txt"]);
      same(await path(page), ["films", "Sea"], "the path");
      check(await page.title().then((title) => title.startsWith("Sea")), "the title is the folder's");
      await page.reload();
      await shows(page, ["waves.txt"]);
      await page.goBack();
      await shows(page, ["Sea", "plain.txt"]);
      await place(page, "Files").click();
      await shows(page, ["letters"]);
      await page.goBack();
      await shows(page, ["Sea", "plain.txt"]);

      // All actions on files work on the disk.
      const source = join(own.server.data, "new.txt");
      writeFileSync(source, "uploaded");
      await choose(page, source, () => page.keyboard.press("Alt+u"));
      await shows(page, ["Sea", "new.txt", "plain.txt"]);
      same(readFileSync(join(films, "new.txt"), "utf8"), "uploaded", "what was uploaded");
      await page.keyboard.press("Alt+n");
      await page.locator("dialog[open] input.input").fill("Series");
      await page.keyboard.press("Enter");
      await shows(page, ["Sea", "Series", "new.txt", "plain.txt"]);
      await row(page, "new.txt").click({ position: { x: 500, y: 10 } });
      await page.keyboard.press("F2");
      await page.locator("input.rename").fill("old.txt");
      await page.keyboard.press("Enter");
      await shows(page, ["Sea", "Series", "old.txt", "plain.txt"]);
      const saved = page.waitForEvent("download");
      await act(page, "old.txt", "Download");
      same(readFileSync(await (await saved).path(), "utf8"), "uploaded", "what was downloaded");
      await act(page, "old.txt", "Star");
      await row(page, "old.txt").dblclick();
      await page.locator("dialog.preview:has-text('uploaded')").waitFor();
      await page.keyboard.press("Escape");

      // The disk has a bin of its own. The user's own bin stays empty.
      await row(page, "plain.txt").click({ position: { x: 500, y: 10 } });
      await page.keyboard.press("Delete");
      await shows(page, ["Sea", "Series", "old.txt"]);
      await own.open(page, "#/bin");
      await page.getByText("The recycle bin is empty").waitFor();
      await page.locator(".shelf").getByRole("link", { name: "films" }).click();
      await shows(page, ["plain.txt"]);
      await accessible(page, "the bin of a disk");
      await page.reload();
      await row(page, "plain.txt").getByRole("button", { name: "Restore plain.txt" }).click();
      await page.getByText("plain.txt is back in films").waitFor();
      await page.getByRole("button", { name: "Show", exact: true }).click();
      await shows(page, ["Sea", "Series", "old.txt", "plain.txt"]);

      // Search results, stars and activities lead to the disk.
      await own.open(page, "#/search?q=waves");
      await page.locator(".search [data-key='/EXTERNAL/films/Sea/waves.txt'] .search-folder").click();
      await shows(page, ["waves.txt"]);
      await own.open(page, "#/starred");
      await row(page, "/EXTERNAL/films/old.txt").getByRole("link", { name: "films" }).click();
      await shows(page, ["Sea", "Series", "old.txt", "plain.txt"]);
      same(new URL(page.url()).hash, "#/disk/films", "the address of the place");
      await own.open(page, "#/recent");
      await page.locator(".activity").getByRole("link", { name: "Series" }).first().click();
      await page.getByText("This folder is empty").waitFor();
      same(await path(page), ["films", "Series"], "the path");
    }),
  },
  {
    name: "disks: moving and copying between them and home",
    run: (stage) => withDisks(stage, async (own, films) => {
      for (const name of ["one.txt", "two.txt"]) writeFileSync(join(own.folder("letters"), name), name);
      const page = await own.page();
      await own.open(page, "#/files/letters");
      await place(page, "films").waitFor();
      await act(page, "one.txt", "Move to\u2026");
      const picker = page.locator("dialog.picker");
      await picker.getByRole("button", { name: "To the folder above" }).click();
      await picker.locator(".picker-where:has-text('My files')").waitFor();
      await picker.getByRole("button", { name: "To the folder above" }).click();
      await picker.locator(".picker-where:has-text('Places')").waitFor();
      check(await picker.getByRole("button", { name: "Move here" }).isDisabled(), "nothing moves between the disks");
      check(!await picker.locator(".picker-note").isVisible(), "there is nothing to know yet");
      await accessible(page, "the choice of a disk");
      await picker.locator("[data-key='/EXTERNAL/films']").click();
      await picker.getByText("Everybody here can see this disk. Earlier versions and comments move along.").waitFor();
      await picker.locator("[data-key='/EXTERNAL/films/Sea']").click();
      await picker.locator(".picker-where:has-text('Sea')").waitFor();
      await picker.getByRole("button", { name: "Move here" }).click();
      await until(() => existsSync(join(films, "Sea/one.txt")), "it is on the disk");
      await shows(page, ["two.txt"]);
      await page.getByRole("button", { name: "Undo" }).click();
      await shows(page, ["one.txt", "two.txt"]);
      check(!existsSync(join(films, "Sea/one.txt")), "it is no longer on the disk");

      // Files are dragged to the disk and back to the home.
      await row(page, "two.txt").dragTo(place(page, "films"));
      await shows(page, ["one.txt"]);
      await place(page, "films").click();
      await shows(page, ["Sea", "plain.txt", "two.txt"]);
      await row(page, "two.txt").dragTo(place(page, "Files"));
      await shows(page, ["Sea", "plain.txt"]);
      same(readFileSync(join(own.folder(""), "two.txt"), "utf8"), "two.txt", "it is at home");

      // If the name is taken at the target, the dialog asks. The replaced file comes back from its
      // version with its comments.
      writeFileSync(join(own.folder("letters"), "plain.txt"), "from home");
      await own.open(page, "#/files/letters");
      await page.reload();
      await row(page, "plain.txt").click({ position: { x: 500, y: 10 } });
      await page.keyboard.press("Alt+s");
      await row(page, "plain.txt").locator(".row-star.is-starred").waitFor();
      await row(page, "plain.txt").dragTo(place(page, "films"));
      await page.locator("dialog").getByRole("button", { name: "Replace" }).click();
      await page.locator(".toast:has-text('Moved plain.txt to films')").waitFor();
      same(readFileSync(join(films, "plain.txt"), "utf8"), "from home", "what was in the way is replaced");
      await page.keyboard.press("Control+z");
      await row(page, "plain.txt").locator(".row-star.is-starred").waitFor();
      await until(() => existsSync(join(films, "plain.txt")) && readFileSync(join(films, "plain.txt"), "utf8") === "plain", "it is back on the disk");
      await until(() => readFileSync(join(own.folder("letters"), "plain.txt"), "utf8") === "from home", "and the other at home");
      await place(page, "films").click();
      await shows(page, ["Sea", "plain.txt"]);

      // Files are copied and pasted.
      await row(page, "Sea").click({ position: { x: 500, y: 10 } });
      await page.keyboard.press("Control+c");
      await place(page, "Our photos").click();
      await shows(page, ["2024"]);
      await page.keyboard.press("Control+v");
      await shows(page, ["2024", "Sea"]);
    }),
  },
  {
    name: "disks: who drops or pastes something there is told that everybody can see it",
    run: (stage) => withDisks(stage, async (own) => {
      for (const name of ["one.txt", "two.txt", "three.txt"]) writeFileSync(join(own.folder("private"), name), name);
      const seen = "Everybody here can see this disk.";
      const said = (/** @type {string} */ text) => page.locator(`.toast:has-text('${text}'):has-text('${seen}')`);
      const page = await own.page();
      await own.open(page, "#/files/private");
      await place(page, "films").waitFor();
      await row(page, "one.txt").dragTo(place(page, "films"));
      await said("Moved one.txt to films").waitFor();
      await row(page, "two.txt").click({ position: { x: 500, y: 10 } });
      await page.keyboard.press("Control+x");
      const bar = page.locator(".paste-bar");
      await bar.waitFor();
      check(!(await bar.textContent()).includes(seen), "at home there is nothing to know");
      await place(page, "films").click();
      await bar.getByText(`1 item cut. ${seen}`).waitFor();
      // The earlier message does not cover the bar.
      const [below, above] = [await bar.boundingBox(), await page.locator(".toast").last().boundingBox()];
      check(above.y + above.height <= below.y, "the bar can be read below what was said");
      await accessible(page, "pasting onto a disk");
      await page.keyboard.press("Control+v");
      await said("Moved two.txt to films").waitFor();
      // Everybody sees the files on a disk already, so a move within it needs no warning.
      await row(page, "two.txt").click({ position: { x: 500, y: 10 } });
      await page.keyboard.press("Control+x");
      await row(page, "Sea").dblclick();
      await shows(page, ["waves.txt"]);
      check(!(await bar.textContent()).includes(seen), "from the disk to itself");
      await page.keyboard.press("Control+v");
      await page.locator(".toast:has-text('Moved two.txt to Sea')").waitFor();
      same(await said("Moved two.txt to Sea").count(), 0, "hints");

      const phone = await own.page({ phone: true, width: 320, language: "de-DE", dark: true });
      await own.open(phone, "#/files/private");
      await row(phone, "three.txt").getByRole("button", { name: /Weitere Aktionen/ }).click();
      await menu(phone, "Kopieren nach\u2026");
      const picker = phone.locator("dialog.picker");
      for (const where of ["Meine Dateien", "Bereiche"]) {
        await picker.locator("button").first().click();
        await picker.locator(`.picker-where:has-text('${where}')`).waitFor();
      }
      await picker.locator("[data-key='/EXTERNAL/films']").click();
      await picker.getByText("Diese Platte sehen alle hier.", { exact: true }).waitFor();
      await picker.getByRole("button", { name: "Hierher kopieren" }).click();
      await phone.locator(".toast:has-text('Diese Platte sehen alle hier.')").waitFor();
      await noSideways(phone, "a copy onto a disk on a phone");
    }),
  },
  {
    name: "disks: one that is not there says so, and comes back; on a phone too",
    run: (stage) => withDisks(stage, async (own, films) => {
      const page = await own.page();
      await own.open(page, "#/disk/films");
      await shows(page, ["Sea", "plain.txt"]);
      renameSync(films, `${films}-away`);
      // The server notices only after a second that a disk is gone.
      await page.waitForTimeout(1500);
      await page.reload();
      await page.getByText("This disk is not there").waitFor();
      await page.getByText("films is not connected just now.").waitFor();
      const making = page.getByRole("button", { name: "New", exact: true });
      check(!await making.isVisible(), "nothing new can be made");
      await page.keyboard.press("Alt+n");
      await page.locator(".files-list").click({ button: "right" });
      await page.locator(".menu").waitFor();
      same(await page.locator(".menu-label").first().textContent(), "Select all", "the menu offers nothing new");
      await page.keyboard.press("Escape");
      check(await page.locator("dialog[open]").count() === 0, "the key makes nothing");
      await place(page, "films").waitFor();
      await accessible(page, "a disk that is not there");
      await place(page, "Our photos").click();
      await shows(page, ["2024"]);
      await making.waitFor();
      await place(page, "films").click();
      await page.getByText("films is not connected just now.").waitFor();
      await making.waitFor({ state: "hidden" });

      const phone = await own.page({ phone: true, width: 320, language: "de-DE", dark: true });
      await own.open(phone, "#/files");
      const roots = phone.locator(".shelf");
      await roots.getByRole("link", { name: "films" }).click();
      await phone.getByText("Diese Platte ist nicht da").waitFor();
      await phone.getByText("films ist gerade nicht angeschlossen.").waitFor();
      check(!await phone.locator(".fab").isVisible(), "nothing new can be made on a phone");
      await noSideways(phone, "a disk that is not there on a phone");
      await accessible(phone, "a disk that is not there on a phone");

      renameSync(`${films}-away`, films);
      await phone.waitForTimeout(1500);
      await phone.getByRole("button", { name: "Noch einmal versuchen" }).click();
      await shows(phone, ["Sea", "plain.txt"]);
      await phone.locator(".fab").waitFor();
      await page.getByRole("button", { name: "Try again" }).click();
      await shows(page, ["Sea", "plain.txt"]);
      await noSideways(phone, "a disk on a phone");
      await accessible(phone, "a disk on a phone");
      same(await phone.locator(".tabbar [aria-current=page]").allTextContents(), ["Dateien"], "the marked tab");
      await row(phone, "Sea").tap();
      await shows(phone, ["waves.txt"]);
      check(!await roots.isVisible(), "the choice of disks is at their tops alone");
      await phone.locator(".crumb-up").click();
      await shows(phone, ["Sea", "plain.txt"]);
      await roots.getByRole("link", { name: "Meine Dateien" }).click();
      await phone.getByText("Deine Cloud ist bereit").waitFor();
    }),
  },
  {
    name: "disks: an administrator says who may use one, to look or to change",
    async run(stage) {
      const ground = mkdtempSync(join(tmpdir(), "cloudlet-given-"));
      for (const name of ["attic", "films"]) mkdirSync(join(ground, name, "Sea"), { recursive: true });
      const server = new Server(stage.server.program, undefined, { CLOUDLET_VOLUMES: `attic=${join(ground, "attic")}:,films=${join(ground, "films")}` });
      const own = new Stage(stage.browser, server);
      try {
        await server.start();
        await setUp(server);
        await account(own, "ben", { displayname: "Ben Blue" });
        const page = await adminPage(own, "#/disks");
        await page.locator(".table-list .list-row", { hasText: "films" }).click();
        await page.locator(".panel .member-item", { hasText: "Set in the configuration" }).waitFor();
        await page.locator(".table-list .list-row", { hasText: "attic" }).click();
        const panel = page.locator(".panel");
        await panel.getByText("Nobody may use it yet.").waitFor();
        await panel.getByLabel("Give it to").selectOption({ label: "Ben Blue" });
        await panel.getByRole("button", { name: "Give", exact: true }).click();
        const level = panel.getByLabel("What Ben Blue can do");
        await level.waitFor();
        await accessible(page, "who may use a disk");
        const { cookies } = await server.call("loginguest", { userid: "ben", password: SECRET });
        const make = async (name) => (await server.call("createfolder", { path: "/EXTERNAL/attic", name }, cookies)).reply.command[0].result;
        same(await make("one"), 0, "Ben may look");
        await level.selectOption("1");
        await until(async () => await make("two") === 1, "Ben may change");
        const phone = await adminPage(own, "#/disks", { phone: true, language: "de-DE", dark: true });
        await phone.locator(".table-list .list-row", { hasText: "attic" }).click();
        await phone.getByLabel("Was Ben Blue darf").waitFor();
        await noSideways(phone, "who may use a disk, on a phone");
        await panel.getByRole("button", { name: "Take it away from Ben Blue" }).click();
        await panel.getByText("Nobody may use it yet.").waitFor();
        same(await make("three"), 0, "Ben has it no more");
        await own.close();
      } finally {
        for (const context of own.contexts) await context.close();
        await server.stop();
        server.remove();
        rmSync(ground, { recursive: true, force: true });
      }
    },
  },
];
