// Every language of the portals: what people see on a day, that it fits, and how they choose one.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PASSWORD, USER, accessible, check, hold, menu, noSideways, row, same, signIn, until } from "../harness.mjs";
import { png } from "../fixtures.mjs";
import { adminPage } from "../admin/steps.mjs";
import { CODES, tag, texts } from "../texts.mjs";

/** At most this many bytes are loaded until the first folder is shown, and until the page of a link is. */
const FOLDER_BYTES_MAX = 110 * 1024;
const LINK_BYTES_MAX = 60 * 1024;

/** Words that choose a kind in the search, by language: one for a kind of files, one for folders. */
const KINDS = { en: ["kind:photos", "kind:folder"], de: ["art:fotos", "art:ordner"], fr: ["type:photos", "type:dossier"], es: ["tipo:fotos", "tipo:carpeta"] };

/**
 * Checks that no button, tab or place is cut off, and that no label stands on more than two lines.
 * @param {import("playwright-core").Page} page @param {string} where
 */
async function fitted(page, where) {
  const bad = await page.evaluate(() => {
    const found = [];
    for (const element of document.querySelectorAll("button, .button, [role=tab], nav a")) {
      const { width, height } = element.getBoundingClientRect();
      if (width < 2 || height < 2 || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const words = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const tops = new Set();
      let right = 0;
      for (let node = words.nextNode(); node; node = words.nextNode()) {
        const parent = node.parentElement;
        // Names may be cut, and words for screen readers alone take no space.
        if (!node.data.trim() || !parent?.checkVisibility() || parent.clientWidth === 1 || parent.closest("bdi, .name, .account-name")) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const rect of range.getClientRects()) {
          tops.add(Math.round(rect.top / 4));
          right = Math.max(right, rect.right);
        }
      }
      const isCut = right > element.getBoundingClientRect().right + 1;
      if (tops.size > 2 || isCut) found.push(`"${element.textContent.trim()}" (${isCut ? "cut" : `${tops.size} lines`})`);
    }
    return found;
  });
  check(bad.length === 0, `${where}: ${bad.join(", ")}`);
}

/** Looks at a page that is ready. @param {import("playwright-core").Page} page @param {string} where */
async function look(page, where) {
  await page.screenshot({ path: `shots/language-${where.replace(/\W+/g, "-")}.png` });
  await fitted(page, where);
  await noSideways(page, where);
  await accessible(page, where);
}

/** The views of a day. @param {import("../harness.mjs").Stage} stage @param {import("playwright-core").Page} page @param {string} code @param {string} size @param {string} folder */
async function views(stage, page, code, size, folder) {
  const t = texts(code, ["share", "photos"]);
  await stage.open(page, `#/files/${folder}`);
  await row(page, "Album").waitFor();
  await look(page, `files ${code} ${size}`);
  // On touch screens there are boxes only once something is selected.
  const select = (/** @type {string} */ name) => (size === "phone" ? hold(page, name) : row(page, name).locator(".mark").click());
  await select("letter.txt");
  await page.locator(".selection-actions").waitFor();
  await look(page, `selection ${code} ${size}`);
  await page.keyboard.press("Escape");
  await select("Album");
  await page.locator(".selection-actions").getByRole("button", { name: t("action.share"), exact: true }).click();
  await page.getByLabel(t("share.anyone")).waitFor();
  await page.getByLabel(t("share.anyone")).selectOption("view");
  await page.getByText(t("share.options")).click();
  await look(page, `share ${code} ${size}`);
  await page.getByRole("button", { name: t("share.end"), exact: true }).click();
  await page.getByRole("dialog").last().getByRole("button", { name: t("share.end"), exact: true }).click();
  for (const [hash, ready] of [["photos", "a.photo"], ["recent", ".activity, .notice"], ["starred", ".notice, .files"], ["bin", ".notice, .files"], ["shared", ".shared-item, .notice, p"], ["me", ".session"]]) {
    await stage.open(page, `#/${hash}`);
    await page.locator(ready).first().waitFor({ timeout: 60_000 });
    await look(page, `${hash} ${code} ${size}`);
  }
}

