// Devices. A device asks for access, and its owner approves, blocks and removes it. An
// administrator blocks it permanently.

import { USER, accessible, noSideways, same } from "../harness.mjs";

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
];
