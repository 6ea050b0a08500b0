// Thumbnails of videos where the server has no program for them: the browser that uploads or plays a video draws a frame.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PASSWORD, USER, Stage, accessible, check, choose, row, same, until, withOwnCloud } from "../harness.mjs";
import { webm } from "../fixtures.mjs";

/**
 * Uses a cloud of its own that finds no program.
 * @param {Stage} stage @param {(own: Stage, folder: string, sources: string) => Promise<void>} act
 */
async function withoutPrograms(stage, act) {
  const path = mkdtempSync(join(tmpdir(), "cloudlet-frames-"));
  try {
    await withOwnCloud(stage, { PATH: path }, (own) => act(own, own.folder("films"), path));
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** The operations that a page calls about thumbnails. @param {import("playwright-core").Page} page */
function calls(page) {
  /** @type {string[]} */
  const made = [];
  page.on("request", (request) => {
    const [name] = /getfsthumbimage|(?:set|find)videothumbnails?/.exec(new URL(request.url()).pathname) ?? [];
    if (name) made.push(name);
  });
  return made;
}

/** @param {import("playwright-core").Page} page @param {string} name */
const picture = (page, name) => row(page, name).locator(".is-drawn img");

/** The size of a picture, and whether it is more than black. @param {import("playwright-core").Locator} image */
function facts(image) {
  return image.evaluate((/** @type {HTMLImageElement} */ one) => {
    const canvas = new OffscreenCanvas(8, 8);
    const drawing = canvas.getContext("2d");
    drawing.drawImage(one, 0, 0, 8, 8);
    const bright = drawing.getImageData(0, 0, 8, 8).data.some((value, at) => at % 4 < 3 && value > 100);
    return [one.naturalWidth, one.naturalHeight, bright];
  });
}

export const scenarios = [
  {
    name: "video frames: what is uploaded has its picture without a reload, in the folder and among the photos",
    async run(stage) {
      await withoutPrograms(stage, async (own, folder, sources) => {
        writeFileSync(join(folder, "silent.webm"), webm(320, 180));
        for (const name of ["sea.webm", "hill.webm"]) writeFileSync(join(sources, name), webm(1600, 900));
        writeFileSync(join(sources, "broken.webm"), Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), Buffer.alloc(3000, 7)]));
        const page = await own.page();
        const made = calls(page);
        await own.open(page, "#/files/films");
        await row(page, "silent.webm").waitFor();
        await until(() => made.includes("findvideothumbnails"), "it is asked which videos have a picture");
        check(!made.includes("getfsthumbimage"), "no picture is asked for in vain");
        await choose(page, ["broken.webm", "sea.webm", "hill.webm"].map((name) => join(sources, name)), () => page.keyboard.press("Alt+u"));
        for (const name of ["sea.webm", "hill.webm"]) {
          await picture(page, name).waitFor({ timeout: 30_000 });
          same(await facts(picture(page, name)), [160, 90, true], `the frame of ${name}`);
        }
        same(made.filter((name) => name === "setvideothumbnail").length, 2, "each frame is sent once, and none of what cannot be played");
        same(await page.locator(".files .is-drawn").count(), 2, "the others keep their icons");
        await accessible(page, "videos with frames");
        await page.screenshot({ path: "shots/video-frames.png" });

        const later = await own.page({ phone: true });
        const asked = calls(later);
        await own.open(later, "#/photos");
        await later.locator("a.photo.is-drawn img").nth(1).waitFor({ timeout: 30_000 });
        same(await later.locator("a.photo").count(), 4, "the videos among the photos");
        same(asked.filter((name) => name === "getfsthumbimage").length, 2, "only pictures that are there are asked for");
        await later.screenshot({ path: "shots/video-frames-photos.png" });
      });
    },
  },
  {
    name: "video frames: what another program has put on the disk has its picture once it was played, by who may change it",
    async run(stage) {
      await withoutPrograms(stage, async (own, folder) => {
        writeFileSync(join(folder, "sea.webm"), webm(640, 360));
        // Somebody who may only look plays it first.
        const { cookies } = await own.server.call("loginguest", { userid: USER, password: PASSWORD });
        const link = async (/** @type {string} */ path) => {
          const { reply } = await own.server.call("quickshare", { sharelocation: `/${USER}${path}` }, cookies);
          const opened = await own.server.call("updateshare", { shareid: reply.share[0].shareid, allowpublicaccess: 1 }, cookies);
          const address = opened.reply.share[0].shareurl;
          return `${own.server.base}/url/${address.slice(address.lastIndexOf("/") + 1)}`;
        };
        const visitorsPage = await link("/films");
        const visitor = await own.page({ guest: true });
        const visited = calls(visitor);
        await visitor.goto(visitorsPage);
        await visitor.getByText("sea.webm").first().click();
        await until(() => visitor.locator("video").evaluate((player) => player.play().then(() => player.currentTime > 0)), "the visitor plays it");
        check(!visited.includes("setvideothumbnail"), "a visitor gives no frame");

        const page = await own.page();
        const made = calls(page);
        await own.open(page, "#/files/films");
        await row(page, "sea.webm").getByRole("link").click();
        const player = page.locator("video.player");
        await until(() => player.evaluate((one) => one.videoWidth === 640), "the video is there");
        check(!made.includes("setvideothumbnail"), "before it plays, no frame is sent");
        await page.locator(".preview-stage").focus();
        await page.keyboard.press("Space");
        await until(() => made.includes("setvideothumbnail"), "a frame is sent while it plays");
        await page.keyboard.press("Escape");
        await picture(page, "sea.webm").waitFor();
        same(await facts(picture(page, "sea.webm")), [160, 90, true], "the frame");
        // It is not drawn again.
        await row(page, "sea.webm").getByRole("link").click();
        await until(() => player.evaluate((one) => one.videoWidth === 640), "it is opened again");
        await page.locator(".preview-stage").focus();
        await page.keyboard.press("Space");
        await until(() => player.evaluate((one) => one.ended), "it plays to its end");
        same(made.filter((name) => name === "setvideothumbnail").length, 1, "the frame is sent once");
        // Whoever comes by a link sees it, in a list, in cards and on the page of a single video.
        writeFileSync(join(folder, "silent.webm"), webm(320, 180));
        visited.length = 0;
        await visitor.goto(visitorsPage);
        const shown = visitor.locator(".visitor-item", { hasText: "sea.webm" }).locator(".is-drawn img");
        await shown.waitFor();
        same(await facts(shown), [320, 180, true], "the frame as a visitor sees it");
        same(await visitor.locator(".visitor-item .is-drawn").count(), 1, "the other video keeps its icon");
        await accessible(visitor, "a link with a frame of a video");
        await visitor.screenshot({ path: "shots/video-frames-visitor.png" });
        await visitor.getByRole("button", { name: "Show as cards" }).click();
        await shown.waitFor();
        await visitor.screenshot({ path: "shots/video-frames-visitor-cards.png" });
        same(visited.filter((name) => name === "getfsthumbimage").length, 1, "only the picture that is there is asked for");
        await visitor.goto(await link("/films/sea.webm"));
        await visitor.locator("img.visitor-sheet").waitFor();
        check(!visited.includes("setvideothumbnail"), "a visitor gives no frame");
      });
    },
  },
];
