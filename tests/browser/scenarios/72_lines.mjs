// Promises that no other scenario checks: a dropped folder, an upload that fails and is tried
// again, and a focus that can always be seen.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, choose, noSideways, row, same, signIn, until } from "../harness.mjs";
import { SECRET, account, adminCall, adminPage } from "../admin/steps.mjs";
import { withSources } from "./20_uploads.mjs";

/**
 * Drops files of this machine onto the page, as a person does.
 * @param {import("playwright-core").Page} page @param {string[]} files @param {{ x: number, y: number }} place
 */
async function dropFiles(page, files, place) {
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) await devtools.send("Input.dispatchDragEvent", { type, ...place, data });
}

const STOPS_MAX = 60;

/**
 * Steps through a view with the Tab key. Returns the places where the focus cannot be seen.
 * @param {import("playwright-core").Page} page @param {string} where
 */
async function walk(page, where) {
  await page.evaluate(() => { if (document.activeElement instanceof HTMLElement) document.activeElement.blur(); });
  const hidden = [];
  let stops = 0;
  let leavings = 0;
  for (; stops < STOPS_MAX; stops += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const drawn = (/** @type {Element} */ one) => {
        const style = getComputedStyle(one);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      };
      // A list shows the focus at its active entry.
      const inner = element.querySelector(":scope .is-active");
      // The button in a date field belongs to the browser.
      if (element.matches("input[type^=date]:not(:focus-visible)")) return { isFine: true, label: "" };
      // A frame around several elements counts as a visible focus, too.
      const isSeen = drawn(element) || (inner && drawn(inner)) || (element.parentElement && drawn(element.parentElement));
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const isThere = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
      const label = element.getAttribute("aria-label") || element.textContent?.trim().slice(0, 40) || element.getAttribute("name") || "";
      return { isFine: isSeen && isThere, label: `${element.tagName.toLowerCase()}.${element.className} ${label}` };
    });
    // The focus leaves the page and enters it again at its beginning.
    if (!stop) {
      leavings += 1;
      if (leavings > 2) break;
      continue;
    }
    if (!stop.isFine) hidden.push(stop.label);
  }
  check(stops > 3, `${where} has stops: ${stops}`);
  same([...new Set(hidden)], [], `stops of ${where} that cannot be seen`);
}

export const scenarios = [
  {
    name: "a whole folder is dropped by hand and keeps its shape",
    run: (stage) => withSources(async (sources) => {
      const target = stage.folder("up-dropped");
      mkdirSync(join(sources, "Trip/Day 1"), { recursive: true });
      writeFileSync(join(sources, "Trip/Day 1/sea.txt"), "sea");
      writeFileSync(join(sources, "Trip/plan.txt"), "plan");
      writeFileSync(join(sources, "beside.txt"), "beside");
      const page = await stage.page();
      await stage.open(page, "#/files/up-dropped");
      await page.locator(".notice-title").waitFor();
      await dropFiles(page, [join(sources, "Trip"), join(sources, "beside.txt")], { x: 700, y: 400 });
      await row(page, "Trip").waitFor();
      await until(() => existsSync(join(target, "Trip/Day 1/sea.txt")) && existsSync(join(target, "Trip/plan.txt")) && existsSync(join(target, "beside.txt")), "everything is there");
      same(readFileSync(join(target, "Trip/Day 1/sea.txt"), "utf8"), "sea", "what lay in the folder's folder");
    }),
  },
  {
    name: "an upload that fails says why and is tried again by hand",
    run: (stage) => withSources(async (sources) => {
      await account(stage, "retry");
      await adminCall(stage, "updateuser", { profile: "retry", size: 0.001 });
      const path = join(sources, "large.bin");
      writeFileSync(path, Buffer.alloc(3 * 1024 * 1024, 7));
      const page = await stage.page({ guest: true, phone: true, width: 320 });
      await page.goto(`${stage.server.base}/`);
      await signIn(page, { user: "retry", password: SECRET });
      await page.locator(".notice-title").waitFor();
      await choose(page, path, () => page.getByRole("button", { name: "Upload files" }).click());
      const failed = page.locator(".tray-line[data-state=failed]:has-text('large.bin')");
      await failed.getByText(/Not enough space: you have [\d.]+\s.?B left of [\d.]+\s.?B\./).waitFor();
      await noSideways(page, "a failed upload");
      await accessible(page, "a failed upload");
      await adminCall(stage, "updateuser", { profile: "retry", size: 1 });
      await page.getByRole("button", { name: "Try large.bin again" }).tap();
      await page.locator(".tray-line[data-state=done]:has-text('large.bin')").waitFor({ state: "attached" });
      same(readFileSync(join(stage.server.folder("retry"), "large.bin")).length, 3 * 1024 * 1024, "bytes that have arrived");
    }),
  },
  {
    name: "the audit log is filtered by outcome, user and address",
    async run(stage) {
      writeFileSync(join(stage.folder("outcomes"), "none.txt"), "no picture");
      const page = await stage.page();
      await stage.open(page, "#/files/outcomes");
      await page.evaluate(() => fetch("core/setprofileimage", { method: "POST", body: new URLSearchParams({ path: "/anna/outcomes/none.txt" }) }));
      const admin = await adminPage(stage, "#/audit?outcome=unsupported&operation=setprofileimage&user=anna&ip=127.0.0.1", { language: "de-DE" });
      const rows = admin.locator(".table-list [data-key]");
      await rows.first().getByText("Geht damit nicht").waitFor();
      same(await admin.locator("label.filter-outcome select").inputValue(), "unsupported", "the chosen outcome");
      await admin.locator("label.filter-ip input").fill("10.1.1.1");
      await until(async () => await rows.count() === 0, "nobody called from there");
      await admin.locator("label.filter-ip input").fill("127.0.0.1");
      await rows.first().waitFor();
      await admin.locator("label.filter-user input").fill("nobody");
      await until(async () => await rows.count() === 0, "nobody of that name called");
    },
  },
  {
    name: "wherever the keyboard is, it is seen",
    async run(stage) {
      const folder = stage.folder("seen");
      mkdirSync(join(folder, "Trip"));
      writeFileSync(join(folder, "letter.txt"), "Dear all");
      for (const dark of [false, true]) {
        const page = await stage.page({ dark });
        for (const hash of ["#/files/seen?details=letter.txt", "#/files/seen?open=letter.txt", "#/recent", "#/starred", "#/bin", "#/search?q=let", "#/notices", "#/me"]) {
          await page.goto("about:blank");
          await stage.open(page, hash);
          await page.waitForLoadState("networkidle");
          await walk(page, hash);
        }
      }
      for (const hash of ["#/overview", "#/users/anna", "#/audit", "#/settings"]) {
        const page = await adminPage(stage, hash);
        await page.waitForLoadState("networkidle");
        await walk(page, `the administration, ${hash}`);
        await page.context().close();
      }
    },
  },
];
