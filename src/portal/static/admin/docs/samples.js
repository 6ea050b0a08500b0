// A call in the code of a program: the same operation and parameters for curl, Python (requests),
// PowerShell, and JavaScript (`fetch` of Node.js).

/** @typedef {import("./describe.js").Operation} Operation */
/** @typedef {[string, string][]} Given names and values of parameters */

/**
 * @typedef {object} Request
 * @property {Operation} operation
 * @property {Given} given
 * @property {string} base the server's root, without a slash at its end
 * @property {"json" | "xml"} format
 * @property {string} user whose name stands in the sign-in
 */

/** Placeholders for secrets and files. */
const PASSWORD = "PASSWORD";
const FILE = "photo.jpg";

/** Example values for each kind of parameter. @type {Record<string, string>} */
const EXAMPLES = {
  "path below": "Holidays", name: "Holidays", names: "photo.jpg", "e-mail address": "anna@example.org", number: "1", flag: "1", date: "2026-01-31", word: "hour", text: "text",
};
/** Example values for names that say more than their kind. @type {Record<string, string>} */
const NAMED = {
  filename: "photo.jpg", keyword: "", span: "hour", size: "10", email: "anna@example.org", displayname: "Anna", dispname: "Anna", appname: "explorer",
  offset: "0", complete: "1", ip: "192.168.1.20", outcome: "ok", id: "ID", value: "30",
};

/**
 * An example value for a parameter.
 * @param {import("./describe.js").Parameter} parameter
 * @param {string} user
 */
export function example(parameter, user) {
  if (parameter.isSecret) return PASSWORD;
  const named = NAMED[parameter.name];
  if (named !== undefined) return named;
  if (parameter.kind === "user name") return user;
  if (parameter.kind === "path") return `/${user}/Documents`;
  return EXAMPLES[parameter.kind] ?? "";
}

/**
 * The parameters of a sample: the entered values, and examples for required parameters. Secrets are
 * not shown.
 * @param {Operation} operation
 * @param {ReadonlyMap<string, string>} filled
 * @param {string} user
 * @returns {Given}
 */
export function givenOf(operation, filled, user) {
  return operation.parameters.flatMap((parameter) => {
    const value = filled.get(parameter.name) ?? "";
    if (parameter.isSecret && (value || parameter.isRequired)) return [[wireName(parameter), PASSWORD]];
    if (value) return [[wireName(parameter), value]];
    return parameter.isRequired ? [[wireName(parameter), example(parameter, user)]] : [];
  });
}

/**
 * The name of a parameter. For numbered parameters it is the first one's.
 * @param {import("./describe.js").Parameter} parameter
 */
export function wireName(parameter) {
  return parameter.name.replace(/1\.\..*$/, "1");
}

/** The call that signs in first. @param {Request} request */
function signIn(request) {
  const { operation } = request;
  if (operation.who === "anyone") return null;
  return operation.side === "admin"
    ? { path: "admin/adminlogin", fields: /** @type {Given} */ ([["adminuser", request.user], ["adminpassword", PASSWORD]]) }
    : { path: "core/loginguest", fields: /** @type {Given} */ ([["userid", request.user], ["password", PASSWORD]]) };
}

/** @param {Request} request */
function isSignIn(request) {
  return /login/.test(request.operation.name);
}