const days = CODES.map((code) => ({
  name: `a day in every language, on a screen and on a phone: ${code}`,
  /** @param {import("../harness.mjs").Stage} stage */
  async run(stage) {
    const t = texts(code);
    const name = `language ${code}`;
    const folder = stage.folder(name);
    mkdirSync(join(folder, "Album"), { recursive: true });
    writeFileSync(join(folder, "letter.txt"), "x".repeat(3_000_000));
    writeFileSync(join(folder, "IMG_20240722_100000.png"), png(300, 200));
    const page = await stage.page({ guest: true, language: tag(code) });
    await page.goto(`${stage.server.base}/#/files/${encodeURIComponent(name)}`);
    await page.getByLabel(t("signin.user"), { exact: true }).waitFor();
    same(await page.evaluate(() => document.documentElement.lang), code, "the language of the page");
    await look(page, `sign-in ${code} screen`);
    await page.locator("input[name=userid]").fill(USER);
    await page.locator("input[name=password]").fill("wrong");
    await page.keyboard.press("Enter");
    await page.locator(".form-error", { hasText: t("error.credentials") }).waitFor();
    await signIn(page);
    await row(page, "letter.txt").waitFor();
    const counts = [t("details.foldercount", { count: 1 }), t("details.filecount", { count: 2 })];
    await page.locator(".files-status", { hasText: counts.join(", ") }).waitFor();
    const decimal = new Intl.NumberFormat(tag(code)).format(2.9);
    const facts = await row(page, "letter.txt").textContent();
    check(facts.includes(`${decimal}\u00a0${t("format.units").split(" ")[2]}`), `the size in ${code}: ${facts}`);
    check(facts.includes(t("format.today", { time: "" }).trim()), `the time in ${code}: ${facts}`);
    await page.getByRole("button", { name: t("files.new"), exact: true }).click();
    await menu(page, t("new.folder"));
    await page.locator("dialog").getByRole("button", { name: t("new.create"), exact: true }).click();
    await row(page, t("new.foldername")).waitFor();
    await row(page, t("new.foldername")).click({ position: { x: 500, y: 15 } });
    await page.keyboard.press("Delete");
    await page.locator(".toast", { hasText: t("delete.doneone", { name: t("new.foldername") }) }).waitFor();
    await views(stage, page, code, "screen", encodeURIComponent(name));
    for (const [kind, found] of [[KINDS[code][0], "IMG_20240722_100000.png"], [KINDS[code][1], "Album"]]) {
      await stage.open(page, `#/search?q=${encodeURIComponent(`${found.slice(0, 5)} ${kind}`)}`);
      await page.locator(`[data-key$=${JSON.stringify(`${name}/${found}`)}]`).waitFor();
    }
    const phone = await stage.page({ phone: true, width: 360, language: tag(code), dark: code === "fr" });
    await views(stage, phone, code, "phone", encodeURIComponent(name));
    const narrow = await stage.page({ phone: true, guest: true, width: 320, language: tag(code) });
    await narrow.goto(`${stage.server.base}/`);
    await narrow.getByLabel(t("signin.user"), { exact: true }).waitFor();
    await look(narrow, `sign-in ${code} phone`);
  },
}));

const administration = CODES.map((code) => ({
  name: `the administration in every language, on a screen and on a phone: ${code}`,
  /** @param {import("../harness.mjs").Stage} stage */
  async run(stage) {
    const t = texts(code, ["admin"]);
    for (const [size, options] of [["screen", {}], ["phone", { phone: true, width: 360 }]]) {
      const page = await adminPage(stage, "#/overview", { ...options, language: tag(code) });
      await page.locator(".user-bars li").first().waitFor();
      for (const [place, ready] of [["overview", ".user-bars li"], ["users", ".table-list .list-row[data-key]"], ["policies", ".table-list .list-row[data-key]"], ["settings", ".setting"], ["mail", ".tabs, form, .notice, select"], ["audit", ".table-list .list-row[data-key]"]]) {
        await page.goto(`${stage.server.base}/admin/#/${place}`);
        await page.locator(ready).first().waitFor();
        await page.getByRole("heading", { name: t(`place.${place}`) }).or(page.getByRole("link", { name: t(`place.${place}`) })).first().waitFor();
        await look(page, `admin ${place} ${code} ${size}`);
      }
    }
  },
}));

/**
 * Counts the bytes that a page loads, with their heads.
 * @param {import("playwright-core").Page} page @returns {Promise<() => number>} the sum until then
 */
async function weighed(page) {
  // What waits for the first view must not come before it, however slow the machine is.
  await page.addInitScript(() => {
    const start = window.setTimeout;
    Object.assign(window, { setTimeout: (/** @type {() => void} */ run, /** @type {number} */ pause = 0) => (pause < 300 ? start(run, pause) : 0) });
  });
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => { bytes += encodedDataLength; });
  return () => bytes;
}

