// Visitors: people without an account who use a link, on a phone and on a computer.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PASSWORD, USER, accessible, check, noSideways, row, same, until } from "../harness.mjs";
import { pdf, png } from "../fixtures.mjs";

/** The page may have this many bytes, as transferred. */
const PAGE_BYTES_MAX = 60 * 1024;

/**
 * Makes a link to an entry of anna's.
 * @param {import("../harness.mjs").Stage} stage @param {string} path @param {Record<string, string | number>} changes
 */
async function link(stage, path, changes = {}) {
  const { cookies } = await stage.server.call("loginguest", { userid: USER, password: PASSWORD });
  const { reply } = await stage.server.call("quickshare", { sharelocation: path }, cookies);
  const made = await stage.server.call("updateshare", { shareid: reply.share[0].shareid, allowpublicaccess: 1, ...changes }, cookies);
  const { shareurl, shareid } = made.reply.share[0];
  return { address: `${stage.server.base}/url/${shareurl.slice(shareurl.lastIndexOf("/") + 1)}`, shareid, cookies };
}

/**
 * A folder with pictures, a text, a PDF and another folder.
 * @param {import("../harness.mjs").Stage} stage @param {string} name
 */
function album(stage, name) {
  const folder = stage.folder(name);
  mkdirSync(join(folder, "More"), { recursive: true });
  for (let at = 1; at <= 4; at += 1) writeFileSync(join(folder, `view ${at}.png`), png(640, 480, at));
  writeFileSync(join(folder, "letter.txt"), "Dear all, it was great.");
  writeFileSync(join(folder, "plan.pdf"), pdf("The plan"));
  writeFileSync(join(folder, "More", "one more.txt"), "One more");
  return folder;
}

