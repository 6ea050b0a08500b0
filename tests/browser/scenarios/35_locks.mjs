// Locks: set and removed by hand, shown in rows and details, and held by the editor while somebody
// writes.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PASSWORD, USER, accessible, check, menu, row, same, until } from "../harness.mjs";

/** What people call who locks. */
const NAME = "Grandma Ada";

/**
 * The server's information about a lock.
 * @param {import("../harness.mjs").Stage} stage @param {string} cookie @param {string} path
 */
async function info(stage, cookie, path) {
  const { reply } = await stage.server.call("getfilelockinfo", { path }, cookie);
  return reply.filelockinfo[0];
}

/** Signs in without a browser, as a user or as an admin. @param {import("../harness.mjs").Stage} stage @param {boolean} isAdmin */
async function script(stage, isAdmin) {
  const operation = isAdmin ? "../admin/adminlogin" : "loginguest";
  const fields = isAdmin ? { adminuser: USER, adminpassword: PASSWORD } : { userid: USER, password: PASSWORD };
  const { reply, cookies } = await stage.server.call(operation, fields);
  same(reply.command[0].result, 1, "the script is signed in");
  return cookies;
}

export const scenarios = [
  {
    name: "a file is locked and unlocked by hand, seen in another window",
    async run(stage) {
      writeFileSync(join(stage.folder("locks"), "plan.txt"), "as it was\n");
      const [page, other] = [await stage.page(), await stage.page()];
      await stage.open(page, "#/files/locks");
      await row(page, "plan.txt").click({ button: "right" });
      await menu(page, "Lock");
      const mark = row(page, "plan.txt").getByLabel("Locked; you can unlock it");
      await mark.waitFor();
      check(await row(page, "plan.txt").locator(".entry-link").isVisible(), "the name stands beside the mark");
      await accessible(page, "a locked row");
      await stage.open(other, "#/files/locks");
      await row(other, "plan.txt").getByLabel("Locked; you can unlock it").waitFor();
      await row(other, "plan.txt").click({ button: "right" });
      await menu(other, "Details");
      await other.locator(".details-lock:has-text('Locked by you')").waitFor();
      await accessible(other, "the details of a locked file");
      await other.locator(".details-lock").getByRole("button", { name: "Unlock" }).click();
      await row(other, "plan.txt").locator(".entry-mark").waitFor({ state: "detached" });
      await other.locator(".details-lock").waitFor({ state: "detached" });
    },
  },
  {
    name: "the editor holds a lock while somebody writes, and lets go in every way of leaving",
    async run(stage) {
      writeFileSync(join(stage.folder("locks"), "plan.txt"), "as it was\n");
      const path = `/${USER}/locks/plan.txt`;
      const cookie = await script(stage, false);
      const [page, other] = [await stage.page(), await stage.page()];
      const edit = async () => {
        await stage.open(page, "#/files/locks?open=plan.txt");
        await page.getByRole("button", { name: "Edit" }).click();
        await page.locator("textarea.editor").waitFor();
      };
      await edit();
      const held = await info(stage, cookie, path);
      same([held.locked, held.readlock, held.lockedby], [1, 0, USER], "the lock of the editor");
      check(held.lockexpirationepochutc - Date.now() / 1000 < 200, "it ends soon when the browser is gone");
      await stage.open(other, "#/files/locks");
      await row(other, "plan.txt").locator(".entry-mark").waitFor();
      await page.getByRole("button", { name: "Done" }).click();
      await until(async () => (await info(stage, cookie, path)).locked === 0, "leaving the editor ends the lock");
      await edit();
      await page.goto("about:blank");
      await until(async () => (await info(stage, cookie, path)).locked === 0, "leaving the page ends the lock");
      // A file that was locked by hand stays locked.
      await stage.server.call("lock", { path }, cookie);
      await edit();
      await page.getByRole("button", { name: "Done" }).click();
      await page.getByRole("button", { name: "Edit" }).waitFor();
      same((await info(stage, cookie, path)).locked, 1, "a lock by hand stays");
      await stage.server.call("unlock", { path }, cookie);
    },
  },
  {
    name: "what somebody else has locked is read, not written, and says who has it",
    async run(stage) {
      // Only the first account may work on other people's files, so it locks a file of another
      // account.
      const admin = await script(stage, true);
      await stage.server.call("../admin/adduser", { username: "lena", email: "", password: PASSWORD }, admin);
      const own = await script(stage, false);
      await stage.server.call("setdisplayname", { dispname: NAME }, own);
      const path = "/lena/letter.txt";
      writeFileSync(join(stage.server.folder("lena"), "letter.txt"), "dear all\n");
      const proxy = { adminproxyuserid: USER };
      const page = await stage.page({ guest: true });
      await page.goto(`${stage.server.base}/`);
      await page.locator("input[name=userid]").fill("lena");
      await page.locator("input[name=password]").fill(PASSWORD);
      await page.keyboard.press("Enter");
      await page.locator(".shell").waitFor();
      await stage.open(page, "#/files?open=letter.txt");
      await page.locator("pre.text:has-text('dear all')").waitFor();
      // The file is locked after it was listed. The editor says so and does not open.
      const { reply } = await stage.server.call("lock", { path, ...proxy }, admin);
      same(reply.command[0].result, 1, "locked by the admin");
      await page.getByRole("button", { name: "Edit" }).click();
      await page.locator(`.toast:has-text('${NAME} has locked it.')`).waitFor();
      same(await page.locator("textarea.editor").count(), 0, "editors");
      await stage.open(page, "#/files");
      await page.reload();
      await row(page, "letter.txt").getByLabel("Locked", { exact: true }).waitFor();
      await row(page, "letter.txt").locator(".entry-link").click();
      await page.locator(`.text-notice:has-text('Locked by ${NAME}')`).waitFor();
      check(await page.getByRole("button", { name: "Edit" }).isDisabled(), "it cannot be written");
      await accessible(page, "a text that somebody else has locked");
      await page.keyboard.press("Escape");
      await row(page, "letter.txt").click({ button: "right" });
      same(await page.locator(".menu-label:text-is('Unlock')").count(), 0, "offers to unlock");
      await page.keyboard.press("Escape");
      await stage.server.call("unlock", { path, ...proxy }, admin);
      await stage.server.call("setdisplayname", { dispname: USER }, own);
    },
  },
];
