// Sharing with people: they are found while typing, get rights, see the share, and leave it. The
// owner changes and ends it.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { PASSWORD, USER, Stage, accessible, asOwner, check, menu, noSideways, row, same, setUp, signIn, until } from "../harness.mjs";
import { Server } from "../server.mjs";
import { png } from "../fixtures.mjs";

/**
 * Creates an account if it does not exist yet.
 * @param {import("../harness.mjs").Stage} stage @param {string} name @param {string} displayname
 */
async function person(stage, name, displayname) {
  const { cookies } = await stage.server.call("../admin/adminlogin", { adminuser: USER, adminpassword: PASSWORD });
  await stage.server.call("../admin/adduser", { username: name, displayname, email: `${name}@home.test`, password: PASSWORD, status: 1, authtype: 0 }, cookies);
}

/**
 * A page in which another user is signed in.
 * @param {import("../harness.mjs").Stage} stage @param {string} user @param {object} [options]
 */
async function pageOf(stage, user, options = {}) {
  const page = await stage.page({ ...options, guest: true });
  await page.goto(`${stage.server.base}/`);
  await signIn(page, { user });
  return page;
}

/**
 * Types a name into the dialog and takes the first result.
 * @param {import("playwright-core").Page} page @param {string} text @param {string} wanted
 */
async function add(page, text, wanted) {
  await page.getByRole("combobox", { name: "Add people or groups" }).fill(text);
  await page.getByRole("option", { name: wanted }).waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".share-member", { hasText: wanted }).waitFor();
}

