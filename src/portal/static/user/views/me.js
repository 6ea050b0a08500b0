// The page of an account: name, password, storage, sessions, language and theme.

import { ApiError, command, errorText, record, records } from "../../shared/api.js";
import { confirmDialog, notice } from "../../shared/dialog.js";
import { field } from "../../shared/fields.js";
import { size, sizeText } from "../../shared/format.js";
import { button, fill, h } from "../../shared/h.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { preferenceChoices, singleKeysOption } from "../../shared/preferences.js";
import { sessionRow } from "../../shared/sessions.js";
import { withStrength } from "../../shared/strength.js";
import { errorToast, orTell, toast } from "../../shared/toast.js";
import { connectCard } from "../account/connect.js";
import { avatar } from "../account/avatars.js";
import { deviceCard } from "../account/device-card.js";
import { devicesCard } from "../account/devices.js";
import { emailCard } from "../account/email.js";
import { factorCard } from "../account/factor.js";
import { programsNote } from "../account/programs.js";

/** Number of sessions that are shown before the person asks for more. */
const SESSIONS_SHOWN = 5;

/**
 * @param {import("../state.js").Context} context
 * @returns {Promise<import("../../shared/views.js").View>}
 */
export async function open(context) {
  await loadBundle("account");
  let sessions = sessionsCard();
  const renewSessions = () => {
    const fresh = sessionsCard();
    sessions.replaceWith(fresh);
    sessions = fresh;
  };
  let devices = devicesCard({ onChange: renewSessions, isAdmin: () => isAdmin(context) });
  const renewAll = () => {
    const fresh = devicesCard({ onChange: renewSessions, isAdmin: () => isAdmin(context) });
    devices.replaceWith(fresh);
    devices = fresh;
    renewSessions();
  };
  // After a device has connected, the list is loaded again.
  const connect = connectCard({ onClose: renewAll });
  const head = header(context);
  return {
    element: h("div", { class: "page" },
      head.element, storageCard(context), nameCard(context), passwordCard(context), emailCard(context.store.get().server), factorCard({ onChange: renewSessions }),
      looksCard(), deviceCard(), connect, devices, sessions, programsNote()),
    bar: [h("span", { class: "bar-title", text: t("place.me") })],
    title: () => t("place.me"),
    leave: head.stop,
  };
}

/** True if this person administers the cloud. @param {import("../state.js").Context} context */
async function isAdmin({ store }) {
  const known = store.get().account.isAdmin;
  if (known !== null) return known;
  try {
    /** @type {import("../../shared/types.js").ProfileSettings} */
    const settings = await record("getprofilesettings", "profilesettings", {}, { isQuiet: true });
    return settings.isadmin === 1;
  } catch {
    return false;
  }
}

/** The picture and the name of the account. @param {import("../state.js").Context} context */
function header({ store }) {
  const own = () => import("../account/own-avatar.js");
  const heading = h("h1", { tabIndex: -1 });
  const name = h("p", { class: "quiet" });
  const picture = h("div");
  const choose = button({ text: t("avatar.choose"), icon: "image", onclick: () => orTell(own().then(({ choosePicture }) => choosePicture(store))) });
  const remove = button({ text: t("avatar.remove"), kind: "quiet", onclick: async () => {
    // The picture is drawn again, and the button too.
    try {
      await (await own()).removePicture(store);
      choose.focus();
    } catch (error) {
      errorToast(errorText(error));
    }
  } });
  const show = () => {
    const { account } = store.get();
    heading.textContent = account.displayName || account.name;
    name.textContent = account.name;
    name.hidden = account.displayName === account.name;
    remove.hidden = !account.hasPicture;
    fill(picture, avatar(account, { class: "is-large" }));
  };
  show();
  const stop = store.watch((state) => state.account, show);
  const element = h("div", { class: "who" }, picture,
    h("div", { class: "who-text" }, h("div", null, heading, name),
      h("div", { class: "card-actions" }, choose, remove), h("p", { class: "quiet who-hint", text: t("avatar.hint") })));
  return { element, stop };
}

/** @param {string} title @param {...import("../../shared/h.js").Child} children */
function card(title, ...children) {
  return h("section", { class: "card", "aria-label": title }, h("h2", { text: title }), ...children);
}

/** @param {import("../state.js").Context} context */
function storageCard(context) {
  const body = h("div", { class: "form" }, h("p", { class: "quiet", text: t("details.counting") }));
  const show = async () => {
    try {
      /** @type {import("../../shared/types.js").UsageDetails} */
      const usage = await record("getdiskusagedetails", "usage", { username: context.store.get().account.name, level: 2 });
      const free = context.store.get().storage?.availablestorage ?? null;
      fill(body,
        h("p", null, usage.sizelimit > 0
          ? t("quota.of", { used: size(usage.storageusage), limit: size(usage.sizelimit) })
          : t("quota.used", { used: size(usage.storageusage) }),
        free === null ? null : `, ${t("quota.free", { free: size(free) })}`),
        meter(usage.storageusage, usage.sizelimit || usage.storageusage + (free ?? 0)),
        h("p", { class: "quiet", text: [
          `${t("details.filecount", { count: usage.livefiles })} (${sizeText(usage.livesize)})`,
          usage.versionedfiles > 0 ? `${t("me.versions")} ${sizeText(usage.versionedsize)}` : "",
          usage.recyclefiles > 0 ? `${t("me.bin")} ${sizeText(usage.recyclesize)}` : "",
          usage.incompletefiles > 0 ? `${t("me.incomplete")} ${sizeText(usage.incompletesize)}` : "",
        ].filter(Boolean).join(", ") }));
    } catch (error) {
      fill(body, notice({ title: errorText(error), action: { label: t("action.retry"), run: () => void show() } }));
    }
  };
  void show();
  return card(t("me.storage"), body);
}

