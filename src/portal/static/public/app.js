// The page of a link for people without an account: the shared files, and a place to upload files.

import { ApiError, ROOT, errorText } from "../shared/api.js";
import { notice } from "../shared/dialog.js";
import { day } from "../shared/format.js";
import { fill, h } from "../shared/h.js";
import { has, loadMessages, t } from "../shared/i18n.js";
import { initialsOf } from "../shared/shell.js";
import { noteLacking } from "../user/files/kinds.js";
import { askPassword } from "./password.js";
import { placeIn } from "./place.js";
import { lackingKinds, linkAt } from "./wire.js";

/** @typedef {import("../shared/types.js").LinkRecord} LinkRecord */
/** @typedef {import("./place.js").Place} Place */

/**
 * The page of a link.
 * @typedef {object} Page
 * @property {string} base the path of the link
 * @property {LinkRecord} link
 * @property {HTMLElement} main
 */

/** The link whose page is shown. A step within it loads nothing again. */
let shown = "";

async function start() {
  const messages = loadMessages(["public"]);
  try {
    await messages;
    const place = placeIn(location.hash);
    if (!place) throw new ApiError("missing", "", "getpublicshareinfo");
    shown = place.base;
    await open(place);
  } catch (error) {
    showFailure(error);
  }
}

/** @param {Place} place */
async function open(place) {
  const [link, lacking] = await Promise.all([linkAt(place.base), lackingKinds()]);
  noteLacking(lacking);
  if (link.needspassword) {
    fill(document.body, askPassword(place, () => void restart()));
    return;
  }
  document.title = link.name || t("public.title");
  const main = h("main", { class: "visitor-main", id: "main" });
  fill(document.body, head(link), main, foot(link));
  /** @type {Page} */
  const page = { base: place.base, link, main };
  if (link.allowpublicuploadonly) {
    const { showDrop } = await import("./drop.js");
    fill(main, showDrop(page, () => place.base));
  } else {
    const { showFolderPage } = await import("./folder.js");
    showFolderPage(page);
  }
}

/** The name of the owner and of the shared entry. @param {LinkRecord} link */
function head(link) {
  const who = link.ownerdisplayname;
  const picture = h("span", { class: "initials", "aria-hidden": "true" }, initialsOf(who));
  if (link.ownerimage) picture.append(h("img", { src: `${ROOT}/${link.ownerimage}`, alt: "" }));
  const sentence = link.allowpublicuploadonly ? "public.asks" : "public.shares";
  return h("header", { class: "visitor-head" }, picture,
    h("div", { class: "visitor-titles" },
      h("h1", { class: "visitor-title", tabIndex: -1 }, h("bdi", { dir: "auto", text: link.name })),
      h("p", { class: "quiet" }, t(sentence, { who }))));
}

/** @param {LinkRecord} link */
function foot(link) {
  return h("footer", { class: "visitor-foot quiet" },
    link.text ? h("p", { text: link.text }) : null,
    link.ends ? h("p", { text: t("public.until", { date: day(link.ends) }) }) : null);
}

function restart() {
  return start();
}

/** @param {unknown} error */
function showFailure(error) {
  const isDead = error instanceof ApiError && ["missing", "other", "ended"].includes(error.kind);
  // If the server does not answer, the messages may be missing too.
  const isSpeechless = !has("public.title");
  document.title = isSpeechless ? "cloudlet" : t("public.title");
  fill(document.body, h("main", { class: "entrance" }, isDead && !isSpeechless
    ? notice({ icon: "link", title: t("public.dead"), text: t("public.deadtext") })
    : notice({
      icon: "cloud",
      title: isSpeechless ? "This page cannot be reached" : t("start.failed"),
      text: isSpeechless ? "Please check the connection." : errorText(error),
      action: { label: isSpeechless ? "Try again" : t("action.retry"), run: restart },
    })));
}

addEventListener("hashchange", () => {
  // The address now names another link.
  if (placeIn(location.hash)?.base !== shown) location.reload();
});

void start();
