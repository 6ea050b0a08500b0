// Starts the user portal: finds out who is signed in, and then shows the frame with its views.

import { ApiError, ROOT, command, errorText, namePeople, onSessionEnd, record, records } from "../shared/api.js";
import { notice, openDialog } from "../shared/dialog.js";
import { size } from "../shared/format.js";
import { button, fill, h, icon } from "../shared/h.js";
import { has, language, loadBundle, loadMessages, t } from "../shared/i18n.js";
import { addShortcuts, shortcutList, startShortcuts } from "../shared/keys.js";
import { applyLooks } from "../shared/looks.js";
import { remember, remembered } from "../shared/memory.js";
import { menuButton } from "../shared/menu.js";
import { address, go, route, startRouting } from "../shared/router.js";
import { createShell } from "../shared/shell.js";
import { errorToast, undoLast } from "../shared/toast.js";
import { startViews } from "../shared/views.js";
import { noteLacking } from "./files/kinds.js";
import { createOperations } from "./files/operations.js";
import { forget } from "./files/folder.js";
import { DISKS } from "./files/paths.js";
import { savedLook } from "./look.js";
import { PLACES } from "./shell/places.js";
import { createUserStore, followOtherTabs } from "./state.js";

/** @typedef {import("../shared/types.js").ServerInfo} ServerInfo */

/**
 * Milliseconds after a change before the quota is loaded again, because counting costs the server
 * time.
 */
const QUOTA_PAUSE = 4000;

/** From this percentage on, the server too calls a limit nearly full. */
const NEARLY_FULL = 90;
/** Milliseconds before the further disks are loaded, which is after the first list. */
const DISKS_PAUSE = 300;
/** Milliseconds before the server is asked whether the account has a picture. */
const PICTURE_PAUSE = 300;
/** Milliseconds before the notifications are loaded. */
const NOTIFICATIONS_PAUSE = 2000;
/**
 * Milliseconds before modules for the next views are loaded, so that they are there without a
 * connection.
 */
const PREFETCH_PAUSE = 5000;

/** The information about the server before its first answer. @type {ServerInfo} */
const UNKNOWN_SERVER = { name: "cloudlet", version: "", awaitssetup: 0, passwordminlength: 8, accentcolour: "", logo: "", hasterms: 0, hasprivacy: 0, signsup: 0, sendsmail: 0, nothumbnailsof: "" };

/** Places that guests do not have. They see only what is shared with them. */
const OF_OWN_FILES = ["files", "bin"];

async function start() {
  const messages = loadMessages(["portal"]);
  try {
    const [, server, info] = await Promise.all([messages, serverInfo(), record("getauthenticationinfo", "info")]);
    applyLooks(server);
    noteLacking(server.nothumbnailsof);
    namePeople(async (account) => (await import("./share/profiles.js")).shownNameOf(account));
    const { view, path } = route();
    if (view === "pair") {
      const { showPairing, forgetCode } = await import("./views/pair.js");
      document.body.replaceChildren();
      showPairing(server, path[0] ?? "", () => {
        forgetCode();
        restart();
      });
      return;
    }
    if (view === "link") {
      const { showLink, forgetLink } = await import("./views/link.js");
      document.body.replaceChildren();
      showLink(server, path[0] ?? "", () => {
        forgetLink();
        restart();
      });
      return;
    }
    if (info.authenticated) {
      await run(server, info);
      return;
    }
    const { showSetUp, showSignIn } = await import("./account/entrance.js");
    document.body.replaceChildren();
    if (server.awaitssetup) showSetUp(server, restart);
    else showSignIn(server, { onDone: restart });
  } catch (error) {
    await messages.catch(() => undefined);
    showFailure(error);
  }
}

/** @returns {Promise<ServerInfo>} */
async function serverInfo() {
  try {
    return await record("serverinfo", "server");
  } catch (error) {
    if (error instanceof ApiError && error.kind === "absent") return UNKNOWN_SERVER;
    throw error;
  }
}

function restart() {
  document.body.replaceChildren();
  void start();
}

/** @param {unknown} error */
function showFailure(error) {
  // If the server does not answer, the messages may be missing too.
  const isSpeechless = !has("start.failed");
  fill(document.body, h("main", { class: "entrance" }, notice({
    icon: "cloud",
    title: isSpeechless ? "Your cloud cannot be reached" : t("start.failed"),
    text: isSpeechless ? "Please check the connection." : errorText(error),
    action: { label: isSpeechless ? "Try again" : t("action.retry"), run: restart },
  })));
}

