// The folders of a family in windows of common sizes: thousands of names, names of other systems,
// photos, music, and what is shared.

import { accessible, check, menu, noSideways, row, same, until } from "../harness.mjs";
import { ALBUMS, HIDDEN, LARGE_FOLDER, ODD_FOLDER, ODD_NAMES, SCANNED, SCANS, folderAt } from "../family/contents.mjs";

const WINDOWS = [
  { width: 1440, height: 900 },
  { width: 820, height: 1180 },
  { width: 390, height: 844, phone: true },
  { width: 844, height: 390, phone: true },
];
/** Places, each with what is there when all is. */
const PLACES = {
  "#/files": "Photos",
  [folderAt(SCANS)]: "Scan 0001.pdf",
  [folderAt(ODD_FOLDER)]: "noextension",
  [folderAt(LARGE_FOLDER)]: "IMG_7001.JPG",
  [folderAt(`Music/${ALBUMS[2]}`)]: "01 Song 1.mp3",
};

/** Rows that overlap their neighbours, or whose names go beyond them. @param {import("playwright-core").Page} page */
const brokenRows = (page) => page.locator(".files .list-row").evaluateAll((rows) => {
  const boxes = rows.map((one) => ({ name: one.dataset.key, row: one.getBoundingClientRect(), text: one.querySelector(".name").getBoundingClientRect() }));
  return boxes.filter(({ row: box, text }, at) => text.right > box.right + 1 || text.bottom > box.bottom + 1 || boxes.some((other, index) => index > at && other.row.top < box.bottom - 1 && box.top < other.row.bottom - 1))
    .map(({ name }) => name);
});

export const scenarios = [
  ...WINDOWS.map((window) => ({
    name: `a family's folders fit a window of ${window.width} x ${window.height}, with long names and thousands of them`,
    inFamilyCloud: true,
    async run(stage) {
      stage.expected.push(/status of 503/);
      const page = await stage.page(window);
      for (const [address, name] of Object.entries(PLACES)) {
        await stage.open(page, address);
        await row(page, name).waitFor();
        await noSideways(page, address);
        same(await brokenRows(page), [], `broken rows in ${address}`);
        if (window.width === 390 && address !== "#/files") await accessible(page, address);
      }
      await stage.open(page, folderAt(SCANS));
      await page.locator(".files-status:has-text('3,200 files')").waitFor({ state: "attached" });
      await page.locator(".files .list").focus();
      await page.keyboard.press("End");
      await row(page, `Scan ${SCANNED}.pdf`).waitFor();
      check(await page.locator(".files .list-row").count() < 100, "only visible rows are in the page");
    },
  })),
  {
    name: "names of other systems are all there, each once, as they are written",
    inFamilyCloud: true,
    async run(stage) {
      const page = await stage.page({ width: 1440, height: 900 });
      await stage.open(page, folderAt(ODD_FOLDER));
      await row(page, "noextension").waitFor();
      const shown = () => page.locator(".files [data-key]").evaluateAll((rows) => rows.map((one) => one.dataset.key.normalize("NFC")).sort());
      const named = (/** @type {string[]} */ all) => all.map((name) => name.normalize("NFC")).sort();
      same(await shown(), named(ODD_NAMES.filter((name) => !HIDDEN.includes(name))), "what is shown");
      // A name in letters that a Mac took apart is found by letters that a keyboard writes.
      await page.keyboard.press("/");
      await page.keyboard.type("caf\u00e9 m\u00fcn");
      await until(async () => (await shown()).length === 1, "the filter finds the Mac's name");
      await page.keyboard.press("Escape");
      await page.locator(".sort-button").click();
      await menu(page, "Show hidden files");
      await until(async () => (await shown()).length === ODD_NAMES.length, "all are shown");
      same(await shown(), named(ODD_NAMES), "all names");
      await page.screenshot({ path: "shots/family-names.png" });
    },
  },
];
