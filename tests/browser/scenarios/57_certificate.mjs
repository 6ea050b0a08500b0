// The page that helps devices to trust the certificate of the cloud.

import { PASSWORD, USER, accessible, check, noSideways, same } from "../harness.mjs";
import { Server } from "../server.mjs";

export const scenarios = [
  {
    name: "the page of the certificate leads each device to trust, on a computer and on a phone in German",
    async run(stage) {
      const secured = await new Server(stage.server.program, undefined, { CLOUDLET_LISTEN_TLS: "127.0.0.1:0", CLOUDLET_REDIRECT_TO_TLS: "yes" }).start();
      stage.proxied = secured.base;
      try {
        const page = await stage.page({ guest: true });
        await page.goto(`${secured.base}/certificate/`);
        await page.getByRole("heading", { name: "Trust this cloud" }).waitFor();
        await page.getByRole("heading", { name: "On a phone" }).waitFor();
        await page.locator(".trust-code .qr").waitFor();
        await accessible(page, "the page of the certificate");
        await noSideways(page, "the page of the certificate");
        const name = await page.locator(".trust-facts dd").first().textContent();
        check(/^cloudlet home authority [0-9a-f]{8}$/.test(name ?? ""), `the authority is called ${name}`);
        const loading = page.waitForEvent("download");
        await page.locator(".trust-own").getByRole("link", { name: "Get the certificate" }).click();
        same((await loading).suggestedFilename(), "cloudlet.crt", "the file for Linux");
        await page.screenshot({ path: "shots/certificate.png", fullPage: true }).catch(() => undefined);

        const phone = await stage.page({ phone: true, guest: true, language: "de-DE", dark: true });
        await phone.goto(`${secured.base}/certificate/`);
        await phone.getByRole("heading", { name: "Dieser Cloud vertrauen" }).waitFor();
        await phone.getByText("iPhone und iPad").click();
        await phone.getByText("Zertifikatsvertrauenseinstellungen").waitFor();
        await accessible(phone, "the page of the certificate on a phone");
        await noSideways(phone, "the page of the certificate on a phone");
        await phone.screenshot({ path: "shots/certificate-phone.png", fullPage: true }).catch(() => undefined);
      } finally {
        await secured.stop();
        secured.remove();
      }
    },
  },
  {
    name: "a cloud without encrypted connections says so on the page of the certificate",
    async run(stage) {
      const page = await stage.page({ guest: true });
      await page.goto(`${stage.server.base}/certificate/`);
      await page.getByText("does not use encrypted connections").waitFor();
      await page.getByRole("link", { name: "To the cloud" }).click();
      await page.locator("input[name=userid]").fill(USER);
      await page.locator("input[name=password]").fill(PASSWORD);
      await page.keyboard.press("Enter");
      await page.locator(".shell").waitFor();
    },
  },
];
