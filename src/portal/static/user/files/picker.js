// Asks for a folder: shows the folders of one, goes into them and up again, and can make a new one on the way.

import { errorText, isAbort } from "../../shared/api.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { notice, openDialog } from "../../shared/dialog.js";
import { nameElement } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { createList } from "../../shared/list.js";
import { loadFolder, sorted } from "./folder.js";
import { folderName, homeOf, join, parentOf, rootOf } from "./paths.js";

/** Where one chooses between one's own files and the further disks. */
const ABOVE = "";

/**
 * @param {{ store: import("../state.js").UserStore, start: string, title: string, confirm: string,
 *   isRefused: (folder: string) => boolean, newFolder: (folder: string) => Promise<string | null> }} options
 * @returns {Promise<string | null>} the path, `null` when called off
 */
export function pickFolder(options) {
  return new Promise((resolve) => {
    const home = homeOf(options.store.get().account.name);
    const { disks } = options.store.get();
    let path = options.start;
    const isTop = () => path === ABOVE || (disks.length === 0 && path === home);
    const goUp = () => void show(path === rootOf(path, home) ? ABOVE : parentOf(path));
    /** @type {string | null} */
    let answer = null;
    /** @type {AbortController | null} */
    let loading = null;

    const up = button({ icon: "chevron-left", label: t("picker.up"), kind: "quiet", onclick: goUp });
    const where = h("span", { class: "picker-where" });
    const empty = h("div", { class: "picker-empty", hidden: true });
    /** @type {import("../../shared/list.js").List<{ path: string, name: string }>} */
    const list = createList({
      label: t("picker.folders"),
      isPlain: true,
      columns: [{ id: "name", label: t("column.name"), width: "minmax(0, 1fr)", isLabelHidden: true,
        cell: (entry) => [icon(disks.includes(entry.path) ? "disk" : "folder", { class: "kind tint-folder" }), nameElement(entry.name), icon("chevron-right", { class: "picker-into" })] }],
      keyOf: (entry) => entry.path,
      nameOf: (entry) => entry.name,
      onOpen: (entry) => void show(entry.path),
      onKey: (event) => {
        if (event.key !== "Backspace" || isTop()) return false;
        goUp();
        return true;
      },
    });
    const confirm = button({ text: options.confirm, kind: "primary", onclick: () => { answer = path; dialog.close(); } });
    const create = button({ text: t("new.folder"), icon: "new-folder", kind: "quiet", class: "picker-new", onclick: async () => {
      const name = await options.newFolder(path);
      if (name !== null) void show(join(path, name));
    } });

    const dialog = openDialog({
      title: options.title,
      class: "picker",
      body: [h("div", { class: "picker-head" }, up, where), h("div", { class: "picker-list" }, list.element, empty)],
      actions: [create, button({ text: t("dialog.cancel"), onclick: () => dialog.close() }), confirm],
      onClose: () => {
        loading?.abort();
        list.stop();
        resolve(answer);
      },
    });

    /** @param {string} next */
    async function show(next) {
      loading?.abort();
      loading = new AbortController();
      const { signal } = loading;
      path = next;
      up.disabled = isTop();
      create.disabled = path === ABOVE;
      confirm.disabled = path === ABOVE || options.isRefused(path);
      empty.hidden = true;
      if (path === ABOVE) {
        fill(where, t("shell.places"));
        list.setItems([home, ...disks].map((root) => ({ path: root, name: folderName(root, home) })));
        list.activateKey(home);
        list.focus();
        return;
      }
      fill(where, path === home ? t("files.home") : nameElement(folderName(path, home)));
      try {
        const folder = await loadFolder(path, { signal });
        const folders = sorted(folder.entries.filter((entry) => entry.isFolder), "name", false);
        list.setItems(folders);
        if (folders[0]) list.activateKey(folders[0].path);
        fill(empty, h("p", { class: "quiet", text: t("picker.nofolders") }));
        empty.hidden = folders.length > 0;
        list.focus();
      } catch (error) {
        if (isAbort(error)) return;
        list.setItems([]);
        fill(empty, notice({ title: errorText(error), action: { label: t("action.retry"), run: () => void show(next) } }));
        empty.hidden = false;
      }
    }
    void show(path);
  });
}
