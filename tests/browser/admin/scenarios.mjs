// All scenarios of the administration and of the API documentation, for the runner.

import { scenarios as apidocs } from "./apidocs.mjs";
import { scenarios as audit } from "./audit.mjs";
import { scenarios as enter } from "./enter.mjs";
import { scenarios as everybody } from "./everybody.mjs";
import { scenarios as policies } from "./policies.mjs";
import { scenarios as rights } from "./rights.mjs";
import { scenarios as settings } from "./settings.mjs";
import { scenarios as sharing } from "./sharing.mjs";
import { scenarios as users } from "./users.mjs";

/** @type {{ name: string, run: (stage: import("../harness.mjs").Stage) => Promise<void> }[]} */
export const scenarios = [...enter, ...users, ...sharing, ...policies, ...rights, ...audit, ...settings, ...apidocs, ...everybody];
