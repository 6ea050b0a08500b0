"""The calls of an administrator: proxy, users, information, and at last the audit log."""

import requests
from filecloudapi.datastructures import AclEntryType, AclPermissions, PolicyList, UserStatus
from filecloudapi.exceptions import ServerError

from checks import OTHER_PASSWORD, download, names
from harness import ADMIN, PASSWORD


def admin_proxy(run):
    admin, user = run.client(admin=True), run.client("bob")
    run.check("createfolder as proxy", admin.createfolder("/bob/given", adminproxyuserid=ADMIN))
    source = run.folder / "given.txt"
    source.write_bytes(b"from the admin")
    run.check("upload as proxy", admin.upload_file(source, "/bob/given/file.txt", adminproxyuserid=ADMIN))
    run.same("listing as proxy", names(admin.getfilelist("/bob/given", adminproxyuserid=ADMIN)), ["file.txt"])
    run.same("the user finds it", download(user, "/bob/given/file.txt", run.folder), b"from the admin")
    admin.deletefile("/bob/given/file.txt", adminproxyuserid=ADMIN)
    run.check("deleted as proxy", not user.fileexists("/bob/given/file.txt"))


def admin_groups(run):
    admin = run.client(admin=True)
    everyone = admin.admin_getgroups(everyone=True)
    run.check("EVERYONE is there", everyone[0] == "EVERYONE" and everyone[1], everyone)
    admin.admin_createnewgroup("Choir")
    run.refused("addgroup with a name that is taken", lambda: admin.admin_createnewgroup("choir"))
    groups = dict(admin.admin_getgroups())
    run.same("getgroups lists them by name", list(groups), ["EVERYONE", "Choir"])
    admin.admin_addmembertogroup(groups["Choir"], "bob")
    run.refused("a member twice", lambda: admin.admin_addmembertogroup(groups["Choir"], "bob"))
    caller = run.signed_in(admin=True)
    members = caller.call("/admin/getmembersforgroup", groupid=groups["Choir"]).xml
    run.same("getmembersforgroup", [name.text for name in members.iterfind("./member/name")], ["bob"])
    # The server answers 1, which this client reads as false.
    run.same("deletegroup says 1, which this client reads as false", admin.admin_deletegroup(groups["Choir"]), False)
    run.same("the group is gone", list(dict(admin.admin_getgroups())), ["EVERYONE"])


def policies(run):
    admin = run.client(admin=True)

    def listed(of):
        """The client keeps the policies of all its answers in one list, which belongs to the class."""
        PolicyList.entries = []
        return [(policy.policyid, policy.policyname) for policy in of()]

    default = listed(admin.admin_get_default_policy)
    run.same("there is one default policy", [name for _, name in default], ["Global Default Policy"])
    admin.add_policy("Children")
    run.refused("addpolicy with a name that is taken", lambda: admin.add_policy("children"))
    all_of_them = listed(admin.get_all_policies)
    run.same("getallpolicies", [name for _, name in all_of_them], ["Global Default Policy", "Children"])
    children = all_of_them[1][0]
    run.same("a filter", listed(lambda: admin.get_all_policies(policynamefilter="child")), [(children, "Children")])
    admin.update_policy(children, {"TONIDOCLOUD_USER_QUOTA_GB": 20, "TONIDOCLOUD_NOT_KNOWN": 1})
    run.refused("a value that cannot be", lambda: admin.update_policy(children, {"TONIDOCLOUD_USER_QUOTA_GB": "much"}))
    for assign in (admin.assign_policy_to_user, admin.admin_assignpolicytouser):
        assign("bob", children)
        effective = listed(lambda: admin.get_effective_policy_for_user("bob"))
        run.same("geteffectivepolicyforuser", effective, [(children, "Children")])
        users = admin.admin_getusersforpolicy(children)
        run.same("getusersforpolicy", [(user.username, user.status, user.adminstatus) for user in users], [("bob", 1, 0)])
        admin.admin_resetpolicyforuser("bob")
        run.same("resetpolicyforuser", listed(lambda: admin.get_effective_policy_for_user("bob")), default)
    caller = run.signed_in(admin=True)
    key = {"TONIDOCLOUD_ALLOW_DEVICES": 0}
    run.same("updatepolicyforuser", caller.call("/admin/updatepolicyforuser", username="bob", **key).result, 1)
    values = caller.call("/admin/getpolicyforuser", username="bob").xml
    values = {one.findtext("key"): one.findtext("value") for one in values.iterfind("./policy")}
    run.same("getpolicyforuser", values["TONIDOCLOUD_ALLOW_DEVICES"], "0")
    admin.admin_resetpolicyforuser("bob")
    admin.admin_rm_policy(children)
    run.refused("removepolicy of the default", lambda: admin.admin_rm_policy(default[0][0]))


