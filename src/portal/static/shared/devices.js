// Shows a device: its name, its owner, and whether it may sign in.

import { timeElement } from "./format.js";
import { h, icon } from "./h.js";
import { t } from "./i18n.js";

/**
 * A device in a list.
 * @param {import("./types.js").DeviceRecord} device
 * @param {import("./h.js").Child[]} actions
 * @param {string} [owner] the owner, if devices of several people are listed
 */
export function deviceRow(device, actions, owner) {
  const title = h("span", { text: device.remote_client_disp_name });
  const state = device.isblockedbyadmin === 1 ? "devices.isblockedbyadmin"
    : device.isblocked === 1 ? "devices.isblocked"
    : device.waitsforadmin === 1 ? "devices.waitsforadmin"
    : device.remote_client_status === 1 ? "devices.waits" : "";
  if (state) title.append(" ", h("span", { class: "tag", text: t(state) }));
  const kind = [owner, device.remote_client_os_type, device.remote_client_app_version].filter(Boolean).join(", ");
  return h("li", { class: "session" }, icon(device.remote_client_id.startsWith("paired-") ? "phone" : "device"),
    h("span", { class: "session-text" }, title,
      h("span", { class: "quiet" }, kind, kind ? ", " : "",
        device.lastloginepochutc > 0 ? [t("devices.lastlogin"), " ", timeElement(device.lastloginepochutc)] : t("devices.never"))),
    h("span", { class: "card-actions" }, actions));
}
