// Plays the portals in a real browser against a real server: `node run.mjs PROGRAM [words of scenarios]`.
// Prints `N passed, N failed` at the end; ends with code 1 when anything failed.

import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Stage, USER, launch } from "./harness.mjs";
import { Server } from "./server.mjs";

/** Seconds after which a scenario has failed. */
const SCENARIO_SECONDS = 90;

const [program, ...words] = process.argv.slice(2);
if (!program) {
  console.error("Usage: node run.mjs PROGRAM [words of scenarios]");
  process.exit(2);
}

const folder = join(dirname(fileURLToPath(import.meta.url)), "scenarios");
const server = await new Server(program).start();
const browser = await launch();
let passed = 0;
let failed = 0;
/** Scenarios that failed once. A browser on a busy machine may come too late once; what is broken fails twice. @type {Scenario[]} */
const again = [];

/** @typedef {{ name: string, run: (stage: Stage) => Promise<void> }} Scenario */

/** @param {Scenario} scenario @param {Stage} stage @param {boolean} isSecond */
async function play(scenario, stage, isSecond) {
  const started = Date.now();
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than ${SCENARIO_SECONDS} s.`)), SCENARIO_SECONDS * 1000);
  });
  try {
    await Promise.race([scenario.run(stage), late]);
    await stage.close();
    passed += 1;
    console.log(`ok   ${scenario.name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    if (isSecond) failed += 1;
    else again.push(scenario);
    console.log(`${isSecond ? "FAIL" : "again"} ${scenario.name}: ${error instanceof Error ? error.message : error}`);
    await stage.close().catch((also) => console.log(`     and: ${also.message}`));
  } finally {
    clearTimeout(timer);
  }
}

try {
  const stage = new Stage(browser, server);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".mjs")).sort()) {
    const { scenarios } = await import(join(folder, file));
    for (const scenario of scenarios) {
      // The first scenario makes the account that all others use.
      const isWanted = words.length === 0 || file.startsWith("00") || words.some((word) => `${file} ${scenario.name}`.includes(word));
      if (isWanted) await play(scenario, stage, false);
    }
  }
  for (const scenario of again) {
    // The second try must not find the files of the first.
    server.clear(USER);
    await play(scenario, stage, true);
  }
} finally {
  await browser.close();
  await server.stop();
  server.remove();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
