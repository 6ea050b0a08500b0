// The files that another app has shared with this one: the person says where they go.

import { confirmDialog, notice } from "../../shared/dialog.js";
import { choice } from "../../shared/fields.js";
import { size } from "../../shared/format.js";
import { button, fill, h } from "../../shared/h.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { remembered } from "../../shared/memory.js";
import { go } from "../../shared/router.js";
import { orTell } from "../../shared/toast.js";
import { byMonth, isOfCamera } from "../device/camera.js";
import { dropShared } from "../device/shared-files.js";
import { waitingFiles } from "../device/waiting.js";
import { folderAddress, homeOf } from "../files/paths.js";

/** @typedef {import("../device/shared-files.js").SharedFile} SharedFile */

/** Number of names that are shown. */
const NAMES_SHOWN = 5;

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} route
 * @returns {Promise<import("../../shared/views.js").View>}
 */
export async function open(context, route) {
  await loadBundle("device");
  const body = h("div", { class: "page-box" });
  const lacking = Number(route.query.get("lacking") ?? 0);
  const show = async () => {
    const files = await waitingFiles(context.store.get().account.name);
    const note = lacking > 0 ? h("p", { class: "form-error", role: "alert", text: t("device.lacking", { count: lacking }) }) : null;
    fill(body, note, files.length > 0 ? question(context, files, () => orTell(show())) : nothing(context));
  };
  await show();
  return {
    element: h("div", { class: "page" }, body),
    bar: [h("h1", { class: "bar-title", tabIndex: -1, text: t("device.received") })],
    title: () => t("device.received"),
    renew: () => orTell(show()),
  };
}

/** @param {import("../state.js").Context} context */
function nothing(context) {
  const home = homeOf(context.store.get().account.name);
  return notice({ icon: "share", title: t("device.none"), text: t("device.nonetext"), action: { label: t("starred.tofiles"), run: () => go(folderAddress(home, home)) } });
}

/** @param {import("../state.js").Context} context @param {SharedFile[]} files @param {() => void} renew */
function question(context, files, renew) {
  const home = homeOf(context.store.get().account.name);
  const photos = files.filter(({ file }) => isOfCamera(file)).length;
  let isByMonth = photos > 0 && (remembered("camera") === "1" || photos === files.length);
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  const where = photos > 0 ? choice({
    label: t("device.where"),
    value: isByMonth ? "month" : "folder",
    options: [{ value: "month", label: t("device.bymonth") }, { value: "folder", label: t("device.infolder") }],
    onchange: (value) => { isByMonth = value === "month"; },
  }) : null;
  const send = button({ text: t("device.send"), kind: "primary", onclick: () => orTell(start()) });
  const start = async () => {
    const folder = isByMonth ? home : await pick(context, home);
    if (folder === null) return;
    send.disabled = true;
    const sources = files.map(({ id, file }) => ({ file, below: "", shared: id }));
    context.upload({ files: isByMonth ? await byMonth(sources) : sources, folders: [] }, folder);
    go(folderAddress(folder, home));
  };
  const discard = button({ text: t("device.discard"), kind: "quiet", onclick: async () => {
    const isSure = await confirmDialog({ title: t("device.discardtitle", { count: files.length }), text: t("device.discardtext"), confirm: t("device.discard"), isDanger: true });
    if (!isSure) return;
    for (const { id } of files) await dropShared(id);
    renew();
  } });
  const names = files.slice(0, NAMES_SHOWN).map(({ file }) => h("li", { text: file.name }));
  return h("section", { class: "card", "aria-label": t("device.received") },
    h("h2", { text: t("device.count", { count: files.length, size: size(bytes) }) }),
    h("ul", { class: "quiet" }, names, files.length > NAMES_SHOWN ? h("li", { text: t("device.more", { count: files.length - NAMES_SHOWN }) }) : null),
    where,
    h("p", { class: "quiet", text: t(navigator.wakeLock ? "device.screen" : "device.noscreen") }),
    h("div", { class: "card-actions" }, send, discard));
}

/** @param {import("../state.js").Context} context @param {string} home */
async function pick(context, home) {
  const [{ pickFolder }, { newFolder }] = await Promise.all([import("../files/picker.js"), import("../files/operations/create.js")]);
  return pickFolder({
    store: context.store, start: home, title: t("device.pick"), confirm: t("device.here"),
    isRefused: () => false, noteOf: () => "", newFolder: (folder) => newFolder(context.store, folder),
  });
}
