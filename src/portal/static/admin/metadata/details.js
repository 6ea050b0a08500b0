// The panel of a metadata set: its attributes, who may see and change values, its name, and a
// button that removes it.

import { command, records } from "../../shared/api.js";
import { confirmDialog } from "../../shared/dialog.js";
import { field } from "../../shared/fields.js";
import { plainName } from "../../shared/format.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { orTell, toast } from "../../shared/toast.js";
import { needs } from "../allowed.js";
import { adminErrorText } from "../error-text.js";
import { checkBox, form, selectField } from "../forms.js";
import { ENUMERATION, TYPES, attributeName, attributeParams, attributesOf, changeSet, isBuiltIn, isDefault, memberParams, membersOf, setName } from "./set.js";

/** @typedef {import("./set.js").MetadataSet} MetadataSet */
/** @typedef {import("./set.js").Attribute} Attribute */
/** @typedef {import("./set.js").Member} Member */
/** @typedef {{ changed: () => Promise<void>, removed: () => Promise<void> }} Around */

/** @param {ReturnType<typeof import("../../shared/panel.js").createPanel>} panel @param {MetadataSet} set @param {Around} around */
export function showSet(panel, set, around) {
  panel.show({
    title: setName(set),
    subtitle: t(isBuiltIn(set) ? "metadatasets.isbuiltin" : isDefault(set) ? "metadatasets.isdefault" : set.disabled === "1" ? "metadatasets.isdisabled" : "metadatasets.iscustom"),
    tabs: [
      { id: "attributes", label: t("metadatasets.attributes"), show: (content) => fill(content, h("div", { class: "panel-part" }, attributeList(set, around), isBuiltIn(set) ? null : attributeForm(set, around))) },
      { id: "people", label: t("metadatasets.people"), show: (content) => void showMembers(content, set, around) },
      { id: "set", label: t("metadatasets.set"), show: (content) => fill(content, h("div", { class: "panel-part" }, headForm(set, around), removal(set, around))) },
    ],
  });
}

/** @param {MetadataSet} set @param {Around} around */
function attributeList(set, around) {
  const attributes = attributesOf(set);
  if (attributes.length === 0) return h("p", { class: "quiet", text: t("metadatasets.noattributes") });
  return h("ul", { class: "member-list", "aria-label": t("metadatasets.attributes") }, attributes.map((one) => {
    const name = attributeName(set, one);
    const kind = one.type === ENUMERATION ? one.choices.join(", ") : t(`metadatatype.${one.type}`);
    return h("li", { class: "member-item" }, icon("list"),
      h("bdi", { class: "cut", dir: "auto", text: `${name} · ${kind}${one.isRequired ? ` · ${t("metadatasets.required")}` : ""}` }),
      isBuiltIn(set) ? null : needs("updatemetadataset", button({ icon: "close", label: t("metadatasets.takeout", { name }), kind: "quiet", onclick: () => void orTell(removeAttribute(set, one, around)) })));
  }));
}

/** @param {MetadataSet} set @param {Attribute} attribute @param {Around} around */
async function removeAttribute(set, attribute, around) {
  const name = plainName(attribute.name);
  if (!await confirmDialog({ title: t("metadatasets.takeouttitle", { name }), text: t("metadatasets.takeouttext"), confirm: t("metadatasets.delete"), isDanger: true })) return;
  await changeSet(set, attributeParams(attributesOf(set).filter((one) => one.id !== attribute.id)));
  await around.changed();
}

/** A form that adds an attribute. @param {MetadataSet} set @param {Around} around */
function attributeForm(set, around) {
  const name = field({ label: t("metadatasets.newattribute"), props: { maxlength: 100, autocomplete: "off" } });
  const type = selectField(t("metadatasets.type"), TYPES.map((one) => [String(one), t(`metadatatype.${one}`)]), "1");
  const choices = field({ label: t("metadatasets.choices"), hint: t("metadatasets.choiceshint"), props: { autocomplete: "off" } });
  const required = checkBox(t("metadatasets.mustbe"), false);
  const showChoices = () => choices.element.toggleAttribute("hidden", Number(type.input.value) !== ENUMERATION);
  type.input.addEventListener("change", showChoices);
  showChoices();
  return needs("updatemetadataset", form([name.element, type.element, choices.element, required.element, h("div", { class: "card-actions" }, button({ text: t("metadatasets.putin"), props: { type: "submit" } }))], async () => {
    const wanted = name.input.value.trim();
    name.setError(wanted ? null : t("metadatasets.noname"));
    if (!wanted) return;
    const isEnumeration = Number(type.input.value) === ENUMERATION;
    const added = {
      id: "", name: wanted, type: Number(type.input.value), isRequired: required.input.checked, isDisabled: false, description: "", defaultValue: "",
      choices: isEnumeration ? choices.input.value.split(",").map((one) => one.trim()).filter(Boolean) : [],
    };
    await changeSet(set, attributeParams([...attributesOf(set), added]));
    toast(t("metadatasets.saved", { name: setName(set) }));
    await around.changed();
  }));
}

