// Helpers for the scenarios on Firefox. Playwright needs a Firefox of its own, so these drive the
// system's Firefox with Puppeteer and the standard protocol WebDriver BiDi.

import { existsSync } from "node:fs";
import puppeteer from "puppeteer-core";
import { PASSWORD, USER, axeFindings, axeSource, check, until } from "../harness.mjs";

const PATIENCE = 10_000;
const PROGRAMS = [process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"];

/** The path of the browser, or null if this machine has none. */
export function firefox() {
  return PROGRAMS.find((path) => path && existsSync(path)) ?? null;
}

/** Starts the browser. @param {string} executablePath */
export function launch(executablePath) {
  return puppeteer.launch({
    browser: "firefox",
    executablePath,
    headless: true,
    extraPrefsFirefox: {
      "intl.accept_languages": "en-GB, en",
      "ui.prefersReducedMotion": 1,
      "layout.css.prefers-color-scheme.content-override": 1,
      "media.autoplay.default": 0,
      // The browser's own services ask nobody.
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
    },
  });
}

/** What the page keeps about itself for the test. It runs before any script of the page. */
function watchInPage() {
  globalThis.watched = { refused: [], over: false, dragged: null };
  document.addEventListener("securitypolicyviolation", (event) => globalThis.watched.refused.push(`${event.violatedDirective} ${event.blockedURI}`));
  // Firefox starts drags that the protocol asks for and tells the page where they are, but it never
  // drops. So the test keeps what is dragged, and drops it itself.
  globalThis.addEventListener("dragstart", (event) => {
    globalThis.watched.dragged = event.defaultPrevented ? null : event.dataTransfer.types.map((type) => [type, event.dataTransfer.getData(type)]);
  });
  globalThis.addEventListener("dragover", (event) => { globalThis.watched.over = event.defaultPrevented; });
}

/** The server, the browser and the pages of a scenario on Firefox. */
export class FirefoxStage {
  /** @param {import("puppeteer-core").Browser} browser @param {import("../server.mjs").Server} server */
  constructor(browser, server) {
    this.browser = browser;
    this.server = server;
    this.contexts = [];
    this.pages = [];
    this.errors = [];
    this.foreign = [];
    /** Console errors that a scenario expects. @type {RegExp[]} */
    this.expected = [];
    this.cookies = "";
  }

  /** A page in a new browser context. @param {{ width?: number, height?: number, guest?: boolean }} [options] */
  async page(options = {}) {
    const context = await this.browser.createBrowserContext();
    this.contexts.push(context);
    const page = await context.newPage();
    this.pages.push(page);
    page.setDefaultTimeout(PATIENCE);
    await page.setViewport({ width: options.width ?? 1280, height: options.height ?? 800 });
    await page.evaluateOnNewDocument(watchInPage);
    page.on("pageerror", (error) => this.errors.push(error.message));
    page.on("console", (message) => { if (["error", "warn"].includes(message.type())) this.errors.push(message.text()); });
    page.on("request", (request) => {
      if (!request.url().startsWith(this.server.base) && !/^(blob|data|about|resource|chrome):/.test(request.url())) this.foreign.push(request.url());
    });
    if (!options.guest) await this.#signIn(context);
    return page;
  }

  /** Puts the session that the pages of this scenario share into a context. @param {import("puppeteer-core").BrowserContext} context */
  async #signIn(context) {
    this.cookies ||= (await this.server.call("loginguest", { userid: USER, password: PASSWORD })).cookies;
    const domain = new URL(this.server.base).hostname;
    for (const one of this.cookies.split("; ")) {
      const [name, value] = one.split("=");
      await context.setCookie({ name, value, domain, path: "/", sameSite: "Strict", httpOnly: true });
    }
  }

  /** The path on the disk of a folder for the scenario. @param {string} name */
  folder(name) {
    return this.server.folder(USER, name);
  }

  /** Opens an address in the user portal. @param {import("puppeteer-core").Page} page @param {string} hash */
  async open(page, hash) {
    // An address that only differs in its hash loads nothing, so nothing could be waited for.
    await page.goto("about:blank");
    await page.goto(`${this.server.base}/${hash}`);
    await see(page, ".shell");
  }

  /** Ends the scenario: closes its pages and fails if there are errors in the console. */
  async close() {
    for (const page of this.pages.splice(0)) {
      const refused = await page.evaluate(() => globalThis.watched?.refused ?? []).catch(() => []);
      this.errors.push(...refused.map((what) => `refused by the policy of the page: ${what}`));
    }
    for (const context of this.contexts.splice(0)) await context.close();
    const errors = this.errors.splice(0).filter((text) => !this.expected.some((pattern) => pattern.test(text)));
    const foreign = this.foreign.splice(0);
    this.expected = [];
    check(errors.length === 0, `The console was not free of errors: ${errors.join(" | ")}`);
    check(foreign.length === 0, `Other hosts were asked: ${foreign.join(" ")}`);
  }
}

