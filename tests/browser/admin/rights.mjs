// Administrators with some of the rights: giving them rights, and the portal as they see it.

import { accessible, check, same, signIn, until } from "../harness.mjs";
import { SECRET, account, adminCall, adminPage, panelTab, said, tableRow } from "./steps.mjs";

export const scenarios = [
  {
    name: "an administrator of lesser rights sees the places that are theirs",
    async run(stage) {
      await account(stage, "ralf", { displayname: "Ralf Rights" });
      await account(stage, "otto");
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

      // A button for a call that the server would refuse is disabled and says why.
      check(await other.locator(".panel, .bar, body").getByRole("button", { name: "Add a user" }).first().isEnabled(), "accounts are added");
      await adminCall(stage, "setadminuserpolicy", { username: "ralf", opname: "Users", read: 1 });
      await other.goto(`${stage.server.base}/admin/#/users/otto`);
      await other.reload();
      const details = other.locator(".panel");
      await details.locator(".field-hint:has-text('Your rights do not include changes here: Users')").first().waitFor();
      same(await details.locator("button:enabled:visible").evaluateAll((all) => all.filter((one) => one.closest("form, .endings")).length), 0, "buttons that would be refused");
      await accessible(other, "an account that one may only look at");
      await adminCall(stage, "setadminuserpolicy", { username: "ralf", opname: "Users", update: 1 });
      await other.goto(`${stage.server.base}/admin/#/users/anna`);
      await other.reload();
      await details.locator(".field-hint:has-text('Only administrators with all rights can change this')").first().waitFor();
      same(await details.getByRole("button", { name: "Save" }).first().isEnabled(), false, "an administrator's account is changed");
      // The page is closed first. Otherwise the server would refuse its next calls.
      await other.close();
      await adminCall(stage, "deleteadminuser", { username: "ralf" });
      await adminCall(stage, "deleteuser", { profile: "ralf" });
    },
  },
];
