// The person's own picture, which is chosen among their files, uploaded or removed.

import { ApiError, command, errorText } from "../../shared/api.js";
import { button, h } from "../../shared/h.js";
import { shortName } from "../../shared/format.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { announce } from "../../shared/announce.js";
import { errorToast, orTell, toast } from "../../shared/toast.js";
import { uploadPart } from "../../shared/upload-part.js";
import { pictureChanged } from "./avatars.js";
import { isTaken } from "../files/folder.js";
import { isDrawn } from "../files/kinds.js";
import { freeName, homeOf, join, numbered } from "../files/paths.js";
import { pickFile } from "../files/picker.js";
import { folderChanged } from "../state.js";

/** @typedef {import("../state.js").UserStore} UserStore */

/**
 * The types of pictures that the server can shrink. Phones convert other types if the page asks for
 * these.
 */
const TYPES = "image/jpeg,image/png,image/gif,image/webp";
/** The number of names that are tried for an upload if the name is taken. */
const TRIES = 20;

/** Makes a file the picture of the person. @param {UserStore} store @param {string} path */
export async function setPicture(store, path) {
  await loadBundle("account");
  try {
    await command("setprofileimage", { path });
  } catch (error) {
    const isUnusable = error instanceof ApiError && (error.kind === "unsupported" || error.kind === "toolarge");
    errorToast(isUnusable ? t("avatar.unusable") : errorText(error));
    return;
  }
  show(store, true);
  toast(t("avatar.set"));
}

/** @param {UserStore} store */
export async function removePicture(store) {
  try {
    await command("removeprofileimage");
  } catch (error) {
    // It does not matter who removed the picture.
    if (!(error instanceof ApiError) || error.kind !== "missing") throw error;
  }
  show(store, false);
  toast(t("avatar.removed"));
}

/** @param {UserStore} store @param {boolean} hasPicture */
function show(store, hasPicture) {
  const { account } = store.get();
  pictureChanged(account.name, hasPicture);
  store.set({ account: { ...account, hasPicture } });
}

/** Lets a person choose a picture among their own files, or upload one. @param {UserStore} store */
export async function choosePicture(store) {
  const path = await pickFile({
    store,
    start: homeOf(store.get().account.name),
    title: t("avatar.pick"),
    label: t("avatar.files"),
    empty: t("avatar.nopictures"),
    isOffered: isDrawn,
    other: (folder, choose) => uploadButton(store, folder, choose),
  });
  if (path !== null) await setPicture(store, path);
}

/** @param {UserStore} store @param {() => string} folder @param {(path: string) => void} choose */
function uploadButton(store, folder, choose) {
  const input = h("input", { type: "file", accept: TYPES, hidden: true, tabIndex: -1 });
  const element = button({ text: t("avatar.upload"), icon: "upload", kind: "quiet", class: "picker-new", onclick: () => input.click() });
  element.append(input);
  // Choosing a file must not press the button around the input.
  input.addEventListener("click", (event) => event.stopPropagation());
  input.addEventListener("change", () => {
    const [file] = input.files ?? [];
    input.value = "";
    if (!file) return;
    element.disabled = true;
    announce(t("avatar.uploading"));
    const label = element.querySelector(".button-text");
    if (label) label.textContent = t("avatar.uploading");
    const end = () => {
      element.disabled = false;
      if (label) label.textContent = t("avatar.upload");
    };
    orTell(upload(store, folder(), file).then(choose).finally(end));
  });
  return element;
}

/**
 * Uploads a picture into a folder. If the name is taken, it gets another one.
 * @param {UserStore} store @param {string} folder @param {File} file
 */
async function upload(store, folder, file) {
  let name = freeName(file.name.normalize("NFC"), (one) => isTaken(folder, one));
  for (let count = 2; ; count += 1) {
    try {
      await uploadPart({
        appname: "explorer", path: folder, filename: name, offset: 0, complete: 1, filesize: file.size,
        date: new Date(file.lastModified).toISOString(), nofileoverwrite: 1,
      }, file);
      break;
    } catch (error) {
      if (!(error instanceof ApiError) || error.kind !== "exists" || count > TRIES) throw error;
      name = numbered(name, count);
    }
  }
  folderChanged(store, folder);
  announce(t("avatar.uploaded", { name: shortName(name) }));
  return join(folder, name);
}
