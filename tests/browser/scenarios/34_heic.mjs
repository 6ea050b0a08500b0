// Photos in the format of iPhones. The server draws them if it has the program for that, and otherwise the portal says so.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PASSWORD, USER, Stage, accessible, check, noSideways, row, same, until, withOwnCloud } from "../harness.mjs";
import { pdf, png } from "../fixtures.mjs";

/** The beginning of a HEIC file, and then bytes that no browser can read. */
const heic = () => Buffer.concat([Buffer.from("\0\0\0\x14ftypheic\0\0\0\0mif1", "latin1"), Buffer.alloc(300_000, 7)]);

/**
 * Uses a cloud of its own that has only the programs given.
 * @param {Stage} stage @param {Record<string, Buffer>} programs by their names what each of them draws
 * @param {(own: Stage) => Promise<void>} act
 */
async function withPrograms(stage, programs, act) {
  const path = mkdtempSync(join(tmpdir(), "cloudlet-programs-"));
  for (const [name, picture] of Object.entries(programs)) {
    const octal = [...picture].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
    writeFileSync(join(path, name), `#!/bin/sh\nprintf '${octal}'\n`);
    chmodSync(join(path, name), 0o755);
  }
  try {
    await withOwnCloud(stage, { PATH: path, CLOUDLET_THUMBNAIL_PROGRAMS: "always" }, async (own) => {
      const folder = own.folder("phone");
      writeFileSync(join(folder, "IMG_0001.HEIC"), heic());
      writeFileSync(join(folder, "IMG_0002.heif"), heic());
      writeFileSync(join(folder, "drawn.png"), png(300, 200, 4));
      writeFileSync(join(folder, "page.pdf"), pdf("A page"));
      writeFileSync(join(folder, "video.mp4"), Buffer.concat([Buffer.from("\0\0\0\x14ftypisom\0\0\0\0avc1", "latin1"), Buffer.alloc(2000)]));
      await act(own);
    });
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** The files that a page requests, as a picture or as a whole. @param {import("playwright-core").Page} page */
function asks(page) {
  /** @type {string[]} */
  const asked = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (/getfsthumbimage|getfsslideimage|downloadfile|docconvert/.test(url.pathname)) asked.push((url.searchParams.get("name") ?? url.searchParams.get("filepath") ?? "").replace(/.*\//, ""));
  });
  return asked;
}

/** A link to the folder. @param {Stage} own */
async function link(own) {
  const { cookies } = await own.server.call("loginguest", { userid: USER, password: PASSWORD });
  const { reply } = await own.server.call("quickshare", { sharelocation: `/${USER}/phone` }, cookies);
  const made = await own.server.call("updateshare", { shareid: reply.share[0].shareid, allowpublicaccess: 1 }, cookies);
  const address = made.reply.share[0].shareurl;
  return `${own.server.base}/url/${address.slice(address.lastIndexOf("/") + 1)}`;
}

export const scenarios = [
  {
    name: "heic: a photo of an iPhone opens like any other where the server has the program",
    async run(stage) {
      await withPrograms(stage, { "heif-thumbnailer": png(600, 400, 9), pdftoppm: png(300, 400, 2) }, async (own) => {
        const page = await own.page({ width: 1280, height: 800 });
        const asked = asks(page);
        await own.open(page, "#/files/phone");
        for (const name of ["IMG_0001.HEIC", "IMG_0002.heif", "page.pdf"]) await row(page, name).locator(".is-drawn img").waitFor();
        check(!asked.includes("video.mp4"), "no picture of the video is asked for: no program draws it");
        await row(page, "IMG_0001.HEIC").getByRole("link").click();
        const picture = page.locator("img.picture[data-layer=screen]");
        await picture.waitFor();
        same(await picture.evaluate((one) => [one.naturalWidth, one.naturalHeight]), [600, 400], "the drawn photo");
        same(await page.locator(".preview").getAttribute("data-theme"), "dark", "photos are looked at in the dark");
        await accessible(page, "a HEIC photo");
        await page.keyboard.press("ArrowRight");
        await page.locator(".preview-name", { hasText: "IMG_0002.heif" }).waitFor();
        await picture.waitFor();
        await page.screenshot({ path: "shots/heic-desktop.png" });

        const visitor = await own.page({ phone: true, guest: true });
        const visited = asks(visitor);
        await visitor.goto(await link(own));
        await visitor.getByText("IMG_0001.HEIC").first().click();
        await until(() => visitor.locator(".viewer-image").evaluate((one) => one.naturalWidth === 600), "a visitor sees it, too");
        check(!visited.includes("video.mp4"), "nor does a visitor ask for a picture of the video");
        await accessible(visitor, "a HEIC photo by a link");
      });
    },
  },
  {
    name: "heic: where the server has no program, nothing is asked in vain, and it is said with a way out",
    async run(stage) {
      await withPrograms(stage, {}, async (own) => {
        for (const [language, phone, sentence, save] of [["en-GB", false, "This browser cannot show HEIC photos", "Download"], ["de-DE", true, "Dieser Browser kann keine HEIC-Fotos zeigen", "Herunterladen"]]) {
          const page = await own.page({ language, phone });
          const asked = asks(page);
          await own.open(page, "#/files/phone");
          await row(page, "drawn.png").locator(".is-drawn img").waitFor();
          await page.waitForTimeout(300);
          same([...new Set(asked)], ["drawn.png"], "the only file of which there is a picture is the only one asked for");
          await row(page, "IMG_0001.HEIC").getByRole("link").click();
          await page.locator(".preview .notice-title", { hasText: sentence }).waitFor();
          check(!asked.some((name) => /heic|heif/i.test(name)), `the photo is not fetched in vain: ${asked.join(", ")}`);
          await page.locator(".preview .notice").getByRole("button", { name: save }).waitFor();
          await accessible(page, "a HEIC photo that cannot be shown");
          await noSideways(page, "a HEIC photo that cannot be shown");
          await page.screenshot({ path: `shots/heic-none-${phone ? "phone-de" : "desktop"}.png` });
        }
      });
    },
  },
];
