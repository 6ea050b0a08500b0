// The devices of an account, for an administrator: allowing a device, sending it a message,
// blocking it, asking it to remove its data, and removing it.

import { command, errorText, records } from "../../shared/api.js";
import { confirmDialog, notice } from "../../shared/dialog.js";
import { deviceRow } from "../../shared/devices.js";
import { askText } from "../../shared/fields.js";
import { button, fill, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { menuButton } from "../../shared/menu.js";
import { errorToast, toast } from "../../shared/toast.js";
import { mayCall, needs } from "../allowed.js";
import { auditLink } from "../audit/link.js";
import { adminErrorText } from "../error-text.js";

/** @typedef {import("../../shared/types.js").DeviceRecord} DeviceRecord */

/** The API's numbers for commands to a device. */
const MESSAGE = 10000;
const WIPE = 10001;
const BLOCK = 10002;

/** @param {HTMLElement} content @param {import("./user.js").UserRecord} user */
export function showDevices(content, user) {
  const place = h("div", { class: "panel-part", tabIndex: -1 }, h("p", { class: "quiet", role: "status", text: t("view.loading") }));
  const show = async () => {
    try {
      /** @type {DeviceRecord[]} */
      const devices = await records("getrmcclients", "rmc_client", { userid: user.username }, { side: "admin" });
      if (!place.isConnected) return;
      fill(place, devices.length > 0
        ? h("ul", { class: "sessions" }, devices.map((device) => deviceRow(device, [inAudit(device), menu(device, act)])))
        : notice({ icon: "device", title: t("devices.none") }));
    } catch (error) {
      fill(place, notice({ title: adminErrorText(error), action: { label: t("action.retry"), run: () => void show() } }));
    }
  };
  /** @param {() => Promise<void>} what */
  const act = async (what) => {
    try {
      await what();
    } catch (error) {
      errorToast(adminErrorText(error));
    }
    await show();
    place.focus();
  };
  fill(content, place);
  void show();
}

/** The link to the calls of a device in the audit log; none for a device that has never signed in. @param {DeviceRecord} device */
function inAudit(device) {
  if (!device.agent || !mayCall("getaudit")) return null;
  return auditLink({ user: device.userid, agent: device.agent }, t("sessions.inaudit", { device: device.remote_client_disp_name }));
}

/** @param {DeviceRecord} device @param {(what: () => Promise<void>) => Promise<void>} act */
function menu(device, act) {
  const one = { remote_client_id: device.remote_client_id };
  const name = device.remote_client_disp_name;
  const isBlocked = device.isblocked === 1;
  /** @param {string} operation @param {object} more @param {string} done */
  const tell = (operation, more, done) => act(async () => {
    await command(operation, { ...one, ...more }, { side: "admin" });
    toast(t(done));
  });
  /** @param {string} text @param {() => Promise<void>} what */
  const sure = async (text, what) => {
    if (await confirmDialog({ title: name, text: t(text), confirm: t("action.done"), isDanger: true })) await what();
  };
  return needs("addrmccommand", menuButton(button({ icon: "more", label: t("devices.menu", { name }), kind: "quiet" }), () => [
    (isBlocked || device.waitsforadmin === 1) && { label: t("devices.allow"), icon: "check", run: () => void tell("allowrmcclient", {}, "devices.allowed") },
    { label: t("devices.message"), icon: "comment", run: () => void message(one, name) },
    !isBlocked && { label: t("devices.block"), icon: "lock", run: () => void tell("addrmccommand", { remote_command_id: BLOCK }, "devices.blocked") },
    { label: t("devices.wipe"), icon: "trash", isDanger: true, run: () => void sure("devices.wipetext", () => tell("addrmccommand", { remote_command_id: WIPE }, "devices.wiped")) },
    null,
    { label: t("devices.remove"), icon: "close", isDanger: true, run: () => void sure("devices.removetext", () => tell("removermcclient", {}, "devices.removed")) },
  ]));
}

/** @param {{ remote_client_id: string }} one @param {string} name */
async function message(one, name) {
  await askText({
    title: name, label: t("devices.message"), confirm: t("action.done"),
    submit: async (text) => {
      try {
        await command("addrmccommand", { ...one, remote_command_id: MESSAGE, message: text }, { side: "admin" });
        return null;
      } catch (error) {
        return errorText(error);
      }
    },
  });
}
