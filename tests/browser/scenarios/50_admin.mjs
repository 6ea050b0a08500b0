// The admin portal and the pages about the API.
export { scenarios } from "../admin/scenarios.mjs";
