// The files view: names of all kinds, sorting, filtering, selecting, renaming, moving, copying,
// deleting, and addresses.

import { existsSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, menu, names, noSideways, row, same, shows, until } from "../harness.mjs";

/** @param {string} folder @param {string[]} files */
function fill(folder, files) {
  for (const name of files) {
    const path = join(folder, name);
    if (name.endsWith("/")) mkdirSync(path, { recursive: true });
    else writeFileSync(path, `${name}\n`);
  }
}

export const scenarios = [
  {
    name: "names that are HTML, emoji, right to left, or 255 bytes long",
    async run(stage) {
      const folder = stage.folder("names");
      const list = [
        "<img src=x onerror=alert(1)>.txt", "\u{1F600} party \u{1F389}.txt", "\u0645\u0631\u062d\u0628\u0627.txt", "100% & more #1?.txt",
        `${"\u00fc".repeat(125)}.txt`, "evil\u202egpj.exe", "'\"\\.txt", "a+b=c;d.txt",
      ];
      fill(folder, list);
      const page = await stage.page();
      page.on("dialog", (dialog) => { stage.errors.push(`a dialog opened: ${dialog.message()}`); void dialog.dismiss(); });
      await stage.open(page, "#/files/names");
      await until(async () => (await names(page)).length === list.length, "all names are there");
      for (const name of list) {
        check((await names(page)).includes(name), `the name ${name} is there`);
        const box = await row(page, name).boundingBox();
        check(box !== null && box.height < 60 && box.width <= 1280, `the row of ${name} keeps its size`);
      }
      const shown = await row(page, "evil\u202egpj.exe").locator(".name").textContent();
      check(!shown.includes("\u202e"), "a mark that turns the reading direction is shown as a sign");
      await noSideways(page, "a folder with odd names");
      // An entry with such a name can be opened, renamed and deleted.
      const odd = "<img src=x onerror=alert(1)>.txt";
      await row(page, odd).locator(".entry-link").click();
      await page.locator("dialog.preview .preview-name:has-text('<img')").waitFor();
      await page.keyboard.press("Escape");
      await page.locator("dialog.preview").waitFor({ state: "detached" });
      await row(page, "100% & more #1?.txt").click({ position: { x: 400, y: 10 } });
      await page.keyboard.press("F2");
      await page.locator("input.rename").fill(`${"\u{1F984}".repeat(62)}.md`);
      await page.keyboard.press("Enter");
      await until(() => existsSync(join(folder, `${"\u{1F984}".repeat(62)}.md`)), "the name of 251 bytes is on the disk");
    },
  },
  {
    name: "sorting, filtering, list and cards",
    async run(stage) {
      // The names look like pictures, but the server says that they are none.
      stage.expected = [/415/];
      const folder = stage.folder("sorting");
      fill(folder, ["b folder/", "A folder/", "img10.png", "img2.png", "\u00c4pfel.txt", "zeta.txt"]);
      writeFileSync(join(folder, "zeta.txt"), "z".repeat(5000));
      utimesSync(join(folder, "img2.png"), new Date(2020, 1, 1), new Date(2020, 1, 1));
      const page = await stage.page();
      await stage.open(page, "#/files/sorting");
      await shows(page, ["A folder", "b folder", "\u00c4pfel.txt", "img2.png", "img10.png", "zeta.txt"]);
      await page.getByRole("button", { name: "Size", exact: true }).click();
      await until(async () => (await names(page))[2] === "zeta.txt", "the largest file comes first");
      await page.getByRole("button", { name: "Modified", exact: true }).click();
      await page.getByRole("button", { name: "Modified", exact: true }).click();
      await until(async () => (await names(page))[2] === "img2.png", "the oldest file comes first");
      await page.getByRole("button", { name: "Name", exact: true }).click();
      await page.keyboard.press("/");
      await page.keyboard.type("apfel");
      await shows(page, ["\u00c4pfel.txt"]);
      await until(() => page.url().includes("filter=apfel"), "the filter is in the address");
      await page.reload();
      await shows(page, ["\u00c4pfel.txt"]);
      await page.locator("input.filter").fill("nothing like it");
      await page.getByRole("button", { name: "Show all" }).click();
      await until(async () => (await names(page)).length === 6, "all are back");
      await page.getByRole("button", { name: "Show as cards" }).click();
      await page.locator(".list-card").first().waitFor();
      await accessible(page, "cards");
      await page.reload();
      await page.locator(".list-card").first().waitFor();
      // Each folder remembers whether it is shown as a list or as cards. A new folder is shown like
      // the folder above.
      await row(page, "A folder").click({ position: { x: 40, y: 40 } });
      await page.getByRole("button", { name: "Show as a list" }).waitFor();
      await stage.open(page, "#/files");
      await page.getByRole("button", { name: "Show as cards" }).waitFor();
      await row(page, "sorting").getByRole("link", { name: "sorting" }).click();
      await page.locator(".list-card").first().waitFor();
      await page.getByRole("button", { name: "Show as a list" }).click();
      await page.locator(".list-row").first().waitFor();
    },
  },
  {
    name: "selecting by click, Ctrl, Shift, keyboard and all",
    async run(stage) {
      fill(stage.folder("selecting"), ["a.txt", "b.txt", "c.txt", "d.txt", "e.txt"]);
      const page = await stage.page();
      await stage.open(page, "#/files/selecting");
      const selected = () => page.locator(".files [aria-selected=true]").evaluateAll((rows) => rows.map((one) => one.dataset.key).join(" "));
      const beside = { position: { x: 500, y: 15 } };
      await row(page, "b.txt").click(beside);
      same(await selected(), "b.txt", "a click");
      await row(page, "d.txt").click({ ...beside, modifiers: ["Shift"] });
      same(await selected(), "b.txt c.txt d.txt", "a click with Shift");
      await row(page, "c.txt").click({ ...beside, modifiers: ["Control"] });
      same(await selected(), "b.txt d.txt", "a click with Ctrl");
      await page.keyboard.press("Escape");
      same(await selected(), "", "Escape");
      await page.keyboard.press("Home");
      await page.keyboard.press(" ");
      await page.keyboard.press("Shift+ArrowDown");
      same(await selected(), "a.txt b.txt", "the keyboard");
      await page.locator(".selection-count:text('2 selected')").waitFor();
      await page.keyboard.press("Control+a");
      same(await selected(), "a.txt b.txt c.txt d.txt e.txt", "Ctrl+A");
      await row(page, "a.txt").locator(".mark").click();
      same(await selected(), "b.txt c.txt d.txt e.txt", "a click on the mark");
      await row(page, "b.txt").click({ button: "right" });
      await page.locator(".menu-item:has-text('Download as zip')").waitFor();
      await accessible(page, "a menu");
    },
  },
  {
    name: "renaming in place, with its way back and its refusals",
    async run(stage) {
      const folder = stage.folder("renaming");
      fill(folder, ["old name.txt", "taken.txt"]);
      const page = await stage.page();
      await stage.open(page, "#/files/renaming");
      await row(page, "old name.txt").click({ position: { x: 500, y: 15 } });
      await page.keyboard.press("F2");
      const input = page.locator("input.rename");
      same(await input.evaluate((one) => one.value.slice(one.selectionStart, one.selectionEnd)), "old name", "what is marked");
      await input.fill("taken.txt");
      await page.keyboard.press("Enter");
      await until(async () => (await input.getAttribute("aria-invalid")) === "true", "a name that is taken is refused in place");
      await input.fill("new name.txt");
      await page.keyboard.press("Enter");
      await shows(page, ["new name.txt", "taken.txt"]);
      await until(() => existsSync(join(folder, "new name.txt")), "the file has its new name");
      check(await page.evaluate(() => document.activeElement?.getAttribute("role") === "grid"), "the keyboard is back in the list");
      await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
      await shows(page, ["old name.txt", "taken.txt"]);
      check(existsSync(join(folder, "old name.txt")), "the old name is back on the disk");
      // Another program takes the name at the same time.
      await page.keyboard.press("F2");
      writeFileSync(join(folder, "meanwhile.txt"), "theirs");
      await page.locator("input.rename").fill("meanwhile.txt");
      await page.keyboard.press("Enter");
      await page.locator(".toast.is-error:has-text('keeps its name')").waitFor();
      await row(page, "old name.txt").waitFor();
      same(readFileSync(join(folder, "meanwhile.txt"), "utf8"), "theirs", "their file");
    },
  },
  {
    name: "new folder, new text, moving by picker, by dragging and by keyboard, copying, deleting",
    async run(stage) {
      const folder = stage.folder("moving");
      fill(folder, ["a.txt", "b.txt", "c.txt", "inside/", "inside/deep/"]);
      const page = await stage.page();
      await stage.open(page, "#/files/moving");
      await row(page, "a.txt").waitFor();
      await page.getByRole("button", { name: "New", exact: true }).click();
      await menu(page, "New folder");
      await page.locator("dialog input").fill("made");
      await page.keyboard.press("Enter");
      await row(page, "made").waitFor();
      same(await page.locator(".files [aria-selected=true]").getAttribute("data-key"), "made", "the new folder is selected");

      // The files are moved with the folder picker.
      await row(page, "a.txt").locator(".mark").click();
      await row(page, "made").locator(".mark").click();
      await page.locator(".selection-actions").getByRole("button", { name: "Move" }).click();
      const picker = page.locator("dialog.picker");
      await picker.locator("[data-key$='/inside']").click();
      await picker.locator("[data-key$='/deep']").waitFor();
      await accessible(page, "the folder picker");
      await picker.getByRole("button", { name: "Move here" }).click();
      await page.locator(".toast:has-text('Moved a.txt to inside')").waitFor();
      check(existsSync(join(folder, "inside/a.txt")), "the file has moved");
      await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
      await row(page, "a.txt").waitFor();
      check(existsSync(join(folder, "a.txt")), "the file is back");

      // The files are dragged by the name, the icon or the empty part of their row, onto a folder
      // and onto the path.
      for (const part of [".entry-link", ".kind", ""]) {
        const grip = part ? row(page, "b.txt").locator(part).first() : row(page, "b.txt");
        await grip.dragTo(row(page, "inside"));
        await until(() => existsSync(join(folder, "inside/b.txt")), `the file dragged from ${part || "the row"} has moved`);
        await page.locator(".toast:has-text('Moved b.txt to inside')").waitFor();
        await page.keyboard.press("Control+z");
        await until(() => existsSync(join(folder, "b.txt")), "the file is back");
        await row(page, "b.txt").waitFor();
      }
      await row(page, "b.txt").dragTo(row(page, "inside"));
      await until(() => existsSync(join(folder, "inside/b.txt")), "the dragged file has moved");
      await row(page, "inside").locator(".entry-link").click();
      await row(page, "b.txt").waitFor();
      await row(page, "b.txt").dragTo(page.locator(".crumb:has-text('moving')"));
      await until(() => existsSync(join(folder, "b.txt")), "the file dragged to the path has moved");

      // The file is copied and pasted with the keyboard.
      await page.goBack();
      await row(page, "c.txt").click({ position: { x: 500, y: 15 } });
      await page.keyboard.press("Control+c");
      await page.locator(".paste-bar:has-text('1 item copied')").waitFor();
      await page.keyboard.press("Control+v");
      await row(page, "c (2).txt").waitFor();
      await row(page, "made").locator(".entry-link").click();
      await page.locator(".notice-title:text('This folder is empty')").waitFor();
      await page.keyboard.press("Control+v");
      await row(page, "c.txt").waitFor();
      check(existsSync(join(folder, "c.txt")) && existsSync(join(folder, "made/c.txt")), "a copy stays a copy");

      // In this folder the name is taken.
      writeFileSync(join(folder, "made/c.txt"), "other");
      await page.keyboard.press("Control+v");
      const conflict = page.locator("dialog:has-text('Replace or keep both?')");
      await conflict.waitFor();
      await accessible(page, "a conflict");
      await conflict.getByRole("button", { name: "Keep both" }).click();
      await row(page, "c (2).txt").waitFor();
      await page.keyboard.press("Control+v");
      await conflict.getByRole("button", { name: "Replace" }).click();
      await until(() => readFileSync(join(folder, "made/c.txt"), "utf8") === "c.txt\n", "the file is replaced");
      await page.keyboard.press("Control+v");
      await conflict.getByRole("button", { name: "Skip" }).click();
      await conflict.waitFor({ state: "detached" });

      // Deleting asks nothing, because it can be undone.
      await page.goBack();
      await row(page, "c (2).txt").click({ position: { x: 500, y: 15 } });
      await page.keyboard.press("Delete");
      await row(page, "c (2).txt").waitFor({ state: "detached" });
      check(!existsSync(join(folder, "c (2).txt")), "the file is gone from the folder");
      same(readdirSync(folder).sort().join(" "), "a.txt b.txt c.txt inside made", "what is left");
    },
  },
  {
    name: "a menu means what it was opened at, whatever comes into the folder meanwhile",
    async run(stage) {
      const folder = stage.folder("meant");
      for (const name of ["keep.txt", "other.txt"]) writeFileSync(join(folder, name), name);
      const page = await stage.page();
      await stage.open(page, "#/files/meant");
      await row(page, "keep.txt").waitFor();
      // A folder is created, and the answer with the new list comes late.
      let release = () => undefined;
      const held = new Promise((resolve) => { release = () => resolve(undefined); });
      await page.route("**/core/getfilelist", async (route) => {
        await held;
        await route.continue();
      });
      await page.keyboard.press("Alt+n");
      await page.locator("dialog input").fill("New one");
      await page.keyboard.press("Enter");
      await page.locator("dialog").waitFor({ state: "detached" });
      await row(page, "other.txt").click({ button: "right" });
      await page.locator(".menu").waitFor();
      release();
      await row(page, "New one").waitFor();
      await until(() => row(page, "New one").evaluate((one) => one.getAttribute("aria-selected") === "true"), "the new folder is selected");
      await menu(page, "Delete");
      await page.locator(".toast:has-text('Deleted other.txt')").waitFor();
      await shows(page, ["New one", "keep.txt"]);
      check(existsSync(join(folder, "New one")), "the new folder is there");
    },
  },
  {
    name: "who goes back leaves an open dialog or menu too",
    async run(stage) {
      fill(stage.folder("asked/inside"), ["a.txt"]);
      const page = await stage.page();
      await stage.open(page, "#/files/asked");
      await row(page, "inside").locator(".entry-link").click();
      await row(page, "a.txt").waitFor();
      await page.keyboard.press("Alt+n");
      await page.locator("dialog input").fill("New one");
      await page.goBack();
      await row(page, "inside").waitFor();
      await page.locator("dialog").waitFor({ state: "detached" });
      same(readdirSync(stage.folder("asked/inside")).join(" "), "a.txt", "what is in the folder");
      await row(page, "inside").click({ button: "right" });
      await page.locator(".menu").waitFor();
      await page.goForward();
      await row(page, "a.txt").waitFor();
      await page.locator(".menu").waitFor({ state: "detached" });
    },
  },
  {
    name: "every folder and file has an address; back, forward and reload keep the place",
    async run(stage) {
      const folder = stage.folder("addresses/two words/\u00fcber & unter");
      fill(folder, Array.from({ length: 300 }, (_, at) => `file ${String(at).padStart(3, "0")}.txt`));
      const page = await stage.page();
      await stage.open(page, "#/files/addresses");
      await row(page, "two words").locator(".entry-link").click();
      await row(page, "\u00fcber & unter").locator(".entry-link").click();
      await row(page, "file 000.txt").waitFor();
      check(page.url().endsWith("#/files/addresses/two%20words/%C3%BCber%20%26%20unter"), `the address is ${page.url()}`);
      await page.locator(".files .list").evaluate((list) => { list.scrollTop = 4000; });
      await row(page, "file 120.txt").waitFor();
      await row(page, "file 120.txt").locator(".entry-link").click();
      await page.locator("dialog.preview").waitFor();
      check(page.url().includes("open=file+120.txt") || page.url().includes("open=file%20120.txt"), `the file's address is ${page.url()}`);
      const file = page.url();
      await page.goBack();
      await page.locator("dialog.preview").waitFor({ state: "detached" });
      const place = () => page.locator(".files .list").evaluate((list) => list.scrollTop);
      check(Math.abs(await place() - 4000) < 60, `the list stays where it was, ${await place()}`);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await page.reload();
      await row(page, "file 120.txt").waitFor();
      check(Math.abs(await place() - 4000) < 60, `a reload keeps the place, ${await place()}`);
      await page.goBack();
      await row(page, "\u00fcber & unter").waitFor();
      await page.goForward();
      await row(page, "file 120.txt").waitFor();
      check(Math.abs(await place() - 4000) < 60, `forward finds the place again, ${await place()}`);
      // Somebody opens a link to the file in another window.
      const other = await stage.page();
      await other.goto(file);
      await other.locator("dialog.preview .preview-name:has-text('file 120.txt')").waitFor();
      await other.keyboard.press("Escape");
      await row(other, "file 120.txt").waitFor();
      // The details have an address, too.
      await row(other, "file 120.txt").click({ position: { x: 500, y: 15 } });
      await other.keyboard.press("Alt+Enter");
      await other.locator(".panel dt:text('Path')").waitFor();
      await other.reload();
      await other.locator(".panel:has-text('file 120.txt')").waitFor();
      await accessible(other, "details");
      // The page says when a folder does not exist.
      await stage.open(page, "#/files/addresses/nowhere");
      await page.goto(`${stage.server.base}/#/files/addresses/gone`);
      await page.locator(".notice-title:text('This folder is not here')").waitFor();
      await page.getByRole("button", { name: "Go to my files" }).click();
      await row(page, "addresses").waitFor();
    },
  },
  {
    name: "a folder of 20,000 entries opens within a second and scrolls",
    async run(stage) {
      const folder = stage.folder("many");
      for (let at = 0; at < 20_000; at += 1) writeFileSync(join(folder, `IMG_${String(at).padStart(5, "0")}.jpg`), "");
      const page = await stage.page();
      await stage.open(page, "#/files");
      await row(page, "many").waitFor();
      // The best of three times counts, because the machine may be busy with something else.
      let opened = Infinity;
      let whole = Infinity;
      for (let attempt = 0; attempt < 3; attempt += 1) {
        if (attempt > 0) await page.goBack();
        const started = Date.now();
        await row(page, "many").locator(".entry-link").click();
        await row(page, "IMG_00000.jpg").waitFor();
        opened = Math.min(opened, Date.now() - started);
        await page.locator(".files-status:has-text('20,000 files')").waitFor();
        whole = Math.min(whole, Date.now() - started);
      }
      console.log(`     20,000 entries: first rows after ${opened} ms, all after ${whole} ms`);
      check(opened < 1000, `it opened in ${opened} ms`);
      const rows = await page.locator(".files .list-row").count();
      check(rows < 100, `only visible rows are in the page, not ${rows}`);
      await page.locator(".files .list").focus();
      await page.keyboard.press("End");
      await row(page, "IMG_19999.jpg").waitFor();
      const filtering = Date.now();
      await page.keyboard.press("/");
      await page.keyboard.type("1234");
      await row(page, "IMG_01234.jpg").waitFor();
      check(Date.now() - filtering < 3000, "filtering keeps up with typing");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+a");
      await page.locator(".selection-count:text('20,000 selected')").waitFor();
    },
  },
  {
    name: "downloads: one file as it is, several and folders as a zip with its length",
    async run(stage) {
      const folder = stage.folder("downloads");
      fill(folder, ["one file.txt", "sub/", "sub/two.txt"]);
      const page = await stage.page();
      await stage.open(page, "#/files/downloads");
      await row(page, "one file.txt").click({ position: { x: 500, y: 15 } });
      const [one] = await Promise.all([
        page.waitForEvent("download"),
        page.locator(".selection-actions").getByRole("button", { name: "Download" }).click(),
      ]);
      same(one.suggestedFilename(), "one file.txt", "the name of the download");
      same(readFileSync(await one.path(), "utf8"), "one file.txt\n", "its content");
      await page.keyboard.press("Control+a");
      const [zip] = await Promise.all([
        page.waitForEvent("download"),
        page.locator(".selection-actions").getByRole("button", { name: "Download" }).click(),
      ]);
      same(zip.suggestedFilename(), "downloads.zip", "the name of the archive");
      const bytes = readFileSync(await zip.path());
      check(bytes.subarray(0, 4).equals(Buffer.from("PK\x03\x04")) && bytes.includes("sub/two.txt"), "it is an archive of both");
    },
  },
  {
    name: "the call inspector shows calls, and the same call for a shell",
    async run(stage) {
      stage.folder("inspected");
      const page = await stage.page({ guest: true });
      await page.goto(`${stage.server.base}/#/files/inspected`);
      const { signIn } = await import("../harness.mjs");
      await signIn(page);
      await page.locator(".notice-title:text('This folder is empty')").waitFor();
      await page.keyboard.press("Alt+i");
      await page.locator(".inspector").waitFor();
      await accessible(page, "the call inspector");
      await page.locator(".call:has-text('core/loginguest')").click();
      const text = await page.locator(".call-detail").textContent();
      check(text.includes("userid") && text.includes("********"), "the parameters are shown, the password masked");
      check(!text.includes("battery"), "the password is not shown");
      await page.locator(".call:has-text('core/getfilelist')").first().click();
      const command = await page.locator(".call-detail pre").first().textContent();
      check(command.includes("/core/getfilelist'") && command.includes("--data-urlencode 'path=/anna/inspected'"), `the command is ${command}`);
      // The command must do what its button says.
      const cookies = (await page.context().cookies()).map((one) => `${one.name}=${one.value}`).join("; ");
      const { execSync } = await import("node:child_process");
      const reply = execSync(`${command.replace("-b cookies.txt", `-s -b '${cookies}'`)}`, { encoding: "utf8" });
      check(JSON.parse(reply).meta.realpath === "/anna/inspected", `the command answers ${reply}`);
      await page.keyboard.press("Escape");
      await page.locator(".inspector").waitFor({ state: "detached" });
    },
  },
  {
    name: "what systems and programs keep for themselves is shown on wish",
    async run(stage) {
      const folder = stage.folder("tidied");
      mkdirSync(join(folder, "only"));
      for (const name of ["letter.txt", ".profile", ".DS_Store", "Thumbs.db", "desktop.ini", "~$letter.docx", ".~lock.letter.odt#", "only/.keep"]) writeFileSync(join(folder, name), "x");
      const page = await stage.page();
      await stage.open(page, "#/files/tidied");
      await row(page, "letter.txt").waitFor();
      const names = () => page.locator(".files [data-key]").evaluateAll((rows) => rows.map((one) => one.dataset.key));
      same(await names(), ["only", "letter.txt"], "what is shown");
      same((await page.locator(".files-status").textContent()).replaceAll("\u00a0", " "), "1 folder, 1 file (1 B), 6 hidden", "the line below");
      await page.locator(".list").first().focus();
      await page.keyboard.press("Control+a");
      await page.locator(".selection-count:text('2 selected')").waitFor();
      await page.keyboard.press("Escape");
      await page.locator(".sort-button").click();
      await menu(page, "Show hidden files");
      await row(page, ".profile").waitFor();
      same((await names()).length, 8, "all are shown");
      await page.reload();
      await row(page, ".profile").waitFor();
      await page.locator(".sort-button").click();
      await menu(page, "Show hidden files");
      await row(page, ".profile").waitFor({ state: "detached" });
      await stage.open(page, "#/files/tidied/only");
      await page.locator(".notice-title:text('Everything in here is hidden')").waitFor();
      await accessible(page, "a folder of hidden files");
      await page.getByRole("button", { name: "Show hidden files" }).click();
      await row(page, ".keep").waitFor();
    },
  },
  {
    name: "what was done is told as files where there are only files, otherwise as items",
    async run(stage) {
      const folder = stage.folder("told");
      fill(folder, ["files/", "mixed/inner/", "target/"]);
      fill(join(folder, "files"), ["b.txt", "c.txt"]);
      fill(join(folder, "mixed"), ["d.txt"]);
      const page = await stage.page();
      const told = (/** @type {string} */ text) => page.locator(`.toast-text:text-is(${JSON.stringify(text)})`).waitFor();
      const select = async (/** @type {string[]} */ names) => {
        await row(page, names[0]).locator(".cell-size").click();
        for (const name of names.slice(1)) await row(page, name).locator(".cell-size").click({ modifiers: ["Control"] });
        await page.locator(`.selection-count:text("${names.length} selected")`).waitFor();
      };
      await stage.open(page, "#/files/told/files");
      await select(["b.txt", "c.txt"]);
      await page.keyboard.press("Control+c");
      await stage.open(page, "#/files/told/target");
      await page.getByRole("button", { name: "Paste here" }).click();
      await told("Copied 2 files to target");
      await stage.open(page, "#/files/told/files");
      await select(["b.txt", "c.txt"]);
      await page.keyboard.press("Delete");
      await told("Deleted 2 files");
      await stage.open(page, "#/files/told/mixed");
      await select(["inner", "d.txt"]);
      await page.keyboard.press("Control+x");
      await stage.open(page, "#/files/told/target");
      await page.getByRole("button", { name: "Paste here" }).click();
      await told("Moved 2 items to target");
    },
  },
];
