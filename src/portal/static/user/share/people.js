// The people and groups of a share, each with their level, and a field that finds more while
// somebody types.

import { errorText, isAbort } from "../../shared/api.js";
import { announce } from "../../shared/announce.js";
import { plainName, shortName } from "../../shared/format.js";
import { button, fill, h, icon, uniqueId } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { avatar } from "../account/avatars.js";
import { offerForStranger, offerMail } from "./invite.js";
import { LEVELS, levelOf, rightsOf } from "./levels.js";
import { addMember, findMembers, removeMember, setRights } from "./wire.js";

/** @typedef {import("./wire.js").Member} Member */
/** @typedef {import("./dialog.js").Sharing} Sharing */

/** Milliseconds after a key before the server is asked. */
const TYPING_PAUSE = 150;

/** @param {Sharing} sharing */
export function createPeoplePart(sharing) {
  const list = h("ul", { class: "share-members", "aria-label": t("share.people") });
  const finder = createFinder(sharing);
  const element = h("section", { class: "share-part", "aria-label": t("share.people") }, finder.element, list);
  return {
    element,
    focus: finder.focus,
    show() {
      const at = [...list.querySelectorAll("select, button")].indexOf(/** @type {Element} */ (document.activeElement));
      fill(list, sharing.members.map((one) => memberItem(sharing, one)));
      list.hidden = sharing.members.length === 0;
      // The element with the focus was made anew.
      const controls = /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("select, button"));
      if (at >= 0) (controls[Math.min(at, controls.length - 1)] ?? finder.input).focus();
    },
  };
}

/** The name of a member as people see it. @param {Member} who */
export function nameOf(who) {
  return who.isEverybody ? t("share.everybody") : plainName(who.name);
}

/** @param {Member} who */
export function picture(who) {
  return who.isGroup
    ? h("span", { class: "avatar", "aria-hidden": "true" }, h("span", { class: "initials" }, icon("users")))
    : avatar({ name: who.id, displayName: who.name, hasPicture: who.hasPicture });
}

/** @param {Member} who */
function names(who) {
  const isNamed = !who.isGroup && who.name !== who.id;
  return h("span", { class: "share-who" }, h("bdi", { class: "share-name", dir: "auto", text: nameOf(who) }),
    isNamed ? h("bdi", { class: "quiet share-account", dir: "auto", text: plainName(who.id) }) : null,
    who.isInvited ? h("span", { class: "quiet share-account", text: t("share.invited") }) : null);
}

/** The levels that can be given. Nobody can change an album that is not theirs. @param {Sharing} sharing */
function levelsFor(sharing) {
  return sharing.entry.album ? LEVELS.slice(0, LEVELS.indexOf("view") + 1) : LEVELS;
}

/** @param {Sharing} sharing @param {Member} who */
function memberItem(sharing, who) {
  const level = levelOf(who.rights, sharing.entry.isFolder);
  const select = h("select", { class: "input share-level", "aria-label": t("share.mayof", { name: nameOf(who) }) },
    levelsFor(sharing).filter((one) => one === level || sharing.entry.isFolder || one !== "add")
      .map((one) => h("option", { value: one, text: t(`sharelevel.${one}`) })));
  select.value = level;
  const shareid = () => sharing.share?.shareid ?? "";
  select.addEventListener("change", () => void sharing.change(async () => {
    await setRights(shareid(), who, rightsOf(/** @type {import("./levels.js").Level} */ (select.value)));
    announce(t("share.saved"));
  }));
  return h("li", { class: "share-member" }, picture(who), names(who), select,
    button({
      icon: "close", label: t(who.isInvited ? "share.takeback" : "share.remove", { name: shortName(nameOf(who)) }), kind: "quiet",
      onclick: () => void sharing.change(() => removeMember(shareid(), who)),
    }));
}

/**
 * The field that finds people and groups, with the results below it.
 * @param {Sharing} sharing
 */
