// Who is signed in, on either side, and what the server is called.

import { ApiError, command, record, records } from "../shared/api.js";

/** @typedef {import("../shared/types.js").ServerInfo} ServerInfo */

/** @returns {Promise<ServerInfo>} */
export function serverInfo() {
  return record("serverinfo", "server");
}

/** The administrator's name; `null` when none is signed in. @returns {Promise<string | null>} */
export async function adminName() {
  try {
    const answer = await command("getauthstatus", {}, { side: "admin", isQuiet: true });
    // Result 0 is the answer "no".
    return answer.result === 1 ? answer.message : null;
  } catch (error) {
    if (error instanceof ApiError && error.kind === "ended") return null;
    throw error;
  }
}

/** What the administrator may do. @param {string} name @returns {Promise<import("./state.js").AdminRights>} */
export async function adminRights(name) {
  /** @type {{ opname: string, read: number, update: number }[]} */
  const areas = await records("getadminuserpolicy", "operation", { username: name }, { side: "admin" });
  return new Map(areas.map((area) => [area.opname, area]));
}

/** The user's name; `null` when none is signed in. @returns {Promise<string | null>} */
export async function userName() {
  /** @type {import("../shared/types.js").AuthenticationInfo} */
  const info = await record("getauthenticationinfo", "info", {}, { isQuiet: true });
  return info.authenticated ? info.profile : null;
}
