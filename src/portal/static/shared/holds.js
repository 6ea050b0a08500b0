// Clients on hold: what was deleted and replaced, and the two possible answers. Both portals ask
// the same question.

import { call, command, errorText } from "./api.js";
import { confirmDialog, openDialog } from "./dialog.js";
import { field } from "./fields.js";
import { button, h } from "./h.js";
import { t } from "./i18n.js";
import { deviceOf } from "./sessions.js";
import { errorToast, toast } from "./toast.js";

/** @typedef {import("../../replies.js").HoldRecord} HoldRecord */
/** @typedef {import("../../replies.js").LeftRecord} LeftRecord */

/**
 * The person who answers: `{}` for the user, `adminproxyuserid` for an administrator.
 * @typedef {{ adminproxyuserid?: string }} As
 */

/** The holds about which this person may decide. @param {As} as @returns {Promise<HoldRecord[]>} */
export async function loadHolds(as) {
  const reply = await call("getholds", { ...as }, { isQuiet: true });
  return reply.hold ?? [];
}

/** A sentence about what has happened. @param {HoldRecord} hold */
export function holdText({ agent, ip, replaced, deleted }) {
  const from = agent ? deviceOf(agent).name : ip;
  const lost = deleted === 0 ? t("holds.replaced", { count: replaced })
    : replaced === 0 ? t("holds.deleted", { count: deleted })
      : t("holds.both", { replaced: t("holds.replaced", { count: replaced }), deleted: t("holds.deleted", { count: deleted }) });
  return t("holds.text", { lost, from });
}

/**
 * The two buttons that answer.
 * @param {HoldRecord} hold @param {As} as @param {() => Promise<void>} decided called after each answer
 */
export function holdButtons(hold, as, decided) {
  return {
    goOn: button({ text: t("holds.goon"), onclick: () => void goOn(hold, as, decided) }),
    takeBack: button({ text: t("holds.takeback"), kind: "primary", onclick: () => void takeBack(hold, as, decided) }),
  };
}

/** @param {HoldRecord} hold @param {As} as @param {() => Promise<void>} decided */
async function takeBack(hold, as, decided) {
  const isSure = await confirmDialog({ title: t("holds.takebacktitle"), text: t("holds.takebacktext"), confirm: t("holds.takeback") });
  if (!isSure) return;
  const busy = openDialog({ title: t("holds.busytitle"), body: [h("p", { role: "status", text: t("holds.busytext") })], mayClose: () => false });
  try {
    const { meta, entry } = await call("takebackhold", { holdid: hold.holdid, ...as });
    busy.close();
    const back = t("holds.back", { count: meta.cameback });
    if (entry?.length) showLeft(back, meta.stayed, entry);
    else toast(back);
  } catch (error) {
    busy.close();
    errorToast(errorText(error));
  }
  await decided();
}

/** @param {string} back @param {number} stayed @param {LeftRecord[]} left */
function showLeft(back, stayed, left) {
  openDialog({
    title: back, mayJustClose: true,
    body: [
      stayed > 0 ? h("p", { text: t("holds.stayed", { count: stayed }) }) : null,
      h("ul", { class: "hold-left" }, left.map(({ path, message }) => h("li", null, h("bdi", { dir: "auto", text: path }), h("p", { class: "quiet", text: message })))),
    ].filter((part) => part !== null),
  });
}

/** @param {HoldRecord} hold @param {As} as @param {() => Promise<void>} decided */
async function goOn(hold, as, decided) {
  if (hold.isown === 1 && !as.adminproxyuserid) {
    askPassword(hold, decided);
    return;
  }
  const isSure = await confirmDialog({ title: t("holds.goontitle"), text: t("holds.goontext"), confirm: t("holds.goon") });
  if (!isSure) return;
  try {
    await command("endhold", { holdid: hold.holdid, ...as });
    toast(t("holds.gone"));
  } catch (error) {
    errorToast(errorText(error));
  }
  await decided();
}

/**
 * Asks for the password, which a harmful program in this browser does not know.
 * @param {HoldRecord} hold @param {() => Promise<void>} decided
 */
function askPassword(hold, decided) {
  const password = field({ label: t("signin.password"), type: "password", props: { name: "password", autocomplete: "current-password", autofocus: true } });
  const confirm = button({ text: t("holds.goon"), kind: "primary", props: { type: "submit" } });
  const submit = async () => {
    confirm.disabled = true;
    try {
      await command("endhold", { holdid: hold.holdid, password: password.input.value });
      dialog.close();
      toast(t("holds.gone"));
      await decided();
    } catch (error) {
      confirm.disabled = false;
      password.setError(errorText(error));
      password.input.focus();
    }
  };
  const form = h("form", { class: "form", on: { submit: (/** @type {Event} */ event) => {
    event.preventDefault();
    void submit();
  } } }, h("p", { text: t("holds.goontext") }), password.element,
  h("div", { class: "dialog-actions" }, button({ text: t("dialog.cancel"), onclick: () => dialog.close() }), confirm));
  const dialog = openDialog({ title: t("holds.goontitle"), body: [form] });
}