def config_settings(run):
    admin = run.client(admin=True)
    names = ["TONIDOCLOUD_SESSION_DAYS", "TONIDOCLOUD_NOT_KNOWN", "TONIDOCLOUD_LINKS_ALLOWED", "TONIDOCLOUD_ENABLE_2FA"]

    def told():
        return [admin.admin_get_config_settings(names).entries[name] for name in names]

    run.same("getconfigsetting", told(), ["30", None, "1", "0"])
    for change in (admin.admin_set_config_setting, admin.set_config_setting):
        change("TONIDOCLOUD_SESSION_DAYS", "9")
        run.same("setconfigsetting", told()[0], "9")
        change("TONIDOCLOUD_SESSION_DAYS", "30")
        run.refused("a value that cannot be", lambda change=change: change("TONIDOCLOUD_SESSION_DAYS", "never"))
        run.refused("a name that is unknown", lambda change=change: change("TONIDOCLOUD_NOT_KNOWN", "1"))
    caller = run.signed_in(admin=True)
    # PHP clients look for the result at this byte.
    failed = caller.call("/admin/getconfigsetting", count=1).body
    run.same("the result of a failure stands at byte 56", failed[56:57], b"0")
    run.same("clearconfigsetting", caller.call("/admin/clearconfigsetting", count=1, param0=names[0]).result, 1)
    run.same("clearallconfigsetting", caller.call("/admin/clearallconfigsetting").result, 1)
    run.same("checkserverurl", caller.call("/admin/checkserverurl", urlpath="http://nas.local/").result, 1)
    run.same("checksettingpath", caller.call("/admin/checksettingpath", path="/etc").result, 0)
    run.same("checkstoragesetting", caller.call("/admin/checkstoragesetting", storagetype="amazons3").result, 0)


def administrators(run):
    caller = run.signed_in(admin=True)
    admins = caller.call("/admin/getadminusers").xml
    run.check("getadminusers", ADMIN in [one.text for one in admins.iterfind("./adminuser/name")])
    areas = [one.text for one in caller.call("/admin/getadminoperations").xml.iterfind("./operation/opname")]
    run.check("getadminoperations", "Users" in areas, areas)
    caller.call("/admin/setadminstatus", profile="bob", adminstatus=1)
    given = {"username": "bob", "opname": "Users"}
    run.same("setadminuserpolicy", caller.call("/admin/setadminuserpolicy", **given, read=1).result, 1)
    permission = caller.call("/admin/getadminuseroperationpermission", **given).xml
    told = [permission.findtext(f"./permission/{name}") for name in ("read", "create", "update", "delete")]
    run.same("getadminuseroperationpermission", told, ["1", "0", "0", "0"])
    rights = caller.call("/admin/getadminuserpolicy", username="bob").xml
    told = {one.findtext("opname"): one.findtext("update") for one in rights.iterfind("./operation")}
    run.same("getadminuserpolicy", (told["Users"], told["Groups"]), ("0", "1"))
    run.same("deleteadminuser", caller.call("/admin/deleteadminuser", username="bob").result, 1)
    run.same("the last one stays", caller.call("/admin/deleteadminuser", username=ADMIN).result, 0)


def dashboard(run):
    caller = run.signed_in(admin=True)
    run.check("getinfo", caller.call("/admin/getinfo").xml.findtext("./info/servicename"))
    users = caller.call("/admin/getlatestusersadded").xml
    run.check("getlatestusersadded", users.findtext("./user/username"))
    run.check("getlatestfilesadded", caller.call("/admin/getlatestfilesadded").xml.tag == "items")
    languages = caller.call("/admin/getadminlanguagelist").xml
    current = [one.findtext("name") for one in languages.iterfind("./language") if one.findtext("current") == "1"]
    run.same("getadminlanguagelist", len(current), 1)
    alerts = caller.call("/admin/getsysalerts").xml
    run.same("getsysalerts", alerts.findtext("./meta/total"), str(len(alerts.findall("./alert"))))
    run.same("clearallalerts", caller.call("/admin/clearallalerts").result, 1)
    run.same("removealert of one that is not there", caller.call("/admin/removealert", rid="0").result, 0)


