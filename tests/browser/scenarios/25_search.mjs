// The search: results while somebody types, filters, addresses, the keyboard, and phones.

import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { accessible, check, menu, noSideways, row, same, until } from "../harness.mjs";
import { DOCUMENTS, scan } from "../family/contents.mjs";

const BILLS = DOCUMENTS.filter((path) => path.includes("Stromrechnung"));

/** @param {string} folder @param {Record<string, string | Buffer>} files */
function fill(folder, files) {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** The paths of the results. @param {import("playwright-core").Page} page */
const results = (page) => page.locator(".search [data-key]").evaluateAll((rows) => rows.map((one) => one.dataset.key));

/** @param {import("playwright-core").Page} page @param {string[]} wanted */
async function finds(page, wanted) {
  let found = [];
  await until(async () => {
    found = await results(page);
    return JSON.stringify(found) === JSON.stringify(wanted);
  }, `the search finds ${wanted.join(", ")}`).catch((error) => {
    throw new Error(`${error.message}; it finds ${found.join(", ")}`);
  });
}

/**
 * Opens folders that were filled on the disk. A visited folder is searched at once. Other folders
 * are compared again some time later if a search took long.
 * @param {import("../harness.mjs").Stage} stage @param {import("playwright-core").Page} page @param {string[]} folders
 */
async function visit(stage, page, ...folders) {
  for (const folder of folders) {
    const listed = page.waitForResponse((response) => response.url().endsWith("/core/getfilelist")
      && new URLSearchParams(response.request().postData() ?? "").get("path") === `/anna/${folder}`);
    await stage.open(page, `#/files/${folder}`);
    await listed;
  }
}

export const scenarios = [
  {
    name: "search results can be chosen, sorted, starred, moved, deleted and brought back",
    async run(stage) {
      const folder = stage.folder("usable");
      mkdirSync(join(folder, "target"));
      fill(folder, { "a/zebra one.txt": "1", "b/zebra two.pdf": "22", "c/Zébra three.heic": "333", "c/zebra four.mp4": "4" });
      ["a/zebra one.txt", "b/zebra two.pdf", "c/Zébra three.heic", "c/zebra four.mp4"].forEach((name, at) => utimesSync(join(folder, name), 1_700_000_000 + at, 1_700_000_000 + at));
      const [one, two, three, four] = ["a/zebra one.txt", "b/zebra two.pdf", "c/Zébra three.heic", "c/zebra four.mp4"].map((name) => `/anna/usable/${name}`);
      const page = await stage.page();
      await visit(stage, page, "usable", "usable/a", "usable/b", "usable/c");
      await stage.open(page, "#/search?q=zebra");
      await until(async () => (await results(page)).length === 4, "all are found");
      same((await page.locator(".search mark").allTextContents()).length, 4, "what matched is marked");
      check((await page.locator(`.search [data-key="${three}"] mark`).textContent()) === "Zébra", "with its accents");
      // The results are sorted by the headings and by the menu. The address contains the order.
      await page.locator(".search .list-sort", { hasText: "Modified" }).click();
      await finds(page, [four, three, two, one]);
      check(page.url().includes("sort=newest"), "the order is in the address");
      await page.locator(".search .list-sort", { hasText: "Modified" }).click();
      await finds(page, [one, two, three, four]);
      await page.getByLabel("Sort", { exact: true }).selectOption({ label: "Largest first" });
      await finds(page, [three, two, four, one]);
      // The kind is chosen in the menu, and typed.
      await page.getByLabel("Kind", { exact: true }).selectOption({ label: "Pictures" });
      await finds(page, [three]);
      await page.getByRole("button", { name: "Clear filters" }).click();
      await page.locator(".search-field input").fill("zebra kind:video");
      await finds(page, [four]);
      await page.locator(".search-field input").fill("*.pdf zebra");
      await finds(page, [two]);
      await page.locator(".search-field input").fill("zebra");
      await until(async () => (await results(page)).length === 4, "all are found again");
      // Two results are starred, one is moved and one is deleted. Then the changes are undone.
      const found = (path) => page.locator(`.search [data-key="${path}"]`);
      await found(one).locator(".cell-mark").click();
      await found(three).locator(".cell-mark").click();
      await page.locator(".selection-count:text('2 selected')").waitFor();
      await found(one).click({ button: "right" });
      await menu(page, "Star");
      await accessible(page, "results that are selected");
      await page.locator(".selection-bar").getByRole("button", { name: "Clear the selection" }).click();
      await found(two).locator(".cell-mark").click();
      await page.locator(".selection-bar").getByRole("button", { name: "Move" }).click();
      const picker = page.locator("dialog.picker");
      await picker.getByRole("button", { name: "To the folder above" }).click();
      await picker.locator("[data-key='/anna/usable/target']").click();
      await picker.getByRole("button", { name: "Move here" }).click();
      const moved = "/anna/usable/target/zebra two.pdf";
      await found(moved).waitFor();
      await found(four).locator(".cell-size").click();
      await page.keyboard.press("Delete");
      await found(four).waitFor({ state: "detached" });
      await page.keyboard.press("Control+z");
      await found(four).waitFor();
      // A click on the name opens a result, and so does a double click beside it.
      await found(one).locator(".cell-size").dblclick();
      await page.locator("dialog.preview").waitFor();
      const phone = await stage.page({ phone: true, language: "de-DE" });
      await stage.open(phone, "#/search?q=zebra");
      await phone.locator(`.search [data-key="${one}"] .row-more`).tap();
      await phone.locator(".menu-label:text-is('Im Ordner zeigen')").waitFor();
      await accessible(phone, "the menu of a result");
    },
  },
  {
    name: "search as somebody types, and what can be done with results",
    async run(stage) {
      const folder = stage.folder("searching");
      fill(folder, { "Urlaub/Süden/Übernachtung.txt": "hotel", "Urlaub/übrig.md": "# rest", "nothing.txt": "" });
      const page = await stage.page();
      await stage.open(page, "#/files");
      await page.locator("a.search-link").click();
      await page.locator(".search-field input:focus").waitFor();
      await page.locator(".search-stage .notice, .search-earlier").first().waitFor();
      /** @type {string[]} */
      const asked = [];
      page.on("request", (request) => {
        if (request.url().endsWith("/dosearch")) asked.push(new URLSearchParams(request.postData() ?? "").get("searchstring") ?? "");
      });
      await page.keyboard.type("ubernacht", { delay: 20 });
      const night = "/anna/searching/Urlaub/Süden/Übernachtung.txt";
      await finds(page, [night]);
      check(asked.length <= 4, `typing quickly asks seldom: ${asked.join(", ")}`);
      check(page.url().endsWith("#/search?q=ubernacht"), "the address holds what is searched for");
      same(await page.title().then((title) => title.startsWith("Search: ubernacht")), true, "the title");
      await page.getByText("1 result", { exact: true }).first().waitFor();
      same(await page.locator(".search .cell-folder").nth(1).textContent(), "My files / searching / Urlaub / Süden", "the folder beside the name");
      await accessible(page, "results of a search");
      // The preview opens over the file's folder, and closing it leads back to the results.
      await page.keyboard.press("Enter");
      await page.locator(".list:focus").waitFor();
      await page.keyboard.press("Enter");
      await page.locator("dialog.preview").waitFor();
      await page.getByText("hotel").waitFor();
      await page.keyboard.press("Escape");
      await finds(page, [night]);
      await page.locator(".search .list:focus").waitFor();
      // The keyboard opens the folder of a result, and going back leads to the results.
      await page.keyboard.press("Alt+Enter");
      await row(page, "Übernachtung.txt").waitFor();
      check(page.url().endsWith("#/files/searching/Urlaub/S%C3%BCden"), `the folder is shown: ${page.url()}`);
      await page.goBack();
      await finds(page, [night]);
      await page.locator(".search .cell-folder a").click();
      await row(page, "Übernachtung.txt").waitFor();
      // Earlier searches are offered, and can be forgotten.
      await page.keyboard.press("Control+k");
      await page.locator("a.search-term", { hasText: "ubernacht" }).click();
      await finds(page, [night]);
      await page.locator(".search-field input").fill("");
      await page.getByRole("button", { name: "Clear" }).click();
      await page.getByText("Find files and folders by name").waitFor();
      await page.reload();
      await page.getByText("Find files and folders by name").waitFor();
      check(await page.locator(".search-earlier").count() === 0, "nothing is offered any more");
    },
  },
  {
    name: "search filters are in the address, and nothing found says what to do",
    async run(stage) {
      const folder = stage.folder("filters");
      fill(folder, { "quarterly folder/old quarterly.txt": "x", "quarterly.bin": Buffer.alloc(2 * 1024 * 1024) });
      const old = new Date(2020, 1, 1);
      utimesSync(join(folder, "quarterly folder/old quarterly.txt"), old, old);
      const [dir, file, big] = ["/anna/filters/quarterly folder", "/anna/filters/quarterly folder/old quarterly.txt", "/anna/filters/quarterly.bin"];
      const page = await stage.page();
      await visit(stage, page, "filters", "filters/quarterly folder");
      await stage.open(page, "#/search?q=quarterly");
      await finds(page, [dir, big, file]);
      await page.getByLabel("Kind", { exact: true }).selectOption({ label: "Folders" });
      await finds(page, [dir]);
      check(page.url().includes("kind=folders"), "the filter is in the address");
      await page.reload();
      await finds(page, [dir]);
      await page.getByLabel("Kind", { exact: true }).selectOption({ label: "Everything" });
      await page.getByLabel("Size", { exact: true }).selectOption({ label: "1 to 100 MB" });
      await finds(page, [big]);
      await page.getByLabel("Size", { exact: true }).selectOption({ label: "Any size" });
      await page.getByLabel("Modified", { exact: true }).selectOption({ label: "Over a year ago" });
      await finds(page, [file]);
      await page.getByLabel("Size", { exact: true }).selectOption({ label: "Over 100 MB" });
      await page.getByText("No results for \u201cquarterly\u201d").waitFor();
      await accessible(page, "a search without results");
      await page.locator(".search-stage").getByRole("button", { name: "Clear filters" }).click();
      await finds(page, [dir, big, file]);
      // These texts look like markup or like parts of a query.
      for (const text of ["<img src=x onerror=alert(3)>", "\" OR *", "%_'", "x".repeat(300)]) {
        await page.locator(".search-field input").fill(text);
        await page.locator(".search-stage .notice", { hasText: text.slice(0, 20) }).waitFor();
        await noSideways(page, "a search without results");
      }
    },
  },
  {
    name: "search through many results, and one that is overtaken by the next",
    inFamilyCloud: true,
    async run(stage) {
      const page = await stage.page();
      await stage.open(page, "#/search?q=Stromrechnung");
      await page.getByText(`${BILLS.length} results`, { exact: true }).first().waitFor();
      // Of more than two thousand the server sends the first ones only, and the page says so.
      await stage.open(page, "#/search?q=scan");
      await page.getByText("More than 2,000 results").first().waitFor();
      await page.locator(".search .list").focus();
      await page.keyboard.press("End");
      await until(async () => (await results(page)).length > 0 && !(await results(page)).includes(`/anna/${scan(1)}`), "the end of the list is shown");
      // The answer to the first letters comes late, and must not be shown.
      await page.route("**/core/dosearch", async (route) => {
        const isFirst = new URLSearchParams(route.request().postData() ?? "").get("searchstring") === "scan 1";
        if (isFirst) await new Promise((resolve) => { setTimeout(resolve, 1500); });
        await route.continue().catch(() => undefined);
      });
      const input = page.locator(".search-field input");
      await input.fill("scan 1");
      await page.waitForTimeout(400);
      await input.fill("scan 1234");
      await finds(page, [`/anna/${scan(1234)}`]);
      await page.waitForTimeout(1800);
      await finds(page, [`/anna/${scan(1234)}`]);
      await page.unrouteAll({ behavior: "ignoreErrors" });
    },
  },
  {
    name: "search words and a filter that were just typed call nobody back who has gone elsewhere",
    async run(stage) {
      const folder = stage.folder("typed");
      fill(folder, { "roof.txt": "", "sea.txt": "" });
      const page = await stage.page();
      await stage.open(page, "#/files/typed");
      await row(page, "roof.txt").waitFor();
      // The address changes directly after something was typed, as a click on a link would do it.
      const typeAndLeave = (field) => page.locator(field).evaluate((input) => {
        input.value = "roof";
        input.dispatchEvent(new Event("input", { bubbles: true }));
        location.hash = "#/me";
      });
      await typeAndLeave(".tools .filter");
      await page.locator(".session").first().waitFor();
      await page.waitForTimeout(700);
      check(page.url().endsWith("#/me"), `the filter leaves the address: ${page.url()}`);
      await stage.open(page, "#/search?q=sea");
      await page.locator(".search-field input").waitFor();
      await typeAndLeave(".search-field input");
      await page.locator(".session").first().waitFor();
      await page.waitForTimeout(700);
      check(page.url().endsWith("#/me"), `the search leaves the address: ${page.url()}`);
    },
  },
  {
    name: "search on a phone, in German and dark",
    inFamilyCloud: true,
    async run(stage) {
      const page = await stage.page({ phone: true, width: 320, language: "de-DE", dark: true });
      await stage.open(page, "#/files");
      await page.locator("a.search-link").tap();
      await page.locator(".search-field input:focus").waitFor();
      await page.keyboard.type("STROM");
      await page.getByText(`${BILLS.length} Treffer`, { exact: true }).first().waitFor();
      await page.locator(".search-field input").fill("protokoll");
      await until(async () => (await results(page)).length === 1, "der lange Name ist da");
      await noSideways(page, "a result with a long name on a phone");
      await page.locator(".search-field input").fill("STROM 2024 07");
      await finds(page, ["/anna/Documents/Rechnungen/2024/Stromrechnung 2024-07.pdf"]);
      const facts = page.locator("[data-key$='Stromrechnung 2024-07.pdf'] .entry-facts");
      check((await facts.textContent()).startsWith("Meine Dateien / Documents / Rechnungen / 2024"), "the folder is below the name");
      check(await facts.isVisible(), "and can be seen");
      await noSideways(page, "the results on a phone");
      await accessible(page, "the results on a phone");
      await page.locator("[data-key$='Stromrechnung 2024-07.pdf'] .cell-name a").tap();
      await page.locator("dialog.preview").waitFor();
      await page.goBack();
      await until(async () => (await results(page)).length === 1, "zurück beim Treffer");
      await page.locator("[data-key$='Stromrechnung 2024-07.pdf'] .row-more").tap();
      await menu(page, "Im Ordner zeigen");
      await row(page, "Stromrechnung 2024-07.pdf").waitFor();
    },
  },
];
