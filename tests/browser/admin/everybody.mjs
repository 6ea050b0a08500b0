// The administration must work for everybody: every view in both themes and languages, on phones
// and wide screens.

import { accessible, noSideways } from "../harness.mjs";
import { account, adminPage, panelTab, tableRow } from "./steps.mjs";

/**
 * Every view, with the element that must be there before the view is checked.
 * @type {[string, (page: import("playwright-core").Page) => Promise<unknown>][]}
 */
const VIEWS = [
  ["admin/#/overview", (page) => page.locator(".user-bars li").first().waitFor()],
  ["admin/#/users", (page) => tableRow(page, "anna").waitFor()],
  ["admin/#/users/visited", async (page) => {
    await page.locator(".panel-title").waitFor();
    await panelTab(page, "Storage").or(panelTab(page, "Speicher")).click();
    await page.locator(".panel .legend").waitFor();
  }],
  ["admin/#/users?q=nobody+at+all", (page) => page.locator(".notice").waitFor()],
  ["admin/#/groups", (page) => page.locator(".table-list .list-row[data-key]").first().waitFor()],
  ["admin/#/shares", (page) => page.locator(".notice, .share-item").first().waitFor()],
  ["admin/#/audit", (page) => page.locator(".table-list .list-row[data-key]").first().waitFor()],
  ["admin/#/audit?live=1&row=1", (page) => page.locator(".panel-title").waitFor()],
  ["admin/#/audit?outcome=ok&ip=1.2.3.4", (page) => page.locator(".notice").waitFor()],
  ["admin/#/settings", (page) => page.locator(".setting").first().waitFor()],
  ["apidocs/#/", (page) => page.locator(".docs-page h1").waitFor()],
  ["apidocs/#/admin/updateuser", (page) => page.locator(".docs-page .parameter").first().waitFor()],
  ["apidocs/#/list", (page) => page.locator(".docs-content, .docs-index").locator("visible=true").first().waitFor()],
];

/** @param {import("../harness.mjs").Stage} stage @param {Parameters<import("../harness.mjs").Stage["page"]>[0]} options @param {string} what */
async function look(stage, options, what) {
  await account(stage, "visited");
  const page = await adminPage(stage, "", options);
  for (const [view, ready] of VIEWS) {
    // The empty page between makes sure that each view is opened anew.
    await page.goto("about:blank");
    await page.goto(`${stage.server.base}/${view}`);
    await ready(page);
    await noSideways(page, `${view} (${what})`);
    await accessible(page, `${view} (${what})`);
  }
}

export const scenarios = [
  { name: "every view of the administration: wide and light", run: (stage) => look(stage, {}, "wide, light") },
  { name: "every view of the administration: wide and dark, in German", run: (stage) => look(stage, { dark: true, language: "de-DE" }, "wide, dark, German") },
  { name: "every view of the administration: 320 pixels and light, in German", run: (stage) => look(stage, { phone: true, width: 320, language: "de-DE" }, "320 pixels, light, German") },
  { name: "every view of the administration: a phone and dark", run: (stage) => look(stage, { phone: true, dark: true }, "phone, dark") },
  { name: "every view of the administration: between phone and wide", run: (stage) => look(stage, { width: 720, height: 900 }, "720 pixels") },
];