/** @param {number} used @param {number} limit */
export function meter(used, limit) {
  const part = limit > 0 ? Math.min(1, used / limit) : 0;
  return h("div", {
    class: ["meter", part > 0.9 && "is-high"], role: "meter", "aria-label": t("me.storage"),
    "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.round(part * 100),
  }, h("div", { class: "meter-fill", style: { "--part": part } }));
}

/** @param {import("../state.js").Context} context */
function nameCard(context) {
  const { account } = context.store.get();
  const name = field({ label: t("me.displayname"), value: account.displayName, hint: t("me.displaynamehint"), props: { maxlength: 200, autocomplete: "name" } });
  const save = button({ text: t("action.save"), props: { type: "submit" } });
  return card(t("me.profile"), form([name.element, h("div", { class: "card-actions" }, save)], async () => {
    const value = name.input.value.trim();
    name.setError(value ? null : t("me.noname"));
    if (!value) return;
    await command("setdisplayname", { dispname: value });
    context.store.set({ account: { ...context.store.get().account, displayName: value } });
    toast(t("me.namesaved"));
  }, (error) => name.setError(errorText(error))));
}

/** @param {import("../state.js").Context} context */
function passwordCard(context) {
  const { account, server } = context.store.get();
  const old = field({ label: t("me.oldpassword"), type: "password", props: { autocomplete: "current-password" } });
  const fresh = withStrength(field({ label: t("me.newpassword"), type: "password", hint: t("me.passwordhint", { count: server.passwordminlength }), props: { autocomplete: "new-password" } }), () => [account.name, account.displayName]);
  const save = button({ text: t("me.changepassword"), props: { type: "submit" } });
  // Password managers need the name of the account.
  const user = h("input", { type: "text", name: "username", autocomplete: "username", value: account.name, hidden: true });
  const fields = [user, old.element, fresh.element, h("div", { class: "card-actions" }, save)];
  return card(t("me.password"), form(fields, async () => {
    old.setError(old.input.value ? null : t("signin.nopassword"));
    const isShort = [...fresh.input.value].length < server.passwordminlength;
    fresh.setError(isShort ? t("error.shortpassword") : null);
    if (!old.input.value || isShort) return;
    await command("updatepassword", { oldpassword: old.input.value, newpassword: fresh.input.value });
    old.input.value = "";
    fresh.input.value = "";
    toast(t("me.passwordchanged"));
  }, (error) => {
    const isNew = error instanceof ApiError && error.kind === "shortpassword";
    (isNew ? fresh : old).setError(errorText(error));
  }));
}

/**
 * @param {import("../../shared/h.js").Child[]} children
 * @param {() => Promise<void>} submit
 * @param {(error: unknown) => void} fail
 */
function form(children, submit, fail) {
  const element = h("form", { class: "form", novalidate: true }, children);
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    const save = element.querySelector("button[type=submit]");
    save?.setAttribute("aria-disabled", "true");
    try {
      await submit();
    } catch (error) {
      fail(error);
    } finally {
      save?.removeAttribute("aria-disabled");
    }
  });
  return element;
}

function sessionsCard() {
  const body = h("div", { class: "form" }, h("p", { class: "quiet", text: t("view.loading") }));

  /** @param {string} operation @param {string} done @param {{ id?: string }} [params] */
  const end = async (operation, done, params = {}) => {
    try {
      await command(operation, params);
      toast(t(done));
      await show();
    } catch (error) {
      errorToast(errorText(error));
    }
  };

  const show = async () => {
    try {
      /** @type {import("../../shared/types.js").SessionRecord[]} */
      const sessions = await records("getsessions", "session");
      sessions.sort((a, b) => b.iscurrent - a.iscurrent || b.lastusedepochutc - a.lastusedepochutc);
      const rows = sessions.map((session) => sessionRow(session, () => void end("endsession", "me.sessionended", { id: session.id })));
      fill(body, sessionList(rows),
        sessions.some((session) => !session.iscurrent)
          ? h("div", { class: "card-actions" }, button({ text: t("me.endothers"), onclick: async () => {
            const isSure = await confirmDialog({ title: t("me.endotherstitle"), text: t("me.endotherstext"), confirm: t("me.endothers") });
            if (isSure) await end("endothersessions", "me.othersended");
          } }))
          : null);
    } catch (error) {
      fill(body, notice({ title: errorText(error), action: { label: t("action.retry"), run: () => void show() } }));
    }
  };
  void show();
  return card(t("me.sessions"), h("p", { class: "quiet", text: t("me.sessionstext") }), body);
}

/** The sessions that were used last. A button shows the others. @param {HTMLElement[]} rows */
function sessionList(rows) {
  const list = h("ul", { class: "sessions" }, rows.slice(0, SESSIONS_SHOWN));
  if (rows.length <= SESSIONS_SHOWN + 1) {
    list.append(...rows.slice(SESSIONS_SHOWN));
    return list;
  }
  const all = button({ text: t("me.allsessions", { count: rows.length }), kind: "quiet", onclick: () => {
    all.remove();
    list.append(...rows.slice(SESSIONS_SHOWN));
    rows[SESSIONS_SHOWN]?.querySelector("button")?.focus();
  } });
  return [list, h("div", null, all)];
}

function looksCard() {
  return card(t("me.looks"), h("div", { class: "pair" }, preferenceChoices()), singleKeysOption());
}
