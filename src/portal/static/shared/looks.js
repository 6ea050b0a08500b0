// The appearance of this cloud, as its administrators have set it: a colour and a logo.

import { ROOT } from "./api.js";
import { h, icon } from "./h.js";

/** @typedef {import("./types.js").ServerInfo} ServerInfo */

/** The id of the logo's content; empty if there is no logo. */
let logo = "";

/** Shows the cloud's colour and logo on this page. @param {ServerInfo} server */
export function applyLooks(server) {
  const root = document.documentElement;
  logo = server.logo;
  root.style.setProperty("--brand", server.accentcolour || null);
  root.toggleAttribute("data-brand", server.accentcolour !== "");
}

/** The logo or, if there is none, cloudlet's icon. @param {string} className of its size */
export function cloudMark(className) {
  // The address identifies the content, so that a new logo is shown at once.
  const source = `${ROOT}/core/getcustomimage?type=logo&etag=${logo}`;
  return logo ? h("img", { class: className, src: source, alt: "" }) : icon("cloud", { class: className });
}
