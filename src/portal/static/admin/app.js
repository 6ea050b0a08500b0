// Starts the admin portal: finds out who is signed in, and then shows the frame with its views.

import { ROOT, errorText, onSessionEnd } from "../shared/api.js";
import { notice } from "../shared/dialog.js";
import { fill, h, icon } from "../shared/h.js";
import { loadMessages, t } from "../shared/i18n.js";
import { applyLooks } from "../shared/looks.js";
import { startShortcuts } from "../shared/keys.js";
import { route, startRouting } from "../shared/router.js";
import { createShell } from "../shared/shell.js";
import { entrance, signInAgain, signInForm } from "../shared/signin.js";
import { startViews } from "../shared/views.js";
import { addCommonShortcuts, commonEntries, filesEntry, signOutEntry } from "./account.js";
import { createBanner } from "./banner.js";
import { createHealth } from "./health.js";
import { adminPlaces, placesFor } from "./places.js";
import { createAdminStore } from "./state.js";
import { createUsages } from "./usages.js";
import { adminName, adminRights, serverInfo } from "./signed-in.js";

/** @typedef {import("../shared/types.js").ServerInfo} ServerInfo */

async function start() {
  try {
    const [, server, name] = await Promise.all([loadMessages(["portal", "admin", "account", "details"]), serverInfo(), adminName()]);
    applyLooks(server);
    document.body.replaceChildren();
    if (server.awaitssetup) showSetUp(server);
    else if (name === null) showSignIn(server);
    else run(server, name, await adminRights());
  } catch (error) {
    fill(document.body, h("main", { class: "entrance" }, notice({
      icon: "cloud",
      title: t("start.failed"),
      text: errorText(error),
      action: { label: t("action.retry"), run: restart },
    })));
  }
}

function restart() {
  document.body.replaceChildren();
  void start();
}

/** @param {ServerInfo} server */
function title(server) {
  return t("admin.title", { name: server.name });
}

/** The first administrator is made in the user portal. @param {ServerInfo} server */
function showSetUp(server) {
  document.title = title(server);
  document.body.append(entrance({
    title: title(server),
    subtitle: t("admin.setup"),
    body: [h("a", { class: "button primary wide", href: `${ROOT}/` }, h("span", { class: "button-text", text: t("admin.setupopen") }))],
  }));
}

/** @param {ServerInfo} server */
function showSignIn(server) {
  const form = signInForm({
    side: "admin",
    cloudName: title(server),
    onDone: restart,
    footer: [h("div", { class: "entrance-foot" },
      h("a", { class: "button quiet", href: `${ROOT}/` }, icon("folder"), h("span", { class: "button-text", text: t("admin.files") })))],
  });
  document.title = `${t("signin.submit")} \u2013 ${title(server)}`;
  document.body.append(h("main", null, form.element));
  form.focus();
}

/** @param {ServerInfo} server @param {string} name @param {import("./state.js").AdminRights} rights */
function run(server, name, rights) {
  const store = createAdminStore({ name, rights }, server);
  const places = placesFor(adminPlaces(true), rights);
  const health = createHealth();
  const shell = createShell({
    name: server.name,
    places,
    accountName: name,
    account: () => [filesEntry(), null, ...commonEntries(), null, signOutEntry("admin")],
  });
  store.watch((state) => state.server, (changed) => shell.setName(changed.name));
  fill(shell.notice, createBanner(health));
  fill(document.body, shell.element);

  const views = startViews({
    shell,
    home: places.find((place) => place.id !== "api")?.id ?? "overview",
    appName: title(server),
    context: /** @type {import("./state.js").Context} */ ({
      store, shell, health, usages: createUsages(), titleChanged: () => views.setTitle(),
    }),
    views: {
      overview: () => import("./views/overview.js"),
      users: () => import("./views/users.js"),
      groups: () => import("./views/groups.js"),
      policies: () => import("./views/policies.js"),
      metadata: () => import("./views/metadata.js"),
      shares: () => import("./views/shares.js"),
      disks: () => import("./views/disks.js"),
      teamfolders: () => import("./views/teamfolders.js"),
      audit: () => import("./views/audit.js"),
      mail: () => import("./views/mail.js"),
      settings: () => import("./views/settings.js"),
    },
  });

  let isAsking = false;
  onSessionEnd((side) => {
    if (side !== "admin" || isAsking) return;
    isAsking = true;
    signInAgain({
      side: "admin",
      cloudName: title(server),
      userName: name,
      onOther: () => location.reload(),
      onDone: (again) => {
        isAsking = false;
        if (again.toLowerCase() !== name) location.reload();
        else void views.reopen(route());
      },
    });
  });

  startShortcuts();
  addCommonShortcuts();
  startRouting();
}

void start();