export const scenarios = [
  ...days,
  ...administration,
  {
    name: "a language is chosen in the account, stays, and goes back to that of the browser",
    async run(stage) {
      const page = await stage.page({ language: "pt-BR" });
      await stage.open(page, "#/me");
      same(await page.evaluate(() => document.documentElement.lang), "en", "a language that there is not");
      let label = texts("en")("me.language");
      for (const code of CODES) {
        const options = page.getByLabel(label, { exact: true });
        await options.waitFor();
        same(await options.locator("option").count(), CODES.length + 1, "the languages to choose from");
        await options.selectOption(code);
        const t = texts(code, ["account"]);
        await page.locator(`h2:text(${JSON.stringify(t("me.looks"))})`).waitFor();
        await page.reload();
        await page.locator(`h2:text(${JSON.stringify(t("me.looks"))})`).waitFor();
        same(await page.evaluate(() => document.documentElement.lang), code, "the language after a reload");
        label = t("me.language");
        // The server is told, for its mails.
        const chosen = async () => (await (await page.request.get(`${stage.server.base}/core/getlanguagelist`, { headers: { Accept: "application/json" } })).json())
          .language.find((one) => one.current === 1).name;
        const wanted = new Intl.DisplayNames("en", { type: "language" }).of(code).toLowerCase();
        await until(async () => (await chosen()) === wanted, `the server knows ${wanted}`, 15_000);
      }
      await page.getByLabel(label, { exact: true }).selectOption("");
      await page.locator(`h2:text(${JSON.stringify(texts("en", ["account"])("me.looks"))})`).waitFor();
    },
  },
  {
    name: "the page of a link speaks every language, and each loads only its own texts",
    async run(stage) {
      mkdirSync(join(stage.folder("languages of links"), "Gift"), { recursive: true });
      writeFileSync(join(stage.folder("languages of links"), "Gift/card.txt"), "card");
      const page = await stage.page();
      await stage.open(page, "#/files/languages%20of%20links");
      await row(page, "Gift").click({ button: "right" });
      await menu(page, "Share");
      await page.getByLabel("Anyone with the link").selectOption("view");
      const address = page.getByRole("textbox", { name: "Link", exact: true });
      await address.waitFor();
      const link = await address.inputValue();
      for (const code of CODES) {
        const t = texts(code, ["public"]);
        const visitor = await stage.page({ guest: true, phone: true, language: tag(code) });
        const loaded = [];
        visitor.on("request", (request) => { if (request.url().includes("/messages/")) loaded.push(request.url().split("/").at(-1)); });
        await visitor.goto(link);
        await visitor.getByText("card.txt").first().waitFor();
        await visitor.getByText(t("public.saveall"), { exact: true }).first().waitFor();
        check(loaded.length > 0 && loaded.every((name) => name.endsWith(`${code}.json`)), `it loads ${loaded.join(" ")}`);
        await look(visitor, `link ${code} phone`);
      }
      await page.getByRole("button", { name: "Stop sharing" }).click();
      await page.getByRole("dialog").last().getByRole("button", { name: "Stop sharing" }).click();
    },
  },
  {
    name: "the way to the first folder and the page of a link weigh little in every language",
    async run(stage) {
      mkdirSync(join(stage.folder("weight"), "Inner"), { recursive: true });
      writeFileSync(join(stage.folder("weight"), "card.txt"), "card");
      const { cookies } = await stage.server.call("loginguest", { userid: USER, password: PASSWORD });
      const { reply } = await stage.server.call("quickshare", { sharelocation: `/${USER}/weight` }, cookies);
      const { shareid } = reply.share[0];
      const { reply: made } = await stage.server.call("updateshare", { shareid, allowpublicaccess: 1, allowpublicupload: 1 }, cookies);
      const link = `${stage.server.base}/url/${made.share[0].shareurl.split("/").pop()}`;
      for (const code of CODES) {
        const folder = await stage.page({ guest: true, language: tag(code) });
        const ofFolder = await weighed(folder);
        await folder.goto(`${stage.server.base}/#/files/weight`);
        await signIn(folder);
        await row(folder, "card.txt").waitFor();
        const toFolder = ofFolder();
        const visitor = await stage.page({ guest: true, language: tag(code) });
        const ofLink = await weighed(visitor);
        await visitor.goto(link);
        await visitor.getByText("card.txt").first().waitFor();
        // A page that takes files is the heaviest.
        await visitor.locator(".drop-zone").waitFor();
        const toLink = ofLink();
        console.log(`     ${code}: ${(toFolder / 1024).toFixed(1)} KB to the first folder, ${(toLink / 1024).toFixed(1)} KB to the page of a link`);
        // The files of a folder are not compressed.
        if (process.env.PORTAL_ASSETS) continue;
        check(toFolder < FOLDER_BYTES_MAX, `${code}: ${toFolder} bytes to the first folder`);
        check(toLink < LINK_BYTES_MAX, `${code}: ${toLink} bytes to the page of a link`);
      }
      await stage.server.call("deleteshare", { shareid }, cookies);
    },
  },
];
