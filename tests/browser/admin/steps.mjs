// Helpers for the scenarios of the administration: a page of an administrator, calls of the admin
// API, and new accounts.

import { PASSWORD, USER, check } from "../harness.mjs";

export const SECRET = "a password of 24 letters";

/** Calls an operation of the admin API without a browser. @param {import("../harness.mjs").Stage} stage @param {string} operation @param {Record<string, string | number>} params */
export async function adminCall(stage, operation, params) {
  stage.adminCookies ??= await signedIn(stage);
  const { status, reply } = await post(stage, operation, params, stage.adminCookies);
  if (status !== 401) return reply;
  // Some scenarios end all sessions of the account.
  stage.adminCookies = await signedIn(stage);
  return (await post(stage, operation, params, stage.adminCookies)).reply;
}

/** @param {import("../harness.mjs").Stage} stage */
async function signedIn(stage) {
  const { reply, cookies } = await post(stage, "adminlogin", { adminuser: USER, adminpassword: PASSWORD }, "");
  check(reply.command[0].result === 1, `the administrator signs in: ${JSON.stringify(reply)}`);
  return cookies;
}

/** @param {import("../harness.mjs").Stage} stage @param {string} operation @param {Record<string, string | number>} params @param {string} cookie */
async function post(stage, operation, params, cookie) {
  const body = new URLSearchParams(Object.entries(params).map(([name, value]) => [name, String(value)]));
  const response = await fetch(`${stage.server.base}/admin/${operation}`, {
    method: "POST", body, headers: { Accept: "application/json", Cookie: cookie },
  });
  const cookies = response.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
  return { status: response.status, reply: await response.json(), cookies };
}

/**
 * A page in which the administrator is signed in.
 * @param {import("../harness.mjs").Stage} stage @param {string} hash @param {Parameters<import("../harness.mjs").Stage["page"]>[0]} [options]
 */
export async function adminPage(stage, hash, options = {}) {
  const page = await stage.page({ ...options, guest: true });
  await signInAdmin(stage, page);
  await page.goto(`${stage.server.base}/admin/${hash}`);
  await page.locator(".shell").waitFor();
  return page;
}

/**
 * Gives a page the session of an administrator.
 * @param {import("../harness.mjs").Stage} stage @param {import("playwright-core").Page} page
 */
export async function signInAdmin(stage, page) {
  const reply = await page.request.post(`${stage.server.base}/admin/adminlogin`, {
    form: { adminuser: USER, adminpassword: PASSWORD }, headers: { Accept: "application/json" },
  });
  check((await reply.json()).command[0].result === 1, "the administrator signs in");
}

/**
 * Creates an account if it does not exist yet.
 * @param {import("../harness.mjs").Stage} stage @param {string} name @param {Record<string, string | number>} [more]
 */
export async function account(stage, name, more = {}) {
  const reply = await adminCall(stage, "adduser", { username: name, password: SECRET, status: 1, authtype: 0, email: "", ...more });
  const { result, message } = reply.command[0];
  check(result === 1 || /already/.test(message), `the account ${name} is made: ${message}`);
}

/**
 * The row of an account or of the audit log.
 * @param {import("playwright-core").Page} page @param {string} key
 */
export function tableRow(page, key) {
  return page.locator(`.table-list [data-key=${JSON.stringify(key)}]`);
}

/**
 * Chooses an entry in the menu of the signed-in account.
 * @param {import("playwright-core").Page} page @param {string} label
 */
export async function accountMenu(page, label) {
  await page.locator(".account").click();
  await page.locator(`.menu-label:text-is(${JSON.stringify(label)})`).click();
}

/** A tab of the panel. @param {import("playwright-core").Page} page @param {string} name */
export function panelTab(page, name) {
  return page.locator(".panel").getByRole("tab", { name, exact: true });
}

/**
 * A short message at the edge of the screen.
 * @param {import("playwright-core").Page} page @param {string} text
 */
export function said(page, text) {
  return page.locator(`.toast:has-text(${JSON.stringify(text)})`);
}
