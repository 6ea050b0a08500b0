// Makes the types of the TypeScript client from the description. Usage: node generate.mjs OPENAPI.json TYPES.d.ts

import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const [from, to] = process.argv.slice(2);
const blob = ts.factory.createTypeReferenceNode("Blob");
const types = await openapiTS(JSON.parse(await readFile(from, "utf8")), {
  // The documentation of openapi-typescript describes this: bytes become a Blob.
  transform: (schema) => (schema.format === "binary" ? blob : undefined),
});
await writeFile(to, astToString(types));