export const scenarios = [
  {
    name: "a folder is shared with a person, who sees it, adds to it and leaves it",
    async run(stage) {
      await person(stage, "otto", "Otto Brown");
      const folder = stage.folder("shared-trip");
      mkdirSync(join(folder, "Trip"), { recursive: true });
      writeFileSync(join(folder, "Trip", "view.png"), png(320, 200, 1));
      const page = await stage.page();
      await stage.open(page, "#/files/shared-trip");
      await row(page, "Trip").click({ button: "right" });
      await menu(page, "Share");
      await page.getByRole("heading", { name: "Share Trip" }).waitFor();
      await accessible(page, "the share dialog of what is not shared");
      await page.getByRole("combobox", { name: "Add people or groups" }).fill("nobody of this name");
      await page.getByText("Nobody found").waitFor();
      // Without a mail server nobody can be invited. The dialog offers a link instead.
      await page.getByRole("combobox", { name: "Add people or groups" }).fill("ida@example.org");
      await page.getByRole("button", { name: "Make a link" }).click();
      await page.getByRole("textbox", { name: "Link", exact: true }).waitFor();
      await page.getByLabel("Anyone with the link").selectOption("none");
      await page.getByRole("button", { name: "Stop sharing" }).waitFor({ state: "detached" });
      await add(page, "otto", "Otto");
      await accessible(page, "the share dialog with a person");
      same(await page.locator(".share-member select").inputValue(), "view", "a new person may view");
      await page.screenshot({ path: "shots/share-person.png" }).catch(() => undefined);
      await page.getByRole("button", { name: "Done" }).click();
      await row(page, "Trip").getByLabel("Shared with people").waitFor();

      const otto = await pageOf(stage, "otto");
      await stage.open(otto, "#/notices");
      await otto.locator(".notice-item", { hasText: "shared this with you" }).getByRole("link", { name: "Trip" }).click();
      await row(otto, "Trip").waitFor();
      await otto.getByRole("link", { name: "Shared" }).first().click();
      await otto.getByRole("link", { name: "Trip" }).click();
      await row(otto, "view.png").waitFor();
      check(await otto.getByRole("button", { name: "New" }).count() === 0 || !await otto.getByRole("button", { name: "New" }).first().isVisible(), "who may only view is offered nothing new");

      // With more rights, members add files, which are then in the owner's folder.
      await row(page, "Trip").click({ button: "right" });
      await menu(page, "Share");
      await page.locator(".share-member select").selectOption("edit");
      await until(async () => await page.locator(".share-member select").inputValue() === "edit", "the rights are saved");
      await page.keyboard.press("Escape");
      await otto.reload();
      await row(otto, "view.png").waitFor();
      await otto.keyboard.press("Alt+n");
      await otto.getByRole("textbox").last().fill("From Otto");
      await otto.keyboard.press("Enter");
      await row(otto, "From Otto").waitFor();
      check(existsSync(join(folder, "Trip", "From Otto")), "it lies in the owner's folder");
      await accessible(otto, "a shared folder");

      // The member leaves the share, and the place for shares is empty.
      await otto.goto(`${stage.server.base}/#/shared`);
      await accessible(otto, "the place of what is shared");
      await otto.getByRole("button", { name: "More actions for Trip" }).click();
      await menu(otto, "Leave");
      await otto.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
      await otto.getByText("Files and folders that others share with you appear here").waitFor();

      // Who shares something is told by the name that people know.
      const { cookies } = await stage.server.call("loginguest", { userid: "otto", password: PASSWORD });
      await stage.server.call("createfolder", { path: "/otto", name: "Boat" }, cookies);
      const { reply } = await stage.server.call("quickshare", { sharelocation: "/otto/Boat" }, cookies);
      await stage.server.call("addusertoshare", { shareid: reply.share[0].shareid, userid: USER }, cookies);
      await stage.open(page, "#/shared");
      const by = page.locator(".shared-item", { hasText: "Boat" }).getByText("Shared by Otto Brown");
      await by.waitFor();
      same(await by.getAttribute("title"), "otto", "the account of who shares it");
      await stage.open(page, "#/with/otto");
      await row(page, "Boat").click({ button: "right" });
      await until(async () => (await page.title()).startsWith("Otto Brown \u2013 "), "the title names the person");
      await menu(page, "Details");
      await page.getByRole("tab", { name: "Sharing" }).click();
      await page.getByText("Shared by Otto Brown").waitFor();

      // So are the folder of somebody's shares, and who locks an entry, changes it and comments on it.
      same(await page.locator(".crumb", { hasText: "Otto Brown" }).locator(".name").getAttribute("title"), "otto", "the account of whose shares these are");
      const body = new FormData();
      body.append("file", new Blob(["Day 1"]), "log.txt");
      await fetch(`${stage.server.base}/core/upload?appname=explorer&path=/otto/Boat&filename=log.txt&offset=0&complete=1`, { method: "POST", body, headers: { Cookie: cookies } });
      await stage.server.call("lock", { path: "/otto/Boat/log.txt" }, cookies);
      await stage.server.call("addcommentforitem", { fullpath: "/otto/Boat/log.txt", parent: "/otto/Boat", text: "Full sail" }, cookies);
      await stage.open(page, "#/with/otto/Boat");
      await page.locator(".crumb", { hasText: "Otto Brown" }).waitFor();
      await row(page, "log.txt").click({ button: "right" });
      await menu(page, "Details");
      const panel = page.locator(".panel");
      for (const [tab, text] of [["Info", "Locked by Otto Brown"], ["Info", /^Otto Brown$/], ["Comments", "Otto Brown"], ["Versions", "Otto Brown"]]) {
        await page.getByRole("tab", { name: tab }).click();
        await panel.getByText(text).waitFor();
      }
      await stage.open(page, "#/search?q=log");
      await page.locator(".search-folder", { hasText: "Shared with me / Otto Brown / Boat" }).waitFor();
      await stage.server.call("deletefile", { path: "/otto", name: "Boat" }, cookies);
    },
  },
  {
    name: "rights are changed and taken away, and what nobody has is not shared any more",
    async run(stage) {
      await person(stage, "otto", "Otto Brown");
      const folder = stage.folder("shared-rights");
      writeFileSync(join(folder, "plan.txt"), "The plan");
      const page = await stage.page();
      await stage.open(page, "#/files/shared-rights");
      await row(page, "plan.txt").click({ position: { x: 400, y: 10 } });
      await page.locator(".selection-bar").getByRole("button", { name: "Share" }).click();
      await add(page, "every", "Everybody in this cloud");
      await add(page, "brown", "Otto");
      const rights = page.locator(".share-member", { hasText: "otto" }).locator("select");
      same(await rights.locator("option").evaluateAll((all) => all.map((one) => one.value)), ["look", "view", "edit", "pass", "manage"], "a file has nothing to add to");
      await rights.selectOption("look");
      await until(async () => await rights.inputValue() === "look", "the rights are saved");
      await page.getByRole("button", { name: "Remove access for Everybody" }).click();
      await until(async () => await page.locator(".share-member").count() === 1, "one person is left");
      await page.getByRole("button", { name: "Remove access for" }).click();
      await until(async () => await page.locator(".share-member").count() === 0, "nobody is left");
      await page.getByRole("button", { name: "Stop sharing" }).waitFor({ state: "detached" });
      await page.keyboard.press("Escape");
      await page.getByRole("heading", { name: "Share plan.txt" }).waitFor({ state: "detached" });
      same(await row(page, "plan.txt").getByLabel("Shared with people").count(), 0, "the badge is gone");
    },
  },
  {
    name: "a link is made, copied, given a password and an end, listed and ended, also on a phone in German",
    async run(stage) {
      const folder = stage.folder("shared-link");
      mkdirSync(join(folder, "Album"), { recursive: true });
      const page = await stage.page();
      await stage.open(page, "#/files/shared-link");
      await row(page, "Album").click({ button: "right" });
      await menu(page, "Share");
      await page.getByLabel("Anyone with the link").selectOption("view");
      const address = page.getByRole("textbox", { name: "Link", exact: true });
      await address.waitFor();
      check(/\/url\/[a-z0-9]{16}$/.test(await address.inputValue()), `the link is ${await address.inputValue()}`);
      await page.getByText("Addresses and QR codes").click();
      await page.locator(".share-code .qr").first().waitFor();
      await page.getByText("Settings of the link").click();
      await page.getByLabel("Password", { exact: true }).fill("open sesame");
      await page.locator("[data-own=password-save]").click();
      await page.getByText("The link has a password.").waitFor();
      await page.getByLabel("Last day").fill("2031-05-04");
      await page.getByText("Until 4 May 2031").waitFor();
      await page.getByLabel("Number of downloads").fill("3");
      await page.getByLabel("Number of downloads").press("Tab");
      await page.getByText("0 of 3 downloads used").waitFor();
      await page.getByLabel("Only at home").check();
      await page.locator(".share-facts").getByText("Only at home").waitFor();
      await page.locator("[data-own=token]").fill("our-album");
      await page.locator("[data-own=token-save]").click();
      await until(async () => (await address.inputValue()).endsWith("/url/our-album"), "the address has another end");
      await accessible(page, "the share dialog with a link");
      await noSideways(page, "the share dialog with a link");
      await page.keyboard.press("Escape");
      await row(page, "Album").getByLabel("Shared by link").waitFor();

      const phone = await stage.page({ phone: true, language: "de-DE", dark: true });
      await stage.open(phone, "#/shared/links");
      await phone.getByRole("button", { name: "Ändern, wie Album geteilt ist" }).click();
      await phone.getByRole("heading", { name: "Album teilen" }).waitFor();
      await phone.getByText("Einstellungen des Links").click();
      await accessible(phone, "the share dialog on a phone");
      await noSideways(phone, "the share dialog on a phone");
      await phone.getByRole("button", { name: "Nicht mehr teilen" }).click();
      await phone.getByRole("dialog").last().getByRole("button", { name: "Nicht mehr teilen" }).click();
      await phone.getByText("Album wird nicht mehr geteilt").first().waitFor();
      await until(async () => await phone.locator(".shared-item", { hasText: "Album" }).count() === 0, "it is not listed any more");
    },
  },
  {
    name: "what is shared stands in three places with addresses: with me, by me, by link",
    async run(stage) {
      await person(stage, "otto", "Otto Brown");
      const folder = stage.folder("shared-places");
      for (const name of ["For Otto", "For all"]) mkdirSync(join(folder, name));
      const page = await stage.page();
      await stage.open(page, "#/shared");
      await page.getByText("Nothing is shared with you yet").waitFor();
      await accessible(page, "nothing that is shared");
      const made = [];
      try {
        for (const name of ["For Otto", "For all"]) made.push((await asOwner(stage, "quickshare", { sharelocation: `/${USER}/shared-places/${name}` })).share[0].shareid);
        for (const [at, shareid] of made.entries()) await asOwner(stage, "setallowpublicaccess", { shareid, allowpublicaccess: at });
        await asOwner(stage, "addusertoshare", { shareid: made[0], userid: "otto" });
        const shown = () => page.locator(".shared-item .entry-link").allTextContents();
        const tabs = page.getByRole("navigation", { name: "Shared" });
        await tabs.getByRole("link", { name: "By me" }).click();
        await until(async () => (await shown()).includes("For Otto"), "what Otto has is there");
        check(!(await shown()).includes("For all"), "what only a link gives is not");
        check(page.url().endsWith("#/shared/people"), `the place has an address: ${page.url()}`);
        same(await page.title(), "Shared by me \u2013 cloudlet", "the title of the window");
        await tabs.getByRole("link", { name: "By link" }).click();
        await until(async () => (await shown()).includes("For all"), "what the link gives is there");
        check(!(await shown()).includes("For Otto"), "what only Otto has is not");
        await accessible(page, "what is shared by link");
        await page.reload();
        await page.getByRole("button", { name: "Copy the link to For all" }).waitFor();
        same(await tabs.locator("[aria-current=page]").textContent(), "By link", "the place after a reload");
        await page.goBack();
        await until(async () => (await shown()).includes("For Otto"), "back leads to the place before");
        const phone = await pageOf(stage, "otto", { phone: true, language: "de-DE", dark: true });
        await stage.open(phone, "#/shared");
        await phone.getByRole("link", { name: "For Otto" }).waitFor();
        await accessible(phone, "what is shared with me on a phone");
        await noSideways(phone, "what is shared with me on a phone");
      } finally {
        for (const shareid of made) await asOwner(stage, "deleteshare", { shareid });
      }
    },
  },
  {
    name: "where the cloud has a mail server, the dialog sends a link by mail",
    async run(stage) {
      const mails = [];
      const sink = createServer((socket) => {
        let text = "";
        let isData = false;
        socket.write("220 sink\r\n");
        socket.on("error", () => undefined);
        socket.on("data", (bytes) => {
          text += bytes;
          for (let end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n")) {
            const line = text.slice(0, end);
            text = text.slice(end + 2);
            if (isData && line === ".") isData = false;
            else if (isData) mails.push(line);
            else isData = line === "DATA";
            if (!isData || line === "DATA") socket.write(`${line === "DATA" ? 354 : line === "QUIT" ? 221 : 250} go on\r\n`);
          }
        });
      });
      await new Promise((resolve) => { sink.listen(0, "127.0.0.1", resolve); });
      const settings = { CLOUDLET_SMTP_HOST: "localhost", CLOUDLET_SMTP_PORT: String(sink.address().port), CLOUDLET_SMTP_SECURITY: "none", CLOUDLET_MAIL_SENDER: "cloud@example.org" };
      const server = new Server(stage.server.program, undefined, settings);
      const own = new Stage(stage.browser, server);
      try {
        await server.start();
        await setUp(server);
        mkdirSync(join(own.folder(""), "Album"), { recursive: true });
        const page = await own.page({ phone: true });
        await own.open(page, "#/files");
        await row(page, "Album").getByRole("button", { name: /More/ }).click();
        await menu(page, "Share");
        await page.getByLabel("Anyone with the link").selectOption("view");
        await page.getByText("Send by mail").click();
        await page.getByLabel("E-mail address", { exact: true }).fill("nobody");
        await page.getByRole("button", { name: "Send", exact: true }).click();
        await page.getByText("This is not an e-mail address.").waitFor();
        await page.getByLabel("E-mail address", { exact: true }).fill("erna@example.org");
        same(await page.getByText("This is not an e-mail address.").count(), 0, "what was wrong is not said any more");
        await page.getByLabel("A few words (optional)").fill("Look at the sea!");
        await accessible(page, "the dialog that sends a link");
        await noSideways(page, "the dialog that sends a link");
        await page.getByRole("button", { name: "Send", exact: true }).click();
        await page.getByText("Sent to erna@example.org").first().waitFor();
        await until(() => mails.some((line) => line.includes("/url/")) && mails.some((line) => line.includes("Look at the sea!")), "the mail has the link and the words");

        // A person without an account is invited. The dialog shows the invitation, and it is taken
        // back.
        await page.getByRole("combobox", { name: "Add people or groups" }).fill("ida@example.org");
        await page.getByRole("button", { name: "Invite ida@example.org by mail" }).click();
        await page.locator(".share-member", { hasText: "Invited, not here yet" }).waitFor();
        await page.getByText("ida@example.org gets a mail").waitFor();
        await accessible(page, "the dialog with somebody who is invited");
        await noSideways(page, "the dialog with somebody who is invited");
        await page.screenshot({ path: "shots/share-invited.png" }).catch(() => undefined);
        await until(() => mails.some((line) => line.includes("#/link/")), "the mail has the link of the invitation");
        await page.getByRole("button", { name: "Take back the invitation of ida" }).click();
        await until(async () => await page.locator(".share-member").count() === 0, "nobody is invited any more");

        // A new member is informed by mail.
        await person(own, "otto", "Otto Brown");
        await add(page, "otto", "Otto");
        await page.getByRole("button", { name: "Tell them by mail" }).click();
        await page.getByText("The mail is on its way.").waitFor();
        await own.close();
      } finally {
        for (const context of own.contexts) await context.close();
        await server.stop();
        server.remove();
        sink.close();
      }
    },
  },
];