/** @param {ServerInfo} server @param {import("../shared/types.js").AuthenticationInfo} info */
async function run(server, info) {
  /** @type {import("./state.js").UserState["account"]} */
  const account = { name: info.profile, displayName: info.displayname, isAdmin: null, hasPicture: false, teamFoldersAt: "" };
  const store = createUserStore(account, server, savedLook());
  const isGuest = info.userlevel === "GUEST";
  const bell = notificationsLink();
  const shell = createShell({
    name: server.name,
    places: isGuest ? PLACES.filter(({ id }) => !OF_OWN_FILES.includes(id)) : PLACES,
    accountName: account.displayName || account.name,
    middle: searchLink(),
    tools: bell,
    account: () => accountMenu(store, isGuest),
  });
  fill(document.body, shell.element);

  /** @type {import("./state.js").Context} */
  const context = {
    store,
    shell,
    operations: createOperations(store),
    upload: (sources, folder) => void uploads().then(({ queue }) => queue.add(sources, folder)).catch((error) => errorToast(errorText(error))),
    titleChanged: () => views.setTitle(),
  };
  /** @type {ReturnType<typeof import("./upload/tray.js").startUploads> | null} */
  let started = null;
  const uploads = async () => {
    const [{ startUploads }] = await Promise.all([import("./upload/tray.js"), loadBundle("upload")]);
    started ??= startUploads(store, shell.tray);
    return started;
  };
  const views = startViews({
    shell,
    primary: isGuest ? null : newButton(context),
    home: isGuest ? "shared" : "files",
    appName: server.name,
    context,
    views: VIEWS,
  });
  const reopen = () => void views.reopen(route());
  watchSession(store, server, () => {
    reopen();
    started?.queue.wake();
  });

  startShortcuts();
  addKeys();
  store.watch((state) => state.account, ({ displayName, name }) => shell.setAccountName(displayName || name));
  store.watch((state) => state.newNotifications, (count) => showCount(bell, count));
  followQuota(store, shell);
  followOtherTabs(store);
  startRouting();
  shell.initials.dataset.avatar = account.name;
  // There are unfinished uploads of an earlier visit.
  if (remembered("uploads")) void uploads();
  followLater(store, shell, () => {
    forget();
    reopen();
  });
}

const files = () => import("./views/files.js");
const VIEWS = {
  files,
  disk: files,
  with: files,
  shared: () => import("./views/shared.js"),
  photos: () => import("./views/photos.js"),
  recent: () => import("./views/recent.js"),
  starred: () => import("./views/starred.js"),
  bin: () => import("./views/bin.js"),
  search: () => import("./views/search.js"),
  notices: () => import("./views/notifications.js"),
  me: () => import("./views/me.js"),
  pair: () => import("./views/pair.js"),
  link: () => import("./views/link.js"),
  received: () => import("./views/received.js"),
};

/**
 * Tells the server the language of this browser, once, so that its mails are in that language.
 * @param {string} account
 */
async function tellLanguage(account) {
  const told = `${account} ${language()}`;
  if (remembered("toldlanguage") === told) return;
  await command("changelanguage", { lang: language() }, { isQuiet: true });
  remember("toldlanguage", told);
}

/**
 * Asks for a new sign-in when the session has ended.
 * @param {import("./state.js").UserStore} store @param {ServerInfo} server @param {() => void} onAgain the same person is signed in again
 */
function watchSession(store, server, onAgain) {
  let isAsking = false;
  onSessionEnd((side) => {
    if (side !== "core" || isAsking) return;
    isAsking = true;
    void import("../shared/signin.js").then(({ signInAgain }) => signInAgain({
      side: "core",
      cloudName: server.name,
      userName: store.get().account.name,
      onOther: () => location.reload(),
      onDone: (name) => {
        isAsking = false;
        // Another person has other files, so nothing on the page may stay.
        if (name.toLowerCase() !== store.get().account.name) {
          history.replaceState(null, "", location.pathname);
          location.reload();
          return;
        }
        forget();
        onAgain();
      },
    })).catch(() => location.reload());
  });
}

