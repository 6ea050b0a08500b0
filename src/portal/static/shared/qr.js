// Draws QR codes from the points that the server sends.

import { t } from "./i18n.js";

const SVG = "http://www.w3.org/2000/svg";
/** The width of the light border around a code. Cameras do not find a code without it. */
const BORDER = 4;

/** A picture of a code. Its rows of 0 and 1 are separated by commas. @param {string} text */
export function qrCode(text) {
  const rows = text.split(",");
  const side = rows.length + 2 * BORDER;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "qr");
  svg.setAttribute("viewBox", `0 0 ${side} ${side}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", t("connect.code"));
  const path = document.createElementNS(SVG, "path");
  // Dark points side by side become one line, so that there are no thin gaps between them.
  path.setAttribute("d", rows.flatMap((row, y) =>
    [...row.matchAll(/1+/g)].map((run) => `M${run.index + BORDER} ${y + BORDER}h${run[0].length}v1h-${run[0].length}z`)).join(""));
  svg.append(path);
  return svg;
}
