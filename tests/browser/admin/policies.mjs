// Policies. They are created, given to people and groups, and hold at once.

import { accessible, check, noSideways, same, until } from "../harness.mjs";
import { account, adminCall, adminPage, panelTab, said, tableRow } from "./steps.mjs";

export const scenarios = [
  {
    name: "a policy is made, says something, is given to a person, and ends",
    async run(stage) {
      await account(stage, "paul", { displayname: "Paul Plan" });
      const page = await adminPage(stage, "#/policies");
      await page.getByText("Global Default Policy").waitFor();
      await page.locator(".rail-primary").getByRole("button", { name: "Add policy" }).click();
      await page.getByLabel("Name").fill("Children");
      await page.getByRole("button", { name: "Create" }).click();
      await said(page, "Created policy Children").waitFor();
      await page.locator(".panel-title", { hasText: "Children" }).waitFor();
      const panel = page.locator(".panel");
      await panel.getByLabel("Storage limit in GB").fill("20");
      await panel.getByLabel("Sharing by links").selectOption("0");
      await panel.getByLabel("Days in the recycle bin").fill("1.5");
      await panel.getByRole("button", { name: "Save" }).click();
      await panel.locator(".field-error:has-text('not negative')").waitFor();
      await panel.getByLabel("Days in the recycle bin").fill("");
      await accessible(page, "the rules of a policy");
      await noSideways(page, "the rules of a policy");
      await panel.getByRole("button", { name: "Save" }).click();
      await said(page, "Saved policy Children").waitFor();
      await panelTab(page, "People").click();
      await page.getByText("Nobody has it yet.").waitFor();
      await page.getByLabel("Give it to a person").selectOption("paul");
      await page.getByRole("button", { name: "Give", exact: true }).first().click();
      await page.locator(".panel .panel-subtitle", { hasText: "for 1 person" }).waitFor();
      const reply = await adminCall(stage, "getpolicyforuser", { username: "paul" });
      const quota = reply.policy.find((one) => one.key === "TONIDOCLOUD_USER_QUOTA_GB");
      same(quota?.value, "20", "it is in force");

      await page.goto(`${stage.server.base}/admin/#/users/paul`);
      await tableRow(page, "paul").waitFor();
      await panelTab(page, "Policy").click();
      await page.getByText("In force now").waitFor();
      check((await page.locator(".panel").textContent())?.includes("20 GB"), "the panel of the account tells it");
      await page.locator(".panel").getByLabel("Policy").selectOption("");
      await page.locator(".panel").getByRole("button", { name: "Save" }).click();
      await page.locator(".panel dd:has-text('no limit')").first().waitFor();

      await page.goto(`${stage.server.base}/admin/#/policies`);
      await page.locator(".table-list .list-row", { hasText: "Children" }).click();
      await page.locator(".panel-title", { hasText: "Children" }).waitFor();
      await panelTab(page, "Policy").click();
      await page.getByRole("button", { name: "Delete policy" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Delete policy" }).click();
      await said(page, "Deleted policy Children").waitFor();
      await until(async () => await page.locator(".table-list", { hasText: "Children" }).count() === 0, "it is gone");
    },
  },
];
