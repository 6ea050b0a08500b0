// Mail: a test, the waiting, sent and failed mails, and the texts of all mails.

import { ApiError, call, command, records } from "../../shared/api.js";
import { notice } from "../../shared/dialog.js";
import { field, linesField } from "../../shared/fields.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { language, t, tNodes } from "../../shared/i18n.js";
import { address } from "../../shared/router.js";
import { toast } from "../../shared/toast.js";
import { needs } from "../allowed.js";
import { adminErrorText } from "../error-text.js";
import { form, selectField } from "../forms.js";
import { logTimeElement } from "../times.js";

/** @typedef {import("../../../replies.js").MailRecord} MailRecord */
/** @typedef {import("../../../replies.js").MailTextRecord} MailTextRecord */

/** Maximum number of shown mails. These are the newest. */
const SHOWN_MAX = 200;
/** @type {Record<string, string>} */
const ICONS = { queued: "clock", sent: "check", givenup: "warning" };
const STATUSES = ["", "queued", "givenup", "sent"];

/** The text of a failure. An answer of the mail server is shown unchanged; other failures have texts of their own. @param {unknown} error */
function failureText(error) {
  return error instanceof ApiError && error.word === "conflict" ? error.message : adminErrorText(error);
}

/** @returns {import("../../shared/views.js").View} */
export function open() {
  const outbox = createOutbox();
  const texts = h("div", { class: "card-body" });
  void outbox.load();
  void showTexts(texts);
  return {
    element: h("div", { class: "page settings-page" },
      h("h1", { class: "visually-hidden", tabIndex: -1, text: t("place.mail") }),
      h("div", { class: "settings" },
        h("section", { class: "card mail-card", "aria-label": t("mail.server") }, h("h2", { text: t("mail.server") }), outbox.state, testForm()),
        h("section", { class: "card mail-card", "aria-label": t("mail.outbox") },
          h("div", { class: "card-head" }, h("h2", { text: t("mail.outbox") }), outbox.filter), outbox.element),
        h("section", { class: "card mail-card", "aria-label": t("mail.texts") }, h("h2", { text: t("mail.texts") }), h("p", { class: "quiet", text: t("mail.textshelp") }), texts))),
    bar: [h("span", { class: "bar-title", text: t("place.mail") })],
    title: () => t("place.mail"),
    again: () => void outbox.load(),
    renew: () => void outbox.load(),
    leave: outbox.stop,
  };
}

/** Sends a test mail and shows the answer of the mail server. */
function testForm() {
  const to = field({ label: t("mail.testto"), type: "email", props: { name: "email", autocomplete: "email", placeholder: t("mail.ownaddress") } });
  const said = h("p", { class: "setting-facts", role: "status" });
  const send = button({ text: t("mail.test"), kind: "primary", props: { type: "submit" } });
  return needs("checksendemail", form([to.element, h("div", { class: "setting-actions" }, send), said], async () => {
    said.textContent = t("mail.testing");
    const reply = await command("checksendemail", { email: to.input.value.trim() }, { side: "admin" }).catch((error) => {
      said.textContent = "";
      to.setError(failureText(error));
      return null;
    });
    if (reply === null) return;
    to.setError(null);
    fill(said, icon("check", { class: "small-icon" }), " ", t("mail.tested", { said: reply.message }));
  }));
}

/** The mails, the newest first, with buttons for each. */
function createOutbox() {
  const element = h("div", { class: "card-body" });
  const state = h("p", { class: "quiet" });
  const select = selectField(t("mail.show"), STATUSES.map((status) => [status, t(`mailstatus.${status || "all"}`)]), "");
  select.element.querySelector(".field-label")?.classList.add("visually-hidden");
  let turn = 0;
  const load = async () => {
    turn += 1;
    const own = turn;
    try {
      const reply = await call("getmails", { status: select.input.value, limit: SHOWN_MAX }, { side: "admin" });
      if (own !== turn) return;
      fill(state, tNodes(reply.meta.issetup === 1 ? "mail.issetup" : "mail.notsetup", { settings: h("a", { href: address("settings", [], { q: "mail" }), text: t("place.settings") }) }));
      /** @type {MailRecord[]} */
      const mails = reply.mail ?? [];
      fill(element, mails.length > 0
        ? h("ul", { class: "member-list", "aria-label": t("mail.outbox") }, mails.map((mail) => mailItem(mail, load)))
        : h("p", { class: "quiet", text: t("mail.none") }),
        reply.meta.total > mails.length ? h("p", { class: "quiet", text: t("mail.more", { count: reply.meta.total - mails.length }) }) : null);
    } catch (error) {
      if (own === turn) fill(element, notice({ icon: "warning", title: t("mail.failed"), text: adminErrorText(error), action: { label: t("action.retry"), run: () => void load() } }));
    }
  };
  select.input.addEventListener("change", () => void load());
  return { element, state, filter: select.element, load, stop: () => { turn += 1; } };
}