function createFinder(sharing) {
  const id = uniqueId("share");
  const input = h("input", {
    id, class: "input", type: "text", role: "combobox", autocomplete: "off", spellcheck: false, placeholder: t("share.find"),
    "aria-expanded": "false", "aria-controls": `${id}-found`, "aria-autocomplete": "list",
  });
  const found = h("ul", { id: `${id}-found`, class: "share-found", role: "listbox", "aria-label": t("share.found"), hidden: true });
  const status = h("p", { class: "field-hint", role: "status" });
  const offer = h("div", { class: "share-offer" });
  const finder = {
    input, found, status, offer, sharing, members: /** @type {Member[]} */ ([]), active: -1, timer: 0,
    asking: /** @type {AbortController | null} */ (null),
  };
  input.addEventListener("input", () => {
    clearTimeout(finder.timer);
    finder.timer = setTimeout(() => void search(finder), TYPING_PAUSE);
  });
  input.addEventListener("focus", () => { if (input.value) void search(finder); });
  input.addEventListener("keydown", (event) => onKey(finder, event));
  input.addEventListener("blur", () => closeFound(finder));
  const element = h("div", { class: "field share-finder" },
    h("label", { htmlFor: id, class: "field-label", text: t("share.with") }), h("div", { class: "share-find" }, input, found), status, offer);
  return { element, input, focus: () => input.focus() };
}

/** @typedef {{ input: HTMLInputElement, found: HTMLElement, status: HTMLElement, offer: HTMLElement, sharing: Sharing, members: Member[], active: number, timer: number, asking: AbortController | null }} Finder */

/** @param {Finder} finder */
async function search(finder) {
  finder.asking?.abort();
  fill(finder.offer);
  const text = finder.input.value.trim();
  if (text === "") return closeFound(finder);
  const own = new AbortController();
  finder.asking = own;
  try {
    const all = await findMembers(text, own.signal);
    if (own.signal.aborted) return;
    const has = (/** @type {Member} */ who) => finder.sharing.members.some((one) => one.isGroup === who.isGroup && one.id === who.id);
    finder.members = all.filter((one) => !has(one));
    finder.status.textContent = finder.members.length === 0 ? t(all.length > 0 ? "share.hasall" : "share.nobody", { name: shortName(text) }) : "";
    showFound(finder);
    if (all.length === 0) await offerForStranger(finder, text, own.signal);
  } catch (error) {
    if (!isAbort(error)) finder.status.textContent = errorText(error);
  }
}

/** @param {Finder} finder */
function showFound(finder) {
  const { input, found, members } = finder;
  fill(found, members.map((one, at) => {
    const item = h("li", { id: `${found.id}-${at}`, class: "share-option", role: "option", "aria-selected": "false" }, picture(one), names(one),
      one.isGroup ? h("span", { class: "quiet", text: t("share.group") }) : null);
    // The field keeps the focus.
    item.addEventListener("pointerdown", (event) => event.preventDefault());
    item.addEventListener("click", () => void choose(finder, one));
    return item;
  }));
  found.hidden = members.length === 0;
  input.setAttribute("aria-expanded", String(members.length > 0));
  activate(finder, members.length > 0 ? 0 : -1);
}

/** @param {Finder} finder @param {number} at */
function activate(finder, at) {
  finder.active = at;
  [...finder.found.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
  const item = finder.found.children[at];
  if (item) {
    finder.input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  } else {
    finder.input.removeAttribute("aria-activedescendant");
  }
}

/** @param {Finder} finder */
function closeFound(finder) {
  finder.asking?.abort();
  clearTimeout(finder.timer);
  finder.members = [];
  showFound(finder);
}

/** @param {Finder} finder @param {KeyboardEvent} event */
function onKey(finder, event) {
  const { members, active } = finder;
  if (event.isComposing) return;
  if (event.key === "Escape" && members.length > 0) {
    closeFound(finder);
  } else if (event.key === "Enter") {
    const who = members[active];
    if (who) void choose(finder, who);
    else finder.offer.querySelector("button")?.click();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && members.length > 0) {
    activate(finder, (active + (event.key === "ArrowDown" ? 1 : -1) + members.length) % members.length);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

/** @param {Finder} finder @param {Member} who */
async function choose(finder, who) {
  const { sharing, input, status } = finder;
  input.value = "";
  fill(finder.offer);
  closeFound(finder);
  const isDone = await sharing.change(async () => { await addMember((await sharing.ensure()).shareid, who); });
  if (isDone) {
    status.textContent = t("share.added", { name: shortName(nameOf(who)) });
    offerMail(finder, who);
  }
  input.focus();
}
