// The devices of the person's account: approving, blocking and removing them.

import { ROOT, command, errorText, records } from "../../shared/api.js";
import { confirmDialog, notice, openDialog } from "../../shared/dialog.js";
import { deviceRow } from "../../shared/devices.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { address } from "../../shared/router.js";
import { errorToast, toast } from "../../shared/toast.js";

/** @typedef {import("../../shared/types.js").DeviceRecord} DeviceRecord */

/**
 * @param {{ onChange: () => void, isAdmin: () => Promise<boolean> }} options `onChange`: called when sessions may have ended; `isAdmin`:
 *   whether the audit log is open to this person
 */
export function devicesCard(options) {
  const body = h("div", { class: "form" }, h("p", { class: "quiet", text: t("view.loading") }));
  const show = async () => {
    try {
      /** @type {DeviceRecord[]} */
      const devices = await records("getrmcclients", "rmc_client");
      const isAdmin = await options.isAdmin();
      fill(body, devices.length > 0
        ? h("ul", { class: "sessions" }, devices.map((device) => deviceRow(device, [isAdmin ? inAudit(device) : null, ...actions(device, act)])))
        : h("p", { class: "quiet", text: t("devices.none") }));
    } catch (error) {
      fill(body, notice({ title: errorText(error), action: { label: t("action.retry"), run: () => void show() } }));
    }
  };
  /** @param {() => Promise<void>} what */
  const act = async (what) => {
    try {
      await what();
    } catch (error) {
      errorToast(errorText(error));
    }
    await show();
    options.onChange();
  };
  void show();
  return h("section", { class: "card", "aria-label": t("devices.title") },
    h("h2", { text: t("devices.title") }), h("p", { class: "quiet", text: t("devices.text") }), body);
}

/** The link to the calls of a device in the audit log of the admin portal; none for a device that has never signed in. @param {DeviceRecord} device */
function inAudit(device) {
  if (!device.agent) return null;
  const label = t("devices.inaudit", { device: device.remote_client_disp_name });
  const href = `${ROOT}/admin/${address("audit", [], { user: device.userid, agent: device.agent })}`;
  return h("a", { class: "button quiet bare", href, "aria-label": label, title: label }, icon("audit"));
}

/** @param {DeviceRecord} device @param {(what: () => Promise<void>) => Promise<void>} act */
function actions(device, act) {
  const one = { remote_client_id: device.remote_client_id };
  const name = device.remote_client_disp_name;
  const isWaiting = device.remote_client_status === 1 && device.isblocked === 0 && device.waitsforadmin === 0;
  if (device.isblockedbyadmin === 1) return [];
  return [
    isWaiting ? button({ text: t("devices.approve"), label: t("devices.approveone", { name }), kind: "primary", onclick: () => act(async () => {
      const { message } = await command("approvedeviceaccess", one);
      openDialog({ title: t("devices.approve"), mayJustClose: true, body: [h("p", { text: t("devices.code") }), h("p", null, h("code", { class: "factor-key", text: message }))] });
    }) }) : null,
    button({ text: t(device.isblocked === 1 ? "devices.unblock" : "devices.block"), label: t(device.isblocked === 1 ? "devices.unblockone" : "devices.blockone", { name }), kind: "quiet", onclick: () => act(async () => {
      await command("setdeviceblocked", { ...one, isblocked: device.isblocked === 1 ? 0 : 1 });
      toast(t(device.isblocked === 1 ? "devices.unblocked" : "devices.blocked"));
    }) }),
    button({ text: t("devices.remove"), label: t("devices.removeone", { name }), kind: "quiet", onclick: () => act(async () => {
      const isSure = await confirmDialog({ title: t("devices.removeone", { name }), text: t("devices.removetext"), confirm: t("devices.remove") });
      if (isSure) await command("deletedevice", one);
    }) }),
  ];
}
