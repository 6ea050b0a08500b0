// Attacks by a foreign page on a signed-in user. The page is on another port, has another scheme or
// is on another host, and makes the browser call the cloud in every way that a page can. It must
// change nothing, read nothing, and sign nobody in or out.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { account, adminCall, SECRET, signInAdmin } from "../admin/steps.mjs";
import { check, same, signIn, until, USER } from "../harness.mjs";

/** Within this many milliseconds, every call that a page has begun reaches the server. */
const ARRIVAL = 1500;

/**
 * Starts a server for pages on a free port.
 * @param {import("node:net").Server} server @returns {Promise<number>}
 */
async function listening(server) {
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", () => resolve(undefined)); });
  return /** @type {import("node:net").AddressInfo} */ (server.address()).port;
}

/** A key and a certificate for pages over HTTPS. */
function certificate() {
  const folder = mkdtempSync(join(tmpdir(), "cloudlet-certificate-"));
  try {
    const [key, cert] = [join(folder, "key"), join(folder, "cert")];
    execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
      "-subj", "/CN=localhost", "-keyout", key, "-out", cert], { stdio: "ignore" });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Runs in the foreign page and tries every way in which a page can make the browser call the cloud.
 * Each way tries to create a folder named after it, and to make the victim an administrator.
 * Returns the ways that could read an answer.
 * @param {{ base: string, home: string, victim: string, word: string }} aim
 */
async function attack({ base, home, victim, word }) {
  const address = (name) => `${base}/core/createfolder?${new URLSearchParams({ path: home, name: `${word}-${name}` })}`;
  const promote = `${base}/admin/setadminstatus?profile=${victim}&adminstatus=1`;
  const form = (name) => new URLSearchParams({ path: home, name: `${word}-${name}` });
  const add = (tag, properties) => document.body.append(Object.assign(document.createElement(tag), properties));
  for (const tag of ["img", "script", "iframe", "embed", "video", "audio"]) {
    add(tag, { src: address(tag) });
    add(tag, { src: promote });
  }
  add("link", { rel: "stylesheet", href: address("stylesheet") });
  add("link", { rel: "prefetch", href: address("prefetch") });
  add("object", { data: address("object") });
  add("div", { style: `background: url("${address("background")}")` });

  for (const [name, enctype, method] of [
    ["form", "application/x-www-form-urlencoded", "post"], ["multipart", "multipart/form-data", "post"],
    ["plain", "text/plain", "post"], ["byget", "application/x-www-form-urlencoded", "get"],
  ]) {
    const frame = Object.assign(document.createElement("iframe"), { name: `frame-${name}` });
    document.body.append(frame);
    const send = (action, fields) => {
      const element = Object.assign(document.createElement("form"), { action, method, enctype, target: frame.name });
      for (const [field, value] of fields) element.append(Object.assign(document.createElement("input"), { name: field, value }));
      document.body.append(element);
      element.submit();
    };
    send(`${base}/core/createfolder`, form(name));
    send(`${base}/admin/setadminstatus`, new URLSearchParams({ profile: victim, adminstatus: "1" }));
  }
  const popup = window.open(address("popup"));

  const read = [];
  const fetched = async (name, url, options) => {
    try {
      const reply = await fetch(url, { credentials: "include", ...options });
      if (reply.type !== "opaque") read.push(`${name}: ${(await reply.text()).slice(0, 80)}`);
    } catch {
      // The browser must refuse it.
    }
  };
  await Promise.all([
    fetched("fetch by GET", address("fetchget"), { mode: "no-cors" }),
    fetched("fetch by POST", `${base}/core/createfolder`, { mode: "no-cors", method: "POST", body: form("fetchpost") }),
    fetched("fetch kept alive", `${base}/core/createfolder`, { mode: "no-cors", method: "POST", body: form("keepalive"), keepalive: true }),
    fetched("fetch with CORS", `${base}/core/createfolder`, { method: "POST", body: form("cors") }),
    fetched("fetch with a token", `${base}/core/createfolder`, { method: "POST", body: form("token"), headers: { "X-XSRF-TOKEN": "NONE" } }),
    fetched("fetch by PUT", `${base}/core/createfolder`, { method: "PUT", body: form("put") }),
    fetched("a listing", `${base}/core/getfilelist?${new URLSearchParams({ path: home })}`, {}),
    fetched("who is signed in", `${base}/core/getauthenticationinfo`, { headers: { Accept: "application/json" } }),
    fetched("the public description", `${base}/core/getapidescription`, {}),
  ]);
  navigator.sendBeacon(`${base}/core/createfolder`, form("beacon"));
  navigator.sendBeacon(`${base}/core/createfolder`, new Blob([form("blob").toString()], { type: "text/plain" }));
  new WebSocket(address("socket").replace(/^http/, "ws")).onopen = () => read.push("a socket was opened");
  new EventSource(address("events"), { withCredentials: true }).onmessage = () => read.push("an event was read");

  // This call only reads and must arrive. It shows that the browser does what the page asks for.
  add("img", { src: `${base}/core/fileexists?${new URLSearchParams({ file: `${home}/${word}` })}` });
  await new Promise((resolve) => { setTimeout(resolve, 1000); });
  for (const frame of document.querySelectorAll("iframe")) {
    try {
      if (frame.contentDocument?.body?.textContent) read.push(`a frame: ${frame.contentDocument.body.textContent.slice(0, 80)}`);
    } catch {
      // The frame belongs to another origin, as it should.
    }
  }
  try {
    if (popup?.document?.body?.textContent) read.push(`a window: ${popup.document.body.textContent.slice(0, 80)}`);
  } catch {
    // The browser must refuse it.
  }
  popup?.close();
  return read;
}

