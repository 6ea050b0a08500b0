// The keys of the files view.

import { addShortcuts, isTyping } from "../../../shared/keys.js";

/** @typedef {import("../../views/files.js").FilesView} FilesView */

/** @param {FilesView} view @param {KeyboardEvent} event @returns {boolean} */
export function onKey(view, event) {
  if (event.altKey && event.key === "Enter") view.overlays.toggleDetails();
  else if (event.altKey && event.code === "KeyS") view.actions.star();
  else if (event.key === "F2") view.actions.rename();
  else if (event.key === "Delete") view.actions.remove();
  else if (event.key === "Backspace" || (event.altKey && event.key === "ArrowUp")) view.fileView.goUp();
  else return false;
  return true;
}

/** Passes unused keys, and keys in the bar of the selection, to the list. @param {FilesView} view @param {KeyboardEvent} event */
export function onStrayKey(view, event) {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open], .menu")) return;
  const isForList = ["F2", "Delete", "Escape"].includes(event.key) || (event.key === "a" && (event.ctrlKey || event.metaKey));
  if (document.activeElement !== document.body && !(view.selectionBar.hasFocus() && isForList)) return;
  view.list.takeKey(event);
  if (event.defaultPrevented && !isTyping(document.activeElement)) view.list.focus();
}

/** @param {FilesView} view */
export function addKeys(view) {
  return addShortcuts([
    { keys: "/", label: "keys.filter", group: "keys.everywhere", run: () => view.bar.showFilter(true) },
    { keys: "Alt+N", label: "keys.newfolder", group: "keys.everywhere", run: () => view.actions.make("folder") },
    { keys: "Alt+U", label: "keys.upload", group: "keys.everywhere", run: () => view.actions.pick(false) },
    { keys: "Alt+V", label: "keys.shape", group: "keys.everywhere", run: view.bar.switchShape },
    { keys: "ArrowUp ArrowDown", label: "keys.move", group: "keys.list" },
    { keys: "Enter", label: "keys.open", group: "keys.list" },
    { keys: "Backspace Alt+ArrowUp", label: "keys.up", group: "keys.list" },
    { keys: "A\u2013Z", label: "keys.jump", group: "keys.list" },
    { keys: "Space", label: "keys.select", group: "keys.list" },
    { keys: "Shift+ArrowDown", label: "keys.extend", group: "keys.list" },
    { keys: "Mod+A", label: "list.selectall", group: "keys.list" },
    { keys: "Escape", label: "files.unselect", group: "keys.list" },
    { keys: "F2", label: "action.rename", group: "keys.list" },
    { keys: "Delete", label: "action.delete", group: "keys.list" },
    { keys: "Alt+S", label: "action.star", group: "keys.list" },
    { keys: "Mod+C Mod+X", label: "keys.copycut", group: "keys.list" },
    { keys: "Mod+V", label: "keys.paste", group: "keys.list" },
    { keys: "Alt+Enter", label: "files.details", group: "keys.list" },
    { keys: "ArrowLeft ArrowRight", label: "keys.step", group: "keys.preview" },
    { keys: "Space", label: "keys.slideshow", group: "keys.preview" },
    { keys: "I", label: "files.details", group: "keys.preview" },
    { keys: "S", label: "action.star", group: "keys.preview" },
    { keys: "Delete", label: "action.delete", group: "keys.preview" },
    { keys: "Escape", label: "keys.close", group: "keys.preview" },
  ]);
}
