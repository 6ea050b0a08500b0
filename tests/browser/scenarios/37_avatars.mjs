// The pictures of accounts: set, shown wherever a person is named, seen by others, and removed.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, choose, menu, noSideways, row, same, shows, signIn, until } from "../harness.mjs";
import { png } from "../fixtures.mjs";
import { SECRET, account, adminCall, said } from "../admin/steps.mjs";
import { withDisks } from "./75_disks.mjs";

/**
 * Waits until all avatars in a place show a picture of this width, or letters.
 * @param {import("playwright-core").Locator} place @param {number | null} width @param {string} what
 */
async function avatars(place, width, what) {
  const found = () => place.locator("[data-avatar]").evaluateAll((all) => all.map((one) => one.querySelector("img")?.naturalWidth ?? null));
  let last = [];
  await until(async () => {
    last = await found();
    return last.length > 0 && last.every((one) => one === width);
  }, `${what}: ${width}`).catch((error) => {
    throw new Error(`${error.message}; found ${JSON.stringify(last)}`);
  });
}

/** The letters of the avatars in a place. @param {import("playwright-core").Locator} place */
const letters = (place) => place.locator("[data-avatar]").allTextContents();
/** @param {import("playwright-core").Page} page */
const bar = (page) => page.locator(".bar .account");

