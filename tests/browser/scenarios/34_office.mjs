// The preview of an office document shows its text and nothing else that the document contains.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { PASSWORD, USER, accessible, check, noSideways, row, same } from "../harness.mjs";

/** An archive as office programs write it. @param {Record<string, string | Buffer>} parts @param {number} [flags] of each part */
function archive(parts, flags = 0) {
  const local = [];
  const central = [];
  let at = 0;
  for (const [name, content] of Object.entries(parts)) {
    const [raw, title] = [Buffer.from(content), Buffer.from(name)];
    const packed = deflateRawSync(raw);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(flags, 2);
    facts.writeUInt16LE(8, 4);
    facts.writeUInt32LE(crc32(raw), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(raw.length, 18);
    facts.writeUInt16LE(title.length, 22);
    local.push(Buffer.from("PK\x03\x04", "latin1"), facts, title, packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    central.push(Buffer.from("PK\x01\x02\x14\0", "latin1"), facts, rest, title);
    at += 30 + title.length + packed.length;
  }
  const list = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(parts).length, 4);
  end.writeUInt16LE(Object.keys(parts).length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...local, list, Buffer.from("PK\x05\x06", "latin1"), end]);
}

const word = (/** @type {string} */ body) => `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`;
const paragraph = (/** @type {string} */ text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
const slide = (/** @type {string} */ text) => `<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:sld>`;

/** @param {string} folder */
function documents(folder) {
  const save = (/** @type {string} */ name, /** @type {Buffer} */ bytes) => writeFileSync(join(folder, name), bytes);
  save("a letter.docx", archive({ "word/document.xml": word(`${paragraph("Dear &lt;b&gt;Anna&lt;/b&gt;,")}<w:p><w:r><w:t>one</w:t><w:tab/><w:t>two</w:t></w:r></w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>`) }));
  save("b sums.xlsx", archive({
    "xl/workbook.xml": '<workbook xmlns="x"><sheets><sheet name="Holidays"/></sheets></workbook>',
    "xl/sharedStrings.xml": '<sst xmlns="x"><si><t>Train</t></si><si><r><t>Ho</t></r><r><t>tel</t></r></si></sst>',
    "xl/worksheets/sheet1.xml": '<worksheet xmlns="x"><sheetData><row><c t="s"><v>0</v></c><c><v>120</v></c></row><row><c t="s"><v>1</v></c><c t="inlineStr"><is><t>much</t></is></c></row></sheetData></worksheet>',
  }));
  save("c talk.pptx", archive({ "ppt/slides/slide10.xml": slide("The end"), "ppt/slides/slide2.xml": slide("Why"), "ppt/slides/slide1.xml": slide("Our garden") }));
  save("d note.odt", archive({ mimetype: "application/vnd.oasis.opendocument.text", "content.xml": '<o:document-content xmlns:o="o" xmlns:t="t"><o:body><o:text><t:h>A title</t:h><t:p>First<t:line-break/>second <t:span>third</t:span></t:p></o:text></o:body></o:document-content>' }));
  // The files are 40 MB of XML in 40 KB, an archive with an encrypted part, a file that is not an archive, and XML with an external entity.
  save("e bomb.docx", archive({ "word/document.xml": Buffer.alloc(40 * 1024 * 1024, 32) }));
  save("f secret.docx", archive({ "word/document.xml": word(paragraph("secret")) }, 1));
  save("g cut.docx", archive({ "word/document.xml": word(paragraph("text")) }).subarray(0, 60));
  save("h foreign.docx", archive({ "word/document.xml": '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/x">]><x>&e;</x>' }));
}

export const scenarios = [
  {
    name: "office: the text of documents is shown, and what is damaged or too large says so",
    async run(stage) {
      documents(stage.folder("office"));
      const page = await stage.page();
      await stage.open(page, "#/files/office");
      await row(page, "a letter.docx").getByRole("link").click();
      const lines = page.locator(".office-line");
      await lines.first().waitFor();
      same(await lines.allTextContents(), ["Dear <b>Anna</b>,", "one\ttwo"], "the letter");
      await accessible(page, "the text of a letter");
      await page.screenshot({ path: "shots/office-desktop.png" });
      await page.keyboard.press("ArrowRight");
      await page.locator(".office-table").waitFor();
      same(await page.locator(".office-table tr").evaluateAll((rows) => rows.map((one) => [...one.cells].map((cell) => cell.textContent))), [["Train", "120"], ["Hotel", "much"]], "the sheet");
      await page.locator(".office-title:text-is('Holidays')").waitFor();
      await accessible(page, "the text of a sheet");
      await page.keyboard.press("ArrowRight");
      await page.locator(".office-title").first().waitFor();
      same(await page.locator(".office-page").allTextContents(), ["Slide 1Our garden", "Slide 2Why", "Slide 3The end"], "the slides in their order");
      await page.keyboard.press("ArrowRight");
      await page.locator(".office-line:text-is('A title')").waitFor();
      same(await lines.allTextContents(), ["A title", "First\nsecond third"], "the note");
      for (const name of ["e bomb.docx", "f secret.docx", "g cut.docx", "h foreign.docx"]) {
        await page.keyboard.press("ArrowRight");
        await page.locator(".preview-name", { hasText: name }).waitFor();
        await page.locator(".notice-title:text-is('The text of this document cannot be read')").waitFor().catch(async () => { throw new Error(`${name}: ${await page.locator(".preview-stage").textContent()}`); });
        await page.locator(".preview .notice").getByRole("button", { name: "Download" }).waitFor();
        same(await lines.count(), 0, `lines of ${name}`);
      }

      const phone = await stage.page({ phone: true, language: "de-DE", dark: true });
      await stage.open(phone, "#/files/office?open=b%20sums.xlsx");
      await phone.locator(".office-table").waitFor();
      check(await phone.getByText("Nur der Text.").isVisible(), "it is said that this is the text alone");
      await accessible(phone, "the text of a sheet on a phone");
      await noSideways(phone, "the text of a sheet on a phone");
      await phone.screenshot({ path: "shots/office-phone-de.png" });
    },
  },
  {
    name: "office documents behind a link are shown as their text alone, unless they are only to be looked at",
    async run(stage) {
      documents(stage.folder("office link"));
      const { cookies } = await stage.server.call("loginguest", { userid: USER, password: PASSWORD });
      const { reply } = await stage.server.call("quickshare", { sharelocation: `/${USER}/office link` }, cookies);
      const { shareid } = reply.share[0];
      const { reply: made } = await stage.server.call("updateshare", { shareid, allowpublicaccess: 1 }, cookies);
      const address = `${stage.server.base}/url/${made.share[0].shareurl.split("/").pop()}`;
      const page = await stage.page({ guest: true, phone: true });
      /** @type {string[]} */
      const loaded = [];
      page.on("request", (request) => loaded.push(request.url()));
      await page.goto(address);
      await page.getByRole("link", { name: "a letter.docx" }).first().waitFor();
      check(!loaded.some((url) => url.includes("/user/office/")), "the reader of documents is not loaded before it is needed");
      await page.getByRole("link", { name: "a letter.docx" }).first().click();
      await page.locator(".office-line", { hasText: "Dear <b>Anna</b>," }).waitFor();
      check(await page.getByText("The text alone.").isVisible(), "what is shown is told");
      await accessible(page, "a document behind a link");
      await page.screenshot({ path: "shots/office-link.png" });
      await page.keyboard.press("ArrowRight");
      await page.locator(".office-table td", { hasText: "Train" }).waitFor();
      await noSideways(page, "a sheet behind a link");
      for (const name of ["c talk.pptx", "d note.odt", "e bomb.docx"]) {
        await page.keyboard.press("ArrowRight");
        await page.locator(".viewer-name", { hasText: name }).waitFor();
      }
      await page.locator(".notice-title:text-is('The text of this document cannot be read')").waitFor();
      await page.locator(".viewer .notice").getByRole("button", { name: "Download" }).waitFor();
      // Who may only look is not sent the document.
      await stage.server.call("updateshare", { shareid, allowpublicaccess: 1, allowpublicviewonly: 1 }, cookies);
      const looker = await stage.page({ guest: true });
      await looker.goto(address);
      await looker.getByRole("link", { name: "a letter.docx" }).first().click();
      await looker.locator(".viewer .notice").waitFor();
      same(await looker.locator(".office-line").count(), 0, "lines of a document");
    },
  },
];
