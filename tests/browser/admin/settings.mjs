// The settings in the administration.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { accessible, check, noSideways, same, until } from "../harness.mjs";
import { adminCall, adminPage, said } from "./steps.mjs";

const MESSAGES = join(dirname(fileURLToPath(import.meta.url)), "../../../src/portal/static/shared/messages");

/** @param {import("playwright-core").Page} page @param {string} name */
function setting(page, name) {
  return page.locator(`.setting[data-setting=${name}]`);
}

export const scenarios = [
  {
    name: "a setting changes in place, holds at once and after a restart, and goes back to its default",
    async run(stage) {
      stage.expected = [/ERR_CONNECTION/];
      const page = await adminPage(stage, "#/settings");
      const row = setting(page, "password_length_min");
      await accessible(page, "the settings");
      await row.locator(".setting-facts .tag").waitFor({ state: "detached" });
      same(await row.getByRole("button").locator("visible=true").count(), 0, "buttons while nothing has changed");
      await row.locator("input").fill("twelve");
      await row.getByRole("button", { name: "Save" }).click();
      await row.locator(".field-error:has-text('whole number')").waitFor();
      await accessible(page, "a setting that is wrong");
      await row.locator("input").fill("0");
      await page.keyboard.press("Enter");
      await row.locator(".field-error:has-text('from 1 to 1,000,000,000')").waitFor();
      await page.keyboard.press("Escape");
      same(await row.locator("input").inputValue(), "8", "the value after Escape");
      await row.locator("input").fill("12");
      await page.keyboard.press("Enter");
      await said(page, "is now 12").waitFor();
      await row.locator("text=Source: set here").waitFor();
      await row.locator("text=Default: 8").waitFor();
      same(await page.evaluate(() => document.activeElement?.getAttribute("name")), "password_length_min", "where the focus is");
      const refused = await adminCall(stage, "adduser", { username: "tooshort", password: "elevenchars", status: 1, authtype: 0, email: "" });
      check(refused.command[0].result === 0 && refused.command[0].message.includes("12"), `it holds at once: ${JSON.stringify(refused)}`);

      await stage.server.stop();
      await stage.server.start();
      await page.reload();
      await row.locator("text=Source: set here").waitFor();
      same(await row.locator("input").inputValue(), "12", "the value after a restart");
      await row.getByRole("button", { name: "Back to the default" }).click();
      await said(page, "is the default again: 8").waitFor();
      await row.locator(".setting-facts .tag").waitFor({ state: "detached" });
      same((await adminCall(stage, "getsettings", {})).setting.find((one) => one.name === "password_length_min").value, "8", "the server's value");
    },
  },
  {
    name: "the cloud gets another name; a choice is one of its words; what cannot change here says where it can",
    async run(stage) {
      const page = await adminPage(stage, "#/settings");
      await setting(page, "name").locator("input").fill("Villa & <b>Kunterbunt</b>");
      await page.keyboard.press("Enter");
      await said(page, "Villa & <b>Kunterbunt</b>").waitFor();
      await page.locator(".brand-name:text-is('Villa & <b>Kunterbunt</b>')").waitFor();
      const manifest = await page.request.get(`${stage.server.base}/manifest.webmanifest`).then((answer) => answer.json());
      same([manifest.name, manifest.short_name], ["Villa & <b>Kunterbunt</b>", "Villa & <b>Kunterbunt</b>"], "the name of the installed app");
      await page.reload();
      await page.locator(".brand-name:text-is('Villa & <b>Kunterbunt</b>')").waitFor();
      await setting(page, "name").getByRole("button", { name: "Back to the default" }).click();
      await said(page, "is the default again").waitFor();

      const level = setting(page, "log_level");
      await level.locator("select").selectOption("warn");
      await level.getByRole("button", { name: "Save" }).click();
      await said(page, "is now warn").waitFor();
      await level.getByRole("button", { name: "Back to the default" }).click();
      await level.locator(".setting-facts .tag").waitFor({ state: "detached" });

      const listen = setting(page, "listen");
      await listen.locator("text=Source: command line").waitFor();
      same(await listen.locator("input, select, button").count(), 0, "ways to change what the command line gives");
      check((await listen.textContent()).includes("--listen"), "it says where to change it");
      check((await setting(page, "workers_max").textContent()).includes("CLOUDLET_WORKERS_MAX"), "it says how, where a restart is needed");

      await page.locator(".settings-head p").click();
      await page.keyboard.press("/");
      await page.keyboard.type("session_days");
      await until(async () => (await page.locator(".setting").count()) === 1, "the search finds a setting by its name");
      await page.getByLabel("Search settings").fill("no such thing");
      await page.locator(".notice-title:has-text('No setting matches')").waitFor();
      await page.getByRole("button", { name: "Show all" }).click();
      await setting(page, "name").waitFor();
    },
  },
  {
    name: "every setting of the server has its words in every language",
    async run(stage) {
      const names = (await adminCall(stage, "getsettings", {})).setting.map((one) => one.name);
      check(names.length > 5, "there are settings");
      for (const language of ["en", "de"]) {
        const messages = JSON.parse(readFileSync(join(MESSAGES, `admin.${language}.json`), "utf8"));
        same(names.filter((name) => !(`settingname.${name}` in messages)), [], `settings without a name in ${language}`);
        // A setting needs no help text if its name says everything. A help text must not repeat the
        // name.
        const repeated = names.filter((name) => messages[`settinghelp.${name}`]?.replace(/\.$/, "") === messages[`settingname.${name}`]);
        same(repeated, [], `settings whose help is their name in ${language}`);
      }
      const page = await adminPage(stage, "#/settings", { phone: true, width: 320, language: "de-DE" });
      await setting(page, "audit_flush_seconds").waitFor();
      await noSideways(page, "the settings on a phone, in German");
    },
  },
  {
    name: "a cloud gets a colour, a logo and terms of its own",
    async run(stage) {
      const page = await adminPage(stage, "#/settings");
      const colour = setting(page, "accent_colour");
      await colour.locator("input").fill("#ffee00");
      await colour.getByRole("button", { name: "Save" }).click();
      await colour.locator(".field-error:not(:empty)").waitFor();
      await colour.locator("input").fill("#7a1f5c");
      await colour.getByRole("button", { name: "Save" }).click();
      await until(async () => (await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--accent"))).includes("#7a1f5c"), "the page has the colour");
      const logo = setting(page, "logo");
      await logo.locator("input[type=file]").setInputFiles(join(MESSAGES, "../icon-512.png"));
      await logo.getByRole("img", { name: "Logo" }).waitFor();
      const terms = setting(page, "terms_text");
      await terms.locator("textarea").fill("Be kind.\nShare photos.");
      await terms.getByRole("button", { name: "Save" }).click();
      await said(page, "Terms of use").waitFor();
      try {
        for (const dark of [false, true]) {
          const guest = await stage.page({ dark, guest: true });
          await guest.goto(`${stage.server.base}/`);
          await guest.locator("img.entrance-icon").waitFor();
          check(await guest.locator("img.entrance-icon").evaluate((image) => image.naturalWidth) === 512, "the logo is shown");
          same(await guest.getByRole("link", { name: "Terms of use" }).getAttribute("href"), "./core/gettos", "where the terms are");
          await accessible(guest, `the sign-in page in a colour of its own, ${dark ? "dark" : "light"}`);
          if (process.env.LOOKS) await guest.screenshot({ path: `${process.env.LOOKS}/${dark}.png` });
        }
      } finally {
        for (const name of ["accent_colour", "terms_text"]) await adminCall(stage, "setsetting", { name, value: "" });
        await adminCall(stage, "removelogo", {});
      }
    },
  },
];
