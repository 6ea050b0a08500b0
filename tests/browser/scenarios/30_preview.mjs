// Viewing files of each kind, and editing texts.

import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, noSideways, row, same, until } from "../harness.mjs";
import { pdf, png, wav, webm } from "../fixtures.mjs";

const MARKDOWN = `# Title

Some *emphasis*, **strong words**, \`code\`, ~~gone~~ and <script>alert(1)</script><img src=x onerror=alert(2)>.

- one
- two
  1. nested
- [x] done

| a | b |
|---|--:|
| 1 | 2 |

[web](https://example.org/) [script](javascript:alert(3)) [beside](other.txt)
![beside](picture.png) ![far](https://example.org/x.png)

\`\`\`
plain <b>code</b>
\`\`\`
`;

/** @param {import("../harness.mjs").Stage} stage @param {import("playwright-core").Page} page @param {string} name @param {string} [folder] */
async function show(stage, page, name, folder = "previews") {
  await stage.open(page, `#/files/${folder}`);
  await row(page, name).locator(".entry-link").click();
  await page.locator("dialog.preview").waitFor();
}

export const scenarios = [
  {
    name: "pictures, sound, video, PDF, text, Markdown and what has no preview",
    async run(stage) {
      const folder = stage.folder("previews");
      const page = await stage.page();
      await stage.open(page, "#/files");
      writeFileSync(join(folder, "picture.png"), png(900, 600, 1));
      writeFileSync(join(folder, "picture2.png"), png(600, 900, 2));
      writeFileSync(join(folder, "tone.wav"), wav(30));
      writeFileSync(join(folder, "film.webm"), webm());
      writeFileSync(join(folder, "paper.pdf"), pdf("A page of paper"));
      writeFileSync(join(folder, "text.txt"), "first line\nsecond line\n");
      writeFileSync(join(folder, "notes.md"), MARKDOWN);
      writeFileSync(join(folder, "drawing.svg"), "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><script>parent.alert(4)</script><rect width='9' height='9'/></svg>");
      writeFileSync(join(folder, "data.bin"), "x");
      page.on("dialog", (dialog) => { stage.errors.push(`a dialog opened: ${dialog.message()}`); void dialog.dismiss(); });

      await show(stage, page, "picture.png");
      const picture = page.locator("img.picture");
      await until(() => picture.evaluate((image) => image.complete && image.naturalWidth === 900), "the picture is drawn");
      await accessible(page, "a picture");
      const width = async () => (await picture.boundingBox()).width;
      const fitted = await width();
      await page.keyboard.press("+");
      await until(async () => await width() > fitted * 1.4, "the picture is larger after +");
      await page.keyboard.press("0");
      await until(async () => Math.abs(await width() - fitted) < 2, "0 fits it again");
      await page.locator(".preview-stage").hover();
      await page.mouse.wheel(0, -300);
      await until(async () => await width() > fitted * 1.1, "the wheel zooms");
      await page.keyboard.press("0");
      await page.keyboard.press("ArrowRight");
      await page.locator(".preview-name:has-text('picture2.png')").waitFor();
      check(page.url().includes("picture2.png"), "stepping changes the address");
      await page.keyboard.press("ArrowLeft");
      await page.locator(".preview-name:has-text('picture.png')").waitFor();
      await page.goBack();
      await page.locator("dialog.preview").waitFor({ state: "detached" });
      check(page.url().endsWith("#/files/previews"), "back closes the picture");
      check(await page.evaluate(() => document.activeElement?.getAttribute("role") === "grid"), "the focus is back in the list");

      await show(stage, page, "tone.wav");
      await until(() => page.locator("audio").evaluate((player) => player.duration > 29), "the sound's length is known");
      await page.locator("audio").evaluate((player) => { player.currentTime = 20; });
      await until(() => page.locator("audio").evaluate((player) => player.currentTime === 20 && !player.seeking), "the sound can be sought in");
      await accessible(page, "a sound");
      await page.keyboard.press("Escape");

      await show(stage, page, "film.webm");
      await until(() => page.locator("video").evaluate((player) => player.videoWidth === 320), "the film is drawn");
      await page.locator("video").evaluate((player) => { player.currentTime = 0.5; });
      await until(() => page.locator("video").evaluate((player) => !player.seeking), "the film can be sought in");
      await page.keyboard.press("Escape");

      await show(stage, page, "paper.pdf");
      await page.locator("iframe.pdf").waitFor();
      check((await page.locator("iframe.pdf").getAttribute("src")).startsWith("blob:"), "the PDF is shown from memory");
      await page.keyboard.press("Escape");
      await page.locator("dialog.preview").getByRole("button", { name: "Close", exact: true }).click({ timeout: 2000 }).catch(() => undefined);
      await page.locator("dialog.preview").waitFor({ state: "detached" });

      await show(stage, page, "text.txt");
      await page.locator("pre.text:has-text('second line')").waitFor();
      await accessible(page, "a text");
      await page.keyboard.press("Escape");

      await show(stage, page, "notes.md");
      await page.locator(".markdown .heading-1:text('Title')").waitFor();
      const markdown = await page.locator(".markdown").evaluate((article) => ({
        scripts: article.querySelectorAll("script, [onerror], iframe").length,
        images: [...article.querySelectorAll("img")].map((image) => image.getAttribute("src")),
        links: [...article.querySelectorAll("a")].map((link) => link.getAttribute("href")),
        marks: ["em", "strong", "code", "s", "table", "ol", "input"].filter((name) => !article.querySelector(name)),
      }));
      same(markdown.scripts, 0, "scripts in the Markdown");
      same(markdown.marks, [], "marks that are missing");
      check(markdown.images.length === 1 && markdown.images[0].includes("picture.png"), `pictures come from beside the file: ${markdown.images}`);
      check(!markdown.links.some((link) => /javascript:/.test(link)), `no link runs a script: ${markdown.links}`);
      await accessible(page, "Markdown");
      await noSideways(page, "Markdown");
      await page.locator(".markdown a:text('beside')").count();
      await page.keyboard.press("Escape");

      await show(stage, page, "drawing.svg");
      await until(() => page.locator("img.picture").evaluate((image) => image.complete && image.naturalWidth > 0), "the drawing is drawn");
      await page.keyboard.press("Escape");

      await show(stage, page, "data.bin");
      await page.locator(".notice-title:text('There is no preview')").waitFor();
      await accessible(page, "no preview");
    },
  },
  {
    name: "Markdown becomes what was meant, and odd texts take no time",
    async run(stage) {
      stage.folder("markdown");
      const page = await stage.page();
      await stage.open(page, "#/files/markdown");
      const module = await page.evaluate(() => document.querySelector("script[type=module]").src.replace("user/app.js", "user/preview/markdown.js"));
      /** @param {string[]} texts */
      const render = (texts) => page.evaluate(async ([url, all]) => {
        const { renderMarkdown } = await import(url);
        const targets = { linkFor: (target) => (/^[a-z]+:/.test(target) ? null : `#${target}`), imageFor: () => null };
        return all.map((text) => {
          const started = performance.now();
          const element = document.createElement("div");
          element.append(renderMarkdown(text, targets));
          return { html: element.innerHTML, milliseconds: performance.now() - started };
        });
      }, [module, texts]);
      const wanted = {
        "*a*b **bold *both* x** snake_case_name __strong__ _em_": "<p><em>a</em>b <strong>bold <em>both</em> x</strong> snake_case_name <strong>strong</strong> <em>em</em></p>",
        "`x` ``a`b`` \\*no\\* &amp; &lt;i&gt; &#x41;": "<p><code>x</code> <code>a`b</code> *no* &amp; &lt;i&gt; A</p>",
        "[t](<a b> \"title\") [x](javascript:alert(1)) [y](data:text/html,x)": "<p><a href=\"#a b\">t</a> <span>x</span> <span>y</span></p>",
        "1. a\n2. b\n\n   more\n   - in\n\nText": "<ol><li><p>a</p></li><li><p>b</p><p>more</p><ul><li>in</li></ul></li></ol><p>Text</p>",
        "Title\n===\n\n> quote\n> on\n\n***": "<h2 class=\"heading-1\">Title</h2><blockquote><p>quote\non</p></blockquote><hr>",
        "<b onclick=x>html</b>": "<p>&lt;b onclick=x&gt;html&lt;/b&gt;</p>",
      };
      const own = new URL(page.url()).origin;
      const other = own.replace(/\d+$/, "1");
      for (const call of [`${own}/admin/setadminstatus?profile=bob`, `${own}/%63ore/createfolder`, `${own}/?op=logout`, `${own}/upload`, `${own.toUpperCase()}/app/a/b`, "http://["]) {
        wanted[`[t](${call})`] = `<p><span title="${call.replace("&", "&amp;")}">t</span></p>`;
      }
      for (const address of [`${own}/#/files`, `${own}/admin/#/users`, `${other}/admin/x`, "https://example.org/core/x"]) {
        wanted[`[t](${address})`] = `<p><a href="${address}" target="_blank" rel="noopener noreferrer">t</a></p>`;
      }
      const made = await render(Object.keys(wanted));
      Object.entries(wanted).forEach(([text, html], at) => same(made[at].html, html, text));
      const odd = ["*", "[", "`a", "_a ", "**a ", "![a](", "~~a", "&#1", "\\", "> ", "|a"].map((part) => part.repeat(Math.floor(19_000 / part.length)));
      odd.push(`${"|a".repeat(5000)}\n${"|-".repeat(5000)}\n${"|b".repeat(5000)}`, "word *em* [l](u) ".repeat(50_000), "- a\n\n".repeat(5000), "```\n".repeat(5001));
      (await render(odd)).forEach(({ milliseconds }, at) => check(milliseconds < 3000, `the odd text ${odd[at].slice(0, 8)} took ${milliseconds} ms`));
    },
  },
  {
    name: "a link in Markdown that would call the API changes nothing, whoever clicks it",
    async run(stage) {
      const folder = stage.folder("calls");
      writeFileSync(join(folder, "keep.txt"), "kept");
      const call = "core/deletefile?path=/anna/calls&name=keep.txt";
      const targets = [`/${call}`, `../${call}`, `../../${call}`, `${stage.server.base}/${call}`, `/%63ore/deletefile?path=/anna/calls&name=keep.txt`, `//${new URL(stage.server.base).host}/${call}`];
      writeFileSync(join(folder, "links.md"), `# Links\n\n${targets.map((target, at) => `[link${at}](${target})`).join(" ")}\n`);
      const page = await stage.page();
      await show(stage, page, "keep.txt", "calls");
      await page.locator("pre.text:text('kept')").waitFor();
      await page.keyboard.press("Escape");
      /** @type {string[]} */
      const called = [];
      page.context().on("request", (request) => { if (/deletefile/.test(request.url())) called.push(`${request.method()} ${request.url()}`); });
      for (const at of targets.keys()) {
        await show(stage, page, "links.md", "calls");
        await page.locator(".markdown .heading-1:text('Links')").waitFor();
        const link = page.locator(".markdown a", { hasText: `link${at}` });
        if (await link.count() > 0) await link.click();
        await page.goto("about:blank");
      }
      same(called, [], "calls that a link made");
      same(readFileSync(join(folder, "keep.txt"), "utf8"), "kept", "the file that the links would delete");
    },
  },
  {
    name: "a text in UTF-16 is shown, whichever byte of a pair comes first",
    async run(stage) {
      const folder = stage.folder("utf16");
      const little = Buffer.from("\ufeffGr\u00fc\u00dfe \u{1F600}\nsecond line\n", "utf16le");
      writeFileSync(join(folder, "little.txt"), little);
      writeFileSync(join(folder, "big.txt"), Buffer.from(little).swap16());
      const page = await stage.page();
      await stage.open(page, "#/files/utf16");
      for (const name of ["little.txt", "big.txt"]) {
        await row(page, name).locator(".entry-link").click();
        await page.locator("pre.text:text('Gr\u00fc\u00dfe \u{1F600}')").waitFor();
        same(await page.locator("pre.text").textContent(), "Gr\u00fc\u00dfe \u{1F600}\nsecond line\n", name);
        await page.keyboard.press("Escape");
        await page.locator("dialog.preview").waitFor({ state: "detached" });
      }
    },
  },
  {
    name: "a text is written and saved, with its line ends",
    async run(stage) {
      const folder = stage.folder("writing");
      writeFileSync(join(folder, "windows.txt"), "\ufeffone\r\ntwo\r\n");
      writeFileSync(join(folder, "latin.txt"), Buffer.from([0x67, 0x72, 0xfc, 0xdf, 0x65]));
      const page = await stage.page();
      await stage.open(page, "#/files/writing");
      await row(page, "latin.txt").locator(".entry-link").click();
      await page.locator("pre.text:text('gr\u00fc\u00dfe')").waitFor();
      check(await page.getByRole("button", { name: "Edit" }).isDisabled(), "what could not be written back as it was is not edited");
      await page.keyboard.press("Escape");
      await row(page, "windows.txt").locator(".entry-link").click();
      await page.getByRole("button", { name: "Edit" }).click();
      const area = page.locator("textarea.editor");
      same(await area.inputValue(), "one\ntwo\n", "the text");
      await accessible(page, "the editor");
      await area.fill("one\ntwo\nthree \u{1F600}\n");
      await page.keyboard.press("Control+s");
      await page.locator(".toast:has-text('Saved at')").waitFor();
      same(readFileSync(join(folder, "windows.txt"), "utf8"), "\ufeffone\r\ntwo\r\nthree \u{1F600}\r\n", "the file");
      await area.fill("not saved");
      await page.getByRole("button", { name: "Close", exact: true }).click();
      const question = page.locator("dialog:has-text('Save your changes?')");
      await question.waitFor();
      // Another key press must lose nothing.
      await page.keyboard.press("Enter");
      await question.waitFor({ state: "detached" });
      same(await area.inputValue(), "not saved", "what was written is still there");
      await page.getByRole("button", { name: "Close", exact: true }).click();
      await question.getByRole("button", { name: "Save", exact: true }).click();
      await page.locator("pre.text:text('not saved')").waitFor();
      same(readFileSync(join(folder, "windows.txt"), "utf8"), "\ufeffnot saved", "the file after leaving with Save");
      await page.getByRole("button", { name: "Edit" }).click();
      await area.fill("not wanted");
      await page.goBack();
      await question.getByRole("button", { name: "Discard" }).click();
      await page.locator("pre.text").waitFor();
      await page.getByRole("button", { name: "Close", exact: true }).click();
      await page.locator("dialog.preview").waitFor({ state: "detached" });
      // A new text file opens in the editor.
      await page.getByRole("button", { name: "New", exact: true }).click();
      await page.locator(".menu-label:text-is('New text file')").click();
      await page.locator("dialog input").fill("fresh.md");
      await page.keyboard.press("Enter");
      await area.waitFor();
      await area.fill("# Fresh");
      await page.keyboard.press("Control+s");
      await until(() => readFileSync(join(folder, "fresh.md"), "utf8") === "# Fresh", "the new file is written");
    },
  },
  {
    name: "two windows edit the same text: a conflict asks",
    async run(stage) {
      const folder = stage.folder("conflict");
      writeFileSync(join(folder, "shared.txt"), "start");
      const content = () => readFileSync(join(folder, "shared.txt"), "utf8");
      const pages = [await stage.page(), await stage.page()];
      for (const page of pages) {
        await stage.open(page, "#/files/conflict?open=shared.txt");
        await page.getByRole("button", { name: "Edit" }).click();
      }
      const [first, second] = pages;
      const save = async (page, text) => {
        await page.locator("textarea.editor").fill(text);
        await page.getByRole("button", { name: "Save" }).click();
      };
      await save(first, "from the first");
      await first.locator(".toast:has-text('Saved at')").waitFor();
      await save(second, "from the second");
      const question = second.locator("dialog:has-text('Somebody else has changed this file')");
      await question.waitFor();
      await accessible(second, "an edit conflict");
      same(content(), "from the first", "nothing is replaced unasked");
      await second.keyboard.press("Escape");
      same(await second.locator("textarea.editor").inputValue(), "from the second", "what was written is kept");
      await second.getByRole("button", { name: "Save" }).click();
      await question.getByRole("button", { name: "Save mine as a copy" }).click();
      await second.locator(".toast:has-text('Saved as shared (2).txt')").waitFor();
      same(readFileSync(join(folder, "shared (2).txt"), "utf8"), "from the second", "the copy");
      same(content(), "from the first", "the file of the first");
      await second.locator("pre.text:text('from the first')").waitFor();
      // The second window replaces the file on purpose.
      await second.getByRole("button", { name: "Edit" }).click();
      await save(first, "again the first");
      await until(() => content() === "again the first", "the first saved again");
      await save(second, "now the second");
      await question.getByRole("button", { name: "Replace with mine" }).click();
      await until(() => content() === "now the second", "the second replaced it");
      same(readdirSync(folder).sort().join(" "), "shared (2).txt shared.txt", "what is there");
    },
  },
  {
    name: "what is written is not lost when its file is gone, nor when a copy cannot be saved",
    async run(stage) {
      const path = join(stage.folder("gone"), "letter.txt");
      writeFileSync(path, "as it was\n");
      const page = await stage.page();
      await stage.open(page, "#/files/gone?open=letter.txt");
      await page.getByRole("button", { name: "Edit" }).click();
      const editor = page.locator("textarea.editor");
      await editor.fill("what I wrote\n");
      writeFileSync(path, "what somebody else wrote\n");
      await page.keyboard.press("Control+s");
      const question = page.locator("dialog:has-text('Somebody else has changed this file')");
      await question.waitFor();
      stage.expected.push(/ERR_FAILED/);
      await page.route("**/core/upload*", (route) => route.abort());
      await question.getByRole("button", { name: "Save mine as a copy" }).click();
      await page.locator(".toast:has-text('It was not saved')").waitFor();
      // If the editor reloaded the file, it would do so within this time.
      await page.waitForTimeout(500);
      same(await editor.inputValue(), "what I wrote\n", "what was written");
      await page.unroute("**/core/upload*");
      rmSync(path);
      await page.keyboard.press("Control+s");
      await page.locator(".toast:has-text('saved here as a new file')").waitFor();
      same(readFileSync(path, "utf8"), "what I wrote\n", "the file");
      await editor.fill("and more\n");
      await page.keyboard.press("Control+s");
      await until(() => readFileSync(path, "utf8") === "and more\n", "it goes on as usual");
    },
  },
  {
    name: "the head over a text stays one line on the smallest phone, while it is read and written",
    async run(stage) {
      const name = `${"a rather long name, as people give them, ".repeat(4)}.txt`;
      writeFileSync(join(stage.folder("head"), name), "text");
      writeFileSync(join(stage.folder("head"), "another.txt"), "text");
      const phone = await stage.page({ phone: true, width: 320, language: "de-DE" });
      await stage.open(phone, `#/files/head?open=${encodeURIComponent(name)}`);
      const fits = async (/** @type {string} */ where) => {
        const { height } = await phone.locator(".preview-head").boundingBox();
        check(height <= 64, `the head is ${height} pixels high ${where}`);
        await noSideways(phone, where);
        await accessible(phone, where);
      };
      await phone.locator("pre.text").waitFor();
      await fits("where a text is read");
      await phone.getByRole("button", { name: "Bearbeiten" }).click();
      await phone.locator("textarea.editor").fill("another text");
      await fits("where a text is written");
    },
  },
];
