// A client that is made from the description alone: signs in, lists, makes a folder, uploads 3 MB, downloads a range, is
// refused with a message it can read, and meets 401. Usage: node client.js BASE_URL USER PASSWORD

import createClient, { type Middleware } from "openapi-fetch";
import type { paths } from "./types.js";

const [baseUrl = "", user = "", password = ""] = process.argv.slice(2);
const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const BYTES = 3 * 1024 * 1024;

/** What a browser does by itself: the cookies that come are sent back. */
const jar = new Map<string, string>();
const cookies: Middleware = {
  onRequest({ request }) {
    request.headers.set("Cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
    return request;
  },
  onResponse({ response }) {
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      const [name = "", value = ""] = pair.split("=");
      jar.set(name, value);
    }
  },
};

const client = createClient<paths>({ baseUrl, headers: { Accept: "application/json" } });
client.use(cookies);

let failures = 0;
function check(what: string, isSo: boolean) {
  console.log(`${isSo ? "ok" : "FAIL"} typescript: ${what}`);
  if (!isSo) failures += 1;
}

/** What a refusal says: in the command envelope, or as a bare sentence. */
function reasonOf(error: { command: { message: string }[] } | string | undefined) {
  return typeof error === "string" ? error : error?.command[0]?.message ?? "";
}

const stranger = await client.GET("/core/getfilelist", { params: { query: { path: `/${user}` } } });
check("without a session: 401 with a reason", stranger.response.status === 401 && reasonOf(stranger.error).length > 0);

const login = await client.POST("/core/loginguest", { headers: FORM, body: { userid: user, password } });
check("signs in", login.data?.command[0]?.result === 1);

const made = await client.POST("/core/createfolder", { headers: FORM, body: { path: `/${user}`, name: "made" } });
check("makes a folder", made.data?.command[0]?.result === 1);

const again = await client.POST("/core/createfolder", { headers: FORM, body: { path: `/${user}`, name: "made" } });
const reason = reasonOf(again.error);
check(`is refused with a message: ${reason}`, again.response.status === 400 && reason.length > 0);
check("and with a word", again.response.headers.get("X-Cloudlet-Error") === "exists");

const bytes = Uint8Array.from({ length: BYTES }, (_, at) => (at * 31 + (at >> 8)) % 256);
const uploaded = await client.POST("/core/upload", {
  body: { path: `/${user}/made`, filename: "three.bin", filesize: BYTES, complete: 1, file: new Blob([bytes]) },
  bodySerializer(body) {
    const form = new FormData();
    for (const [name, value] of Object.entries(body)) {
      if (value instanceof Blob) form.set(name, value, "three.bin");
      else form.set(name, String(value));
    }
    return form;
  },
  parseAs: "text",
});
check("uploads 3 MB", uploaded.data === "OK");

const listed = await client.GET("/core/getfilelist", { params: { query: { path: `/${user}/made`, limit: -1 } } });
const entries = listed.data && "meta" in listed.data ? listed.data.entry ?? [] : [];
const [entry] = entries;
check("lists it with its size", entry?.name === "three.bin" && entry.fullsize === BYTES && entry.type === "file");

const part = await client.GET("/core/downloadfile", {
  params: { query: { filepath: `/${user}/made/three.bin` } },
  headers: { Range: "bytes=1000000-1000999" },
  parseAs: "arrayBuffer",
});
const wanted = bytes.slice(1_000_000, 1_001_000);
check("downloads a range", part.response.status === 206 && part.data !== undefined
  && Buffer.from(part.data).equals(Buffer.from(wanted)));

process.exit(failures === 0 ? 0 : 1);
