// Devices. A device asks for access, and its owner approves, blocks and removes it. An
// administrator blocks it permanently.

import { SECRET, account, adminPage, panelTab } from "../admin/steps.mjs";
import { PASSWORD, USER, accessible, noSideways, same } from "../harness.mjs";

const DEVICE = { userid: USER, remote_client_id: "browser-laptop-0123456789", remote_client_disp_name: "Old laptop" };

export const scenarios = [
  {
    name: "a device is approved, blocked and removed by its owner and by an administrator",
    async run(stage) {
      same((await stage.server.call("requestdeviceaccess", DEVICE)).reply.command[0].result, 1, "the request");
      const page = await stage.page({ phone: true });
      await stage.open(page, "#/me");
      const row = page.locator("section[aria-label='Devices'] .session", { hasText: "Old laptop" });
      await row.getByText("waits for approval").waitFor();
      await noSideways(page, "the list of devices");
      await row.getByRole("button", { name: "Approve" }).click();
      const code = await page.locator("dialog[open] code").textContent() ?? "";
      await accessible(page, "the code of a device");
      await page.keyboard.press("Escape");
      same((await stage.server.call("loginguest", { ...DEVICE, dsc: code })).reply.command[0].result, 1, "the sign-in");
      await row.getByRole("button", { name: "Block" }).click();
      await row.getByText("blocked", { exact: true }).waitFor();
      same((await stage.server.call("loginguest", { ...DEVICE, dsc: code })).reply.command[0].result, 0, "the sign-in");
      await row.getByRole("button", { name: "Let Old laptop in again" }).click();
      await row.getByRole("button", { name: "Remove" }).click();
      await page.locator("dialog[open]").getByRole("button", { name: "Remove" }).click();
      await row.waitFor({ state: "detached" });
    },
  },
  {
    name: "from a device there is a way to what it did, in the administration and for administrators in their account",
    async run(stage) {
      await account(stage, "traveller");
      await signInAs(stage, { userid: "traveller", password: SECRET, remote_client_id: "browser-tablet-0123456789", remote_client_disp_name: "Tablet" });
      const page = await adminPage(stage, "#/users/traveller");
      await panelTab(page, "Devices").click();
      await page.getByRole("link", { name: "What this device did: Tablet" }).click();
      await leadsTo(page, "traveller");

      await signInAs(stage, { userid: USER, password: PASSWORD, remote_client_id: "browser-own-0123456789", remote_client_disp_name: "Own tablet" });
      const own = await stage.page();
      await stage.open(own, "#/me");
      const address = await own.getByRole("link", { name: "What this device did: Own tablet" }).getAttribute("href") ?? "";
      const admin = await adminPage(stage, address.slice(address.indexOf("#")));
      await leadsTo(admin, USER);
    },
  },
];

/** Signs a device in that calls itself TabletSync. @param {import("../harness.mjs").Stage} stage @param {Record<string, string>} fields */
async function signInAs(stage, fields) {
  const response = await fetch(`${stage.server.base}/core/loginguest`, {
    method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json", "User-Agent": "TabletSync/3" },
  });
  same((await response.json()).command[0].result, 1, "the sign-in of the device");
}

/** The audit log of the account and this device, with its sign-in. @param {import("playwright-core").Page} page @param {string} name */
async function leadsTo(page, name) {
  await page.locator(".audit .table-list [data-key]").first().waitFor();
  const query = new URLSearchParams(page.url().split("?")[1]);
  same([query.get("user"), query.get("agent")], [name, "TabletSync/3"], "what the log is filtered by");
}
