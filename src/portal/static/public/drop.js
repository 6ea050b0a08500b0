// The place where a visitor uploads files: an area for dropping or choosing files, the visitor's
// name, and the progress of each file.

import { errorText } from "../shared/api.js";
import { field } from "../shared/fields.js";
import { nameElement, plainName, size } from "../shared/format.js";
import { button, fill, h, icon } from "../shared/h.js";
import { t } from "../shared/i18n.js";
import { remember, remembered } from "../shared/memory.js";
import { nameProblem } from "../user/files/paths.js";
import { collectDropped, collectPicked } from "../user/upload/collect.js";
import { createSending, forgetUnfinished, unfinishedAt } from "./sending.js";

/** @typedef {import("./app.js").Page} Page */
/** @typedef {import("./sending.js").Sent} Sent */

/**
 * @param {Page} page
 * @param {() => string} folder where the files go
 * @param {() => void} [onArrived] one more file is there
 */
export function showDrop(page, folder, onArrived = () => undefined) {
  const isDrop = Boolean(page.link.allowpublicuploadonly);
  const name = field({ label: t("public.name"), value: remembered("visitor") ?? "", hint: t("public.namehint"), props: { autocomplete: "name", maxlength: 60 } });
  name.input.addEventListener("input", () => name.setError(null));
  const list = h("ul", { class: "drop-list", "aria-label": t("public.sent") });
  const status = h("p", { class: "drop-status", role: "status" });
  const again = h("div", { class: "drop-again", hidden: true });
  const sending = createSending({
    limit: page.link.sharesizelimit,
    onChange(sent) {
      showItem(list, sent, sending);
      // A file that was chosen again has another line.
      if (sent.state !== "running") again.hidden = true;
    },
    onArrived,
    onAll: (done, failed) => { status.textContent = failed > 0 ? t("public.failedsome", { count: failed }) : t("public.thanks", { count: done }); },
  });
  const add = (/** @type {import("../user/upload/collect.js").Collected} */ { files }) => {
    const visitor = name.input.value.trim().replace(/\s+/g, " ");
    // A link for uploads only puts the files of each visitor into a folder of their own.
    const problem = isDrop ? nameProblem(visitor) : null;
    if (problem) {
      name.setError(t(visitor === "" ? "public.noname" : problem));
      name.input.focus();
      return;
    }
    if (visitor) remember("visitor", visitor);
    status.textContent = "";
    sending.add(files, folder(), isDrop ? visitor : "");
  };
  const zone = createZone(add, isDrop);
  showUnfinished(again, page.base);
  return h("section", { class: ["drop", isDrop && "is-alone"], "aria-label": t("public.send") },
    isDrop ? name.element : null, again, zone, status, list,
    page.link.sharesizelimit > 0 ? h("p", { class: "field-hint", text: t("public.limit", { size: size(page.link.sharesizelimit) }) }) : null);
}

/**
 * After a reload, says which files to choose again, because a page cannot open them by itself.
 * @param {HTMLElement} place @param {string} base the path of the link
 */
function showUnfinished(place, base) {
  const left = unfinishedAt(base);
  place.hidden = left.length === 0;
  fill(place, h("p", { text: t("public.again", { count: left.length }) }),
    h("ul", null, left.map((one) => h("li", null, nameElement(one.name), h("span", { class: "quiet", text: ` ${size(one.size)}` })))),
    button({ text: t("public.forget"), kind: "quiet", onclick: () => {
      forgetUnfinished(base);
      place.hidden = true;
    } }));
}

/** @param {(collected: import("../user/upload/collect.js").Collected) => void} add @param {boolean} isAlone whether there is nothing else on the page */
function createZone(add, isAlone) {
  const input = h("input", { type: "file", multiple: true, class: "visually-hidden", tabIndex: -1, "aria-hidden": "true" });
  input.addEventListener("change", () => {
    add(collectPicked([...input.files ?? []]));
    input.value = "";
  });
  const zone = h("div", { class: "drop-zone" }, icon("upload", { class: "drop-icon" }),
    h("p", { class: "drop-words", text: t("public.drop") }),
    button({ text: t(isAlone ? "public.choose" : "public.send"), icon: "plus", kind: isAlone ? "primary" : "plain", onclick: () => input.click() }), input);
  /** Keeps the browser from opening a file that is dropped beside the area. @param {DragEvent} event */
  const over = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    zone.classList.toggle("is-over", event.type !== "drop");
  };
  addEventListener("dragover", over);
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) zone.classList.remove("is-over"); });
  addEventListener("drop", (event) => {
    over(event);
    const { dataTransfer } = event;
    if (!dataTransfer?.files.length) return;
    const entries = [...dataTransfer.items].map((item) => item.webkitGetAsEntry());
    void collectDropped(entries, [...dataTransfer.files]).then(add);
  });
  return zone;
}

/** The line of a file. @param {HTMLElement} list @param {Sent} sent @param {ReturnType<typeof createSending>} sending */
function showItem(list, sent, sending) {
  const item = sent.element ?? h("li", { class: "drop-item" });
  if (!sent.element) {
    sent.element = item;
    list.append(item);
  }
  const part = sent.file.size > 0 ? sent.bytes / sent.file.size : sent.state === "done" ? 1 : 0;
  const label = plainName(sent.name);
  const words = sent.state === "failed" ? errorText(sent.error) : sent.state === "waiting" || sent.state === "running" || sent.state === "offline"
    ? t(`sending.${sent.state}`, { done: size(sent.bytes), size: size(sent.file.size) }) : t("sending.done", { size: size(sent.file.size) });
  const progress = h("progress", { class: "drop-progress", max: 1, value: part, "aria-label": label });
  fill(item,
    icon(sent.state === "done" ? "check" : sent.state === "failed" ? "warning" : "file"),
    h("span", { class: "visitor-text" }, nameElement(sent.name), h("span", { class: ["quiet", sent.state === "failed" && "field-error"], text: words }),
      sent.state === "done" || sent.state === "failed" ? null : progress),
    sent.state === "failed" ? button({ icon: "retry", label: t("public.retryof", { name: label }), kind: "quiet", onclick: () => sending.retry(sent) })
      : sent.state === "done" ? null : button({ icon: "close", label: t("public.cancelof", { name: label }), kind: "quiet", onclick: () => { sending.cancel(sent); item.remove(); } }));
}
