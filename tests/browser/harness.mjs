// Helpers for the scenarios: the browser, signed-in pages, checks, and a watch over the console.

import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { Server } from "./server.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const PATIENCE = 10_000;
export const USER = "anna";
export const PASSWORD = "correct horse battery";

/** @param {unknown} condition @param {string} sentence */
export function check(condition, sentence) {
  if (!condition) throw new Error(sentence);
}

/** @param {unknown} found @param {unknown} wanted @param {string} what */
export function same(found, wanted, what) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  check(a === b, `${what}: found ${a}, wanted ${b}`);
}

/**
 * Waits until a condition holds.
 * @param {() => unknown} holds @param {string} what @param {number} [milliseconds]
 */
export async function until(holds, what, milliseconds = PATIENCE) {
  const end = Date.now() + milliseconds;
  for (;;) {
    if (await holds()) return;
    if (Date.now() > end) throw new Error(`This did not happen in ${milliseconds / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Starts the browser. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
      // These names have the address of this machine but are not loopback names. So plain HTTP to
      // `cloud.test` is not a secure context, as in a home network. The other two names belong to
      // attackers.
      "--host-resolver-rules=MAP cloud.test 127.0.0.1, MAP evil.example 127.0.0.1, MAP rebound.example 127.0.0.1",
    ],
  });
}

/**
 * If a file is not what its name says, it has no thumbnail. Its icon stays, and the browser logs
 * the answer.
 */
const NO_THUMBNAIL = / 415 .*\/getfsthumbimage\?/;

/** The server, the browser and the pages of a scenario. */
export class Stage {
  /** @param {import("playwright-core").Browser} browser @param {Server} server */
  constructor(browser, server) {
    this.browser = browser;
    this.server = server;
    this.contexts = [];
    this.errors = [];
    this.foreign = [];
    /** Console errors that a scenario expects. @type {RegExp[]} */
    this.expected = [];
    this.state = null;
  }

  /**
   * A page in a new browser context.
   * @param {{ phone?: boolean, width?: number, height?: number, language?: string, dark?: boolean, guest?: boolean, worker?: boolean }} [options]
   *   `worker`: with the service worker, which a scenario does not see behind otherwise
   */
  async page(options = {}) {
    const isPhone = options.phone ?? false;
    const context = await this.browser.newContext({
      viewport: { width: options.width ?? (isPhone ? 360 : 1280), height: options.height ?? (isPhone ? 740 : 800) },
      hasTouch: isPhone,
      isMobile: isPhone,
      locale: options.language ?? "en-GB",
      colorScheme: options.dark ? "dark" : "light",
      reducedMotion: "reduce",
      serviceWorkers: options.worker ? "allow" : "block",
      storageState: options.guest ? undefined : await this.signedIn(),
    });
    this.contexts.push(context);
    const page = await context.newPage();
    this.watch(page);
    return page;
  }

  /** @param {import("playwright-core").Page} page */
  watch(page) {
    page.setDefaultTimeout(PATIENCE);
    page.on("pageerror", (error) => this.errors.push(`${error.message} ${error.stack ?? ""}`));
    page.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      // Scenarios with a service worker ask for it.
      if (message.text().includes("Service Worker registration blocked by Playwright")) return;
      // The browser logs every refused action. The scenario checks what the portal does then.
      if (/status of 400/.test(message.text()) && /\/(core|admin)\//.test(message.location().url)) return;
      this.errors.push(`${message.text()} (${message.location().url})`);
    });
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(this.server.base) && !/^(blob|data|about|chrome|chrome-extension):/.test(url) && !url.startsWith(this.proxied ?? " ")) this.foreign.push(url);
    });
  }

  /** The cookies of a session that all pages of the scenario share. */
  async signedIn() {
    if (!this.state) {
      const context = await this.browser.newContext();
      const page = await context.newPage();
      await page.goto(`${this.server.base}/`);
      await signIn(page);
      this.state = { cookies: (await context.storageState()).cookies, origins: [] };
      await context.close();
    }
    return this.state;
  }

  /** The path on the disk of a folder for the scenario. @param {string} name */
  folder(name) {
    return this.server.folder(USER, name);
  }

  /**
   * Opens an address in the user portal.
   * @param {import("playwright-core").Page} page @param {string} hash
   */
  async open(page, hash) {
    await page.goto(`${this.server.base}/${hash}`);
    await page.locator(".shell").waitFor();
    // An address that only differs in its hash loads nothing. The page reads it in a task of its
    // own, and shows what was there before until then.
    await page.evaluate(() => new Promise((done) => { setTimeout(done); }));
  }

  /** Ends the scenario: closes its pages and fails if there are errors in the console. */
  async close() {
    for (const context of this.contexts.splice(0)) await context.close();
    const errors = this.errors.splice(0).filter((text) => ![NO_THUMBNAIL, ...this.expected].some((pattern) => pattern.test(text)));
    const foreign = this.foreign.splice(0);
    this.expected = [];
    check(errors.length === 0, `The console was not free of errors: ${errors.join(" | ")}`);
    check(foreign.length === 0, `Other hosts were asked: ${foreign.join(" ")}`);
  }
}

/** Makes the first account of a server that was just started. @param {Server} server */
export async function setUp(server) {
  await until(() => server.output.includes("code: "), "the server prints its code");
  await server.call("setup", { code: server.code(), userid: USER, password: PASSWORD });
}

/**
 * Uses a cloud of its own, which is gone afterwards.
 * @param {Stage} stage @param {Record<string, string>} environment of its server
 * @param {(own: Stage) => Promise<void>} act
 */
export async function withOwnCloud(stage, environment, act) {
  const server = new Server(stage.server.program, undefined, environment);
  const own = new Stage(stage.browser, server);
  try {
    await server.start();
    await setUp(server);
    await act(own);
    await own.close();
  } finally {
    for (const context of own.contexts) await context.close();
    await server.stop();
    server.remove();
  }
}

/** @param {import("playwright-core").Page} page @param {{ user?: string, password?: string }} [who] */
export async function signIn(page, who = {}) {
  await page.locator("input[name=userid]").fill(who.user ?? USER);
  await page.locator("input[name=password]").fill(who.password ?? PASSWORD);
  await page.keyboard.press("Enter");
  await page.locator(".shell").waitFor();
}

/**
 * Calls an operation as the owner of the files, without a browser.
 * @param {Stage} stage @param {string} operation @param {Record<string, string | number>} params
 */
export async function asOwner(stage, operation, params) {
  const { cookies } = await stage.server.call("loginguest", { userid: USER, password: PASSWORD });
  return (await stage.server.call(operation, params, cookies)).reply;
}

/** The row or card with this name. @param {import("playwright-core").Page} page @param {string} name */
export function row(page, name) {
  return page.locator(`.files [data-key=${JSON.stringify(name)}]`);
}

/** Milliseconds after which a finger that stays selects what is under it. */
const LONG_PRESS = 700;

/**
 * Keeps a finger on the row or card with this name until it is selected.
 * @param {import("playwright-core").Page} page @param {string} name
 */
export async function hold(page, name) {
  await row(page, name).scrollIntoViewIfNeeded();
  const place = await row(page, name).boundingBox();
  check(place !== null, `${name} is shown`);
  const session = await page.context().newCDPSession(page);
  const point = { x: place.x + place.width / 2, y: place.y + place.height / 2 };
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [point] });
  await page.waitForTimeout(LONG_PRESS);
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await session.detach();
}

/** The names in the list. @param {import("playwright-core").Page} page */
export function names(page) {
  return page.locator(".files [data-key]").evaluateAll((rows) => rows.map((one) => one.dataset.key));
}

/**
 * Waits until the list shows exactly these names.
 * @param {import("playwright-core").Page} page @param {string[]} wanted
 */
export async function shows(page, wanted) {
  let found = [];
  await until(async () => {
    found = await names(page);
    return JSON.stringify(found) === JSON.stringify(wanted);
  }, `the list shows ${wanted.join(", ")}`).catch((error) => {
    throw new Error(`${error.message}; it shows ${found.join(", ")}`);
  });
}

/**
 * Chooses files in the picker that an action opens.
 * @param {import("playwright-core").Page} page @param {string | string[]} paths @param {() => Promise<void>} act
 */
export async function choose(page, paths, act) {
  const opened = page.waitForEvent("filechooser");
  opened.catch(() => undefined);
  // The browser must know before the picker opens that the test answers it.
  await page.waitForTimeout(100);
  await act();
  await (await opened).setFiles(paths);
}

/** Clicks an entry in an open menu. @param {import("playwright-core").Page} page @param {string} label */
export async function menu(page, label) {
  await page.locator(".menu-item").filter({ has: page.locator(`.menu-label:text-is(${JSON.stringify(label)})`) }).click();
}

/** Runs axe in a page and returns the serious and critical findings. */
export async function axeFindings() {
  const result = await globalThis.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    resultTypes: ["violations"],
  });
  const bad = result.violations.filter((one) => one.impact === "serious" || one.impact === "critical");
  return bad.map((one) => `${one.id} (${one.nodes.slice(0, 3).map((node) => `${node.target.join(" ")}: ${node.any[0]?.message ?? node.all[0]?.message ?? ""}`).join("; ")})`);
}

/**
 * Runs axe on the page. Serious and critical findings fail.
 * @param {import("playwright-core").Page} page @param {string} where
 */
export async function accessible(page, where) {
  // The test puts axe into the page, because the page's own policy would not let a script do that.
  await page.evaluate(await axeSource());
  const findings = await page.evaluate(axeFindings);
  check(findings.length === 0, `axe on ${where}: ${findings.join(" | ")}`);
}

let axe = null;
export async function axeSource() {
  const { readFile } = await import("node:fs/promises");
  axe ??= await readFile(AXE, "utf8");
  return axe;
}

/**
 * Checks that nothing is wider than the window.
 * @param {import("playwright-core").Page} page @param {string} where
 */
export async function noSideways(page, where) {
  const wide = await page.evaluate(() => {
    const over = (element) => element.scrollWidth > element.clientWidth + 1;
    const found = [document.documentElement, document.body, ...document.querySelectorAll("main, dialog[open], .panel:not([hidden]), .inspector, .tray:not([hidden])")].filter(over);
    return found.map((element) => `${element.tagName.toLowerCase()}.${element.className} ${element.scrollWidth} in ${element.clientWidth}`);
  });
  check(wide.length === 0, `${where} scrolls sideways: ${wide.join(", ")}`);
}
