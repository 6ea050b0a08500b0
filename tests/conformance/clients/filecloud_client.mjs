// Makes and changes shares as the npm package `filecloud-client` does: axios with its default
// headers, parameters as parts of a body, and replies that are read by the names and the order of
// their elements, as FileCloud sent them in 2024.

import { parseStringPromise } from "xml2js";
import { cloud, end, keepCookies, password, refusal, same, user } from "./axios_checks.mjs";

/** A body of parts. */
function form(fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, String(value));
  return body;
}

/** The fields of the only share in a reply, each as a text. */
async function shareOf(promise) {
  const { data } = await promise;
  const { shares } = await parseStringPromise(data);
  return Object.fromEntries(Object.entries(shares.share[0]).map(([name, [value]]) => [name, value]));
}

const login = await cloud.post("/core/loginguest", new URLSearchParams({ userid: user, password }));
keepCookies(login);
await cloud.post("/core/createfolder", form({ path: `/${user}`, name: "shared" }));

const FIELDS = `defaultpolicysharemode defaultdisallowsharechange shareid sharename sharelocation readablelocation shareurl sharedobjname ext
  viewmode validityperiod validityperiodts expirytimestamp expired sharesizelimit maxdownloads downloadcount viewsize thumbsize
  allowpublicaccess allowpublicupload allowpublicviewonly allowpublicuploadonly isdir isvalid createddate createdts allowedit allowdelete
  allowsync allowshare shareowner hidenotifications ispublicsecure defaultfile lastaccessdts isreshare lastaccess recentactivitycount
  hidesendshareviaemail disallowprivatesharestogroups showadvancedsharedialog waitforapproval drmwebviewer secureview maxaccesstimes
  successfulaccesstimes`.split(/\s+/);

for (const [what, send] of [
  ["parts of a body", (path) => cloud.post("/core/quickshare", form({ sharelocation: path }))],
  ["the query of a GET", (path) => cloud.get("/core/quickshare", { params: { sharelocation: path } })],
  ["a form", (path) => cloud.post("/core/quickshare", new URLSearchParams({ sharelocation: path }))],
]) {
  const share = await shareOf(send(`/${user}/shared`));
  const known = Object.keys(share).filter((name) => FIELDS.includes(name));
  same(`quickshare by ${what}: the fields in their order`, known, FIELDS);
  same(`quickshare by ${what}: private`, ["allowpublicaccess", "allowpublicupload", "allowpublicviewonly", "allowpublicuploadonly"].map((name) => share[name]), ["0", "0", "0", "0"]);
  same(`quickshare by ${what}: what is shared`, [share.sharelocation, share.shareowner, share.isdir, share.isvalid, share.maxdownloads], [`/${user}/shared`, user, "1", "1", "0"]);
  same(`quickshare by ${what}: a link of sixteen`, /\/url\/[a-z0-9]{16}$/.test(share.shareurl), true);
}

const first = await shareOf(cloud.post("/core/quickshare", form({ sharelocation: `/${user}/shared` })));
same("quickshare gives the share that there is", (await shareOf(cloud.post("/core/quickshare", form({ sharelocation: `/${user}/shared` })))).shareid, first.shareid);

// Older versions of the client send all of the first fields, and newer ones add the others.
const changes = {
  shareid: first.shareid, sharename: first.sharename, sharelocation: first.sharelocation, viewmode: "DEFAULT", validityperiod: "2031-05-04 00:00:00",
  sharesizelimit: 5, maxdownloads: 3, hidenotification: 1, sharepassword: "open sesame 77",
  allowpublicaccess: 1, allowpublicupload: 1, allowpublicviewonly: 0, allowpublicuploadonly: 0, defaultfile: "",
};
for (const [what, body] of [["parts of a body", form(changes)], ["a form", new URLSearchParams(Object.entries(changes).map(([name, value]) => [name, String(value)]))]]) {
  const share = await shareOf(cloud.post("/core/updateshare", body));
  same(`updateshare by ${what}: the fields in their order`, Object.keys(share).filter((name) => FIELDS.includes(name)), FIELDS);
  same(`updateshare by ${what}: what it says now`,
    ["shareid", "sharesizelimit", "maxdownloads", "hidenotifications", "allowpublicaccess", "allowpublicupload", "ispublicsecure", "expired"].map((name) => share[name]),
    [first.shareid, "5", "3", "1", "1", "1", "1", "0"]);
  same(`updateshare by ${what}: its end`, share.validityperiod.includes("2031"), true);
}
const alone = await shareOf(cloud.post("/core/updateshare", form({ shareid: first.shareid, maxdownloads: 0 })));
same("updateshare with the id alone keeps the rest", [alone.maxdownloads, alone.sharesizelimit, alone.allowpublicaccess], ["0", "5", "1"]);

for (const [what, operation, fields] of [
  ["quickshare of what is not there", "quickshare", { sharelocation: `/${user}/nothing` }],
  ["quickshare of somebody else's", "quickshare", { sharelocation: "/php/anything" }],
  ["updateshare of none", "updateshare", { shareid: "0".repeat(24), maxdownloads: 1 }],
]) {
  const { status, data } = await refusal(cloud.post(`/core/${operation}`, form(fields)));
  const { shares } = await parseStringPromise(data);
  same(`${what}: a reason in meta`, [status, shares?.meta?.[0].message[0].length > 0, shares?.share], [400, true, undefined]);
}
end();
