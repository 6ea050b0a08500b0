// Administrators of lesser rights: what is given to them, and what the portal shows them.

import { accessible, check, same, signIn, until } from "../harness.mjs";
import { SECRET, account, adminCall, adminPage, panelTab, said, tableRow } from "./steps.mjs";

export const scenarios = [
  {
    name: "an administrator of lesser rights sees the places that are theirs",
    async run(stage) {
      await account(stage, "ralf", { displayname: "Ralf Rights" });
      await adminCall(stage, "setadminstatus", { profile: "ralf", adminstatus: 1 });
      const page = await adminPage(stage, "#/users/ralf");
      await tableRow(page, "ralf").waitFor();
      await panelTab(page, "Rights").click();
      const panel = page.locator(".panel");
      await panel.getByLabel("Audit log").selectOption("nothing");
      await said(page, "Saved").first().waitFor();
      await until(async () => await panel.getByLabel("Administrators").inputValue() === "look", "who loses a part changes no administrators");
      await accessible(page, "the rights of an administrator");
      await panel.getByLabel("State of disks and database").selectOption("nothing");
      await until(async () => {
        const { operation } = await adminCall(stage, "getadminuserpolicy", { username: "ralf" });
        return operation.find((one) => one.opname === "Server").read === 0;
      }, "it holds at once");

      const other = await stage.page({ guest: true });
      await other.goto(`${stage.server.base}/admin/`);
      await signIn(other, { user: "ralf", password: SECRET });
      await other.getByRole("link", { name: "Users" }).first().waitFor();
      same(await other.getByRole("link", { name: "Audit" }).count(), 0, "no audit log");
      same(await other.getByRole("link", { name: "Overview" }).count(), 0, "no overview");
      check(other.url().includes("#/users"), `the first place that is theirs: ${other.url()}`);
      await adminCall(stage, "deleteadminuser", { username: "ralf" });
      await adminCall(stage, "deleteuser", { profile: "ralf" });
    },
  },
];
