// Notifications: the bell, their view, filters against them, and warnings of storage that runs out.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, menu, noSideways, same, until } from "../harness.mjs";
import { SECRET, account, adminCall } from "../admin/steps.mjs";

/**
 * The cookies of another administrator, who may work on everybody's files.
 * @param {import("../harness.mjs").Stage} stage
 */
async function other(stage) {
  await account(stage, "bert", { displayname: "Bert" });
  await adminCall(stage, "setadminstatus", { profile: "bert", adminstatus: 1 });
  const body = new URLSearchParams({ adminuser: "bert", adminpassword: SECRET });
  const response = await fetch(`${stage.server.base}/admin/adminlogin`, { method: "POST", body, headers: { Accept: "application/json" } });
  return response.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
}

/** Writes a comment as the other administrator. */
async function say(stage, cookie, path, text) {
  const { reply } = await stage.server.call("addcommentforitem", { fullpath: path, parent: path.slice(0, path.lastIndexOf("/")), text, adminproxyuserid: "bert" }, cookie);
  same(reply.comment?.length, 1, `the comment ${text}: ${JSON.stringify(reply)}`);
}

const bell = (page) => page.locator(".bell");

export const scenarios = [
  {
    name: "notices: the bell counts, the view leads to the comment, and they are read, silenced and deleted",
    async run(stage) {
      const folder = stage.folder("noticed");
      for (const name of ["letter.txt", "list.txt"]) writeFileSync(join(folder, name), name);
      const cookie = await other(stage);
      const page = await stage.page();
      await stage.open(page, "#/notices");
      // An earlier run may have left notifications and filters, which are removed.
      await page.evaluate(async () => {
        for (const [operation, body] of [["deletetoasts", "clearallforuser=1"], ["removenotificationfilter", "path=/anna/noticed/letter.txt"]]) {
          await fetch(`core/${operation}`, { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body });
        }
      });
      await page.reload();
      await page.getByText("No notifications").waitFor();
      await accessible(page, "no notices");
      await say(stage, cookie, "/anna/noticed/letter.txt", "What a <b>letter</b>!");
      await say(stage, cookie, "/anna/noticed/list.txt", "Bread, too");

      await page.goto("about:blank");
      await stage.open(page, "#/files/noticed");
      await page.locator(".bell-count:text-is('2')").waitFor();
      same(await bell(page).getAttribute("aria-label"), "Notifications, 2 new", "the bell says it");
      await accessible(page, "the bell");
      await bell(page).click();
      const item = (/** @type {string} */ name) => page.locator(".notice-item", { hasText: name });
      await item("letter.txt").getByText("What a <b>letter</b>!").waitFor();
      await item("letter.txt").getByText("Bert commented").waitFor();
      same(await page.locator(".notice-item.is-new").count(), 2, "new ones");
      await accessible(page, "the notices");

      await item("letter.txt").getByRole("link").click();
      await page.locator(".panel .comment-text:has-text('What a <b>letter</b>!')").waitFor();
      await page.locator(".bell-count:text-is('1')").waitFor();
      const tell = page.getByLabel("Tell me when others comment on this");
      await until(() => tell.isEnabled(), "the choice is there");
      check(await tell.isChecked(), "one is told unless one says otherwise");
      await tell.uncheck();
      await until(() => tell.isEnabled(), "it is said");
      await say(stage, cookie, "/anna/noticed/letter.txt", "Nobody hears this");
      await page.goBack();
      await item("list.txt").waitFor();
      same(await page.locator(".notice-item").count(), 2, "about what is silenced nothing comes");

      await item("list.txt").getByRole("button", { name: "More about the notification" }).click();
      await menu(page, "No notifications about this");
      await page.locator(".toast:has-text('No more notifications about list.txt')").getByRole("button", { name: "Undo" }).click();
      await page.getByRole("button", { name: "Mark all as read" }).click();
      await until(async () => await page.locator(".notice-item.is-new").count() === 0, "all are read");
      await page.locator(".bell-count").waitFor({ state: "hidden" });
      await say(stage, cookie, "/anna/noticed/list.txt", "Butter");
      await page.reload();
      await page.locator(".notice-item.is-new:has-text('Butter')").waitFor();
      await page.locator(".notice-item:has-text('Butter')").getByRole("button").click();
      await menu(page, "Delete");
      await until(async () => await page.locator(".notice-item").count() === 2, "one is gone");

      const phone = await stage.page({ phone: true, width: 320, language: "de-DE", dark: true });
      await stage.open(phone, "#/files/noticed");
      await noSideways(phone, "the bar with the bell on a phone");
      await bell(phone).click();
      await phone.locator(".notice-item").first().waitFor();
      await noSideways(phone, "the notices on a phone");
      await accessible(phone, "the notices on a phone");
      await phone.getByRole("button", { name: "Alle löschen" }).click();
      await phone.getByText("Keine Mitteilungen").waitFor();
    },
  },
  {
    name: "room that comes to its end is told above every view, until it is put away",
    async run(stage) {
      writeFileSync(join(stage.folder("heavy"), "heavy.bin"), Buffer.alloc(1_000_000));
      const page = await stage.page();
      const strip = page.locator(".strip");
      try {
        await adminCall(stage, "updateuser", { profile: "anna", size: "0.001" });
        await stage.open(page, "#/files/heavy");
        await strip.getByText("Your storage is nearly used up").waitFor();
        await accessible(page, "the notice about storage");
        await page.getByRole("link", { name: "To the recycle bin" }).click();
        await until(() => page.url().endsWith("#/bin"), "it leads to the bin");
        await strip.getByRole("button", { name: "Hide until tomorrow" }).click();
        await strip.waitFor({ state: "detached" });
        await page.reload();
        await page.locator(".quota").waitFor();
        await page.waitForTimeout(500);
        same(await strip.count(), 0, "put away, it stays away");

        await adminCall(stage, "updateuser", { profile: "anna", size: "0" });
        await adminCall(stage, "setsetting", { name: "free_space_floor_mb", value: "900000000" });
        const phone = await stage.page({ phone: true, width: 320, language: "de-DE" });
        await stage.open(phone, "#/files/heavy");
        await phone.locator(".strip:has-text('Die Festplatte ist fast voll')").waitFor();
        await noSideways(phone, "the notice about the disk on a phone");
        await accessible(phone, "the notice about the disk on a phone");
      } finally {
        await adminCall(stage, "updateuser", { profile: "anna", size: "0" });
        await adminCall(stage, "setsetting", { name: "free_space_floor_mb", value: "" });
      }
    },
  },
];
