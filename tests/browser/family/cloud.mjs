// The cloud of a family, which is made once in a run. Each scenario that wants it gets a copy.

import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PASSWORD, USER, check, setUp, until } from "../harness.mjs";
import { Server } from "../server.mjs";
import { BERNDS_FOLDER, GROUP, PEOPLE, SHARED_FOLDER } from "./contents.mjs";

const MAKER = join(dirname(fileURLToPath(import.meta.url)), "make.mjs");
const execute = promisify(execFile);

/** The data directory of the cloud, once somebody has asked for it. @type {Promise<string> | null} */
let made = null;

/**
 * Calls operations as one person.
 * @param {Server} server @param {string} cookies
 */
const caller = (server, cookies) => async (/** @type {string} */ operation, /** @type {Record<string, string | number>} */ params) => {
  const { reply } = await server.call(operation, params, cookies);
  check(!JSON.stringify(reply).includes('"result":0'), `${operation} answers ${JSON.stringify(reply)}`);
  return reply;
};

/** @param {Server} server @param {string} name */
async function as(server, name) {
  return caller(server, (await server.call("loginguest", { userid: name, password: PASSWORD })).cookies);
}

/** Makes the accounts, and a group of them all. Returns the group's id. @param {Server} server */
async function addPeople(server) {
  await setUp(server);
  const admin = caller(server, (await server.call("../admin/adminlogin", { adminuser: USER, adminpassword: PASSWORD })).cookies);
  for (const { name, displayname } of PEOPLE.slice(1)) {
    await admin("../admin/adduser", { username: name, displayname, email: `${name}@home.test`, password: PASSWORD, status: 1, authtype: 0 });
  }
  const { group: [family] } = await admin("../admin/addgroup", { groupname: GROUP });
  for (const { name } of PEOPLE) await admin("../admin/addmembertogroup", { groupid: family.groupid, userid: name });
  return family.groupid;
}

/** Anna shares a year's photos with all, and Bernd some of his with Anna. @param {Server} server @param {string} group */
async function share(server, group) {
  const [anna, bernd] = [await as(server, USER), await as(server, "bernd")];
  const { share: [year] } = await anna("quickshare", { sharelocation: `/${USER}/${SHARED_FOLDER}` });
  await anna("addgrouptoshare", { shareid: year.shareid, groupid: group });
  const { share: [lake] } = await bernd("quickshare", { sharelocation: `/bernd/${BERNDS_FOLDER}` });
  await bernd("addusertoshare", { shareid: lake.shareid, userid: USER });
  // The server has read all photos, as that of a family has which has had its cloud for a while.
  await until(async () => Number((await anna("getphotodays", { path: "/" })).meta.iswhole) === 1, "all photos are read", 120_000);
}

/** @param {string} program */
async function make(program) {
  const started = Date.now();
  const data = mkdtempSync(join(tmpdir(), "cloudlet-family-"));
  process.once("exit", () => rmSync(data, { recursive: true, force: true }));
  const server = await new Server(program, data).start();
  try {
    const group = await addPeople(server);
    await execute(process.execPath, [MAKER, join(data, "files")]);
    await share(server, group);
  } finally {
    await server.stop();
  }
  console.log(`     the family's cloud is made (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  return data;
}

/** A server that runs on a copy of the family's cloud. @param {string} program */
export async function startFamilyCloud(program) {
  made ??= make(program).catch((error) => {
    made = null;
    throw error;
  });
  const source = await made;
  const server = new Server(program);
  try {
    // Hard links would be quicker, but what one scenario writes into a file would be in all copies.
    await execute("cp", ["-a", "--reflink=auto", `${source}/.`, server.data]);
    return await server.start();
  } catch (error) {
    server.remove();
    throw error;
  }
}

/**
 * Copies files of Anna's into a folder.
 * @param {{ folder(name: string): string }} stage @param {string} folder on the disk @param {Record<string, { path: string }>} files by their new names
 */
export function copyFiles(stage, folder, files) {
  for (const [name, { path }] of Object.entries(files)) copyFileSync(join(stage.folder(""), path), join(folder, name));
}