function addKeys() {
  addShortcuts([
    { keys: "Mod+K", label: "keys.search", group: "keys.everywhere", run: () => go(address("search")) },
    { keys: "Mod+Z", label: "action.undo", group: "keys.everywhere", run: undoLast },
    { keys: "?", label: "keys.help", group: "keys.everywhere", run: showKeys },
    { keys: "Alt+I", label: "account.inspector", group: "keys.everywhere", run: () => void openInspector() },
  ]);
}

/**
 * Loads the parts that are not needed for the first view. If one cannot be loaded, the portal works
 * without it.
 * @param {import("./state.js").UserStore} store @param {import("../shared/shell.js").Shell} shell
 * @param {() => void} reopen shows the view anew
 */
function followLater(store, shell, reopen) {
  setTimeout(() => void followDisks(store, shell), DISKS_PAUSE);
  // If it fails, the next visit tries again.
  setTimeout(() => void tellLanguage(store.get().account.name).catch(() => undefined), NOTIFICATIONS_PAUSE);
  setTimeout(() => void followTeamFolders(store, shell), PICTURE_PAUSE);
  // A page that the service worker answers may have to say at once that it shows what is kept.
  setTimeout(() => import("./shell/device.js").then(({ startDevice }) => startDevice(store, shell)).catch(() => undefined), navigator.serviceWorker?.controller ? 0 : PREFETCH_PAUSE);
  setTimeout(() => import("./shell/prefetch.js").then(({ prefetch }) => prefetch(), () => undefined), PREFETCH_PAUSE);
  // These are loaded after the first view. If they fail, the bell and the rail stay as they are,
  // and the views report the failure.
  setTimeout(() => import("./notifications/count.js").then(({ followNotifications }) => followNotifications(store), () => undefined), NOTIFICATIONS_PAUSE);
  setTimeout(() => import("./shell/holds.js").then(({ followHolds }) => followHolds(shell, reopen), () => undefined), NOTIFICATIONS_PAUSE);
  setTimeout(() => import("./shell/shortcuts.js").then(({ showShortcuts, loadShortcuts }) => {
    shell.own.setAttribute("aria-label", t("shortcuts.title"));
    showShortcuts(shell.own, store.get().account.name);
    return loadShortcuts();
  }).catch(() => undefined), NOTIFICATIONS_PAUSE);
}

/**
 * Puts the further disks into the rail, if there are any. Without an answer the rail stays as it
 * is.
 * @param {import("./state.js").UserStore} store
 * @param {import("../shared/shell.js").Shell} shell
 */
async function followDisks(store, shell) {
  try {
    /** @type {import("../shared/types.js").EntryRecord[]} */
    const found = await records("getfilelist", "entry", { path: DISKS, limit: -1 }, { isQuiet: true });
    if (found.length === 0) return;
    const { showDisks } = await import("./shell/disks.js");
    showDisks(shell, store, found.map(({ path }) => path));
  } catch {
    // The addresses of disks work without the rail.
  }
}

/**
 * Puts the team folders into the rail, if this person has any. Without an answer the rail stays as
 * it is.
 * @param {import("./state.js").UserStore} store
 * @param {import("../shared/shell.js").Shell} shell
 */
async function followTeamFolders(store, shell) {
  await knowAccount(store);
  const { teamFoldersAt: path } = store.get().account;
  if (!path) return;
  try {
    /** @type {import("../shared/types.js").EntryRecord[]} */
    const found = await records("getfilelist", "entry", { path, limit: -1 }, { isQuiet: true });
    if (found.length === 0) return;
    const { showTeamFolders } = await import("./shell/disks.js");
    showTeamFolders(shell, store, found.map((entry) => entry.path));
  } catch {
    // The place "Shared" shows them too.
  }
}

/** The button for something new, in views that have none of their own. @param {import("./state.js").Context} context */
function newButton(context) {
  const menu = () => import("./shell/new.js").then(({ newAtHome }) => newAtHome(context));
  return menuButton(button({ icon: "plus", text: t("files.new"), kind: "primary" }), menu);
}

/** The link to the search, which is on every page. The search view has a field of its own. */
function searchLink() {
  return h("a", { class: "search-link", href: address("search"), title: t("search.label"), "aria-keyshortcuts": "Control+K", data: { place: "search" } },
    icon("search"), h("span", { class: "search-link-text", text: t("search.placeholder") }));
}

/** The link to the notifications, with the number of new ones. */
function notificationsLink() {
  const link = h("a", { class: "bell", href: address("notices"), data: { place: "notices" } }, icon("bell"), h("span", { class: "bell-count", hidden: true, "aria-hidden": "true" }));
  showCount(link, 0);
  return link;
}

