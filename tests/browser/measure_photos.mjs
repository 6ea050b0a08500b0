// Measures the view of photos in Chromium for bench/run 27: node measure_photos.mjs ADDRESS USER PASSWORD
// Prints JSON: the milliseconds to the first row, the longest frame while jumping to each year, in
// milliseconds, and the memory of the tab in bytes.

import { launch, signIn } from "./harness.mjs";

/** Time for the photos of a place to come, in milliseconds. */
const REST = 700;
/** The first row is measured this often, in a tab of its own each time. */
const TRIES = 5;
const PATIENCE = 30_000;

const [base, user, password] = process.argv.slice(2);
const browser = await launch();

/** Milliseconds from the choice of the place to its first photo. @param {import("playwright-core").Page} page */
async function firstRow(page) {
  await page.goto(`${base}/#/recent`);
  await page.locator(".shell").waitFor();
  await page.waitForTimeout(REST);
  return page.evaluate(async (patience) => {
    const begun = performance.now();
    location.hash = "#/photos";
    while (!document.querySelector(".photos-list a.photo")) {
      if (performance.now() - begun > patience) throw new Error("no photo came");
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return performance.now() - begun;
  }, PATIENCE);
}

/** The longest frame while the list jumps to twenty places in all years. @param {import("playwright-core").Page} page */
function jump(page) {
  return page.evaluate(async (rest) => {
    const list = document.querySelector(".photos-list");
    const frames = [];
    let last = performance.now();
    let isOver = false;
    const watch = (/** @type {number} */ now) => {
      frames.push(now - last);
      last = now;
      if (!isOver) requestAnimationFrame(watch);
    };
    await new Promise((resolve) => requestAnimationFrame((now) => { last = now; resolve(now); }));
    requestAnimationFrame(watch);
    const places = 20;
    for (let place = 1; place <= places; place += 1) {
      list.scrollTop = ((list.scrollHeight - list.clientHeight) * ((place * 7) % places)) / places;
      await new Promise((resolve) => { setTimeout(resolve, rest); });
      if (!document.querySelector(".photos-list a.photo")) throw new Error("no photo is shown");
    }
    isOver = true;
    frames.sort((one, other) => one - other);
    return { longest: frames.at(-1), percentile99: frames[Math.floor(frames.length * 0.99)] };
  }, REST);
}

/** Bytes of the objects of the scripts after a collection. @param {import("playwright-core").Page} page */
async function memory(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find((one) => one.name === "JSHeapUsedSize").value;
}

try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(`${base}/`);
  await signIn(page, { user, password });
  const times = [];
  for (let number = 0; number < TRIES; number += 1) times.push(await firstRow(page));
  times.sort((one, other) => one - other);
  const frames = await jump(page);
  console.log(JSON.stringify({ first: times[Math.floor(TRIES / 2)], ...frames, memory: await memory(page) }));
} finally {
  await browser.close();
}
