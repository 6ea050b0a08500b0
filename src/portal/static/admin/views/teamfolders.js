// The team folders: the account that owns them, its folders, and the members and access lists of
// each.

import { command, records } from "../../shared/api.js";
import { askText } from "../../shared/fields.js";
import { plainName } from "../../shared/format.js";
import { h, icon } from "../../shared/h.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { errorToast, toast } from "../../shared/toast.js";
import { needs } from "../allowed.js";
import { adminErrorText } from "../error-text.js";
import { listPage } from "../list-page.js";
import { showTeamFolder } from "../teamfolders/details.js";
import { foldersIn, setTeamAccount, teamAccount } from "../teamfolders/wire.js";
import { orTellAdmin } from "../who.js";

/** @typedef {import("../../shared/types.js").EntryRecord} EntryRecord */
/** @typedef {{ account: string, as: import("../teamfolders/wire.js").As }} Team `account`: their owner, empty if there is none */

/**
 * @param {import("../state.js").Context} context
 * @param {import("../../shared/router.js").Route} first
 * @returns {Promise<import("../../shared/views.js").View>}
 */
export async function open(context, first) {
  await loadBundle("share");
  /** @type {Team} */
  const team = { account: "", as: { adminproxyuserid: context.store.get().account.name } };
  /** @type {import("../list-page.js").ListPage<EntryRecord>} */
  const page = {
    view: "teamfolders",
    words: {
      title: t("place.teamfolders"), details: t("teamfolders.details"), failed: t("teamfolders.failed"), add: t("teamfolders.add"),
      none: t("teamfolders.none"), noneText: t("teamfolders.nonetext"),
      count: (count) => t("teamfolders.count", { count }),
    },
    columns: [
      { id: "name", label: t("teamfolders.folder"), width: "minmax(0, 2fr)", cell: (folder) => [icon("folder"), h("bdi", { class: "cut strong", dir: "auto", text: plainName(folder.name) })] },
      { id: "shared", label: t("teamfolders.shared"), width: "minmax(84px, 1fr)", cell: (folder) => h("span", { class: "quiet", text: t(folder.isshared ? "teamfolders.isshared" : "teamfolders.notshared") }) },
    ],
    keyOf: (folder) => folder.name,
    nameOf: (folder) => plainName(folder.name),
    async load() {
      team.account = await teamAccount();
      return team.account ? foldersIn(`/${team.account}`, team.as) : [];
    },
    show: (panel, folder, around) => showTeamFolder(panel, folder, team, around),
    add: () => askForFolder(team),
    adding: "core/createfolder",
    above: (changed) => accountChoice(changed),
  };
  return listPage(page, first);
}

/** The choice of the account. @param {() => Promise<void>} changed */
function accountChoice(changed) {
  const select = h("select", { class: "input", "aria-label": t("teamfolders.account") }, h("option", { value: "", text: t("teamfolders.noaccount") }));
  let before = "";
  void orTellAdmin(async () => {
    /** @type {[string, { username: string, displayname: string }[]]} */
    const [account, users] = await Promise.all([teamAccount(), records("search", "user", { keyword: "" }, { side: "admin" })]);
    select.append(...users.map((user) => h("option", { value: user.username, text: plainName(user.displayname || user.username) })));
    select.value = before = account;
  });
  select.addEventListener("change", async () => {
    try {
      await setTeamAccount(select.value);
      before = select.value;
      toast(before ? t("teamfolders.set", { name: select.selectedOptions[0]?.text ?? before }) : t("teamfolders.unset"));
      await changed();
    } catch (error) {
      select.value = before;
      errorToast(adminErrorText(error));
    }
  });
  return needs("setteamfolderuser", h("label", { class: "field team-account" }, h("span", { class: "field-label", text: t("teamfolders.account") }), select));
}

/** Makes a folder. Returns a function that finds it in the list; `null` if the person cancels. @param {Team} team @returns {Promise<((folder: EntryRecord) => boolean) | null>} */
async function askForFolder({ account, as }) {
  if (!account) {
    errorToast(t("teamfolders.choosefirst"));
    return null;
  }
  const name = await askText({
    title: t("teamfolders.add"), label: t("teamfolders.name"), confirm: t("teamfolders.create"),
    submit: async (value) => {
      try {
        await command("createfolder", { path: `/${account}`, name: value.trim(), ...as });
        return null;
      } catch (error) {
        return adminErrorText(error);
      }
    },
  });
  if (name === null) return null;
  toast(t("teamfolders.added", { name: plainName(name.trim()) }));
  return (folder) => folder.name === name.trim();
}
