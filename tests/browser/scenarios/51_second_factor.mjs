// The second factor: it is turned on with a code for the camera, asked for at the sign-in, and set
// up there if it is required.

import { createHmac } from "node:crypto";
import { PASSWORD, USER, accessible, check, noSideways, same } from "../harness.mjs";

/**
 * The code of an authenticator app (RFC 6238) for a key in base 32, some steps of 30 seconds later.
 * @param {string} key in base 32 @param {number} later steps of 30 seconds
 */
function codeOf(key, later = 0) {
  const bits = [...key].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const digest = createHmac("sha1", bytes).update(step).digest();
  const word = digest.readUInt32BE((digest[19] ?? 0) & 15) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, "0");
}

export const scenarios = [
  {
    name: "a second factor is switched on, asked for, and switched off",
    async run(stage) {
      const page = await stage.page({ phone: true });
      await stage.open(page, "#/me");
      const card = page.locator("section[aria-label='Second factor']");
      await card.getByRole("button", { name: "Switch on" }).click();
      await page.locator("dialog[open] input[name=password]").fill(PASSWORD);
      await page.locator("dialog[open]").getByRole("button", { name: "Next" }).click();
      await page.locator("dialog[open] svg.qr").waitFor();
      await accessible(page, "the key for an app");
      await noSideways(page, "the key for an app");
      const key = await page.locator("dialog[open] .factor-key").textContent() ?? "";
      await page.locator("dialog[open] input[name=code]").fill("000000");
      await page.locator("dialog[open]").getByRole("button", { name: "Switch on" }).click();
      await page.locator("dialog[open] .field-error:text(\"isn't right\")").waitFor();
      await page.locator("dialog[open] input[name=code]").fill(codeOf(key));
      await page.locator("dialog[open]").getByRole("button", { name: "Switch on" }).click();
      await page.locator("dialog[open] .recovery-codes li").nth(9).waitFor();
      await accessible(page, "recovery codes");
      await noSideways(page, "recovery codes");
      const codes = await page.locator("dialog[open] .recovery-codes code").allTextContents();
      same(codes.length, 10, "recovery codes");
      await page.keyboard.press("Escape");
      check(await page.locator("dialog[open] .recovery-codes").isVisible(), "the codes are lost by a key");
      await page.getByRole("button", { name: "I have kept them" }).click();
      await card.getByText("10 recovery codes are left").waitFor();

      const other = await stage.page({ phone: true, guest: true });
      await other.goto(`${stage.server.base}/`);
      await other.locator("input[name=userid]").fill(USER);
      await other.locator("input[name=password]").fill(PASSWORD);
      await other.getByRole("button", { name: "Sign in" }).click();
      const code = other.locator("input[name=code]");
      await code.waitFor();
      same(await code.getAttribute("autocomplete"), "one-time-code", "autocomplete");
      same(await code.getAttribute("inputmode"), "numeric", "inputmode");
      await accessible(other, "the code at the sign-in");
      await noSideways(other, "the code at the sign-in");
      await code.fill(codeOf(key, 1));
      await other.getByRole("button", { name: "Sign in" }).click();
      await other.locator(".shell").waitFor();
      await other.waitForLoadState("networkidle");

      const third = await stage.page({ guest: true, language: "de-DE", dark: true });
      await third.goto(`${stage.server.base}/`);
      await third.locator("input[name=userid]").fill(USER);
      await third.locator("input[name=password]").fill(PASSWORD);
      await third.getByRole("button", { name: "Anmelden" }).click();
      await third.getByRole("button", { name: "Telefon verloren" }).click();
      await third.locator("input[name=code]").fill(codes[0] ?? "");
      await third.getByRole("button", { name: "Anmelden" }).click();
      await third.locator(".shell").waitFor();
      await third.waitForLoadState("networkidle");

      await card.getByRole("button", { name: "Switch off" }).click();
      await page.locator("dialog[open] input[name=code]").fill(codes[1] ?? "");
      await page.locator("dialog[open]").getByRole("button", { name: "Switch off" }).click();
      await card.getByRole("button", { name: "Switch on" }).waitFor();
    },
  },
];
