// The targets of links and pictures in a Markdown text.

import { fileUrl } from "../../shared/api.js";
import { folderAddress, homeOf, isWithin, parentOf, rootOf } from "../files/paths.js";

/** @typedef {import("./text.js").TextPage} TextPage */

/** The target of a link in a Markdown text. @param {TextPage} page @param {string} target */
export function linkFor(page, target) {
  const path = resolved(page, target);
  return path === null ? null : folderAddress(parentOf(path), homeOf(page.context.store.get().account.name), { open: path.slice(path.lastIndexOf("/") + 1) });
}

/** @param {TextPage} page @param {string} source */
export function imageFor(page, source) {
  const path = resolved(page, source);
  return path === null ? null : fileUrl(path, { isShown: true });
}

/**
 * The path of a file beside this one. It cannot lead above the person's own files or the disk.
 * @param {TextPage} page @param {string} target
 */
export function resolved(page, target) {
  if (target === "" || /^([a-z][a-z0-9+.-]*:|\/\/|#)/i.test(target)) return null;
  const root = rootOf(page.stage.folder, homeOf(page.context.store.get().account.name));
  const parts = target.startsWith("/") ? root.split("/").filter(Boolean) : page.stage.folder.split("/").filter(Boolean);
  for (const part of decoded(target.split(/[?#]/)[0] ?? "").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  const path = `/${parts.join("/")}`;
  return isWithin(path, root) && path !== root ? path : null;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
