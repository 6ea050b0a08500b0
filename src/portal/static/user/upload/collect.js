// Turns files and folders that a person dropped, picked or pasted into one flat list.

import { t } from "../../shared/i18n.js";

/**
 * @typedef {object} Source
 * @property {File} file
 * @property {string} below the folders above it, as `a/b`; empty if the file came without a folder
 * @property {string} [shared] the id of a file that another app has shared, which this device keeps
 */

/** @typedef {{ files: Source[], folders: string[] }} Collected `folders`: the empty folders, as `a/b` */

/** The number of files that are read at the same time. */
const AT_ONCE = 32;

/**
 * @param {File[]} files of a picker; those of a picked folder have their paths
 * @returns {Collected}
 */
export function collectPicked(files) {
  return {
    files: files.map((file) => {
      const parts = (file.webkitRelativePath || file.name).split("/");
      return { file, below: parts.slice(0, -1).join("/") };
    }),
    folders: [],
  };
}

/**
 * @param {File[]} files of the clipboard; a picture without a name gets one with the time
 * @returns {Collected}
 */
export function collectPasted(files) {
  const stamp = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 19).replace("T", " ").replaceAll(":", "-");
  return {
    files: files.map((file, at) => {
      const isNameless = /^image\.\w+$/.test(file.name);
      const ending = file.name.slice(file.name.lastIndexOf("."));
      const name = `${t("upload.pasted")} ${stamp}${files.length > 1 ? ` (${at + 1})` : ""}${ending}`;
      return { file: isNameless ? new File([file], name, { type: file.type, lastModified: Date.now() }) : file, below: "" };
    }),
    folders: [],
  };
}

/**
 * @param {(FileSystemEntry | null)[]} entries the dropped files and folders, if the browser tells them
 * @param {File[]} files the dropped files, without folders
 * @returns {Promise<Collected>}
 */
export async function collectDropped(entries, files) {
  const known = entries.filter((entry) => entry !== null);
  if (known.length === 0) return { files: files.map((file) => ({ file, below: "" })), folders: [] };
  /** @type {Collected} */
  const collected = { files: [], folders: [] };
  /** @type {{ entry: FileSystemEntry, below: string }[]} */
  const waiting = known.map((entry) => ({ entry, below: "" }));
  while (waiting.length > 0) {
    await Promise.all(waiting.splice(0, AT_ONCE).map(async ({ entry, below }) => {
      if (entry.isFile) {
        collected.files.push({ file: await fileOf(/** @type {FileSystemFileEntry} */ (entry)), below });
        return;
      }
      const inside = await contentOf(/** @type {FileSystemDirectoryEntry} */ (entry));
      const path = below ? `${below}/${entry.name}` : entry.name;
      if (inside.length === 0) collected.folders.push(path);
      waiting.push(...inside.map((one) => ({ entry: one, below: path })));
    }));
  }
  return collected;
}

/** @param {FileSystemFileEntry} entry @returns {Promise<File>} */
function fileOf(entry) {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** @param {FileSystemDirectoryEntry} entry @returns {Promise<FileSystemEntry[]>} */
async function contentOf(entry) {
  const reader = entry.createReader();
  /** @type {FileSystemEntry[]} */
  const all = [];
  // Each call returns up to a hundred entries, and none at the end.
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
