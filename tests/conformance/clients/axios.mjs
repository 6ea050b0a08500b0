// axios with the headers that it sends by default: `Accept: application/json, text/plain, */*`.
// Programs that use it read XML with `xml2js`, keep the cookies by hand, and send parameters as
// parts of a body, the file first.

import { parseStringPromise } from "xml2js";
import { cloud, end, keepCookies, password, refusal, same, user } from "./axios_checks.mjs";

/** A form with parts in this order. */
function form(parts) {
  const body = new FormData();
  for (const [name, value, leaf] of parts) leaf === undefined ? body.append(name, value) : body.append(name, value, leaf);
  return body;
}

const wrong = await refusal(cloud.post("/core/loginguest", new URLSearchParams({ userid: user, password: "wrong" })));
const { commands: refused } = await parseStringPromise(wrong.data);
same("a refused sign-in is an error with the reason", [wrong.status, refused.command[0].result[0], refused.command[0].message[0]],
  [400, "0", "Invalid Username or Password. Password is Case Sensitive."]);

const login = await cloud.post("/core/loginguest", new URLSearchParams({ userid: user, password }));
same("its default headers get XML", login.headers["content-type"].split(";")[0], "text/xml");
same("a sign-in", (await parseStringPromise(login.data)).commands.command[0].result, ["1"]);
keepCookies(login);

const folder = `/${user}/axios`;
const made = await cloud.post("/app/explorer/createfolder", form([["name", "axios"], ["path", `/${user}`]]));
same("a folder, by parts of a body", (await parseStringPromise(made.data)).commands.command[0].message, ["Folder Created Successfully"]);

const file = new Blob(["waves"]);
for (const [what, parts] of [
  ["the file first", [["file", file, "x"], ["appname", "explorer"], ["path", folder], ["filename", "named.txt"], ["offset", "0"], ["complete", "1"]]],
  ["the name in the file part", [["file", file, "part.txt"], ["path", folder]]],
  ["fields first", [["path", folder], ["filename", "first.txt"], ["filedata", file, "x"]]],
]) {
  const stored = await cloud.post("/core/upload", form(parts));
  same(`an upload with ${what}`, [stored.status, stored.data], [200, "OK"]);
}
const denied = await refusal(cloud.post("/core/upload", form([["file", file, "x"], ["path", "/nobody-here"]])));
same("a refused upload is an error with a sentence", [denied.status, typeof denied.data, denied.data.includes("<")], [400, "string", false]);

const listed = await cloud.get("/core/getfilelist", { params: { path: folder, limit: -1, sortby: "name" } });
const { entries } = await parseStringPromise(listed.data);
same("a list is read by its elements", [entries.meta[0].total[0], entries.entry.map((entry) => entry.name[0])],
  ["3", ["first.txt", "named.txt", "part.txt"]]);
const fields = "path dirpath name ext fullsize modified type fullfilename size modifiedepoch modifiedepochutc modifiediso isroot canupload order";
same("an entry has the fields that are read", fields.split(" ").filter((name) => !(name in entries.entry[0])), []);
same("numbers of an entry", ["canupload", "order", "isroot"].map((name) => entries.entry[0][name][0]), ["1", "0", "0"]);

const moved = await cloud.post("/app/explorer/renameormove", form([["fromname", `${folder}/first.txt`], ["toname", `${folder}/moved.txt`]]));
same("a move", (await parseStringPromise(moved.data)).commands.command[0].result, ["1"]);
const copied = await refusal(cloud.post("/core/copyfile", form([["path", folder], ["name", "none"], ["copyto", `/${user}`]])));
same("a refused copy is an error", copied.status, 400);
const bytes = await cloud.get("/core/downloadfile", { params: { filepath: `${folder}/moved.txt`, filename: "moved.txt" }, responseType: "arraybuffer" });
same("a download", Buffer.from(bytes.data).toString(), "waves");

const json = await cloud.get("/core/getfilelist", { params: { path: folder, limit: 1 }, headers: { Accept: "application/json" } });
same("JSON where it is the only thing asked for", [json.data.meta.total, json.data.entry.length], [3, 1]);
end();
