// Picking files or a folder of the device to upload.

import { h } from "../../shared/h.js";

/** @param {Pick<import("./file-view.js").FileView, "path" | "context">} fileView @param {boolean} isFolder */
export function pickFiles(fileView, isFolder) {
  const folder = fileView.path();
  const input = h("input", { type: "file", multiple: true, hidden: true, webkitdirectory: isFolder });
  input.addEventListener("change", () => {
    const files = [...input.files ?? []];
    input.remove();
    if (files.length === 0) return;
    void import("../upload/collect.js").then(({ collectPicked }) => fileView.context.upload(collectPicked(files), folder));
  });
  input.addEventListener("cancel", () => input.remove());
  document.body.append(input);
  input.click();
}