export const scenarios = [
  {
    name: "a visitor is shown first what the owner wants to be seen first, once",
    async run(stage) {
      album(stage, "link-first");
      const { address } = await link(stage, `/${USER}/link-first`, { defaultfile: "letter.txt" });
      const page = await stage.page({ phone: true, guest: true });
      await page.goto(address);
      await page.locator(".viewer-name", { hasText: "letter.txt" }).waitFor();
      await page.getByText("Dear all, it was great.").waitFor();
      await page.getByRole("button", { name: "Close" }).click();
      await page.getByRole("link", { name: "More" }).first().click();
      await page.getByRole("link", { name: "one more.txt" }).first().waitFor();
      await page.goBack();
      await page.getByRole("link", { name: "view 1.png" }).first().waitFor();
      same(await page.locator("dialog.viewer").count(), 0, "it is shown once");
    },
  },
  {
    name: "rows on the page of a link are as high as those of the portal, with columns where there is room",
    async run(stage) {
      const folder = album(stage, "link-rows");
      for (let at = 1; at <= 6; at += 1) writeFileSync(join(folder, `page ${at}.txt`), "x".repeat(900 * at * at));
      const { address } = await link(stage, `/${USER}/link-rows`);
      const own = await stage.page({ width: 1440, height: 900 });
      await stage.open(own, "#/files/link-rows");
      await row(own, "letter.txt").waitFor();
      const { height } = await row(own, "letter.txt").boundingBox();
      await own.screenshot({ path: "shots/link-rows-own.png" });
      for (const [width, dark] of /** @type {[number, boolean][]} */ ([[1440, false], [820, true], [390, false]])) {
        const page = await stage.page({ guest: true, width, height: 900, dark, phone: width < 600 });
        await page.goto(address);
        await page.getByRole("link", { name: "letter.txt" }).first().waitFor();
        if (await page.locator(".visitor-cards").count() > 0) await page.getByRole("button", { name: "Show as a list" }).click();
        const item = page.locator(".visitor-rows .visitor-item", { hasText: "letter.txt" });
        const columns = item.locator(".visitor-columns");
        same(await columns.isVisible(), width >= 600, `columns at ${width}`);
        if (width >= 600) same((await item.boundingBox()).height, height, `the height of a row at ${width}`);
        await accessible(page, `rows of a link at ${width}`);
        await noSideways(page, `rows of a link at ${width}`);
        await page.screenshot({ path: `shots/link-rows-${width}.png` });
      }
    },
  },
  {
    name: "a visitor on a phone looks at an album, opens pictures and a folder, and saves a file",
    async run(stage) {
      album(stage, "link-album");
      const { address } = await link(stage, `/${USER}/link-album`);
      const page = await stage.page({ phone: true, guest: true });
      let bytes = 0;
      const session = await page.context().newCDPSession(page);
      await session.send("Network.enable");
      /** @type {Set<string>} */
      const pictures = new Set();
      session.on("Network.responseReceived", ({ requestId, response }) => { if (response.mimeType.startsWith("image/p") || response.mimeType.startsWith("image/j")) pictures.add(requestId); });
      // The pictures of the album come after the page, and count as what is shown.
      session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => { if (!pictures.has(requestId)) bytes += encodedDataLength; });
      await page.goto(address);
      await page.getByRole("heading", { name: "link-album" }).waitFor();
      await page.getByRole("link", { name: "view 1.png" }).first().waitFor();
      if (!process.env.PORTAL_ASSETS) check(bytes < PAGE_BYTES_MAX, `the page came with ${bytes} bytes`);
      await page.getByText("Shared by anna", { exact: false }).waitFor();
      same(await page.getByRole("button", { name: /sign in/i }).count() + await page.getByRole("link", { name: /sign in/i }).count(), 0, "nobody is asked to sign in");
      await accessible(page, "the page of a link on a phone");
      await noSideways(page, "the page of a link on a phone");
      await page.screenshot({ path: "shots/link-phone.png" }).catch(() => undefined);

      await page.getByRole("link", { name: "view 1.png" }).first().click();
      await until(() => page.locator("dialog.viewer img").evaluate((image) => image.naturalWidth > 0).catch(() => false), "the picture is shown");
      await page.getByRole("button", { name: "Next file" }).click();
      await page.locator(".viewer-name", { hasText: "view 2.png" }).waitFor();
      const background = () => page.locator("dialog.viewer").evaluate((viewer) => getComputedStyle(viewer).backgroundColor);
      same(await background(), "rgb(0, 0, 0)", "around a picture");
      await accessible(page, "the viewer of a link");
      await page.getByRole("button", { name: "Close" }).click();
      await page.getByRole("link", { name: "letter.txt" }).first().click();
      await page.locator(".viewer-text", { hasText: "it was great" }).waitFor();
      check(await background() !== "rgb(0, 0, 0)", "a text has the colours of the theme");
      await page.goBack();
      await page.locator("dialog.viewer").waitFor({ state: "detached" });

      const saved = page.waitForEvent("download");
      await page.getByRole("link", { name: "Download letter.txt" }).click();
      same(readFileSync(await (await saved).path(), "utf8"), "Dear all, it was great.", "the file is saved");
      const zip = page.waitForEvent("download");
      await page.getByRole("button", { name: "Download all" }).click();
      check((await zip).suggestedFilename().endsWith(".zip"), "all are saved as an archive");

      await page.getByRole("link", { name: "More" }).first().click();
      await page.getByRole("link", { name: "one more.txt" }).first().waitFor();
      await page.getByRole("navigation").getByRole("link", { name: "link-album" }).click();
      await page.getByRole("link", { name: "view 4.png" }).first().waitFor();
    },
  },
  {
    name: "what somebody has uploaded runs nothing on the page of a link",
    async run(stage) {
      const folder = stage.folder("link-hostile");
      const script = "<script>top.document.title = 'it ran'; parent.alert('it ran'); alert('it ran')</script>";
      const odd = "<img src=x onerror=alert(1)>.txt";
      writeFileSync(join(folder, "page.html"), `<!doctype html><body onload="alert('it ran')">${script}`);
      writeFileSync(join(folder, "draw.svg"), `<svg xmlns="http://www.w3.org/2000/svg" onload="alert('it ran')">${script}</svg>`);
      writeFileSync(join(folder, "note.md"), `<img src=x onerror="alert('it ran')"> [here](javascript:alert('it ran')) ${script}`);
      writeFileSync(join(folder, odd), script);
      const { address } = await link(stage, `/${USER}/link-hostile`);
      const page = await stage.page({ guest: true });
      /** @type {string[]} */
      const ran = [];
      page.context().on("page", (other) => other.on("dialog", (dialog) => { ran.push(dialog.message()); void dialog.dismiss(); }));
      page.on("dialog", (dialog) => { ran.push(dialog.message()); void dialog.dismiss(); });
      await page.goto(address);
      for (const name of ["page.html", "draw.svg", "note.md", odd]) {
        await page.getByTitle(name, { exact: true }).first().click();
        await page.locator("dialog.viewer").waitFor();
        await page.waitForTimeout(300);
        await page.keyboard.press("Escape");
        await page.locator("dialog.viewer").waitFor({ state: "detached" });
        await until(() => !page.url().includes("open="), "the address is that of the folder again");
      }
      // Somebody may send the address of the file itself.
      const saved = page.getByRole("link", { name: "Download page.html" });
      const path = new URLSearchParams(new URL(String(await saved.evaluate((one) => /** @type {HTMLAnchorElement} */ (one).href))).search).get("filepath") ?? "";
      for (const name of ["page.html", "draw.svg"]) {
        for (const target of ["core/downloadfile?disposition=inline&filepath=", "core/docconvert?name=", "app/websharepro/share?path=", "core/getvideo?filepath="]) {
          const tab = await page.context().newPage();
          await tab.goto(`${stage.server.base}/${target}${encodeURIComponent(path.replace("page.html", name))}`).catch((error) => check(/Download is starting|ERR_ABORTED/.test(String(error)), String(error)));
          await tab.waitForTimeout(200);
          await tab.close();
        }
      }
      same(ran.join(), "", "no script ran");
      check(!(await page.title()).includes("it ran"), "the title is that of the page");
    },
  },
  {
    name: "a password is asked before anything is told, and a dead link says no more than that",
    async run(stage) {
      album(stage, "link-secret");
      const { address, shareid, cookies } = await link(stage, `/${USER}/link-secret`, { sharepassword: "open sesame" });
      const page = await stage.page({ guest: true, language: "de-DE", dark: true });
      await page.goto(address);
      await page.getByRole("heading", { name: "Dieser Link hat ein Passwort" }).waitFor();
      same(await page.getByText("link-secret").count(), 0, "not even its name is told");
      await accessible(page, "the question for the password");
      await page.getByLabel("Passwort", { exact: true }).fill("wrong");
      await page.keyboard.press("Enter");
      await page.getByText("Das Passwort stimmt nicht.").waitFor();
      await page.getByLabel("Passwort", { exact: true }).fill("open sesame");
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: "view 1.png" }).first().waitFor();
      await page.reload();
      await page.getByRole("link", { name: "view 1.png" }).first().waitFor();
      await accessible(page, "the page of a link in the dark");
      await stage.server.call("deleteshare", { shareid }, cookies);
      await page.reload();
      await page.getByText("Dieser Link funktioniert nicht").waitFor();
      await accessible(page, "a dead link");
    },
  },
  {
    name: "a link to look at shows pictures and texts and offers nothing to save",
    async run(stage) {
      album(stage, "link-look");
      const { address } = await link(stage, `/${USER}/link-look`, { allowpublicviewonly: 1 });
      const page = await stage.page({ guest: true });
      await page.goto(address);
      await page.getByRole("link", { name: "view 1.png" }).first().click();
      await until(() => page.locator("dialog.viewer img").evaluate((image) => image.naturalWidth > 0).catch(() => false), "the picture is shown");
      await page.keyboard.press("Escape");
      await page.getByRole("link", { name: "letter.txt" }).first().click();
      await page.locator(".viewer-text", { hasText: "it was great" }).waitFor();
      await page.keyboard.press("Escape");
      same(await page.getByText("Download").count() + await page.getByLabel(/Download/).count(), 0, "nothing is offered to save");
    },
  },
  {
    name: "a request for files takes a visitor's name and files, goes on after a broken line, and tells nothing",
    async run(stage) {
      const folder = stage.folder("link-drop");
      writeFileSync(join(folder, "private.txt"), "Nobody's business");
      const { address } = await link(stage, `/${USER}/link-drop`, { allowpublicupload: 1, allowpublicuploadonly: 1, validityperiod: "2031-05-04 23:59:59" });
      const page = await stage.page({ phone: true, guest: true });
      await page.goto(address);
      await page.getByText("asks you for files").waitFor();
      await page.getByText("This link works until 4 May 2031.").waitFor();
      same(await page.getByText("private.txt").count(), 0, "nothing of what is there is told");
      await accessible(page, "a request for files on a phone");
      await noSideways(page, "a request for files on a phone");
      const files = [
        { name: "photo.png", mimeType: "image/png", buffer: png(200, 150, 3) },
        { name: "film.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(10 * 1024 * 1024, 7) },
      ];
      await page.locator("input[type=file]").setInputFiles(files);
      await page.getByText("Enter your name.").waitFor();
      await page.getByLabel("Your name").fill("Grandma Erna");
      // The connection breaks once in the middle of the large file.
      let broken = 0;
      await page.route(/\/upload\?/, async (route) => {
        if (/offset=8388608/.test(route.request().url()) && broken === 0) {
          broken += 1;
          await route.abort("connectionreset");
        } else {
          await route.continue();
        }
      });
      stage.expected.push(/ERR_CONNECTION_RESET/);
      await page.locator("input[type=file]").setInputFiles(files);
      await page.getByText("Thank you! 2 files have arrived.").waitFor({ timeout: 60_000 });
      same(broken, 1, "the line was broken");
      await accessible(page, "what was sent");
      same(readdirSync(join(folder, "Grandma Erna")).sort(), ["film.bin", "photo.png"], "the files lie in the visitor's folder");
      same(readFileSync(join(folder, "Grandma Erna", "film.bin")).equals(files[1].buffer), true, "the large file is whole");
      // A second file of the same name replaces nothing.
      await page.locator("input[type=file]").setInputFiles([{ ...files[0], buffer: png(20, 20, 4) }]);
      await until(() => existsSync(join(folder, "Grandma Erna", "photo (2).png")), "the second photo has a name of its own");
    },
  },
  {
    name: "a link to one file gives it, and a link that works once is used up",
    async run(stage) {
      const folder = stage.folder("link-once");
      writeFileSync(join(folder, "ticket.txt"), "Seat 12");
      const { address } = await link(stage, `/${USER}/link-once/ticket.txt`, { maxdownloads: 1 });
      const page = await stage.page({ guest: true, phone: true });
      await page.goto(address);
      await page.getByRole("heading", { name: "ticket.txt" }).waitFor();
      await accessible(page, "the page of one file");
      await page.getByText("ticket.txt").nth(1).waitFor();
      const saved = page.waitForEvent("download");
      await page.getByRole("link", { name: "Download" }).first().click();
      same(readFileSync(await (await saved).path(), "utf8"), "Seat 12", "the file is saved");
      stage.expected.push(/status of 4/);
      const again = await page.evaluate(async (address) => (await fetch(address, { headers: { Accept: "application/json" } })).status, await page.getByRole("link", { name: "Download" }).first().getAttribute("href"));
      check(again !== 200, `a second download is answered by ${again}`);
    },
  },
  {
    name: "after a reload the page says which file to choose again, and it goes on where it stopped",
    async run(stage) {
      const folder = stage.folder("link-reload");
      const { address } = await link(stage, `/${USER}/link-reload`, { allowpublicupload: 1, allowpublicuploadonly: 1 });
      const source = mkdtempSync(join(tmpdir(), "cloudlet-visitor-"));
      const film = join(source, "our film.bin");
      const content = Buffer.alloc(20 * 1024 * 1024, "film and more ");
      writeFileSync(film, content);
      try {
        const page = await stage.page({ phone: true, guest: true });
        page.on("dialog", (dialog) => void dialog.accept());
        await page.goto(address);
        await page.getByLabel("Your name").fill("Grandma Erna");
        /** The offsets of the parts that were sent completely. @type {number[]} */
        const sent = [];
        let isHeld = true;
        await page.route(/\/upload\?/, async (route) => {
          const offset = Number(new URL(route.request().url()).searchParams.get("offset"));
          // The second part is not sent before the page is reloaded.
          if (isHeld && offset > 0) return;
          await route.continue();
          sent.push(offset);
        });
        await page.locator("input[type=file]").setInputFiles(film);
        await page.getByText("8 MB of 20 MB", { exact: false }).or(page.getByText(/8\.\d MB of/)).first().waitFor();
        await page.reload();
        await page.getByText("One file has not arrived whole.", { exact: false }).waitFor();
        await page.locator(".drop-again").getByText("our film.bin").waitFor();
        await accessible(page, "what to choose again");
        await noSideways(page, "what to choose again");
        isHeld = false;
        sent.length = 0;
        same(await page.getByLabel("Your name").inputValue(), "Grandma Erna", "the name is remembered");
        await page.locator("input[type=file]").setInputFiles(film);
        await page.getByText("Thank you! Your file has arrived.").waitFor({ timeout: 30_000 });
        same(sent.includes(0), false, "what had arrived is not sent again");
        same(readdirSync(join(folder, "Grandma Erna")).join(), "our film.bin", "there is one file");
        same(readFileSync(join(folder, "Grandma Erna", "our film.bin")).equals(content), true, "it is whole");
        await page.reload();
        await page.getByRole("button", { name: "Choose files" }).waitFor();
        same(await page.locator(".drop-again:visible").count(), 0, "nothing is left to choose");
      } finally {
        rmSync(source, { recursive: true, force: true });
      }
    },
  },
  {
    name: "a family shares an album, a visitor opens it on a phone and sends photos, and the owner sees it and ends it",
    async run(stage) {
      const folder = album(stage, "family");
      const phone = await stage.page({ phone: true });
      await stage.open(phone, "#/files");
      await row(phone, "family").getByRole("button", { name: /More/ }).click();
      await phone.locator(".menu-label", { hasText: "Share" }).first().click();
      await phone.getByRole("heading", { name: "Share family" }).waitFor();
      await phone.getByLabel("Anyone with the link").selectOption("add");
      const address = await phone.getByRole("textbox", { name: "Link", exact: true }).inputValue();
      await noSideways(phone, "the dialog with a link");

      const visitor = await stage.page({ phone: true, guest: true });
      await visitor.goto(`${stage.server.base}${new URL(address).pathname}`);
      await visitor.getByRole("link", { name: "view 1.png" }).first().waitFor();
      await visitor.getByRole("link", { name: "view 1.png" }).first().click();
      await until(() => visitor.locator("dialog.viewer img").evaluate((image) => image.naturalWidth > 0).catch(() => false), "the picture is shown");
      await visitor.getByRole("button", { name: "Close" }).click();
      const saved = visitor.waitForEvent("download");
      await visitor.getByRole("link", { name: "Download letter.txt" }).click();
      await saved;
      // Its picture is asked for while the link still shows the album.
      const drawn = visitor.waitForResponse((reply) => reply.url().includes("from+the+visitor.png"));
      await visitor.locator("input[type=file]").setInputFiles([{ name: "from the visitor.png", mimeType: "image/png", buffer: png(300, 200, 5) }]);
      await visitor.getByText("Thank you! Your file has arrived.").waitFor();
      same(existsSync(join(folder, "from the visitor.png")), true, "it lies in the album");
      await visitor.getByRole("link", { name: "from the visitor.png" }).first().scrollIntoViewIfNeeded();
      await drawn;

      // A link for uploads is made in the same dialog.
      await phone.getByLabel("Anyone with the link").selectOption("drop");
      await phone.getByText("Visitors see nothing of what is here", { exact: false }).waitFor();
      await visitor.reload();
      await visitor.getByText("asks you for files").waitFor();

      await phone.getByText("Settings of the link", { exact: true }).click();
      await phone.getByLabel("Only at home").check();
      await phone.locator(".share-facts").getByText("Only at home").waitFor();
      await phone.getByText("Settings of the link", { exact: true }).click();
      await phone.getByText("Visitors and changes").click();
      for (const what of ["Uploaded", "Downloaded", "Opened"]) await phone.locator(".share-details").getByText(what, { exact: false }).first().waitFor();
      await phone.getByRole("button", { name: "Stop sharing" }).click();
      await phone.getByRole("dialog").last().getByRole("button", { name: "Stop sharing" }).click();
      await phone.getByText("Stopped sharing family").first().waitFor();
      await visitor.reload();
      await visitor.getByText("This link doesn't work").waitFor();
    },
  },
];
