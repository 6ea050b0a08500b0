// The brake for mass changes: a person is asked whether the changes were theirs, and takes them
// back or lets the program go on.

import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PASSWORD, USER, accessible, check, noSideways, same, until } from "../harness.mjs";
import { adminPage, said } from "../admin/steps.mjs";

/** A file that looks encrypted counts as ten, and the limit is 1000. */
const FILES = 101;

/**
 * A program with a user agent of its own.
 * @param {import("../harness.mjs").Stage} stage @param {string} agent
 */
async function program(stage, agent) {
  const headers = { Accept: "application/json", "User-Agent": agent };
  const body = new URLSearchParams({ userid: USER, password: PASSWORD });
  const response = await fetch(`${stage.server.base}/core/loginguest`, { method: "POST", body, headers });
  return { ...headers, Cookie: response.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ") };
}

/**
 * Encrypts the files of a folder until the server stops the program.
 * @param {import("../harness.mjs").Stage} stage @param {string} agent @param {string} name
 */
async function encrypt(stage, agent, name) {
  const folder = stage.folder(name);
  for (let number = 0; number < FILES; number += 1) writeFileSync(join(folder, `${number}.txt`), `Page ${number} of the diary. `.repeat(20));
  const headers = await program(stage, agent);
  await fetch(`${stage.server.base}/core/getfilelist`, { method: "POST", body: new URLSearchParams({ path: `/anna/${name}` }), headers });
  for (let number = 0; number <= FILES; number += 1) {
    const body = new FormData();
    body.append("file_contents", new Blob([randomBytes(400)]), "file");
    const query = new URLSearchParams({ appname: "explorer", path: `/anna/${name}`, filename: `${number % FILES}.txt`, offset: "0", complete: "1" });
    const response = await fetch(`${stage.server.base}/core/upload?${query}`, { method: "POST", body, headers });
    same(response.headers.get("x-cloudlet-error"), number < FILES ? null : "held", `upload ${number}`);
  }
  return () => {
    for (let number = 0; number < FILES; number += 1) {
      const text = readFileSync(join(folder, `${number}.txt`), "utf8");
      check(text.startsWith(`Page ${number} of`), `${number}.txt is back: ${text.slice(0, 20)}`);
    }
  };
}

export const scenarios = [
  {
    name: "what a program has encrypted comes back with one button, on a phone",
    async run(stage) {
      const isBack = await encrypt(stage, "PowerShell", "encrypted");
      const page = await stage.page({ phone: true });
      await stage.open(page, "#/files/encrypted");
      const strip = page.locator(".strip-hold");
      await strip.getByText(`${FILES} files were overwritten from “PowerShell” within ten minutes.`).waitFor();
      await strip.getByText("Was that you?", { exact: true }).waitFor();
      await accessible(page, "the question");
      await noSideways(page, "the question");
      await strip.getByRole("button", { name: "Take it all back" }).click();
      await accessible(page, "whether one is sure");
      await page.locator("dialog[open]").getByRole("button", { name: "Take it all back" }).click();
      await said(page, `${FILES} items are back`).waitFor();
      await strip.waitFor({ state: "detached" });
      isBack();
      await stage.open(page, "#/notices");
      await page.locator(".notice-item", { hasText: `${FILES} files were deleted or overwritten` }).waitFor();
    },
  },
  {
    name: "an administrator sees on the overview who is held, and lets it go on",
    async run(stage) {
      // A program that may go on is not counted for an hour, so a second run needs another one.
      const agent = `rsync ${randomBytes(2).toString("hex")}`;
      await encrypt(stage, agent, "synced");
      const page = await adminPage(stage, "#/overview", { language: "de-DE", dark: true });
      await page.locator(".banner.is-danger", { hasText: "Sehr viele Dateien wurden gelöscht oder überschrieben." }).waitFor();
      const card = page.locator(".card-holds");
      await card.getByText(`${FILES} Dateien wurden überschrieben, von „${agent}“ innerhalb von zehn Minuten.`).waitFor();
      await accessible(page, "the card of what is held");
      await noSideways(page, "the card of what is held");
      await card.getByRole("button", { name: "Weiterlaufen lassen" }).click();
      await page.locator("dialog[open]").getByRole("button", { name: "Weiterlaufen lassen" }).click();
      await said(page, "Es darf weiterlaufen").waitFor();
      await until(async () => !(await card.isVisible()), "the card is gone");
    },
  },
];
