"""Sharing: everything that the client can do with shares, as owner, member and administrator."""

from filecloudapi.exceptions import ServerError

from checks import names
from harness import ADMIN


def shares(run):
    bob, erin, admin = run.client("bob"), run.client("erin"), run.client(admin=True)
    bob.createfolder("/bob/Shared")
    bob.createfolder("/bob/Shared/inside")
    bob.upload_str("shared text", "/bob/Shared/a.txt")
    share = bob.quickshare("/bob/Shared")
    run.same("quickshare", (share.sharename, share.sharelocation), ("Shared", "/bob/Shared"))
    run.same("quickshare again is the same share", bob.quickshare("/bob/Shared").shareid, share.shareid)
    run.same("a new share is private", share.allowpublicaccess, False)
    run.same("getshareforpath", bob.getshareforpath("/bob/Shared").shareid, share.shareid)
    run.refused("quickshare of what one has not got", lambda: bob.quickshare("/erin/x"))

    bob.adduserstoshare(share, ["erin"])
    run.same("getusersforshare", [user.name for user in bob.getusersforshare(share)], ["erin"])
    run.same("what is shared is listed", names(erin.getfilelist("/SHARED/bob")), ["Shared"])
    run.same("and told as shared to its owner", bob.fileinfo("/bob/Shared").isshared.value, "private")
    erin.downloadfile("/SHARED/bob/Shared/a.txt", run.folder / "shared.txt")
    run.same("a member downloads", (run.folder / "shared.txt").read_text(), "shared text")
    run.refused("and does not upload", lambda: erin.upload_str("x", "/SHARED/bob/Shared/b.txt"))
    bob.setuseraccessforshare(share, "erin", False, True, True, False, True, False)
    erin.upload_str("by erin", "/SHARED/bob/Shared/b.txt")
    run.same("until she may", bob.fileinfo("/bob/Shared/b.txt").name, "b.txt")
    [user] = bob.getusersforshare(share)
    run.same("her rights", (user.read, user.write, user.share, user.disallowdelete), (True, True, False, False))
    bob.wait_for_user_to_have_permission_in_share(share, "erin", "write", True)
    run.raises(
        "the client waits in vain for a right that she has not got",
        TimeoutError,
        lambda: bob.wait_for_user_to_have_permission_in_share(share, "erin", "share", True, max_wait=1),
    )

    admin.admin_createnewgroup("Sharers")
    group = dict((name, number) for name, number in admin.admin_getgroups())["Sharers"]
    bob.addgrouptoshare(share, group)
    bob.setgroupaccessforshare(share, group, True, True, False, False, True)
    access = bob.get_permissions_for_group(share, group)
    run.same("a group's rights", (access.groupname, access.write, access.disallowdelete), ("Sharers", True, True))
    admin.admin_groupisinshare(share, group, ADMIN)
    admin.admin_setgroupaccessforshare(share, group, ADMIN)
    admin.admin_checkshare("bob", "Shared")
    run.same("activities of a share", [type(one).__name__ for one in bob.get_share_activities(share)], [])
    bob.setallowpublicaccess(share, True, False, False, False)
    run.same("a link leads there", bob.getshareforpath("/bob/Shared").allowpublicaccess, True)
    run.same("and its entry says so", bob.fileinfo("/bob/Shared").isshared.value, "public")
    run.same("no password", bob.get_share_password(share), "")
    bob.setallowpublicaccess(share, True, allowpublicuploadonly=True, allowpublicupload=True)
    run.check("a form for uploads", "<form" in bob.getuploadform(share.shareid), "no form")
    other = bob.share("/bob/Shared/inside")
    run.same("addshare", (other.sharename, other.sharelocation), ("inside", "/bob/Shared/inside"))
    bob.deleteshare(other)
    bob.deleteshare(share)
    run.refused("a share that has ended", lambda: bob.deleteshare(share))
    run.same("nothing is shared any more", names(erin.getfilelist("/SHARED")), [])


def group_of_an_administrator(run):
    admin = run.client(admin=True)
    share = admin.quickshare("/bob/Shared", adminproxyuserid=ADMIN)
    group = dict((name, number) for name, number in admin.admin_getgroups())["Sharers"]
    admin.admin_addgrouptoshare(share, group, adminproxyuserid=ADMIN)
    admin.admin_addmembertogroup(group, "erin")
    erin = run.client("erin")
    run.same("an administrator shares in somebody's name", names(erin.getfilelist("/SHARED/bob")), ["Shared"])
    try:
        admin.admin_groupisinshare(share, "000000000000000000000999", ADMIN)
        run.check("a group that is in no share", False, "no error")
    except ServerError:
        run.check("a group that is in no share", True, "")
    admin.admin_deletegroup(group)