/** @param {MailRecord} mail @param {() => Promise<void>} changed */
function mailItem(mail, changed) {
  const name = `${t(`mailkind.${mail.kind}`)}, ${mail.email}`;
  /** @param {string} operation @param {string} done */
  const act = async (operation, done) => {
    try {
      await command(operation, { mailid: mail.mailid }, { side: "admin" });
      toast(t(done, { name }));
    } catch (error) {
      toast(failureText(error));
    }
    await changed();
  };
  const again = mail.isretryable === 1
    ? needs("retrymail", button({ icon: "retry", label: t("mail.retryof", { name }), kind: "quiet", onclick: () => void act("retrymail", "mail.retried") })) : null;
  return h("li", { class: "member-item", data: { status: mail.status } },
    icon(ICONS[mail.status] ?? "warning"),
    h("div", { class: "mail-words" },
      h("p", null, h("span", { class: "strong", text: t(`mailkind.${mail.kind}`) }), " ", h("bdi", { text: mail.email })),
      h("p", { class: "quiet" }, tNodes(`mailwas.${mail.status}`, { time: logTimeElement(mail.dueepochutc * 1000), tries: String(mail.tries) })),
      mail.said && mail.status !== "sent" ? h("p", { class: "mail-said", lang: "en", text: mail.said }) : null),
    again,
    needs("deletemail", button({ icon: "trash", label: t("mail.removeof", { name }), kind: "quiet", onclick: () => void act("deletemail", "mail.removed") })));
}

/** The texts. It shows one kind in one language at a time. @param {HTMLElement} place */
async function showTexts(place) {
  /** @type {MailTextRecord[]} */
  let all;
  try {
    all = await records("getmailtexts", "mailtext", {}, { side: "admin" });
  } catch (error) {
    fill(place, notice({ icon: "warning", title: t("mail.failed"), text: adminErrorText(error), action: { label: t("action.retry"), run: () => void showTexts(place) } }));
    return;
  }
  const kinds = [...new Set(all.map((text) => text.kind))];
  const kind = selectField(t("mail.kind"), kinds.map((one) => [one, t(`mailkind.${one}`)]), kinds[0] ?? "");
  const languages = [...new Set(all.map((text) => text.language))];
  // The server calls a language by its English name.
  const own = new Intl.DisplayNames("en", { type: "language" }).of(language())?.toLowerCase() ?? "";
  const spoken = selectField(t("mail.language"), languages.map((one) => [one, t(`settingchoice.${one}`)]), own);
  const editor = h("div");
  const draw = () => {
    const text = all.find((one) => one.kind === kind.input.value && one.language === spoken.input.value);
    if (text) fill(editor, textForm(text, reload));
  };
  const reload = async () => {
    all = await records("getmailtexts", "mailtext", {}, { side: "admin" });
    draw();
  };
  for (const one of [kind, spoken]) one.input.addEventListener("change", draw);
  fill(place, h("div", { class: "mail-choice" }, kind.element, spoken.element), editor);
  draw();
}

/** @param {MailTextRecord} text @param {() => Promise<void>} changed */
function textForm(text, changed) {
  const which = { kind: text.kind, language: text.language };
  const subject = field({ label: t("mail.subject"), value: text.subject, props: { name: "subject" } });
  const body = linesField(t("mail.text"), text.text);
  body.input.rows = 12;
  const reset = text.isown === 1 ? button({ text: t("mail.reset"), kind: "quiet", onclick: async () => {
    await command("resetmailtext", which, { side: "admin" });
    await changed();
    toast(t("mail.wasreset"));
  } }) : null;
  const known = text.placeholders.split(",").map((name) => `{${name}}`).join(" ");
  return needs("setmailtext", form([
    subject.element, body.element, h("p", { class: "field-hint", text: t("mail.placeholders", { known }) }),
    h("div", { class: "setting-actions" }, button({ text: t("action.save"), kind: "primary", props: { type: "submit" } }), reset),
  ], async () => {
    await command("setmailtext", { ...which, subject: subject.input.value, text: body.input.value }, { side: "admin" });
    toast(t("mail.saved"));
    await changed();
  }));
}
