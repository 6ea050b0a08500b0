// Groups and the shares of all users, as an administrator sees them.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PASSWORD, USER, accessible, noSideways, same, until } from "../harness.mjs";
import { SECRET, account, adminCall, adminPage, panelTab, said, tableRow } from "./steps.mjs";

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
  {
    name: "team folders get an account, a folder, a group and an access list, and stand in the rail of who has them",
    async run(stage) {
      await account(stage, "team", { displayname: "Our house" });
      await account(stage, "greta", { displayname: "Greta Green" });
      stage.server.clear("team");
      mkdirSync(join(stage.server.folder("team"), "Recipes", "Secret"), { recursive: true });
      await adminCall(stage, "setteamfolderuser", { username: "" });
      const page = await adminPage(stage, "#/teamfolders");
      await page.getByText("No team folders").waitFor();
      await page.getByLabel("Account that owns the team folders").selectOption("team");
      await said(page, "The folders of Our house are team folders now").waitFor();
      await page.locator(".table-list .list-row", { hasText: "Recipes" }).waitFor();
      await page.locator(".rail-primary").getByRole("button", { name: "Add team folder" }).click();
      await page.getByLabel("Name").fill("Holiday plans");
      await page.getByRole("button", { name: "Create" }).click();
      await page.locator(".panel-title", { hasText: "Holiday plans" }).waitFor();
      await page.locator(".table-list .list-row", { hasText: "Recipes" }).click();
      await page.locator(".panel-title", { hasText: "Recipes" }).waitFor();
      const panel = page.locator(".panel");
      const field = (label) => panel.locator(`.field:has(.field-label:text-is("${label}")) select`);
      await panel.getByText("Nobody has it yet").waitFor();
      await field("Give it to").selectOption({ label: "Everybody" });
      await field("Allowed").selectOption("edit");
      await panel.getByRole("button", { name: "Give", exact: true }).click();
      await panel.getByLabel("What Everybody can do").waitFor();
      same(await panel.getByLabel("What Everybody can do").inputValue(), "edit", "what everybody can do");
      await accessible(page, "the panel of a team folder");
      await panelTab(page, "Access lists").click();
      await field("Folder").selectOption({ label: "Recipes/Secret" });
      await field("Who").selectOption({ label: "Greta Green" });
      await field("Allowed").selectOption("none");
      await panel.getByRole("button", { name: "Set" }).click();
      await panel.locator(".member-item", { hasText: "No access" }).waitFor();
      await accessible(page, "the access list of a folder");
      const { cookies } = await stage.server.call("loginguest", { userid: "greta", password: SECRET });
      const names = async () => ((await stage.server.call("getfilelist", { path: "/SHARED/team/Recipes" }, cookies)).reply.entry ?? []).map((one) => one.name);
      same((await names()).join(), "", "the list holds for Greta");
      await panel.getByRole("button", { name: "Remove the entry for Greta Green" }).click();
      await panel.getByText("This folder has no list").waitFor();
      same((await names()).join(), "Secret", "without the list it is there");

      const own = await stage.page();
      await stage.open(own, "#/files");
      await own.locator(".rail-own", { hasText: "Team folders" }).getByRole("link", { name: "Recipes" }).click();
      await own.locator(".rail [aria-current=page]", { hasText: "Recipes" }).waitFor();
      await own.locator("[data-key=\"Secret\"]").or(own.getByText("Secret", { exact: true }).first()).first().waitFor();
      const phone = await stage.page({ phone: true, language: "de-DE" });
      await stage.open(phone, "#/files");
      await phone.locator(".shelf").getByRole("link", { name: "Recipes" }).waitFor();
      await noSideways(phone, "the files with team folders");

      const german = await adminPage(stage, "#/teamfolders/Recipes", { phone: true, language: "de-DE" });
      await german.getByLabel("Was Alle darf").or(german.locator(".member-level")).first().waitFor();
      await noSideways(german, "a team folder on a phone");
      await adminCall(stage, "setteamfolderuser", { username: "" });
      // When an account is deleted, its shares end for everybody.
      await adminCall(stage, "deleteuser", { profile: "team" });
    },
  },
];
