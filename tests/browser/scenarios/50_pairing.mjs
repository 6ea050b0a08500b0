// Connecting a phone: a code on one screen, a phone that opens it, and a session that can be ended.

import { accessible, check, noSideways, same, until } from "../harness.mjs";

/**
 * Shows a code and returns the answer from which it was drawn.
 * @param {import("playwright-core").Page} page @param {string} name
 */
async function showCode(page, name) {
  await page.locator("section[aria-label='Connect a phone'] input").fill(name);
  const answered = page.waitForResponse((response) => response.url().endsWith("/core/createpairing"));
  await page.getByRole("button", { name: "Show a code" }).click();
  const reply = await (await answered).json();
  await page.locator("dialog[open] svg.qr").waitFor();
  return reply;
}

export const scenarios = [
  {
    name: "a phone is connected by a code and signed out again",
    async run(stage) {
      const page = await stage.page();
      await stage.open(page, "#/me");
      const reply = await showCode(page, "Anna's phone");
      await accessible(page, "the code for a phone");
      await noSideways(page, "the code for a phone");
      const [{ url, qr }] = reply.link;
      // The picture has as many dark points as the code.
      const drawn = await page.locator("dialog[open] svg.qr path").evaluate((path) =>
        [...path.getAttribute("d").matchAll(/h(\d+)/g)].reduce((sum, run) => sum + Number(run[1]), 0));
      same(drawn, qr.replaceAll(/[0,]/g, "").length, "dark points");

      const phone = await stage.page({ phone: true, guest: true });
      await phone.goto(url);
      await phone.getByRole("button", { name: "Connect" }).waitFor();
      await accessible(phone, "the page that a code leads to");
      await noSideways(phone, "the page that a code leads to");
      await phone.getByRole("button", { name: "Connect" }).click();
      await phone.locator(".shell").waitFor();
      check(!phone.url().includes("pair"), `the code stays in the address: ${phone.url()}`);
      // Calls of the phone after the end of its session would rightly be refused, so the test waits
      // for them.
      await phone.waitForLoadState("networkidle");

      await page.keyboard.press("Escape");
      const session = page.locator("section[aria-label='Where you are signed in'] .session", { hasText: "Anna's phone" });
      await session.waitFor();
      // A call of the phone may come after the end of its session.
      stage.expected.push(/status of 401/);
      await session.getByRole("button").click();
      await session.waitFor({ state: "detached" });
      await phone.reload();
      await phone.locator("input[name=userid]").waitFor();

      await phone.goto(`${stage.server.base}/?again${new URL(url).hash}`);
      await phone.getByRole("button", { name: "Connect" }).click();
      await phone.locator(".form-error:text('has been used or is too old')").waitFor();
      await phone.getByRole("button", { name: "Not now" }).click();
      await phone.locator("input[name=userid]").waitFor();
    },
  },
  {
    name: "a code that is opened where the portal is open already asks first",
    async run(stage) {
      const page = await stage.page({ language: "de-DE", dark: true });
      await stage.open(page, "#/me");
      await page.locator("section[aria-label='Telefon verbinden'] input").waitFor();
      const answered = page.waitForResponse((response) => response.url().endsWith("/core/createpairing"));
      await page.getByRole("button", { name: "Code anzeigen" }).click();
      const { link: [{ url }] } = await (await answered).json();
      await page.locator("dialog[open] svg.qr").waitFor();
      await accessible(page, "the code for a phone in German and dark");
      await page.keyboard.press("Escape");
      await page.evaluate((hash) => { location.hash = hash; }, new URL(url).hash);
      await page.getByRole("button", { name: "Verbinden" }).click();
      await until(() => !page.url().includes("pair"), "the code leaves the address");
      await page.locator(".shell").waitFor();
    },
  },
];