export const scenarios = [
  {
    name: "avatars: one's own picture is chosen, shown at once everywhere, replaced and removed",
    async run(stage) {
      const folder = stage.folder("faces");
      writeFileSync(join(folder, "wide.png"), png(200, 100, 2));
      writeFileSync(join(folder, "tall.png"), png(100, 200, 2));
      writeFileSync(join(folder, "note.txt"), "no picture");
      writeFileSync(join(folder, "broken.png"), "no picture either");
      // A file that is not a picture cannot become an avatar.
      stage.expected.push(/ 415 /);
      const page = await stage.page();
      await stage.open(page, "#/me");
      // An earlier run may have left a picture, which is removed.
      await page.evaluate(() => fetch("core/removeprofileimage", { method: "POST" }));
      await page.reload();
      const who = page.locator(".who");
      await who.getByText("Everybody with an account here can see it.").waitFor();
      check(/^\p{Lu}{1,2}$/u.test((await letters(who)).join(" ")), "letters where there is no picture");
      same(await letters(bar(page)), await letters(who), "the same letters in the bar");
      await until(async () => page.evaluate(() => performance.getEntriesByType("resource").some((one) => one.name.includes("getprofilesettings"))), "it is asked whether there is one");
      check(!await page.getByRole("button", { name: "Remove the picture" }).isVisible(), "there is nothing to remove");
      await accessible(page, "the account's page without a picture");

      // The picker shows only folders and pictures of the user.
      await page.getByRole("button", { name: "Choose a picture" }).click();
      const picker = page.locator("dialog.picker");
      await picker.locator("[data-key='/anna/faces']").click();
      await picker.locator("[data-key='/anna/faces/wide.png'] img").waitFor();
      same(await picker.locator("[data-key]").evaluateAll((all) => all.map((one) => one.dataset.key)), ["/anna/faces/broken.png", "/anna/faces/tall.png", "/anna/faces/wide.png"], "what is offered");
      await accessible(page, "the choice of a picture");
      await picker.locator("[data-key='/anna/faces/wide.png']").click();
      await said(page, "This is your picture now").waitFor();
      await avatars(who, 200, "on the account's page");
      await avatars(bar(page), 200, "in the bar");
      await accessible(page, "the account's page with a picture");

      // A file that cannot be drawn changes nothing.
      await page.getByRole("button", { name: "Choose a picture" }).click();
      await picker.locator("[data-key='/anna/faces']").click();
      await picker.locator("[data-key='/anna/faces/broken.png']").click();
      await said(page, "This picture cannot be used.").waitFor();
      await avatars(who, 200, "still the same");

      // The picture is chosen in a menu of the files view. Comments and activities on the page show
      // it at once.
      await stage.open(page, "#/files/faces?details=tall.png&tab=comments");
      await page.getByLabel("Write a comment").fill("That is me");
      await page.keyboard.press("Control+Enter");
      await avatars(page.locator(".comment"), 200, "in the comment");
      await accessible(page, "a comment with a picture");
      await row(page, "note.txt").click({ button: "right" });
      await page.locator(".menu").waitFor();
      same(await page.locator(".menu-label:text-is('Use as my picture')").count(), 0, "a text is no picture");
      await page.keyboard.press("Escape");
      await row(page, "tall.png").click({ button: "right" });
      await menu(page, "Use as my picture");
      await avatars(page.locator(".comment"), 100, "another in the comment");
      await avatars(bar(page), 100, "another in the bar");
      await page.getByRole("tab", { name: "Activity" }).click();
      await avatars(page.locator(".activity", { hasNotText: "Another program" }), 100, "in the activity");
      await accessible(page, "an activity with a picture");
      await page.getByRole("tab", { name: "Info" }).click();
      await page.locator(".panel").getByRole("button", { name: "Use as my picture" }).waitFor();

      // On a phone, a picture is uploaded beside another one with the same name.
      const phone = await stage.page({ phone: true, width: 320, language: "de-DE", dark: true });
      await stage.open(phone, "#/me");
      await avatars(phone.locator(".who"), 100, "on a phone");
      await noSideways(phone, "the account's page with a picture on a phone");
      const english = await stage.page({ phone: true, width: 320 });
      await stage.open(english, "#/me");
      await avatars(english.locator(".who"), 100, "on another phone");
      await english.getByRole("button", { name: "Remove the picture" }).waitFor();
      await noSideways(english, "the account's page with a picture on a phone in English");
      await phone.getByRole("button", { name: "Bild aussuchen" }).tap();
      await phone.locator("dialog.picker [data-key='/anna/faces']").tap();
      await phone.locator("dialog.picker [data-key='/anna/faces/wide.png'] img").waitFor();
      await noSideways(phone, "the choice of a picture on a phone");
      await accessible(phone, "the choice of a picture on a phone");
      await choose(phone, join(folder, "wide.png"), () => phone.getByRole("button", { name: "Eins hochladen" }).tap());
      await said(phone, "Das ist jetzt dein Bild").waitFor();
      await avatars(phone.locator(".who"), 200, "what was uploaded");
      await accessible(phone, "the account's page with a picture on a phone");
      await stage.open(phone, "#/files/faces");
      await shows(phone, ["broken.png", "note.txt", "tall.png", "wide (2).png", "wide.png"]);

      await page.reload();
      await avatars(bar(page), 200, "after a reload");
      await stage.open(page, "#/me");
      await page.getByRole("button", { name: "Remove the picture" }).click();
      await said(page, "Picture removed").waitFor();
      await avatars(who, null, "letters again");
      await avatars(bar(page), null, "letters in the bar");
      check(await page.getByRole("button", { name: "Choose a picture" }).evaluate((one) => one === document.activeElement), "the keyboard stays near");
      await page.reload();
      await page.locator(".who").waitFor();
      await page.waitForLoadState("networkidle");
      await avatars(who, null, "letters after a reload");
    },
  },
  {
    name: "avatars: others see them where two people meet",
    run: (stage) => withDisks(stage, async (own) => {
      await account(own, "bert", { displayname: "Bert Brook" });
      const page = await own.page();
      writeFileSync(join(own.folder(""), "me.png"), png(120, 60, 2));
      await own.open(page, "#/files");
      await row(page, "me.png").click({ button: "right" });
      await menu(page, "Use as my picture");
      await avatars(bar(page), 120, "in the bar");
      await own.open(page, "#/disk/films?details=plain.txt&tab=comments");
      await page.getByLabel("Write a comment").fill("The best one");
      await page.keyboard.press("Control+Enter");
      await page.locator(".comment").waitFor();

      const other = await own.page({ guest: true });
      await other.goto(`${own.server.base}/`);
      await signIn(other, { user: "bert", password: SECRET });
      await own.open(other, "#/disk/films?details=plain.txt&tab=comments");
      await avatars(other.locator(".comment"), 120, "Anna's to Bert");
      same(await letters(bar(other)), ["BB"], "his own letters");
      await other.getByLabel("Write a comment").fill("I like it, too");
      await other.keyboard.press("Control+Enter");
      await until(async () => await other.locator(".comment").count() === 2, "two comments");
      await avatars(other.locator(".comment").last(), null, "Bert has none");
      await accessible(other, "comments of two people");
      await own.open(other, "#/notices");
      await other.locator(".notices-others, .notices-stage .notice").first().waitFor();
      await own.open(other, "#/recent");
      await other.locator(".activity", { hasText: "anna" }).first().waitFor();
      await avatars(other.locator(".activity", { hasText: "anna" }), 120, "in what was done lately");

      // Notifications show the person who did something, as the server names them.
      const picture = join(own.folder(""), "bert.png");
      writeFileSync(picture, png(60, 60, 2));
      await own.open(other, "#/me");
      await other.getByRole("button", { name: "Choose a picture" }).click();
      await other.getByText("No pictures in here").waitFor();
      await choose(other, picture, () => other.getByRole("button", { name: "Upload one" }).click());
      await avatars(bar(other), 60, "Bert's own");
      await adminCall(own, "setadminstatus", { profile: "bert", adminstatus: 1 });
      const admin = await own.page({ guest: true });
      await admin.request.post(`${own.server.base}/admin/adminlogin`, { form: { adminuser: "bert", adminpassword: SECRET } });
      await admin.request.post(`${own.server.base}/core/addcommentforitem`, {
        form: { fullpath: "/anna/me.png", parent: "/anna", text: "A good one", adminproxyuserid: "bert" },
      });
      await own.open(page, "#/notices");
      await page.getByText("A good one").waitFor();
      await avatars(page.locator(".notice-item"), 60, "in the notice");
      await accessible(page, "a notice with a picture");
      await own.open(other, "#/recent");

      // When a person removes their picture, others see letters from the next visit on.
      await own.open(page, "#/me");
      await page.getByRole("button", { name: "Remove the picture" }).click();
      await said(page, "Picture removed").waitFor();
      await other.reload();
      await other.locator(".activity", { hasText: "anna" }).first().waitFor();
      await avatars(other.locator(".activity", { hasText: "anna" }), null, "letters");
    }),
  },
];
