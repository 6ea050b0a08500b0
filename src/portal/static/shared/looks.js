// What the administrators have given this cloud: a colour and a logo of its own.

import { ROOT } from "./api.js";
import { h, icon } from "./h.js";

/** @typedef {import("./types.js").ServerInfo} ServerInfo */

/** What names the logo's content; empty without one. */
let logo = "";

/** Lets the looks of the cloud hold on this page. @param {ServerInfo} server */
export function applyLooks(server) {
  const root = document.documentElement;
  logo = server.logo;
  root.style.setProperty("--brand", server.accentcolour || null);
  root.toggleAttribute("data-brand", server.accentcolour !== "");
}

/** The logo, or the cloud's own icon. @param {string} className of its size */
export function cloudMark(className) {
  // Its content is in the address, so that a new one is seen at once.
  const source = `${ROOT}/core/getcustomimage?type=logo&etag=${logo}`;
  return logo ? h("img", { class: className, src: source, alt: "" }) : icon("cloud", { class: className });
}