/** Waits for an element that can be seen. @param {import("puppeteer-core").Page} page @param {string} selector @param {number} [timeout] */
export function see(page, selector, timeout = PATIENCE) {
  return page.waitForSelector(selector, { visible: true, timeout }).catch((error) => { throw new Error(`${selector}: ${error.message}`); });
}

/** Waits until there is no such element to be seen. @param {import("puppeteer-core").Page} page @param {string} selector */
export function gone(page, selector) {
  return page.waitForSelector(selector, { hidden: true }).catch((error) => { throw new Error(`${selector} stays: ${error.message}`); });
}

/** Clicks an element once it can be seen. @param {import("puppeteer-core").Page} page @param {string} selector */
export async function click(page, selector) {
  await (await see(page, selector)).click();
}

/** The selector of a button with this name. @param {string} name */
export const named = (name) => `::-p-aria([name=${JSON.stringify(name)}][role="button"])`;

/** The selector of a row or card with this name. @param {string} name */
export const rowOf = (name) => `.files [data-key=${JSON.stringify(name)}]`;

/** The text of an element, or "" if there is none. @param {import("puppeteer-core").Page} page @param {string} selector */
export function textOf(page, selector) {
  return page.$eval(selector, (element) => element.textContent ?? "").catch(() => "");
}

/** The place of an element in the window. @param {import("puppeteer-core").Page} page @param {string} selector */
export function boxOf(page, selector) {
  return page.$eval(selector, (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { left, top, width, height };
  });
}

/** @param {import("puppeteer-core").Page} page */
export async function signIn(page) {
  await see(page, "input[name=userid]");
  await page.type("input[name=userid]", USER);
  await page.type("input[name=password]", PASSWORD);
  await page.keyboard.press("Enter");
  await see(page, ".shell");
}

/**
 * Drags an element by its middle onto another one, which must accept it.
 * @param {import("puppeteer-core").Page} page @param {string} from @param {string} to
 */
export async function drag(page, from, to) {
  await see(page, from);
  await see(page, to);
  const middle = async (/** @type {string} */ selector) => {
    const { left, top, width, height } = await boxOf(page, selector);
    return { x: Math.round(left + width / 2), y: Math.round(top + height / 2) };
  };
  const [start, end] = [await middle(from), await middle(to)];
  await page.evaluate(() => Object.assign(globalThis.watched, { dragged: null, over: false }));
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x + 12, start.y + 4, { steps: 3 });
  await until(() => page.evaluate(() => globalThis.watched.dragged !== null), `pressing and moving at ${from} starts a drag`);
  await page.mouse.move(end.x, end.y - 2, { steps: 4 });
  await until(async () => {
    await page.mouse.move(end.x, end.y);
    await page.mouse.move(end.x + 1, end.y);
    return page.evaluate(() => globalThis.watched.over);
  }, `${to} accepts what is dragged`);
  await page.evaluate(({ x, y }) => {
    const dataTransfer = new DataTransfer();
    for (const [type, data] of globalThis.watched.dragged) dataTransfer.setData(type, data);
    document.elementFromPoint(x, y)?.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true, clientX: x, clientY: y }));
  }, end);
  await page.mouse.up();
}

/**
 * Drops files on an element, as a drag from outside the browser does.
 * @param {import("puppeteer-core").Page} page @param {string} selector @param {Record<string, string>} files names and contents
 */
export async function dropFiles(page, selector, files) {
  await see(page, selector);
  await page.evaluate((where, contents) => {
    const dataTransfer = new DataTransfer();
    for (const [name, content] of Object.entries(contents)) dataTransfer.items.add(new File([content], name));
    const element = document.querySelector(where);
    for (const type of ["dragenter", "dragover", "drop"]) element?.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }, selector, files);
}

/**
 * Chooses files in the picker that an action opens.
 * @param {import("puppeteer-core").Page} page @param {string[]} paths @param {() => Promise<void>} act
 */
export async function choose(page, paths, act) {
  const [picker] = await Promise.all([page.waitForFileChooser(), act()]);
  await picker.accept(paths);
}

/** Runs axe on the page. Serious and critical findings fail. @param {import("puppeteer-core").Page} page @param {string} where */
export async function accessible(page, where) {
  await page.evaluate(await axeSource());
  const findings = await page.evaluate(axeFindings);
  check(findings.length === 0, `axe on ${where}: ${findings.join(" | ")}`);
}
