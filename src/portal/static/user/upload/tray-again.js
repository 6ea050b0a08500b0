// The uploads of an earlier visit, whose files have to be chosen again.

import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { errorToast } from "../../shared/toast.js";
import { collectPicked } from "./collect.js";

/** @typedef {import("./tray.js").Tray} Tray */
/** @typedef {import("./queue-state.js").Upload} Upload */

/** @param {Tray} tray @param {number} lost @param {Upload[]} all */
export function drawAgain(tray, lost, all) {
  if (tray.again.dataset.count === String(lost)) return;
  tray.again.dataset.count = String(lost);
  tray.again.hidden = lost === 0;
  const isFolder = all.some((upload) => upload.state === "lost" && upload.record.below !== "");
  fill(tray.again, h("p", { text: t("upload.losttext", { count: lost }) }),
    h("div", { class: "card-actions" },
      button({ text: t("upload.choose"), kind: "primary", onclick: () => choose(tray, false) }),
      isFolder ? button({ text: t("upload.choosefolder"), onclick: () => choose(tray, true) }) : null,
      button({ text: t("upload.forget"), kind: "quiet", onclick: () => {
        for (const upload of tray.queue.all()) if (upload.state === "lost") tray.queue.cancel(upload);
      } })));
}

/** @param {Tray} tray @param {boolean} isFolder */
export function choose(tray, isFolder) {
  const input = h("input", { type: "file", multiple: true, hidden: true, webkitdirectory: isFolder });
  input.addEventListener("change", () => {
    const { files } = collectPicked([...input.files ?? []]);
    input.remove();
    if (files.length > 0 && tray.queue.giveAgain(files) === 0) errorToast(t("upload.nofit"));
  });
  input.addEventListener("cancel", () => input.remove());
  document.body.append(input);
  input.click();
}
