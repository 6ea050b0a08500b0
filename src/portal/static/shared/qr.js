// Codes for cameras, drawn from what the server sends.

import { t } from "./i18n.js";

const SVG = "http://www.w3.org/2000/svg";
/** Light points around a code, without which cameras do not find it. */
const BORDER = 4;

/** A code of rows of 0 and 1, separated by commas, as a picture. @param {string} text */
export function qrCode(text) {
  const rows = text.split(",");
  const side = rows.length + 2 * BORDER;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "qr");
  svg.setAttribute("viewBox", `0 0 ${side} ${side}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", t("connect.code"));
  const path = document.createElementNS(SVG, "path");
  // Dark points of a row are drawn together, so that no hairlines show between them.
  path.setAttribute("d", rows.flatMap((row, y) =>
    [...row.matchAll(/1+/g)].map((run) => `M${run.index + BORDER} ${y + BORDER}h${run[0].length}v1h-${run[0].length}z`)).join(""));
  svg.append(path);
  return svg;
}