/** @param {HTMLElement} content @param {MetadataSet} set @param {Around} around */
async function showMembers(content, set, around) {
  const place = h("div", { class: "panel-part" });
  fill(content, place);
  try {
    /** @type {[import("../../../replies.js").GroupRecord[], { username: string, displayname?: string }[]]} */
    const [groups, users] = await Promise.all([records("getgroups", "group", {}, { side: "admin" }), records("search", "user", { keyword: "" }, { side: "admin" })]);
    const members = membersOf(set);
    /** @type {Member[]} */
    const all = [
      ...groups.map((one) => ({ key: one.groupid, name: one.everyonegroup ? t("groups.everybody") : plainName(one.groupname), isGroup: true, mayWrite: true })),
      ...users.map((one) => ({ key: one.username, name: plainName(one.displayname || one.username), isGroup: false, mayWrite: true })),
    ];
    const isSame = (/** @type {Member} */ a, /** @type {Member} */ b) => a.isGroup === b.isGroup && a.key === b.key;
    const change = async (/** @type {Member[]} */ wanted) => {
      await changeSet(set, memberParams(wanted));
      await around.changed();
    };
    const others = all.filter((one) => !members.some((member) => isSame(member, one)));
    fill(place,
      members.length === 0 ? h("p", { class: "quiet", text: t("metadatasets.nobody") }) : null,
      h("ul", { class: "member-list", "aria-label": t("metadatasets.people") }, members.map((member) => {
        const name = all.find((one) => isSame(one, member))?.name ?? plainName(member.name);
        return h("li", { class: "member-item" }, icon(member.isGroup ? "users" : "user"),
          h("bdi", { class: "cut", dir: "auto", text: `${name} · ${t(member.mayWrite ? "metadatasets.maychange" : "metadatasets.maysee")}` }),
          needs("updatemetadataset", button({ icon: "close", label: t("metadatasets.takeout", { name }), kind: "quiet", onclick: () => void orTell(change(members.filter((one) => !isSame(one, member)))) })));
      })),
      others.length > 0 ? memberForm(others, (added) => change([...members, added])) : null);
  } catch (error) {
    fill(place, h("p", { class: "form-error", role: "alert", text: adminErrorText(error) }));
  }
}

/** @param {Member[]} others @param {(added: Member) => Promise<void>} add */
function memberForm(others, add) {
  const who = selectField(t("metadatasets.who"), others.map((one, number) => [String(number), one.name]), "0");
  const may = selectField(t("metadatasets.may"), [["true", t("metadatasets.maychange")], ["false", t("metadatasets.maysee")]], "true");
  return needs("updatemetadataset", form([who.element, may.element, h("div", { class: "card-actions" }, button({ text: t("metadatasets.putin"), props: { type: "submit" } }))], async () => {
    const member = others[Number(who.input.value)];
    if (member) await add({ ...member, mayWrite: may.input.value === "true" });
  }));
}

/** @param {MetadataSet} set @param {Around} around */
function headForm(set, around) {
  const name = field({ label: t("metadatasets.name"), value: set.name, props: { maxlength: 100 } });
  const description = field({ label: t("metadatasets.description"), value: set.description, props: { maxlength: 1000 } });
  const disabled = checkBox(t("metadatasets.disabled"), set.disabled === "1", t("metadatasets.disabledhint"));
  return needs("updatemetadataset", form([name.element, description.element, disabled.element, h("div", { class: "card-actions" }, button({ text: t("action.save"), props: { type: "submit" } }))].slice(isBuiltIn(set) ? 2 : 0), async () => {
    const wanted = name.input.value.trim();
    name.setError(wanted ? null : t("metadatasets.noname"));
    if (!wanted) return;
    await changeSet(set, { name: wanted, description: description.input.value.trim(), disabled: String(disabled.input.checked) });
    toast(t("metadatasets.saved", { name: isBuiltIn(set) ? setName(set) : plainName(wanted) }));
    await around.changed();
  }));
}

/** @param {MetadataSet} set @param {Around} around */
function removal(set, around) {
  if (isBuiltIn(set)) return h("p", { class: "quiet", text: t("metadatasets.builtinhint") });
  if (isDefault(set)) return h("p", { class: "quiet", text: t("metadatasets.defaulthint") });
  const name = setName(set);
  return needs("deletemetadataset", h("div", { class: "endings" }, button({ text: t("metadatasets.delete"), icon: "trash", class: "is-danger", onclick: () => void orTell((async () => {
    if (!await confirmDialog({ title: t("metadatasets.deletetitle", { name }), text: t("metadatasets.deletetext"), confirm: t("metadatasets.delete"), isDanger: true })) return;
    await command("deletemetadataset", { setid: set.id }, { side: "admin" });
    toast(t("metadatasets.deleted", { name }));
    await around.removed();
  })()) })));
}
