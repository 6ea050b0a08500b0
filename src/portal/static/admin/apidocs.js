// The API documentation, for everybody, signed in or not. The index is at the left, and one
// operation is beside it.

import { ROOT, errorText } from "../shared/api.js";
import { notice, openDialog } from "../shared/dialog.js";
import { button, fill, h } from "../shared/h.js";
import { loadMessages, t } from "../shared/i18n.js";
import { addShortcuts, startShortcuts } from "../shared/keys.js";
import { address, go, onRoute, route, startRouting } from "../shared/router.js";
import { createShell } from "../shared/shell.js";
import { signInForm } from "../shared/signin.js";
import { addCommonShortcuts, commonEntries, filesEntry, signOutEntry } from "./account.js";
import { loadDescription } from "./docs/describe.js";
import { guide } from "./docs/guide.js";
import { createIndex } from "./docs/index.js";
import { operationPage } from "./docs/operation.js";
import { adminPlaces } from "./places.js";
import { adminName, serverInfo, userName } from "./signed-in.js";

/** @typedef {import("./docs/describe.js").Operation} Operation */

async function start() {
  try {
    await loadMessages(["portal", "admin", "account", "apidocs"]);
    const [server, admin, user, operations] = await Promise.all([serverInfo(), adminName(), userName(), loadDescription()]);
    document.body.replaceChildren();
    run({ server, operations, signedIn: { admin, user } });
  } catch (error) {
    fill(document.body, h("main", { class: "entrance" }, notice({
      icon: "cloud", title: t("start.failed"), text: errorText(error), action: { label: t("action.retry"), run: () => void start() },
    })));
  }
}

/**
 * @param {{ server: import("../shared/types.js").ServerInfo, operations: Operation[],
 *   signedIn: { admin: string | null, user: string | null } }} given
 */
function run(given) {
  const { server, operations } = given;
  let { signedIn } = given;
  /** Called when somebody signs in, until another operation is shown. @type {(() => void)[]} */
  let listeners = [];
  const name = () => signedIn.admin ?? signedIn.user ?? t("docs.guest");

  const shell = createDocsShell(server, () => signedIn, name, (side) => signIn(side));
  const index = createIndex({ operations, onSearch: (text) => {
    const now = route();
    go(address(now.view, now.path, { q: text }), { replace: true });
  } });
  const content = h("article", { class: "docs-page" });
  const toIndex = indexButton();
  const element = h("div", { class: "docs" }, index.element, h("div", { class: "docs-content" }, content));
  fill(document.body, shell.element);
  fill(shell.main, element);
  shell.setPlace("api");
  shell.setBar(toIndex, h("span", { class: "bar-title", text: t("place.apilong") }));

  const checkSignedIn = async () => {
    const [admin, user] = await Promise.all([adminName(), userName()]);
    signedIn = { admin, user };
    shell.setAccountName(name());
    for (const listener of listeners) listener();
  };

  const signIn = (/** @type {import("../shared/api.js").Side} */ side) => askToSignIn(side, checkSignedIn);
  const base = new URL(`${ROOT}/`, document.baseURI).href.replace(/\/$/, "");
  const around = {
    base, signIn, checkSignedIn, signedIn: () => signedIn,
    onSignedIn: (/** @type {() => void} */ listener) => { listeners.push(listener); },
  };

  let shown = "\u0000";
  onRoute((where) => {
    const id = where.path.length > 0 ? `${where.view}/${where.path[0]}` : "";
    const isList = where.view === "list";
    element.classList.toggle("is-list", isList);
    toIndex.hidden = isList;
    index.show(id, where.query.get("q") ?? "");
    if (isList || id === shown) return;
    const isFirst = shown === "\u0000";
    shown = id;
    listeners = [];
    const operation = operations.find((one) => one.id === id);
    fill(content, operation ? operationPage(operation, around) : id ? noSuch(id) : startPage(around.base, server, operations));
    /** @type {HTMLElement | null} */ (content.parentElement)?.scrollTo(0, 0);
    document.title = [operation?.name, t("place.apilong"), server.name].filter(Boolean).join(" \u2013 ");
    if (!isFirst) content.querySelector("h1")?.focus({ preventScroll: true });
  });

  startShortcuts();
  addCommonShortcuts();
  addShortcuts([{ keys: "/", label: "docs.search", group: "place.apilong", run: () => focusSearch(index, toIndex) }]);
  startRouting();
}

/**
 * @param {import("../shared/types.js").ServerInfo} server
 * @param {() => { admin: string | null, user: string | null }} signedIn
 * @param {() => string} name
 * @param {(side: import("../shared/api.js").Side) => Promise<void>} signIn
 */
function createDocsShell(server, signedIn, name, signIn) {
  return createShell({
    name: server.name,
    places: [
      ...(signedIn().admin === null ? adminPlaces(false).filter((place) => place.id === "api") : adminPlaces(false)),
      ...(signedIn().admin === null ? [{ id: "files", label: signedIn().user === null ? "docs.signintofiles" : "place.files", icon: "folder", href: `${ROOT}/`, isLow: true }] : []),
    ],
    accountName: name(),
    account: () => [
      filesEntry(),
      ...(signedIn().admin === null ? [{ label: t("docs.signinadmin"), icon: "shield", run: () => void signIn("admin") }] : []),
      ...(signedIn().user === null ? [{ label: t("docs.signinuser"), icon: "user", run: () => void signIn("core") }] : []),
      null, ...commonEntries(),
      ...(signedIn().admin === null && signedIn().user === null ? [] : [null, signOutEntry(signedIn().admin === null ? "core" : "admin")]),
    ],
  });
}

/** @param {import("../shared/api.js").Side} side @param {() => Promise<void>} onDone @returns {Promise<void>} ends when the dialog is closed */
function askToSignIn(side, onDone) {
  return new Promise((resolve) => {
    const form = signInForm({
      side,
      cloudName: t(side === "admin" ? "docs.signinadmin" : "docs.signinuser"),
      onDone: () => {
        void onDone().finally(() => dialog.close());
      },
    });
    const dialog = openDialog({ title: t("signin.submit"), class: "again docs-signin", mayJustClose: true, body: [form.element], onClose: resolve });
    form.focus();
  });
}

/** The button to the index, if there is no space for it beside the page. */
function indexButton() {
  return button({ icon: "chevron-left", label: t("docs.toindex"), kind: "quiet", class: "docs-back",
    onclick: () => go(address("list", [], { q: route().query.get("q") })) });
}

/** Moves the focus to the search. If the index is not beside the page, it is opened first. @param {{ focus: () => void }} list @param {HTMLElement} toIndex */
function focusSearch(list, toIndex) {
  if (toIndex.offsetParent !== null) go(address("list"));
  list.focus();
}

/** @param {string} id */
function noSuch(id) {
  return notice({ icon: "book", title: t("docs.nosuch", { name: id }), action: { label: t("docs.start"), run: () => go(address("")) } });
}

/** @param {string} base @param {import("../shared/types.js").ServerInfo} server @param {Operation[]} operations */
function startPage(base, server, operations) {
  const count = (/** @type {string} */ side) => operations.filter((operation) => operation.side === side).length;
  return guide({ base, version: server.version, counts: { core: count("core"), admin: count("admin") } });
}

void start();