def access_lists(run):
    admin, bob = run.client(admin=True), run.client("bob")
    admin.createfolder("/bob/Listed", adminproxyuserid=ADMIN)
    admin.add_acl_entry(
        "/bob/Listed", AclEntryType.user, "erin", AclPermissions("RW"), flag="deny", adminproxyuserid=ADMIN
    )
    # The client cannot use groups here.
    caller = run.signed_in("bob")
    group = {"type": "group", "value": "EVERYONE", "perm": "R", "flag": "allow"}
    run.same("addaclentry of a group", caller.call("/core/addaclentry", path="/bob/Listed", **group).result, 1)
    acl = caller.call("/core/getacl", path="/bob/Listed").xml
    run.same(
        "getacl tells both",
        sorted((ace.findtext("type"), ace.findtext("perm"), ace.findtext("flag")) for ace in acl.iterfind("./ace")),
        [("group", "R", "allow"), ("user", "RW", "deny")],
    )
    perm = caller.call("/core/geteffectiveacl", path="/bob/Listed", emailid="bob").xml
    run.same("geteffectiveacl of the owner", perm.findtext("./perm/write"), "1")
    bob.deleteaclentry("/bob/Listed", "erin")
    run.refused("deleteaclentry of nobody", lambda: bob.deleteaclentry("/bob/Listed", "erin"))
    run.same("setaclinheritance", caller.call("/core/setaclinheritance", path="/bob/Listed", inherit=0).result, 1)
    run.same("deleteacl", caller.call("/core/deleteacl", path="/bob/Listed").result, 1)


def network_folders(run):
    admin = run.client(admin=True)
    location = run.folder.parent / "externals" / "films"
    (location / "x").mkdir(parents=True)
    added = admin.admin_addexternal("Films", location=str(location))
    found = added.findtext("./external/externalid")
    run.check("addexternal", found, added)
    again = admin.admin_addexternal("Films", location=str(location))
    run.check("addexternal of a name that is taken", again is not None)
    listed = admin.admin_getexternals()
    run.same("getexternals", [one.findtext("name") for one in listed.iterfind("./external")], ["Films"])
    everyone = admin.admin_getgroups(everyone=True)[1]
    admin.admin_addgrouptoexternal(found, everyone)
    caller = run.signed_in(admin=True)
    groups = caller.call("/admin/getgroupsforexternal", externalid=found).xml
    run.same("getgroupsforexternal", groups.findtext("./group/groupname"), "EVERYONE")
    bob = run.client("bob")
    run.same("getnetworkfolderinfo of a member", bob.getnetworkfolderinfo().networkfoldername, "/EXTERNAL/Films")
    bob.upload_str("frames", "/EXTERNAL/Films/x/film.txt")
    run.same("what a member put there", (location / "x" / "film.txt").read_text(), "frames")
    for operation, given in (
        ("addusertoexternal", {"userid": "bob", "writemode": 1}),
        ("deleteuserfromexternal", {"userid": "bob"}),
        ("deletegroupfromexternal", {"groupid": everyone}),
        ("deleteexternal", {}),
    ):
        run.same(operation, caller.call(f"/admin/{operation}", externalid=found, **given).result, 1)


def team_folders(run):
    admin = run.client(admin=True)
    admin.createfolder("/bob/Team", adminproxyuserid=ADMIN)
    admin.admin_set_teamfolder_user("bob")
    run.same("getteamfolderproperties", admin.get_teamfolder_properties().teamfolderaccount, "bob")
    info = admin.getteamfolderinfo()
    run.check("getteamfolderinfo finds a folder", info.teamfolderpath.startswith("/bob/"), info.teamfolderpath)
    run.refused("setteamfolderuser of nobody", lambda: admin.admin_set_teamfolder_user("nobody"))


