// Runs the scenarios in a real browser against a real server: `node run.mjs PROGRAM [words of
// scenarios]`. Prints `N passed, N failed` at the end, and exits with code 1 if a scenario failed.

import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Stage, launch } from "./harness.mjs";
import { Server } from "./server.mjs";

/** A scenario that takes more seconds than this has failed. */
const SCENARIO_SECONDS = 90;

const [program, ...words] = process.argv.slice(2);
if (!program) {
  console.error("Usage: node run.mjs PROGRAM [words of scenarios]");
  process.exit(2);
}

const folder = join(dirname(fileURLToPath(import.meta.url)), "scenarios");
const browser = await launch();
let passed = 0;
let failed = 0;

/** @typedef {{ name: string, run: (stage: Stage) => Promise<void> }} Scenario */

/**
 * True if a scenario passed.
 * @param {Scenario} scenario @param {Stage} stage @param {"again" | "FAIL"} otherwise the word for one that did not
 */
async function play(scenario, stage, otherwise) {
  const started = Date.now();
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than ${SCENARIO_SECONDS} s.`)), SCENARIO_SECONDS * 1000);
  });
  try {
    await Promise.race([scenario.run(stage), late]);
    await stage.close();
    console.log(`ok   ${scenario.name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    return true;
  } catch (error) {
    console.log(`${otherwise} ${scenario.name}: ${error instanceof Error ? error.message : error}`);
    await stage.close().catch((also) => console.log(`     and: ${also.message}`));
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Does something with a new cloud. @param {(stage: Stage) => Promise<void>} work */
async function inNewCloud(work) {
  const server = await new Server(program).start();
  try {
    await work(new Stage(browser, server));
  } finally {
    await server.stop();
    server.remove();
  }
}

/** All scenarios that are wanted. The first one creates the account that all others use. */
async function wanted() {
  /** @type {Scenario[]} */
  const found = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".mjs")).sort()) {
    /** @type {{ scenarios: Scenario[] }} */
    const { scenarios } = await import(join(folder, file));
    found.push(...scenarios.filter(({ name }) => words.length === 0 || file.startsWith("00") || words.some((word) => `${file} ${name}`.includes(word))));
  }
  return found;
}

/**
 * Runs a scenario a second time. On a busy machine a browser can be too late once, but a real fault
 * fails twice. The second run has a cloud of its own, so that it does not find what the first one
 * left.
 * @param {Scenario} scenario @param {Scenario} first
 */
async function playAgain(scenario, first) {
  await inNewCloud(async (stage) => {
    const isReady = scenario === first || await play(first, stage, "FAIL");
    if (isReady && await play(scenario, stage, "FAIL")) passed += 1;
    else failed += 1;
  });
}

try {
  const scenarios = await wanted();
  /** @type {Scenario[]} */
  const again = [];
  await inNewCloud(async (stage) => {
    for (const scenario of scenarios) {
      if (await play(scenario, stage, "again")) passed += 1;
      else again.push(scenario);
    }
  });
  for (const scenario of again) await playAgain(scenario, scenarios[0]);
} finally {
  await browser.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