/** Quotes a text for a POSIX shell. @param {string} text */
function shell(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** @param {Request} request */
export function curl(request) {
  const { operation, given, base } = request;
  const before = signIn(request);
  const fields = (/** @type {Given} */ pairs) => pairs.map(([name, value]) => `--data-urlencode ${shell(`${name}=${value}`)}`);
  const parts = [];
  if (before) parts.push([`curl -c cookies.txt ${shell(`${base}/${before.path}`)}`, ...fields(before.fields)].join(" \\\n  "));
  const url = `${base}/${operation.id}`;
  const cookies = before ? "-b cookies.txt " : isSignIn(request) ? "-c cookies.txt " : "";
  const accept = operation.effect === "file" || operation.effect === "upload" || request.format === "xml" ? [] : ["-H 'Accept: application/json'"];
  if (operation.effect === "upload") {
    const query = new URLSearchParams(given).toString();
    parts.push([`curl ${cookies}${shell(query ? `${url}?${query}` : url)}`, `-F ${shell(`file=@${FILE}`)}`].join(" \\\n  "));
  } else {
    const save = operation.effect === "file" ? "-OJ " : "";
    const post = given.length === 0 ? ["-X POST"] : fields(given);
    parts.push([`curl ${save}${cookies}${shell(url)}`, ...accept, ...post].join(" \\\n  "));
  }
  return parts.join("\n\n");
}

/** Quotes a text for Python. @param {string} text */
function python(text) {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** @param {Given} pairs @param {string} indent */
function dictionary(pairs, indent) {
  if (pairs.length === 0) return "{}";
  return `{\n${pairs.map(([name, value]) => `${indent}    ${python(name)}: ${python(value)},\n`).join("")}${indent}}`;
}

/** Code that prints the body of a refusal, which gives the reason. @param {string} indent */
function refusal(indent) {
  return [`${indent}if not reply.ok:`, `${indent}    raise SystemExit(reply.text)`];
}

/** @param {Request} request */
export function pythonSample(request) {
  const { operation, given, base } = request;
  const before = signIn(request);
  const lines = ["import requests", "", `cloud = ${python(base)}`, "session = requests.Session()"];
  if (before) {
    lines.push(`session.post(f"{cloud}/${before.path}", data=${dictionary(before.fields, "")}).raise_for_status()`);
  }
  lines.push("");
  const target = `f"{cloud}/${operation.id}"`;
  if (operation.effect === "upload") {
    lines.push(`with open(${python(FILE)}, "rb") as file:`, `    reply = session.post(${target}, params=${dictionary(given, "    ")}, files={"file": file})`,
      ...refusal(""), "print(reply.text)");
  } else if (operation.effect === "file") {
    lines.push(`with session.post(${target}, data=${dictionary(given, "")}, stream=True) as reply:`, ...refusal("    "),
      `    with open("download", "wb") as file:`, "        for part in reply.iter_content(1 << 20):", "            file.write(part)");
  } else {
    const accept = request.format === "json" ? `, headers={"Accept": "application/json"}` : "";
    lines.push(`reply = session.post(${target}, data=${dictionary(given, "")}${accept})`, ...refusal(""),
      request.format === "json" ? "print(reply.json())" : "print(reply.text)");
  }
  return lines.join("\n");
}

/** Quotes a text for PowerShell. @param {string} text */
function powershell(text) {
  return `'${text.replaceAll("'", "''")}'`;
}

/** @param {Given} pairs */
function hashtable(pairs) {
  return `@{\n${pairs.map(([name, value]) => `    ${/^\w+$/.test(name) ? name : powershell(name)} = ${powershell(value)}\n`).join("")}}`;
}

/** @param {Request} request */
export function powershellSample(request) {
  const { operation, given, base } = request;
  const before = signIn(request);
  const lines = [`$cloud = ${powershell(base)}`];
  if (before) lines.push(`$null = Invoke-RestMethod "$cloud/${before.path}" -Method Post -SessionVariable session -Body ${hashtable(before.fields)}`);
  lines.push("");
  const session = before ? " -WebSession $session" : isSignIn(request) ? " -SessionVariable session" : "";
  const body = given.length > 0 ? ` -Body ${hashtable(given)}` : "";
  if (operation.effect === "upload") {
    const query = new URLSearchParams(given).toString();
    lines.push(`Invoke-RestMethod ${powershell(`${base}/${operation.id}${query ? `?${query}` : ""}`)} -Method Post${session} -Form @{ file = Get-Item ${powershell(FILE)} }`);
  } else if (operation.effect === "file") {
    lines.push(`Invoke-WebRequest "$cloud/${operation.id}" -Method Post${session} -OutFile 'download'${body}`);
  } else {
    const accept = request.format === "json" ? " -Headers @{ Accept = 'application/json' }" : "";
    const reply = `Invoke-RestMethod "$cloud/${operation.id}" -Method Post${session}${accept}${body}`;
    lines.push(`$reply = ${reply}`, request.format === "json" ? "$reply | ConvertTo-Json -Depth 5" : "$reply.OuterXml");
  }
  return lines.join("\n");
}

/** @param {Given} pairs @param {string} indent */
function parametersOf(pairs, indent) {
  if (pairs.length === 0) return "new URLSearchParams()";
  return `new URLSearchParams({\n${pairs.map(([name, value]) => `${indent}  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`).join("")}${indent}})`;
}

/** Node.js stores no cookies, so the sample does. @param {Request} request */
export function javascriptSample(request) {
  const { operation, given, base } = request;
  const before = signIn(request);
  const isJson = operation.effect !== "file" && operation.effect !== "upload" && request.format === "json";
  const lines = [`const cloud = ${JSON.stringify(base)};`];
  const headers = isJson ? [`Accept: "application/json"`] : [];
  if (before) {
    lines.push(`const session = await fetch(\`${"${cloud}"}/${before.path}\`, { method: "POST", body: ${parametersOf(before.fields, "")} });`,
      "if (!session.ok) throw new Error(await session.text());",
      `const cookie = session.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");`);
    headers.push("Cookie: cookie");
  }
  lines.push("");
  const sent = headers.length > 0 ? `, headers: { ${headers.join(", ")} }` : "";
  if (operation.effect === "upload") {
    const query = new URLSearchParams(given).toString();
    lines.unshift(`import { openAsBlob } from "node:fs";`);
    lines.push("const body = new FormData();", `body.append("file", await openAsBlob(${JSON.stringify(FILE)}), ${JSON.stringify(FILE)});`,
      `const reply = await fetch(${JSON.stringify(`${base}/${operation.id}${query ? `?${query}` : ""}`)}, { method: "POST"${sent}, body });`);
  } else {
    lines.push(`const reply = await fetch(\`${"${cloud}"}/${operation.id}\`, { method: "POST"${sent}, body: ${parametersOf(given, "")} });`);
  }
  lines.push("if (!reply.ok) throw new Error(await reply.text());");
  if (operation.effect === "file") {
    lines.unshift(`import { writeFile } from "node:fs/promises";`);
    lines.push(`await writeFile("download", Buffer.from(await reply.arrayBuffer()));`);
  } else {
    lines.push(`console.log(await reply.${isJson ? "json" : "text"}());`);
  }
  return lines.join("\n");
}

/** All samples. @type {{ id: string, label: string, make: (request: Request) => string }[]} */
export const SAMPLES = [
  { id: "curl", label: "curl", make: curl },
  { id: "python", label: "Python", make: pythonSample },
  { id: "powershell", label: "PowerShell", make: powershellSample },
  { id: "javascript", label: "JavaScript", make: javascriptSample },
];
