// The access lists of a team folder and of the folders in it. One folder is shown at a time, with
// the entries of its own list.

import { plainName } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { toast } from "../../shared/toast.js";
import { needs } from "../allowed.js";
import { adminErrorText } from "../error-text.js";
import { checkBox, selectField } from "../forms.js";
import { everybody, giveForm, isSame, orTellAdmin } from "../who.js";
import { ENTRY_KINDS, accessListOf, foldersIn, removeEntry, setEntry, setInheritance } from "./wire.js";

/** @typedef {import("../who.js").Who} Who */
/** @typedef {import("../views/teamfolders.js").Team} Team */
/** @typedef {import("../../shared/types.js").EntryRecord} EntryRecord */
/** @typedef {import("./wire.js").AccessEntryRecord} AccessEntryRecord */

/** @param {HTMLElement} content @param {EntryRecord} folder @param {Team} team */
export async function showLists(content, folder, { account, as }) {
  const place = h("div", { class: "panel-part" });
  fill(content, h("p", { class: "quiet", text: t("lists.hint") }), place);
  const show = async (/** @type {string} */ path) => {
    try {
      const [all, list, below] = await Promise.all([everybody(), accessListOf(path, as), foldersIn(path, as)]);
      const whom = all.filter((who) => who.isGroup || who.id !== account);
      const again = () => show(path);
      fill(place,
        folderChoice(folder, path, below, show),
        inheritance(path, list.inherits, as, again),
        list.entries.length === 0 ? h("p", { class: "quiet", text: t("lists.none") }) : null,
        h("ul", { class: "member-list", "aria-label": t("lists.entries") }, list.entries.map((entry) => entryLine(entry, whom, () => orTellAdmin(async () => {
          await removeEntry(path, as, whoOf(entry));
          await again();
        })))),
        giveForm({
          operation: "core/addaclentry", label: t("lists.who"), may: t("lists.what"), submit: t("lists.set"), whom,
          levels: Object.keys(ENTRY_KINDS).map((kind) => [kind, t(`listkind.${kind}`)]),
          give: async (who, kind) => {
            await setEntry(path, as, who, kind, !list.entries.some((entry) => isSame(whoOf(entry), who)));
            toast(t("disks.saved"));
            await again();
          },
        }));
    } catch (error) {
      fill(place, h("p", { class: "form-error", role: "alert", text: adminErrorText(error) }));
    }
  };
  await show(folder.path);
}

/**
 * Opens folders further down, and leads up again.
 * @param {EntryRecord} top @param {string} path @param {EntryRecord[]} below @param {(path: string) => Promise<void>} show
 */
function folderChoice(top, path, below, show) {
  const names = path.slice(top.path.length).split("/").filter(Boolean);
  const above = names.reduce((/** @type {string[]} */ paths, name) => [...paths, `${paths[paths.length - 1]}/${name}`], [top.path]);
  const label = (/** @type {string} */ one) => plainName(one.slice(top.path.length - top.name.length));
  const field = selectField(t("lists.folder"), [...above, ...below.map((entry) => entry.path)].map((one) => [one, label(one)]), path);
  field.input.addEventListener("change", () => void show(field.input.value));
  return field.element;
}

/** @param {string} path @param {boolean} inherits @param {import("./wire.js").As} as @param {() => Promise<void>} again */
function inheritance(path, inherits, as, again) {
  const box = checkBox(t("lists.inherit"), inherits);
  box.input.addEventListener("change", () => void orTellAdmin(async () => {
    await setInheritance(path, as, box.input.checked);
    await again();
  }));
  return needs("core/setaclinheritance", box.element);
}

/** @param {AccessEntryRecord} entry @returns {Who} */
function whoOf(entry) {
  return entry.type === "group" ? { isGroup: true, id: entry.groupid, name: entry.name } : { isGroup: false, id: entry.user, name: entry.name };
}

/** @param {AccessEntryRecord} entry @param {Who[]} all @param {() => void} remove */
function entryLine(entry, all, remove) {
  const who = whoOf(entry);
  const name = all.find((one) => isSame(one, who))?.name ?? plainName(who.name);
  return h("li", { class: "member-item" }, icon(who.isGroup ? "users" : "user"),
    h("span", { class: "entry-text" }, h("bdi", { class: "cut", dir: "auto", text: name }), h("span", { class: "quiet", text: wordsOf(entry) })),
    needs("core/deleteaclentry", button({ icon: "close", label: t("lists.remove", { name }), kind: "quiet", onclick: remove })));
}

/** The rights in an entry, in words. @param {AccessEntryRecord} entry */
function wordsOf({ perm, flag }) {
  const kind = Object.keys(ENTRY_KINDS).find((one) => ENTRY_KINDS[one]?.perm === perm && ENTRY_KINDS[one].flag === flag);
  if (kind) return t(`listkind.${kind}`);
  const what = [...perm].map((letter) => t(`listletter.${letter}`)).join(", ");
  return t(flag === "allow" ? "lists.allowed" : "lists.denied", { what });
}
