// The portal works for everybody: on phones, with keyboards and screen readers, in all languages
// and themes, over slow connections and proxies.

import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import { join } from "node:path";
import { PASSWORD, USER, accessible, check, choose, menu, noSideways, row, same, signIn, until } from "../harness.mjs";
import { png } from "../fixtures.mjs";

/** The first load may transfer this many bytes. */
const FIRST_LOAD_MAX = 100_000;

/** @param {import("../harness.mjs").Stage} stage @param {string} name */
function everyday(stage, name) {
  const folder = stage.folder(name);
  mkdirSync(join(folder, "Photos"), { recursive: true });
  writeFileSync(join(folder, "Photos/sea.png"), png(300, 200, 3));
  writeFileSync(join(folder, "letter to the insurance company about the roof.txt"), "Dear");
  writeFileSync(join(folder, "list.md"), "# List\n\n- milk\n");
  writeFileSync(join(folder, `${"x".repeat(251)}.txt`), "long");
  return folder;
}

/**
 * Every view, with the actions that open it.
 * @type {[string, (page: import("playwright-core").Page, where: string) => Promise<void>][]}
 */
const VIEWS = [
  ["files", async (page, where) => { await page.goto(`${where}#/files/views`); await row(page, "list.md").waitFor(); }],
  ["a selection", async (page) => { await row(page, "list.md").locator(".mark").click({ force: true }); await page.locator(".selection-bar").waitFor(); }],
  ["a menu", async (page) => { await page.locator(".selection-bar").getByRole("button", { name: "More actions" }).click(); await page.locator(".menu").waitFor(); }],
  ["details", async (page) => { await menu(page, "Details"); await page.locator(".panel dt").first().waitFor(); }],
  ["cards", async (page, where) => {
    await page.evaluate(() => localStorage.setItem("cloudlet.look", JSON.stringify({ shape: "cards" })));
    await page.goto(`${where}?cards#/files/views/Photos`);
    await page.locator(".list-card").waitFor();
  }],
  ["a picture", async (page) => { await page.locator(".entry-link").click(); await page.locator("img.picture").waitFor(); }],
  ["a text", async (page, where) => {
    await page.evaluate(() => localStorage.removeItem("cloudlet.look"));
    await page.goto(`${where}?text#/files/views?open=list.md`);
    await page.locator(".markdown").waitFor();
  }],
  ["an empty folder", async (page, where) => { await page.goto(`${where}?empty#/files/nothing`); await page.locator(".notice").waitFor(); }],
  ["the account", async (page, where) => { await page.goto(`${where}?me#/me`); await page.locator(".session").first().waitFor(); }],
  ["shortcuts", async (page) => { await page.locator("h1").click(); await page.keyboard.press("?"); await page.locator(".shortcuts").waitFor(); }],
  ["the call inspector", async (page) => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Alt+i");
    await page.locator(".call").first().click();
    await page.locator(".call-detail pre").first().waitFor();
  }],
];

