// Making folders and text files.

import { command, errorText } from "../../../shared/api.js";
import { askText } from "../../../shared/fields.js";
import { t } from "../../../shared/i18n.js";
import { uploadPart } from "../../../shared/upload-part.js";
import { folderChanged } from "../../state.js";
import { checkName, isTaken } from "../folder.js";
import { freeName, splitName } from "../paths.js";

/** @typedef {import("../../state.js").UserStore} UserStore */

/**
 * Asks for a name and makes a file or folder with it.
 * @param {UserStore} store
 * @param {{ folder: string, title: string, suggestion: string, confirm: string, make: (name: string) => Promise<void> }} options
 * @returns {Promise<string | null>} the name
 */
async function makeNew(store, options) {
  const suggestion = freeName(options.suggestion, (name) => isTaken(options.folder, name));
  const name = await askText({
    title: options.title,
    label: t("name.label"),
    value: suggestion,
    chosen: splitName(suggestion)[0]?.length ?? suggestion.length,
    confirm: options.confirm,
    submit: async (value) => {
      const wrong = checkName(options.folder, value);
      if (wrong) return wrong;
      try {
        await options.make(value);
        return null;
      } catch (error) {
        return errorText(error);
      }
    },
  });
  if (name !== null) folderChanged(store, options.folder);
  return name?.normalize("NFC") ?? null;
}

/** @param {UserStore} store @param {string} folder */
export function newFolder(store, folder) {
  return makeNew(store, {
    folder,
    title: t("new.folder"),
    suggestion: t("new.foldername"),
    confirm: t("new.create"),
    make: async (name) => { await command("createfolder", { path: folder, name }); },
  });
}

/** @param {UserStore} store @param {string} folder */
export function newTextFile(store, folder) {
  return makeNew(store, {
    folder,
    title: t("new.text"),
    suggestion: t("new.textname"),
    confirm: t("new.create"),
    make: async (name) => {
      await uploadPart({ appname: "explorer", path: folder, filename: name, offset: 0, complete: 1, filesize: 0, nofileoverwrite: 1 }, new Blob([]));
    },
  });
}
