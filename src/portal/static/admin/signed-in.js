// The accounts that are signed in on both sides, and the name of the server.

import { ApiError, command, record, records } from "../shared/api.js";
import { learnRights } from "./allowed.js";

/** @typedef {import("../shared/types.js").ServerInfo} ServerInfo */

/** @returns {Promise<ServerInfo>} */
export function serverInfo() {
  return record("serverinfo", "server");
}

/** The administrator's name; `null` if none is signed in. @returns {Promise<string | null>} */
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

/** The rights of the administrator. @returns {Promise<import("./state.js").AdminRights>} */
export async function adminRights() {
  /** @type {import("../../replies.js").AdminOperationRecord[]} */
  const areas = await records("getadminoperations", "operation", {}, { side: "admin" });
  learnRights(areas);
  return new Map(areas.map((area) => [area.opname, area]));
}

/** The user's name; `null` if none is signed in. @returns {Promise<string | null>} */
export async function userName() {
  /** @type {import("../shared/types.js").AuthenticationInfo} */
  const info = await record("getauthenticationinfo", "info", {}, { isQuiet: true });
  return info.authenticated ? info.profile : null;
}
