// Groups, and what everybody shares, as an administrator sees it.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PASSWORD, USER, same, until } from "../harness.mjs";
import { account, adminPage, panelTab, said, tableRow } from "./steps.mjs";

export const scenarios = [
  {
    name: "a group is made, gets members, another name and an end",
    async run(stage) {
      await account(stage, "greta", { displayname: "Greta Green" });
      const page = await adminPage(stage, "#/groups");
      await page.getByText("Everybody").waitFor();
      await page.locator(".rail-primary").getByRole("button", { name: "Add group" }).click();
      await page.getByLabel("Name").fill("Neighbours");
      await page.getByRole("button", { name: "Create" }).click();
      await said(page, "Created group Neighbours").waitFor();
      await page.locator(".panel-title", { hasText: "Neighbours" }).waitFor();
      await page.getByLabel("Add a member").selectOption("greta");
      await page.getByRole("button", { name: "Add", exact: true }).click();
      await page.locator(".member-item", { hasText: "Greta Green" }).waitFor();
      await page.locator(".panel").getByLabel("Name").fill("Friends");
      await page.locator(".panel").getByRole("button", { name: "Save" }).click();
      await page.locator(".panel-title", { hasText: "Friends" }).waitFor();
      await page.getByRole("button", { name: "Remove Greta Green from the group" }).click();
      await page.getByText("No members yet.").waitFor();
      await page.getByRole("button", { name: "Delete group" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Delete group" }).click();
      await said(page, "Deleted group Friends").waitFor();
      await until(async () => await page.locator(".table-list", { hasText: "Friends" }).count() === 0, "it is gone");
    },
  },
  {
    name: "an administrator sees what everybody shares and has, and ends a share",
    async run(stage) {
      await account(stage, "greta", { displayname: "Greta Green" });
      mkdirSync(join(stage.folder("admin-shares"), "Plans"), { recursive: true });
      const { cookies } = await stage.server.call("loginguest", { userid: USER, password: PASSWORD });
      const { reply } = await stage.server.call("quickshare", { sharelocation: `/${USER}/admin-shares/Plans` }, cookies);
      await stage.server.call("addusertoshare", { shareid: reply.share[0].shareid, userid: "greta" }, cookies);

      const page = await adminPage(stage, "#/users/greta");
      await tableRow(page, "greta").waitFor();
      await panelTab(page, "Sharing").click();
      await page.locator(".panel .share-item", { hasText: "/anna/admin-shares/Plans" }).waitFor();
      await page.goto(`${stage.server.base}/admin/#/shares`);
      await page.getByLabel("Path, name or owner").fill("admin-shares");
      await until(async () => await page.locator(".share-item").count() === 1, "one share is found");
      await page.getByRole("button", { name: "Stop sharing Plans" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Stop sharing" }).click();
      await said(page, "Stopped sharing Plans").waitFor();
      await page.getByText("No matching shares").waitFor();
      same((await stage.server.call("getshares", {}, cookies)).reply.share?.some((one) => one.sharelocation.includes("admin-shares")) ?? false, false, "it is ended");
    },
  },
];
