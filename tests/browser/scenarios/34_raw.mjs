// Raw photos of cameras. The picture inside them is their thumbnail, and the viewer shows it. Nothing else of them is loaded.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, check, noSideways, row, same, until } from "../harness.mjs";
import { jpeg, raw } from "../fixtures.mjs";

export const scenarios = [{
  name: "a raw photo shows the picture inside it, upright, and is never fetched whole",
  /** @param {import("../harness.mjs").Stage} stage */
  async run(stage) {
    const folder = stage.folder("camera");
    const page = await stage.page();
    writeFileSync(join(folder, "IMG_20240506_070809.CR2"), raw(await jpeg(page, 3000, 2000), 6));
    writeFileSync(join(folder, "sensor.nef"), raw(Buffer.from("what the sensor saw"), 1));
    /** @type {string[]} */
    const whole = [];
    for (const one of [page, await stage.page({ phone: true })]) {
      one.on("request", (request) => { if (request.url().includes("downloadfile")) whole.push(request.url()); });
      await stage.open(one, "#/files/camera");
      await row(one, "IMG_20240506_070809.CR2").locator(".is-drawn img").waitFor();
      await row(one, "IMG_20240506_070809.CR2").getByRole("link").click();
      const picture = one.locator(".preview img.picture[data-layer=screen]");
      await picture.waitFor();
      const [width, height] = await picture.evaluate((image) => [image.naturalWidth, image.naturalHeight]);
      check(height > width, `it stands upright: ${width} by ${height}`);
      await noSideways(one, "a raw photo");
      await accessible(one, "a raw photo");
      await one.screenshot({ path: `shots/raw-${one === page ? "desktop" : "phone"}.png` });
      for (let step = 0; step < 6; step += 1) await one.keyboard.press("+");
      await one.waitForTimeout(500);
      // If a raw photo contains no picture, the viewer says so and offers to download it.
      stage.expected.push(/status of 415/);
      await one.keyboard.press("0");
      await one.keyboard.press("ArrowRight");
      await one.locator(".preview-name", { hasText: "sensor.nef" }).waitFor();
      await one.locator(".preview .notice").getByRole("button", { name: "Download" }).waitFor();
      await accessible(one, "a raw photo without a picture");
      same(whole, [], "files that are fetched whole");
    }
  },
}];