/**
 * Tries to sign the visitor in to another account, and to sign the visitor out.
 * @param {{ base: string, victim: string, secret: string }} aim
 */
async function replaceSession({ base, victim, secret }) {
  const post = (operation, fields) => fetch(`${base}/core/${operation}`, {
    method: "POST", mode: "no-cors", credentials: "include", body: new URLSearchParams(fields),
  }).catch(() => undefined);
  await post("loginguest", { userid: victim, password: secret });
  await post("locksession", {});
  await post("endothersessions", {});
  for (const operation of ["loginguest", "locksession"]) {
    const query = new URLSearchParams({ userid: victim, password: secret });
    document.body.append(Object.assign(new Image(), { src: `${base}/core/${operation}?${query}` }));
  }
  await new Promise((resolve) => { setTimeout(resolve, 500); });
}

/** @param {import("../harness.mjs").Stage} stage */
async function names(stage) {
  const { cookies } = await stage.signedIn();
  const cookie = cookies.map((one) => `${one.name}=${one.value}`).join("; ");
  const { reply } = await stage.server.call("getfilelist", { path: `/${USER}` }, cookie);
  return (reply.entry ?? []).map((one) => one.name);
}

export const scenarios = [
  {
    name: "a page of another port, scheme or host changes nothing, reads nothing and signs nobody in or out",
    async run(stage) {
      await account(stage, "mallory");
      const blank = (_, response) => response.setHeader("Content-Type", "text/html").end("<!doctype html><body>");
      const [plain, secure] = [createServer(blank), createSecureServer(certificate(), blank)];
      const [port, securePort] = [await listening(plain), await listening(secure)];
      const context = await stage.browser.newContext({ storageState: await stage.signedIn(), ignoreHTTPSErrors: true });
      stage.contexts.push(context);
      const { base } = stage.server;
      try {
        const own = await context.newPage();
        await signInAdmin(stage, own);
        const page = await context.newPage();
        for (const [word, origin, sendsCookies] of [
          ["port", `http://127.0.0.1:${port}`, true],
          ["host", `http://evil.example:${port}`, false],
          ["scheme", `https://127.0.0.1:${securePort}`, false],
          ["nowhere", "about:blank", false],
        ]) {
          await page.goto(origin);
          const read = await page.evaluate(attack, { base, home: `/${USER}`, victim: "mallory", word });
          await page.waitForTimeout(ARRIVAL);
          same(read, [], `what a page of ${origin} read`);
          const made = (await names(stage)).filter((name) => name.startsWith(`${word}-`));
          same(made, [], `what a page of ${origin} made`);
          const { user } = await adminCall(stage, "getuser", { username: "mallory" });
          check(["0", 0].includes(user[0].isadmin ?? user[0].adminstatus ?? 0), `mallory is no administrator: ${JSON.stringify(user)}`);
          const refused = await adminCall(stage, "adminlogin", { adminuser: "mallory", adminpassword: SECRET });
          same(refused.command[0].result, 0, "mallory signs in as an administrator");
          const { log = [] } = await adminCall(stage, "getaudit", { operation: "fileexists", limit: 5 });
          const arrived = log.find((one) => JSON.stringify(one).includes(`/${USER}/${word}`));
          // Calls without cookies are those of a stranger, of which the log keeps only a few.
          check(!sendsCookies || arrived?.username === USER, `with the cookies of the visitor: ${JSON.stringify(arrived)}`);
          await page.evaluate(replaceSession, { base, victim: "mallory", secret: SECRET });
        }
        const reply = await own.request.get(`${base}/core/getauthenticationinfo`, { headers: { Accept: "application/json" } });
        check(JSON.stringify(await reply.json()).includes(USER), "the visitor is still signed in as before");
        // The page of the cloud itself may make the same calls. So they were refused because of
        // their origin.
        await own.goto(`${base}/`);
        await own.locator(".shell").waitFor();
        const made = await own.evaluate(async (home) => {
          const body = new URLSearchParams({ path: home, name: "own-page" });
          return (await fetch("/core/createfolder", { method: "POST", body })).status;
        }, `/${USER}`);
        same(made, 200, "the status of a call of the cloud's own page");
        check((await names(stage)).includes("own-page"), "its folder is there");
      } finally {
        plain.close();
        secure.close();
      }
    },
  },
  {
    name: "a foreign page shows no page of the cloud in a frame",
    async run(stage) {
      const { base } = stage.server;
      const plain = createServer((_, response) => response.setHeader("Content-Type", "text/html").end(
        `<!doctype html><body>${["/", "/admin/", "/ui/core/index.html"].map((path) => `<iframe src="${base}${path}"></iframe>`).join("")}`));
      const port = await listening(plain);
      const context = await stage.browser.newContext({ storageState: await stage.signedIn() });
      stage.contexts.push(context);
      try {
        const page = await context.newPage();
        await page.goto(`http://127.0.0.1:${port}/`);
        await page.waitForTimeout(ARRIVAL);
        const shown = await Promise.all(page.frames().slice(1).map((frame) => frame.locator("body").innerText().catch(() => "")));
        same(shown.length, 3, "frames");
        check(shown.every((text) => !/cloudlet|sign in|files/i.test(text)), `nothing of the cloud is framed: ${shown.join(" | ")}`);
      } finally {
        plain.close();
      }
    },
  },
  {
    name: "a foreign name that leads to the cloud (DNS rebinding) is served nothing",
    async run(stage) {
      const { port } = new URL(stage.server.base);
      const context = await stage.browser.newContext();
      stage.contexts.push(context);
      const page = await context.newPage();
      const rebound = `http://rebound.example:${port}`;
      const reply = await page.goto(`${rebound}/`);
      same(reply?.status(), 421, "the status of its pages");
      const read = await page.evaluate(async (password) => {
        const statuses = [];
        for (const [path, fields] of [
          ["/core/serverinfo", undefined], ["/core/getapidescription", undefined], ["/healthz", undefined],
          ["/core/loginguest", { userid: "mallory", password }],
        ]) {
          const options = fields ? { method: "POST", body: new URLSearchParams(fields) } : {};
          statuses.push((await fetch(path, options)).status);
        }
        return statuses;
      }, SECRET);
      same(read, [421, 421, 421, 421], "the statuses of its calls");
      same((await context.cookies()).length, 0, "cookies that it got");
      // If the owner of the server declares a name in `host_names`, a page of that name is not
      // foreign.
      const named = await context.newPage();
      await named.goto(stage.server.base);
      await signIn(named);
      await until(async () => (await context.cookies()).length > 0, "by its own name people sign in");
    },
  },
];
