// Helpers for the scripts that use axios: the client and the checks.

import axios from "axios";

export const { CLIENT_URL: base, CLIENT_USER: user, CLIENT_PASSWORD: password } = process.env;
export const cloud = axios.create({ baseURL: base });
let failed = 0;

export function same(what, found, wanted) {
  const [left, right] = [found, wanted].map((value) => JSON.stringify(value));
  console.log(left === right ? `ok    ${what}` : `FAIL  ${what}: ${left} instead of ${right}`);
  if (left !== right) failed += 1;
}

/** The answer to a refused call, which axios treats as an error. */
export async function refusal(promise) {
  try {
    return { status: (await promise).status, data: "" };
  } catch (error) {
    return error.response;
  }
}

/** axios stores no cookies. This sends the cookies of a sign-in with every later call. */
export function keepCookies(login) {
  cloud.defaults.headers.common.Cookie = login.headers["set-cookie"].map((line) => line.split(";")[0]).join("; ");
}

export function end() {
  process.exit(failed === 0 ? 0 : 1);
}