/** @param {HTMLElement} bell @param {number} count */
function showCount(bell, count) {
  const badge = /** @type {HTMLElement} */ (bell.lastElementChild);
  badge.hidden = count === 0;
  badge.textContent = count > 99 ? "99+" : String(count);
  bell.title = count === 0 ? t("place.notices") : t("notices.count", { count });
  bell.setAttribute("aria-label", bell.title);
}

/** @param {import("./state.js").UserStore} store @param {boolean} isGuest @returns {Promise<import("../shared/menu.js").MenuEntry[]>} */
async function accountMenu(store, isGuest) {
  return [
    { label: t("place.me"), icon: "user", href: "#/me" },
    !isGuest && matchMedia("(max-width: 599px)").matches && { label: t("place.bin"), icon: "trash", href: address("bin") },
    await knowAccount(store) && { label: t("account.admin"), icon: "shield", href: `${ROOT}/admin/` },
    null,
    { label: t("account.inspector"), icon: "terminal", keys: "Alt+I", run: () => void openInspector() },
    // A phone that is held has no keys.
    !matchMedia("(hover: none)").matches && { label: t("account.keys"), icon: "keyboard", keys: "?", run: showKeys },
    null,
    { label: t("action.signout"), icon: "sign-out", run: () => void signOut() },
  ];
}

/**
 * Finds out, once, whether this person may use the admin portal, which it returns, and whether they
 * have a picture, which it shows.
 * @param {import("./state.js").UserStore} store
 */
async function knowAccount(store) {
  const { account } = store.get();
  if (account.isAdmin !== null) return account.isAdmin;
  try {
    /** @type {import("../shared/types.js").ProfileSettings} */
    const settings = await record("getprofilesettings", "profilesettings", {}, { isQuiet: true });
    const hasPicture = settings.hasprofileimage === 1;
    store.set({ account: { ...store.get().account, isAdmin: settings.isadmin === 1, hasPicture, teamFoldersAt: settings.teamfolders } });
    if (hasPicture) void import("./account/avatars.js").then(({ pictureChanged }) => pictureChanged(account.name, true), () => undefined);
    return settings.isadmin === 1;
  } catch {
    // The menu has no admin link then, and asks again the next time.
    return false;
  }
}

function showKeys() {
  openDialog({ title: t("keys.title"), class: "is-wide", mayJustClose: true, body: [shortcutList()] });
}

async function openInspector() {
  const { toggleInspector } = await import("../shared/inspector.js");
  toggleInspector();
}

async function signOut() {
  try {
    await command("locksession");
    // The address changes without a notice to the views.
    history.replaceState(null, "", location.pathname);
    location.reload();
  } catch (error) {
    errorToast(errorText(error));
  }
}

/**
 * Keeps the storage meter at the lower end of the rail up to date.
 * @param {import("./state.js").UserStore} store
 * @param {import("../shared/shell.js").Shell} shell
 */
function followQuota(store, shell) {
  const ask = async () => {
    try {
      /** @type {import("../shared/types.js").StorageStatus} */
      const storage = await record("getsystemstatus", "status");
      store.set({ storage });
    } catch {
      // The meter stays as it is. The views report their own failures.
    }
  };
  store.watch((state) => state.storage, (storage) => {
    if (!storage) return;
    const { storageusage: used, sizelimit: limit, availablestorage: free } = storage;
    const isFull = storage.disknearlyfull === 1 || (limit > 0 && storage.usagepercent >= NEARLY_FULL);
    if (isFull) void import("./shell/storage-warning.js").then(({ showStorageWarning }) => showStorageWarning(shell, storage), () => undefined);
    else fill(shell.notice);
    const whole = limit || used + free;
    const part = whole > 0 ? Math.min(1, used / whole) : 0;
    fill(shell.foot, h("a", { class: "quota", href: "#/me" },
      h("div", { class: ["meter", part > 0.9 && "is-high"], "aria-hidden": "true" }, h("div", { class: "meter-fill", style: { "--part": part } })),
      h("span", { text: limit > 0 ? t("quota.of", { used: size(used), limit: size(limit) }) : t("quota.usedfree", { used: size(used), free: size(free) }) })));
  });
  let timer = 0;
  store.watch((state) => state.changed, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), QUOTA_PAUSE);
  });
  void ask();
}

void start();
