// Starts the program under test and calls its API as a script would.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_SECONDS = 20;

/** A running server with a data directory of its own. */
export class Server {
  /** @param {string} program @param {string} [data] @param {Record<string, string>} [settings] for its environment */
  constructor(program, data, settings = {}) {
    this.program = program;
    this.data = data ?? mkdtempSync(join(tmpdir(), "cloudlet-browser-"));
    this.settings = settings;
    this.base = "";
    this.output = "";
    this.child = null;
  }

  /** Starts the server. After a stop, it gets the same port again. */
  async start() {
    const port = this.base ? new URL(this.base).port : "0";
    this.output = "";
    const parameters = ["serve", "--data", this.data, "--listen", `127.0.0.1:${port}`];
    // During work on the portals, their files come from a folder instead of the program.
    if (process.env.PORTAL_ASSETS) parameters.push("--assets", process.env.PORTAL_ASSETS);
    const child = spawn(this.program, parameters, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...this.settings } });
    this.child = child;
    this.base = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`The server did not start in ${START_SECONDS} s:\n${this.output}`)), START_SECONDS * 1000);
      const read = (chunk) => {
        this.output += chunk;
        const found = /listening on (http:\/\/[\d.]+:\d+)/.exec(this.output);
        if (found) {
          clearTimeout(timer);
          resolve(found[1]);
        }
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("exit", (code) => {
        clearTimeout(timer);
        reject(new Error(`The server ended with code ${code}:\n${this.output}`));
      });
    });
    return this;
  }

  /** @param {NodeJS.Signals} signal */
  async stop(signal = "SIGTERM") {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => { child.once("exit", resolve); });
    child.kill(signal);
    await gone;
  }

  remove() {
    rmSync(this.data, { recursive: true, force: true });
  }

  /** The one-time code of the first run, from the console. */
  code() {
    const found = /code: ([a-z0-9]{4,}(?:-[a-z0-9]{4,})+)\b/i.exec(this.output);
    if (!found) throw new Error(`The server printed no code:\n${this.output}`);
    return found[1];
  }

  /** The path on the disk of a user's folder. @param {string} user @param {string} [below] */
  folder(user, below = "") {
    const path = join(this.data, "files", user, below);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Removes all files of a user. @param {string} user */
  clear(user) {
    const path = this.folder(user);
    for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true });
  }

  /**
   * Calls an operation without a browser.
   * @param {string} operation @param {Record<string, string | number>} params @param {string} [cookie]
   */
  async call(operation, params, cookie) {
    const body = new URLSearchParams(Object.entries(params).map(([name, value]) => [name, String(value)]));
    const response = await fetch(`${this.base}/core/${operation}`, {
      method: "POST", body, headers: { Accept: "application/json", ...(cookie ? { Cookie: cookie } : {}) },
    });
    const cookies = response.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
    return { reply: await response.json(), cookies };
  }
}