export const scenarios = [
  {
    name: "every view in both themes, wide and on a phone, is accessible",
    async run(stage) {
      everyday(stage, "views");
      stage.folder("nothing");
      for (const dark of [false, true]) {
        for (const phone of [false, true]) {
          const page = await stage.page({ dark, phone });
          for (const [name, go] of VIEWS) {
            const where = `${name}, ${dark ? "dark" : "light"}, ${phone ? "phone" : "wide"}`;
            await go(page, `${stage.server.base}/`);
            await accessible(page, where);
            await noSideways(page, where);
          }
        }
      }
    },
  },
  {
    name: "no view scrolls sideways at 320 px",
    async run(stage) {
      everyday(stage, "views");
      stage.folder("nothing");
      const page = await stage.page({ phone: true, width: 320, height: 568 });
      for (const [name, go] of VIEWS) {
        await go(page, `${stage.server.base}/`);
        await noSideways(page, `${name} at 320 px`);
      }
      const guest = await stage.page({ guest: true, phone: true, width: 320, height: 568 });
      await guest.goto(`${stage.server.base}/`);
      await guest.locator("input[name=userid]").waitFor();
      await noSideways(guest, "signing in at 320 px");
    },
  },
  {
    name: "a phone: long press selects, actions stand below, back closes what covers the page",
    async run(stage) {
      const folder = everyday(stage, "phone");
      const page = await stage.page({ phone: true });
      await stage.open(page, "#/files/phone");
      await row(page, "list.md").waitFor();
      const session = await page.context().newCDPSession(page);
      const touch = async (name, milliseconds) => {
        const box = await row(page, name).boundingBox();
        const point = { x: box.x + 150, y: box.y + box.height / 2 };
        await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [point] });
        await new Promise((resolve) => setTimeout(resolve, milliseconds));
        await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
      };
      await touch("list.md", 700);
      await page.locator(".selection-count:text('1 selected')").waitFor();
      const bar = await page.locator(".selection-bar").boundingBox();
      check(bar.y > 740 - 80, "the actions stand at the bottom");
      const small = await page.locator(".selection-bar button:visible").evaluateAll((buttons) => buttons.map((one) => one.getBoundingClientRect()).filter((box) => box.width < 44 || box.height < 44).length);
      same(small, 0, "buttons smaller than a thumb");
      await touch("Photos", 80);
      await page.locator(".selection-count:text('2 selected')").waitFor();
      await page.locator(".selection-bar").getByRole("button", { name: "Clear the selection" }).click();
      await touch("Photos", 80);
      await row(page, "sea.png").waitFor();
      await touch("sea.png", 80);
      await page.locator("img.picture").waitFor();
      await page.goBack();
      await page.locator("dialog.preview").waitFor({ state: "detached" });
      await page.getByRole("link", { name: "To the folder above" }).click();
      await row(page, "list.md").waitFor();
      await page.locator(".fab").click();
      await menu(page, "New folder");
      await page.locator("dialog input").fill("From the phone");
      await page.locator("dialog").getByRole("button", { name: "Create" }).click();
      await until(() => existsSync(join(folder, "From the phone")), "the folder is made");
      await row(page, "From the phone").waitFor();
      await row(page, "From the phone").locator(".entry-link").tap();
      await page.locator(".notice-title:text('This folder is empty')").waitFor();
      check(await page.locator(".fab").isVisible(), "something new can be made in it");
      await page.goBack();
      await row(page, "list.md").waitFor();
      await row(page, "list.md").getByRole("button", { name: "More actions for list.md" }).click();
      await menu(page, "Details");
      await page.locator(".panel:has-text('list.md')").waitFor();
      await page.goBack();
      await page.locator(".panel").waitFor({ state: "hidden" });
      await page.locator(".bar").getByRole("button", { name: "More actions" }).click();
      await menu(page, "Filter this folder");
      await page.keyboard.type("roof");
      await until(async () => (await page.locator(".files [data-key]").count()) === 1, "the filter works on a phone");
      await page.locator(".tabbar").getByRole("link", { name: "Account" }).click();
      await page.locator(".session").first().waitFor();
    },
  },
  {
    name: "swiping a picture aside shows the next",
    async run(stage) {
      const folder = stage.folder("swipe");
      writeFileSync(join(folder, "1.png"), png(300, 200, 1));
      writeFileSync(join(folder, "2.png"), png(300, 200, 2));
      const page = await stage.page({ phone: true });
      await stage.open(page, "#/files/swipe?open=1.png");
      await page.locator("img.picture").waitFor();
      const session = await page.context().newCDPSession(page);
      await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: 300, y: 400 }] });
      for (let x = 280; x >= 100; x -= 20) await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x, y: 400 }] });
      await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
      await page.locator(".preview-name:has-text('2.png')").waitFor();
    },
  },
  {
    name: "keyboard only: from signing in to signing out",
    async run(stage) {
      const folder = everyday(stage, "keyboard");
      const page = await stage.page({ guest: true });
      await page.goto(`${stage.server.base}/#/files/keyboard`);
      await page.locator("input[name=userid]").waitFor();
      await page.keyboard.type(USER);
      await page.keyboard.press("Tab");
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press("Enter");
      await row(page, "list.md").waitFor();
      // The first stop of the Tab key skips the rail.
      await page.keyboard.press("Tab");
      check(await page.evaluate(() => document.activeElement?.textContent === "Skip to the content"), "the first stop skips to the content");
      await page.keyboard.press("Enter");
      check(await page.evaluate(() => document.activeElement?.getAttribute("role") === "grid"), "the list has the focus");
      const active = () => page.locator("[role=grid]").evaluate((grid) => document.getElementById(grid.getAttribute("aria-activedescendant"))?.dataset.key);
      await page.keyboard.press("Home");
      same(await active(), "Photos", "the active row");
      await page.keyboard.type("lis");
      same(await active(), "list.md", "typing finds a name");
      const ring = await page.locator(".is-active").evaluate((one) => getComputedStyle(one).outlineStyle);
      check(ring !== "none", "the active row can be seen");
      await page.keyboard.press("F2");
      await page.locator("input.rename").waitFor();
      await page.keyboard.press("Control+a");
      await page.keyboard.type("renamed.md");
      await page.keyboard.press("Enter");
      await row(page, "renamed.md").waitFor();
      await page.keyboard.press("Enter");
      await page.locator(".markdown").waitFor();
      await page.keyboard.press("Escape");
      await page.locator("dialog.preview").waitFor({ state: "detached" });
      await page.keyboard.press("Alt+n");
      await page.keyboard.type("By keys");
      await page.keyboard.press("Enter");
      await row(page, "By keys").waitFor();
      same(await active(), "By keys", "the new folder is the active row");
      await page.keyboard.press("Shift+F10");
      await page.locator(".menu").waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Enter");
      await page.locator(".notice-title:text('This folder is empty')").waitFor();
      await page.keyboard.press("Backspace");
      await row(page, "By keys").waitFor();
      await until(async () => (await active()) === "By keys", "going up comes out where one went in");
      await page.keyboard.press("Delete");
      await row(page, "By keys").waitFor({ state: "detached" });
      check(!existsSync(join(folder, "By keys")), "the folder is deleted");
      await page.keyboard.press("?");
      await page.locator(".shortcuts").waitFor();
      await page.keyboard.press("Escape");
      // The Tab key reaches the account's menu, with which the test signs out.
      for (let step = 0; step < 40; step += 1) {
        await page.keyboard.press("Shift+Tab");
        if (await page.evaluate(() => document.activeElement?.classList.contains("account"))) break;
      }
      await page.keyboard.press("Enter");
      await page.locator(".menu").waitFor();
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
      await page.locator("input[name=userid]").waitFor();
    },
  },
  {
    name: "a user's day in German",
    async run(stage) {
      const folder = everyday(stage, "deutsch");
      const page = await stage.page({ guest: true, language: "de-DE" });
      await page.goto(`${stage.server.base}/#/files/deutsch`);
      await page.locator("input[name=userid]").waitFor();
      await page.locator("text=Benutzername oder E-Mail").waitFor();
      await page.locator("input[name=userid]").fill(USER);
      await page.locator("input[name=password]").fill("falsch");
      await page.keyboard.press("Enter");
      await page.locator(".form-error:text('Benutzername oder Passwort stimmt nicht')").waitFor();
      await signIn(page);
      await row(page, "list.md").waitFor();
      await page.locator(".files-status:has-text('1 Ordner, 3 Dateien')").waitFor();
      check(/heute, \d\d:\d\d/.test(await row(page, "list.md").textContent()), "die Zeit steht auf Deutsch da");
      await page.getByRole("button", { name: "Neu", exact: true }).click();
      await menu(page, "Neuer Ordner");
      same(await page.locator("dialog input").inputValue(), "Neuer Ordner", "der vorgeschlagene Name");
      await page.locator("dialog").getByRole("button", { name: "Anlegen" }).click();
      await row(page, "Neuer Ordner").waitFor();
      await page.keyboard.press("Escape");
      await row(page, "list.md").locator(".mark").click();
      await page.locator(".selection-actions").getByRole("button", { name: "Verschieben" }).click();
      await page.locator("dialog.picker [data-key$='/Neuer Ordner']").click();
      await page.locator("dialog.picker").getByRole("button", { name: "Hierher verschieben" }).click();
      await page.locator(".toast:has-text('list.md nach Neuer Ordner verschoben')").waitFor();
      check(existsSync(join(folder, "Neuer Ordner/list.md")), "die Datei ist verschoben");
      await row(page, "Neuer Ordner").click({ position: { x: 500, y: 15 } });
      await page.keyboard.press("Delete");
      await page.locator(".toast:has-text('Neuer Ordner gel\u00f6scht')").waitFor();
      await page.goto(`${stage.server.base}/#/me`);
      await page.locator("h2:text('Wo du angemeldet bist')").waitFor();
      await page.locator("text=belegt").first().waitFor();
      // Every text exists. A missing message would show its key.
      const keys = await page.evaluate(() => document.body.innerText.match(/\b[a-z]{2,}\.[a-z]{3,}\b/g) ?? []);
      same(keys.filter((key) => !/\.(md|txt|png|bin)$/.test(key)), [], "Texte, die fehlen");
      await accessible(page, "das Konto");
      await page.locator(".account").click();
      await menu(page, "Abmelden");
      await page.getByRole("button", { name: "Anmelden" }).waitFor();
    },
  },
  {
    name: "screen readers hear what has changed",
    async run(stage) {
      everyday(stage, "heard");
      const page = await stage.page();
      await stage.open(page, "#/files/heard");
      await row(page, "list.md").waitFor();
      await row(page, "list.md").click({ position: { x: 500, y: 15 } });
      await page.keyboard.press("Control+c");
      const heard = page.locator("[role=status][aria-live=polite]");
      await heard.locator("text=1 item copied").waitFor({ state: "attached" });
      await page.keyboard.press("/");
      await page.keyboard.type("list");
      await heard.locator("text=1 item matches").waitFor({ state: "attached" });
      const grid = await page.locator("[role=grid]").evaluate((one) => ({ count: one.getAttribute("aria-rowcount"), label: one.getAttribute("aria-label") }));
      same(grid, { count: "2", label: "Files and folders" }, "the list for screen readers");
    },
  },
  {
    name: "the first load is small, and everything comes from the server itself",
    async run(stage) {
      stage.folder("first");
      // This browser has nothing in its cache.
      const page = await stage.page();
      const session = await page.context().newCDPSession(page);
      await session.send("Network.enable");
      let bytes = 0;
      let count = 0;
      session.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; count += 1; });
      await stage.open(page, "#/files/first");
      await page.locator(".notice-title").waitFor();
      await page.waitForLoadState("networkidle");
      console.log(`     the first load: ${bytes} bytes in ${count} requests`);
      // If the assets are read from a folder, as during work on the portals, nothing is compressed.
      check(process.env.PORTAL_ASSETS || bytes < FIRST_LOAD_MAX, `the first load transfers ${bytes} bytes`);
      const manifest = await page.evaluate(async () => {
        const link = document.querySelector("link[rel=manifest]").href;
        const text = await (await fetch(link)).json();
        const icons = await Promise.all(text.icons.map(async (icon) => (await fetch(new URL(icon.src, link))).ok));
        return { start: new URL(text.start_url, link).href, icons };
      });
      same(manifest, { start: `${stage.server.base}/`, icons: [true, true, true] }, "the manifest");
    },
  },
  {
    name: "over plain HTTP to a name, which is no secure context",
    async run(stage) {
      const folder = everyday(stage, "plain");
      const base = `http://cloud.test:${new URL(stage.server.base).port}`;
      stage.proxied = base;
      try {
        const page = await stage.page({ guest: true });
        await page.goto(`${base}/#/files/plain`);
        await signIn(page);
        same(await page.evaluate(() => isSecureContext), false, "whether this is a secure context");
        await row(page, "list.md").click({ position: { x: 500, y: 15 } });
        await page.keyboard.press("Alt+Enter");
        await page.getByRole("button", { name: "Copy link" }).click();
        await page.locator(".toast:has-text('Copied to the clipboard')").waitFor();
        await page.locator("input.filter").focus();
        await page.keyboard.press("Control+v");
        same(await page.locator("input.filter").inputValue(), `${base}/#/files/plain?open=list.md`, "the copied link");
        await page.keyboard.press("Escape");
        writeFileSync(join(stage.folder("plain-source"), "sent.bin"), Buffer.alloc(20_000_000, 7));
        await choose(page, join(stage.folder("plain-source"), "sent.bin"), () => page.keyboard.press("Alt+u"));
        await page.locator(".tray-line[data-state=done]").waitFor({ state: "attached" });
        check(existsSync(join(folder, "sent.bin")), "the file has arrived");
      } finally {
        stage.proxied = undefined;
      }
    },
  },
  {
    name: "below a sub-path of a proxy",
    async run(stage) {
      const folder = everyday(stage, "proxied");
      const target = new URL(stage.server.base);
      const proxy = createServer((incoming, outgoing) => {
        if (!incoming.url.startsWith("/cloud/")) {
          outgoing.writeHead(404).end();
          return;
        }
        const forward = httpRequest({
          host: target.hostname, port: target.port, method: incoming.method, path: incoming.url.slice("/cloud".length), headers: incoming.headers,
        }, (answer) => {
          outgoing.writeHead(answer.statusCode, answer.headers);
          answer.pipe(outgoing);
        });
        forward.on("error", () => outgoing.destroy());
        incoming.pipe(forward);
      });
      await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
      const base = `http://127.0.0.1:${proxy.address().port}/cloud`;
      stage.proxied = base;
      try {
        for (const address of ["/", "/ui/core/index.html"]) {
          const page = await stage.page({ guest: true });
          await page.goto(`${base}${address}#/files/proxied`);
          await signIn(page);
          await row(page, "list.md").waitFor();
          await choose(page, join(folder, "list.md"), () => page.keyboard.press("Alt+u"));
          await page.locator("dialog").getByRole("button", { name: "Keep both" }).click();
          await page.locator(".tray-line[data-state=done]").waitFor({ state: "attached" });
          await row(page, "list.md").locator(".entry-link").click();
          await page.locator(".markdown").waitFor();
        }
        same(readdirSync(folder).filter((name) => name.startsWith("list")).length, 3, "files that came through the proxy");
      } finally {
        // The page is closed first, because its calls in advance would find no server, and are calls to the proxy until then.
        for (const context of stage.contexts.splice(0)) await context.close();
        stage.proxied = undefined;
        proxy.closeAllConnections();
        proxy.close();
      }
    },
  },
];
