// The logo of the cloud in the settings: choosing, showing and removing it.

import { ROOT, command, record } from "../../shared/api.js";
import { errorLine } from "../../shared/fields.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { toast } from "../../shared/toast.js";
import { needs } from "../allowed.js";
import { adminErrorText } from "../error-text.js";

/** The longest side of the picture that is sent, in pixels. The server keeps no more. */
const SIDE = 512;

/** The row of the logo. */
export function logoRow() {
  const shown = h("div", { class: "setting-logo" });
  const wrong = errorLine({ class: "field-error" });
  const input = h("input", { type: "file", accept: "image/png,image/jpeg,image/webp,image/gif", class: "visually-hidden", tabIndex: -1, "aria-hidden": "true" });
  const remove = button({ text: t("logo.remove"), kind: "quiet", props: { hidden: true }, onclick: () => void change("removelogo", {}, t("logo.removed")) });
  input.addEventListener("change", async () => {
    const [file] = input.files ?? [];
    input.value = "";
    if (!file) return;
    try {
      await change("setlogo", { image: await smaller(file) }, t("logo.saved"));
    } catch {
      wrong.textContent = t("logo.nopicture");
    }
  });

  /** @param {string} operation @param {Record<string, string>} params @param {string} done */
  async function change(operation, params, done) {
    wrong.textContent = "";
    try {
      await command(operation, params, { side: "admin" });
      await draw();
      toast(done);
    } catch (error) {
      wrong.textContent = adminErrorText(error);
    }
  }

  async function draw() {
    /** @type {import("../../shared/types.js").ServerInfo} */
    const { logo } = await record("serverinfo", "server");
    fill(shown, logo ? h("img", { src: `${ROOT}/core/getcustomimage?type=logo&etag=${logo}`, alt: t("logo.title") }) : null);
    remove.hidden = !logo;
  }

  void draw().catch((error) => { wrong.textContent = adminErrorText(error); });
  return h("div", { class: "setting", data: { setting: "logo" } },
    h("div", { class: "setting-words" }, h("h3", { text: t("logo.title") }), h("p", { class: "quiet", text: t("logo.text") })),
    needs("setlogo", h("div", { class: "setting-control" }, shown, input,
      h("div", { class: "setting-actions" }, button({ text: t("logo.choose"), onclick: () => input.click() }), remove), wrong)));
}

/** A picture file, made smaller, as PNG in base64. @param {File} file @returns {Promise<string>} */
async function smaller(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = h("canvas", { width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)) });
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const [, data = ""] = canvas.toDataURL("image/png").split(",");
  return data;
}
