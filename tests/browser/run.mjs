// Runs the scenarios in real browsers against a real server: `node run.mjs PROGRAM [words of
// scenarios]`. Prints `N passed, N failed` at the end, and exits with code 1 if a scenario failed.
// Those in `scenarios` run on Chromium, those in `firefox/scenarios` on Firefox.

import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FirefoxStage, firefox, launch as launchFirefox } from "./firefox/harness.mjs";
import { Stage, launch } from "./harness.mjs";
import { startFamilyCloud } from "./family/cloud.mjs";
import { Server } from "./server.mjs";

/** A scenario that takes more seconds than this has failed. */
const SCENARIO_SECONDS = 90;

const [program, ...words] = process.argv.slice(2);
if (!program) {
  console.error("Usage: node run.mjs PROGRAM [words of scenarios]");
  process.exit(2);
}

const here = dirname(fileURLToPath(import.meta.url));
let passed = 0;
let failed = 0;

/**
 * `inFamilyCloud`: it plays in a copy of the family's cloud, which no other scenario sees.
 * @typedef {{ name: string, inFamilyCloud?: boolean, run: (stage: any) => Promise<void> }} Scenario
 */
/** @typedef {Stage | FirefoxStage} AnyStage */
/** @typedef {(server: Server) => AnyStage} MakeStage */

/**
 * True if a scenario passed on this stage.
 * @param {Scenario} scenario @param {AnyStage} stage @param {"again" | "FAIL"} otherwise the word for one that did not
 */
async function playOn(scenario, stage, otherwise) {
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

/**
 * True if a scenario passed on the stage, or on one of its own if it wants the family's cloud.
 * @param {Scenario} scenario @param {AnyStage} stage @param {MakeStage} makeStage @param {"again" | "FAIL"} otherwise
 */
async function play(scenario, stage, makeStage, otherwise) {
  if (!scenario.inFamilyCloud) return playOn(scenario, stage, otherwise);
  const server = await startFamilyCloud(program).catch((error) => error);
  if (server instanceof Error) {
    console.log(`${otherwise} ${scenario.name}: there is no cloud for it: ${server.message}`);
    return false;
  }
  try {
    return await playOn(scenario, makeStage(server), otherwise);
  } finally {
    await server.stop();
    server.remove();
  }
}

/** Does something with a new cloud. @param {MakeStage} makeStage @param {(stage: AnyStage) => Promise<void>} work */
async function inNewCloud(makeStage, work) {
  const server = await new Server(program).start();
  try {
    await work(makeStage(server));
  } finally {
    await server.stop();
    server.remove();
  }
}

/**
 * The scenarios of a folder that are wanted. The first one creates the account that all others use.
 * It is left out if no other is wanted.
 * @param {string} folder
 */
async function wanted(folder) {
  /** @type {Scenario[]} */
  const found = [];
  let isAny = words.length === 0;
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".mjs")).sort()) {
    /** @type {{ scenarios: Scenario[] }} */
    const { scenarios } = await import(join(folder, file));
    for (const scenario of scenarios) {
      const isNamed = words.some((word) => `${join(folder, file)} ${scenario.name}`.slice(here.length).includes(word));
      if (words.length === 0 || isNamed || file.startsWith("00")) found.push(scenario);
      isAny ||= isNamed;
    }
  }
  return isAny ? found : [];
}

/**
 * Runs a scenario a second time. On a busy machine a browser can be too late once, but a real fault
 * fails twice. The second run has a cloud of its own, so that it does not find what the first one
 * left.
 * @param {MakeStage} makeStage @param {Scenario} scenario @param {Scenario} first
 */
async function playAgain(makeStage, scenario, first) {
  await inNewCloud(makeStage, async (stage) => {
    const isReady = scenario === first || scenario.inFamilyCloud || await play(first, stage, makeStage, "FAIL");
    if (isReady && await play(scenario, stage, makeStage, "FAIL")) passed += 1;
    else failed += 1;
  });
}

/**
 * Runs scenarios in one browser.
 * @param {Scenario[]} scenarios @param {() => Promise<{ close(): Promise<void> }>} start @param {(browser: any, server: Server) => AnyStage} makeStage
 */
async function playAll(scenarios, start, makeStage) {
  if (scenarios.length === 0) return;
  const browser = await start();
  const makeHere = (/** @type {Server} */ server) => makeStage(browser, server);
  try {
    /** @type {Scenario[]} */
    const again = [];
    await inNewCloud(makeHere, async (stage) => {
      for (const scenario of scenarios) {
        if (await play(scenario, stage, makeHere, "again")) passed += 1;
        else again.push(scenario);
      }
    });
    for (const scenario of again) await playAgain(makeHere, scenario, scenarios[0]);
  } finally {
    await browser.close();
  }
}

/** The scenarios of Firefox, if it is on this machine. @param {Scenario[]} scenarios */
async function playOnFirefox(scenarios) {
  if (path) await playAll(scenarios, () => launchFirefox(path), (browser, server) => new FirefoxStage(browser, server));
  else if (scenarios.length > 0) console.log(`${scenarios.length} scenarios were NOT run: there is no Firefox on this machine`);
}

const path = firefox();
const onChromium = await wanted(join(here, "scenarios"));
const onFirefox = await wanted(join(here, "firefox/scenarios"));
// Each browser has a cloud of its own, so both run at once.
await Promise.all([
  playAll(onChromium, launch, (browser, server) => new Stage(browser, server)),
  playOnFirefox(onFirefox),
]);
console.log(`${passed} passed, ${failed} failed`);
if (passed + failed === 0 && (path || onFirefox.length === 0)) console.log("no scenario has such a name");
process.exit(failed > 0 || passed === 0 ? 1 : 0);
