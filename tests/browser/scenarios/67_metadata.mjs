// Metadata. An administrator defines a set. People put it on files, fill in values, and find files
// by them.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, noSideways, same, until } from "../harness.mjs";
import { adminCall, adminPage, panelTab, said } from "../admin/steps.mjs";

export const scenarios = [
  {
    name: "metadata: a set is defined, given to a file, filled in and found by",
    async run(stage) {
      writeFileSync(join(stage.folder("metadata"), "bill.txt"), "3 apples");
      // An earlier run may have left the set, which is removed.
      for (const set of (await adminCall(stage, "getmetadatasetdefinitions", {})).metadataset) {
        if (set.name === "Invoices") await adminCall(stage, "deletemetadataset", { setid: set.id });
      }
      const admin = await adminPage(stage, "#/metadata");
      await admin.locator(".rail-primary").getByRole("button", { name: "Add set" }).click();
      await admin.getByLabel("Name").fill("Invoices");
      await admin.getByRole("button", { name: "Create" }).click();
      await said(admin, "Created Invoices").waitFor();
      await admin.locator(".panel-title", { hasText: "Invoices" }).waitFor();
      const panel = admin.locator(".panel");
      await panel.getByLabel("New attribute").fill("State");
      await panel.getByLabel("Type").selectOption("6");
      await panel.getByLabel("Values to choose from").fill("open, paid");
      await accessible(admin, "the attributes of a set");
      await noSideways(admin, "the attributes of a set");
      await panel.getByRole("button", { name: "Add", exact: true }).click();
      await panel.getByText("State \u00b7 open, paid").waitFor();
      await panelTab(admin, "People").click();
      await panel.getByText("may change values").first().waitFor();
      await accessible(admin, "the people of a set");

      await admin.goto(`${stage.server.base}/admin/#/metadata`);
      await admin.locator(".table-list").getByText("Life cycle").click();
      await admin.locator(".panel-title", { hasText: "Life cycle" }).waitFor();
      await panelTab(admin, "Attributes").click();
      await panel.getByText("Modified by").waitFor();
      same(await panel.getByLabel("New attribute").count(), 0, "fields for attributes of a built-in set");
      await panelTab(admin, "Set").click();
      await panel.getByText("nobody changes them").waitFor();
      await accessible(admin, "a built-in set");
      await admin.locator(".table-list").getByText("Invoices").click();
      await admin.locator(".panel-title", { hasText: "Invoices" }).waitFor();

      const page = await stage.page();
      await stage.open(page, "#/files/metadata?details=bill.txt");
      const details = page.locator(".panel");
      await details.getByLabel("Tags").fill("garden, receipt");
      await details.getByRole("button", { name: "Save" }).first().click();
      await until(async () => await details.getByLabel("Tags").inputValue() === "garden, receipt", "the tags are kept");
      await details.getByRole("button", { name: "Add Invoices" }).click();
      await details.getByLabel("State").selectOption("paid");
      await details.locator(".metadata-set", { hasText: "Invoices" }).getByRole("button", { name: "Save" }).click();
      await details.locator(".metadata-set", { hasText: "Life cycle" }).getByText("Modified", { exact: true }).waitFor();
      await accessible(page, "metadata of a file");
      await noSideways(page, "metadata of a file");
      const values = async () => page.evaluate(async () => {
        const body = new URLSearchParams({ fullpath: "/anna/metadata/bill.txt" });
        const reply = await fetch("core/getmetadatavalues", { method: "POST", headers: { Accept: "application/json" }, body });
        return (await reply.json()).metadatasetvalue.filter((set) => set.settype !== 1).map((set) => set.attribute0_value);
      });
      await until(async () => JSON.stringify(await values()) === '["garden,receipt","paid"]', "both are saved");
      await stage.open(page, "#/search?q=garden");
      await page.locator(`.search [data-key="/anna/metadata/bill.txt"]`).waitFor();

      await panelTab(admin, "Set").click();
      await admin.getByRole("button", { name: "Delete", exact: true }).click();
      await admin.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
      await said(admin, "Deleted Invoices").waitFor();
      const left = await adminCall(stage, "getmetadatasetdefinitions", {});
      same(left.metadataset.map((set) => set.name), ["Default", "Document Life Cycle", "Image (EXIF)"], "the sets that are left");
    },
  },
];