def admin_users(run):
    run.refused("a wrong admin password", lambda: run.client(password="wrong password", admin=True))
    run.refused("a user who is no admin", lambda: run.client("bob", admin=True))
    admin = run.client(admin=True)
    admin.admin_adduser("dave", PASSWORD, "dave@example.org", "Dave D.")
    admin.admin_addnewuser("erin", "erin@example.org", PASSWORD)
    run.refused(
        "adduser with a name that is taken",
        lambda: admin.admin_adduser("dave", PASSWORD, "d2@example.org"),
    )
    run.refused(
        "adduser with a short password", lambda: admin.admin_adduser("frank", "1", "frank@example.org")
    )
    found = {user.findtext("./username") for user in admin.admin_search(end=100)}
    run.check("search finds everybody", {"alice", "bob", "dave", "erin"} <= found, found)
    run.same("search by keyword", [user.findtext("./username") for user in admin.admin_search("dave")], ["dave"])
    run.same("get_user_status", admin.get_user_status("dave"), UserStatus.FULL)
    run.check("the new user signs in", run.client("dave") and run.client("dave", signinusingusername=False))
    admin.setuserpassword("dave", OTHER_PASSWORD)
    run.refused("setuserpassword: the old one is refused", lambda: run.client("dave"))
    dave = run.signed_in("dave", OTHER_PASSWORD)

    caller = run.signed_in(admin=True)
    run.same("admin getauthstatus", caller.call("/admin/getauthstatus").result, 1)
    user = caller.call("/admin/getuser", username="dave").xml
    run.same(
        "getuser",
        [user.findtext(f"./user/{field}") for field in ("username", "email", "displayname", "status")],
        ["dave", "dave@example.org", "Dave D.", "1"],
    )
    run.same(
        "updateuser",
        caller.call("/admin/updateuser", profile="dave", email="david@example.org", displayname="David").result,
        1,
    )
    user = caller.call("/admin/getuser", username="dave").xml
    run.same(
        "updateuser changed what it was given",
        [user.findtext(f"./user/{field}") for field in ("email", "displayname", "status")],
        ["david@example.org", "David", "1"],
    )
    run.same("setadminstatus", caller.call("/admin/setadminstatus", profile="dave", adminstatus=1).result, 1)
    run.check("the new admin signs in", run.client("dave", OTHER_PASSWORD, admin=True))
    run.same("setadminstatus, back", caller.call("/admin/setadminstatus", profile="dave", adminstatus=0).result, 1)
    run.refused("and is no admin any more", lambda: run.client("dave", OTHER_PASSWORD, admin=True))
    run.same("updateuser disables", caller.call("/admin/updateuser", profile="dave", status=2).result, 1)
    run.same("which ends the sessions at once", dave.call("/core/getprofilesettings").status, 401)
    run.refused("and refuses the login", lambda: run.client("dave", OTHER_PASSWORD))
    run.same("status of a disabled user", admin.get_user_status("dave"), UserStatus.DISABLED)
    admin.admin_deleteuser("dave")
    run.same("status of a deleted user", admin.get_user_status("dave"), UserStatus.UNKNOWN)
    run.refused("deleteuser of nobody", lambda: admin.admin_deleteuser("dave"))
    run.refused("an admin cannot delete the own account", lambda: admin.admin_deleteuser(ADMIN))
    admin.admin_logout()
    run.raises("no search after admin_logout", requests.HTTPError, admin.admin_search, "401")


def admin_information(run):
    caller = run.signed_in(admin=True)
    run.check("getversion", caller.call("/admin/getversion").xml.findtext(".//localbuild"))
    stat = caller.call("/admin/getstats").xml.find("./stat")
    run.check("getstats", stat is not None and int(stat.findtext("totalusers", "0")) >= 4, stat)


def audit(run):
    caller = run.signed_in(admin=True)
    everything = caller.call("/admin/exportaudit", enddate="2099-12-31").body.decode()
    run.check(
        "exportaudit is CSV with a line a call", everything.count("\n") > sum(run.calls.values()), everything[:100]
    )
    run.check(
        "no password in the audit log",
        not any(word in everything for word in (PASSWORD, OTHER_PASSWORD, "wrong password")),
    )
    run.check("it names users and paths", ADMIN in everything and "/alice/Docs/big.bin" in everything)
    for operation, calls in sorted(run.calls.items()):
        if operation != "getaudit":
            total = audited(caller, operation=operation)
            run.check(f"audited: {operation} {calls} times", total == calls, f"{total} rows")
    run.check("getaudit by user", 0 < audited(caller, username="bob") < sum(run.calls.values()))
    run.same("getaudit by date", audited(caller, enddate="2001-01-01"), 0)
    record = caller.call("/admin/getaudit", username="bob").xml.find("./log")
    fields = ("id", "username", "message", "ip", "createdon", "agent")
    run.check(
        "fields of a log record", record is not None and all(record.find(field) is not None for field in fields), record
    )
    run.same("trimauditdb of long ago", caller.call("/admin/trimauditdb", enddate="2001-01-01").result, 1)
    run.same("removes nothing", audited(caller, operation="upload"), run.calls["upload"])
    run.same("trimauditdb of everything", caller.call("/admin/trimauditdb", enddate="2099-12-31").result, 1)
    run.same("removes it", audited(caller, operation="upload"), 0)
    run.check("and is audited itself", audited(caller, operation="trimauditdb") >= 1)


def audited(caller, **filters):
    """The number of matching audit rows."""
    return int(caller.call("/admin/getaudit", method="GET", **filters).xml.findtext("./meta/total", "-1"))
