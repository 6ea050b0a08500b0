"""The calls of a user: sessions, account, files, transfers."""

import datetime
import io
import random
import zipfile

import requests
from filecloudapi.datastructures import EntryType, SortBy, SortDir
from filecloudapi.exceptions import ServerError
from filecloudapi.fcserver import Progress

from authenticator import Authenticator
from checks import MIB, OTHER_PASSWORD, download, names
from harness import ADMIN, PASSWORD, multipart, upload_target


def login(run):
    run.refused(
        "a wrong password is a transport error, with the reason in the body", lambda: run.client(password="wrong password")
    )
    run.refused("an unknown user is, too", lambda: run.client(name="nobody-here"))
    run.same("login", run.client().get_username(), ADMIN)
    caller = run.caller()
    reply = caller.sign_in()
    run.check(
        "the login reply has its exact bytes",
        reply.body.startswith(b"<commands><command><type>loginguest</type><result>1</result><message>"),
        reply.body,
    )
    missing = {"tonido-login-user", "tonido-login-seed", "tonido-login-hash", "X-XSRF-TOKEN"} - caller.cookies.keys()
    run.check("login sets the cookies", not missing, missing)
    wrong = run.caller().sign_in(password="wrong password")
    run.same(
        "a failed login is status 400, result 0, and FileCloud's own words",
        (wrong.status, wrong.result, wrong.message),
        (400, 0, "Invalid Username or Password. Password is Case Sensitive."),
    )
    refused = run.caller().call("/core/getfilelist", path=f"/{ADMIN}")
    run.same("not signed in is status 401 with the envelope", (refused.status, refused.result), (401, 0))
    info = run.caller().call("/core/getauthenticationinfo").xml
    run.same("getauthenticationinfo without a session", info.findtext("./info/authenticated"), "0")
    info = caller.call("/core/getauthenticationinfo").xml
    run.same(
        "getauthenticationinfo",
        [info.findtext(f"./info/{field}") for field in ("authenticated", "profile")],
        ["1", ADMIN],
    )
    for operation in ("/core/locksession", "/core/?op=logoutprofile"):
        caller = run.signed_in()
        run.same(f"{operation} answers", caller.request(operation).result, 1)
        run.same(f"{operation} ends the session", caller.call("/core/getprofilesettings").status, 401)


def second_factor(run):
    """The client gives the code that its caller brings, as a user and, by the same operation, as an administrator."""
    owner = run.signed_in()
    key = owner.call("/core/startsecondfactor", password=PASSWORD).xml.findtext("./key/secret")
    app = Authenticator(key)
    codes = owner.call("/core/confirmsecondfactor", code=app.code()).xml.findall("./recoverycode/code")
    codes = [code.text for code in codes]
    client = run.client(login=False)
    client.twofakeyfun = app.code
    client.login()
    run.same("login with a code", client.get_username(), ADMIN)
    run.check("the session holds", client.getfilelist(f"/{ADMIN}") is not None, "")
    client.twofakeyfun = lambda: codes[0]
    client.login_as_admin()
    run.check("login_as_admin with a recovery code", client.admin_search(ADMIN) is not None, "")
    client.twofakeyfun = lambda: codes[0]
    run.refused("a recovery code counts once", client.login)
    removed = owner.call("/core/removesecondfactor", code=codes[1])
    run.same("it is taken away again", removed.result, 1)


def devices(run):
    """A device asks, is approved and signs in with its code; the client lists, approves, tells and removes it."""
    client, admin = run.client(), run.client(admin=True)
    known = len(client.getrmcclients())
    device = {"userid": ADMIN, "remote_client_id": "conformance-laptop", "remote_client_disp_name": "Laptop"}
    asked = run.caller().call("/core/requestdeviceaccess", **device)
    run.same("requestdeviceaccess waits for the user", asked.result, 1)
    listed = [one.remote_client_status for one in client.getrmcclients() if one.remote_client_id == "conformance-laptop"]
    run.same("getrmcclients lists it as waiting", listed, [1])
    admin.admin_waitforrmcclient(ADMIN, known, maxwaits=5)
    code = client.approvedeviceaccess("conformance-laptop")
    caller = run.caller()
    run.same("loginguest with dsc", caller.call("/core/loginguest", dsc=code, **device).result, 1)
    admin.admin_addrmccommand("conformance-laptop", "10000", "Please call me")
    told = caller.call("/core/getrmccommands", userid=ADMIN, remote_client_id="conformance-laptop").xml
    run.same("getrmccommands tells the message", told.findtext("./rmc_command/message"), "Please call me")
    admin.admin_addrmccommand("conformance-laptop", "10002", "")
    run.same("a blocked device has no session", caller.call("/core/getprofilesettings").status, 401)
    admin.admin_removermcclient("conformance-laptop")
    admin.admin_clearrmcclients(ADMIN)
    run.same("none are left", client.getrmcclients(), [])


def stolen_cookies_die(run):
    caller = run.signed_in()
    kept = dict(caller.cookies)
    caller.call("/core/locksession")
    caller.cookies = kept
    run.same("cookies kept over a logout are worth nothing", caller.call("/core/getprofilesettings").status, 401)


def json_replies(run):
    accept = {"Accept": "application/json"}
    caller = run.caller()
    reply = caller.call("/core/loginguest", accept, userid=ADMIN, password=PASSWORD)
    run.check(
        "JSON login",
        reply.json["command"][0]["result"] == 1 and reply.json["command"][0]["type"] == "loginguest",
        reply.body,
    )
    listing = caller.call("/core/getfilelist", accept, path=f"/{ADMIN}", limit=-1).json
    run.check(
        "JSON listing: meta and entry are arrays, counts are numbers",
        listing["meta"]["total"] == len(listing.get("entry", [])),
        str(listing)[:200],
    )
    failed = caller.call("/core/deletefile", accept, path=f"/{ADMIN}", name="not there").json
    run.check("JSON failure", failed["command"][0]["result"] == 0 and failed["command"][0]["message"], failed)


def url_forms(run):
    caller = run.signed_in()
    for target, body in (
        ("/core/fileexists?file=%2Falice", None),
        ("/core/?op=fileexists&file=/alice", None),
        ("/core/FileExists", "file=/alice"),
        ("/core/", "op=fileexists&file=/alice"),
        ("/core/fileexists", "op=other&file=/nowhere&file=/alice&time=1"),
    ):
        reply = caller.request(target, body, {"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        run.same(f"reached by {target} {body or ''}".rstrip(), reply.result, 1)
    run.same("reached by GET", caller.call("/core/fileexists", method="GET", file="/alice").result, 1)
    for number, target in enumerate(("/core/createfolder", "/app/explorer/createfolder")):
        run.same(f"reached by {target}", caller.call(target, path="/alice", name=f"form {number}").result, 1)
    admin = run.signed_in(admin=True)
    for target in (
        "/admin/getversion",
        "/admin/?op=getversion",
        "/admin/index.php?op=getversion",
        "/admin/index.php/?op=getversion",
    ):
        run.check(f"reached by {target}", admin.request(target).xml.findtext(".//localbuild"))
    for target in ("/admin", "/admin/", "/admin/index.php"):
        run.check(
            f"reached by {target} op=getversion", admin.call(target, op="getversion").xml.findtext(".//localbuild")
        )
    unknown = caller.call("/core/nosuchoperation")
    run.check(
        "an unknown operation is status 200, result 0, with a message of its own",
        unknown.status == 200 and unknown.result == 0 and unknown.message and "not offered" not in unknown.message,
        unknown.body,
    )


def account(run):
    caller = run.signed_in()
    run.same("setdisplayname", caller.call("/core/setdisplayname", dispname="Alice & Böb <1>").result, 1)
    settings = caller.call("/core/getprofilesettings").xml
    run.same(
        "getprofilesettings shows the new name", settings.findtext("./profilesettings/displayname"), "Alice & Böb <1>"
    )
    run.check("getprofilesettings has profileroot", settings.find("./profilesettings/profileroot") is not None)
    status = caller.call("/core/getsystemstatus").xml
    run.same(
        "getsystemstatus",
        [status.findtext(f"./status/{field}") for field in ("currentprofile", "userstatus")],
        [ADMIN, "FULL"],
    )
    usage = caller.call("/core/getdiskusagedetails", username=ADMIN, level=2).xml
    run.check(
        "getdiskusagedetails",
        usage.find("./usage/storageusage") is not None and usage.find("./usage/livefiles") is not None,
    )


def change_password(run):
    run.server.add_user("carol", PASSWORD)
    first, second = run.signed_in("carol"), run.signed_in("carol")
    wrong = first.call("/core/updatepassword", oldpassword="wrong password", newpassword=OTHER_PASSWORD)
    run.check("updatepassword needs the old one", wrong.result == 0 and wrong.message, wrong.body)
    run.same(
        "updatepassword", first.call("/core/updatepassword", oldpassword=PASSWORD, newpassword=OTHER_PASSWORD).result, 1
    )
    run.same("other sessions end with it", second.call("/core/getprofilesettings").status, 401)
    run.refused("the old password is refused", lambda: run.client("carol"))
    run.check("the new password signs in", run.client("carol", OTHER_PASSWORD))


def folders(run):
    client = run.client()
    run.check("createfolder gives an ETag", client.createfolder("/alice/Docs"))
    run.refused("createfolder over an existing one", lambda: client.createfolder("/alice/Docs"))
    run.refused(
        "createfolder in a folder that is not there", lambda: client.createfolder("/alice/nowhere/x")
    )
    run.refused("createfolder with a name of two dots", lambda: client.createfolder("/alice/.."))
    client.createfolder("/alice/Docs/deep", subpath="a/b")
    run.check("createfolder with subpath", client.fileexists("/alice/Docs/deep/a/b"))
    entry = client.fileinfo_no_retry("/alice/Docs")
    run.same(
        "fileinfo of a folder",
        (entry.type, entry.name, entry.path, entry.fullsize),
        (EntryType.dir, "Docs", "/alice/Docs", 0),
    )
    run.raises("fileinfo of what is not there", FileNotFoundError, lambda: client.fileinfo_no_retry("/alice/nothing"))
    run.check("fileexists says yes", client.fileexists("/alice/Docs"))
    run.check("fileexists says no", not client.fileexists_no_retry("/alice/nothing"))
    run.check("fileexists, another case", client.fileexists("/alice/dOCS", caseinsensitive=True))
    run.same("the top level holds My Files", [entry.path for entry in client.getfilelist("/").entries][:1], ["/alice"])
    run.raises("getfilelist of what is not there", ValueError, lambda: client.getfilelist("/alice/nothing"))
    run.raises("no network folders here", (ValueError, IndexError), client.getnetworkfolderinfo)
    caller = run.signed_in()
    usage = caller.call("/app/explorer/getfolderproperties", path="/alice/Docs").xml
    run.same("getfolderproperties counts folders", usage.findtext("./usage/totalfolders"), "3")
    access = caller.call("/core/getaccessdetailsforpath", fullpath="/alice/Docs").xml
    run.check("getaccessdetailsforpath", access.findtext("./permission/read") in ("1", "true"))


def small_files(run):
    client, dated = run.client(), datetime.datetime(2021, 3, 4, 5, 6, 7)
    path = "/alice/Docs/notes.txt"
    etag = client.upload_str("grüße\n", path, dated)
    entry = client.fileinfo(path)
    run.check("upload_str gives the ETag that fileinfo shows", etag and entry.etag == etag, (etag, entry.etag))
    run.same("content comes back", download(client, path, run.folder), "grüße\n".encode())
    run.same(
        "size, extension and time of the upload are kept",
        (entry.fullsize, entry.ext, int(entry.modifiedepochutc)),
        (8, "txt", int(dated.timestamp())),
    )
    run.check("upload of an empty file", client.upload_bytes(b"", "/alice/Docs/empty", dated))
    run.same(
        "an empty file is empty",
        (client.fileinfo("/alice/Docs/empty").fullsize, download(client, "/alice/Docs/empty", run.folder)),
        (0, b""),
    )
    client.waitforfile("/alice/Docs/empty", 5, 0)
    hours_before = dated - datetime.timedelta(hours=2)
    for what, options in (
        ("nofileoverwrite", {"nofileoverwrite": True}),
        ("ifetag", {"ifetag": "0123456789abcdef"}),
        ("iflastmodified", {"iflastmodified": hours_before}),
    ):
        run.refused(
            f"{what} keeps the old file", lambda: client.upload_bytes(b"replaced", path, dated, **options)
        )
    run.same("the old file is whole", download(client, path, run.folder), "grüße\n".encode())
    run.check("ifetag that fits", client.upload_bytes(b"second", path, dated, ifetag=etag) != etag)
    run.check("iflastmodified that fits", client.upload_bytes(b"third", path, dated, iflastmodified=dated))
    run.same("the new content is there", download(client, path, run.folder), b"third")
    for name in ("a b+c&d=e%20f;g.txt", "ünï ☃ 漢字.md", "quote'n\u2019 #1!.bin", "x" * 250, ".hidden"):
        client.upload_bytes(name.encode(), f"/alice/Docs/{name}", dated)
        run.same(
            f"the name {name[:30]}",
            (client.fileinfo(f"/alice/Docs/{name}").name, download(client, f"/alice/Docs/{name}", run.folder)),
            (name, name.encode()),
        )
    for name in ("x" * 256, ".."):
        run.refused(
            f"the name {name[:30]} is refused",
            lambda: client.upload_bytes(b"1", f"/alice/Docs/{name}", dated),
        )


def listing(run):
    client, dated = run.client(), datetime.datetime(2022, 1, 1)
    client.createfolder("/alice/list")
    for number, size in enumerate((30, 10, 20)):
        client.upload_bytes(b"x" * size, f"/alice/list/f{number}", dated + datetime.timedelta(days=(7, 1, 3)[number]))
    for sort, wanted in (
        (SortBy.NAME, ["f0", "f1", "f2"]),
        (SortBy.SIZE, ["f1", "f2", "f0"]),
        (SortBy.DATE, ["f1", "f2", "f0"]),
    ):
        run.same(f"sorted by {sort.value}", names(client.getfilelist("/alice/list", sortby=sort)), wanted)
        run.same(
            f"sorted by {sort.value}, backwards",
            names(client.getfilelist("/alice/list", SortDir.descending, sortby=sort)),
            wanted[::-1],
        )
    page = client.getfilelist("/alice/list", start=1, limit=1)
    run.same("a page of a listing", (names(page), page.total), (["f1"], 3))
    run.same(
        "fields of an entry",
        [(entry.dirpath, entry.type, entry.fullsize) for entry in page.entries],
        [("/alice/list/", EntryType.file, 10)],
    )
    run.same("limit -1 is everything", len(client.getfilelist("/alice/list", limit=-1).entries), 3)


def big_file(run):
    content = random.Random(45).randbytes(45 * MIB)
    source = run.folder / "big.bin"
    source.write_bytes(content)
    client, progress = run.client(retries=True), Progress()
    etag = client.upload_file(source, "/alice/Docs/big.bin", datetime.datetime.now(), progress=progress)
    run.check(
        "45 MiB uploaded in parts", etag and progress.completed_bytes() == len(content), progress.completed_bytes()
    )
    client.waitforfile("/alice/Docs/big.bin", 5, len(content))
    run.check(
        "listed with its size",
        ("big.bin", len(content)) in [(e.name, e.fullsize) for e in client.getfilelist("/alice/Docs").entries],
    )
    target = run.folder / "big.back"
    client.downloadfile("/alice/Docs/big.bin", target, progress=progress)
    run.check("downloaded and equal byte by byte", target.read_bytes() == content)
    run.same("the download told its length", progress.total_bytes(), len(content))
    client.renamefile("/alice/Docs", "big.bin", "renamed.bin")
    client.movefile("/alice/Docs/renamed.bin", "/alice/list/moved.bin")
    client.movefile_retry("/alice/list/moved.bin", "/alice/list/moved again.bin")
    client.copyfile("/alice/list/moved again.bin", "/alice/Docs/copy.bin")
    run.check("renamed, moved, copied and still equal", download(client, "/alice/Docs/copy.bin", run.folder) == content)
    run.check("the copy's source is still there", client.fileexists("/alice/list/moved again.bin"))
    run.check(
        "the old names are gone",
        not any(
            client.fileexists(p) for p in ("/alice/Docs/big.bin", "/alice/Docs/renamed.bin", "/alice/list/moved.bin")
        ),
    )
    for path in ("/alice/Docs/copy.bin", "/alice/list/moved again.bin"):
        client.deletefile(path)
        client.waitforfileremoval(path, 5)
    run.check("deleted", not client.fileexists("/alice/Docs/copy.bin"))


def whole_folders(run):
    client = run.client()
    client.copyfile("/alice/Docs", "/alice/Docs 2")
    client.movefile("/alice/Docs 2", "/alice/list/Docs 3")
    target = run.folder / "tree"
    target.mkdir()
    client.downloadfolder("/alice/list/Docs 3", target)
    run.check(
        "a folder copied, moved and downloaded",
        (target / "deep/a/b").is_dir() and (target / "notes.txt").read_bytes() == b"third",
    )
    client.deletefile("/alice/list/Docs 3")
    run.check("a folder deleted", not client.fileexists("/alice/list/Docs 3/deep"))
    refused = (
        ("deletefile of what is not there", lambda: client.deletefile("/alice/nothing")),
        ("deletefile of My Files", lambda: client.deletefile("/alice")),
        ("renamefile of what is not there", lambda: client.renamefile("/alice", "nothing", "something")),
        ("renamefile over an existing name", lambda: client.renamefile("/alice/Docs", "empty", "notes.txt")),
        ("renamefile out of the folder", lambda: client.renamefile("/alice/Docs", "empty", "../empty")),
        ("move over an existing file", lambda: client.movefile("/alice/Docs/empty", "/alice/Docs/notes.txt")),
        ("move of a folder into itself", lambda: client.movefile("/alice/Docs", "/alice/Docs/deep/Docs")),
        ("copy of a folder into itself", lambda: client.copyfile("/alice/Docs", "/alice/Docs/deep/Docs")),
        ("copy of what is not there", lambda: client.copyfile("/alice/nothing", "/alice/something")),
    )
    for what, action in refused:
        run.refused(what, action)
    run.same("what was refused changed nothing", download(client, "/alice/Docs/notes.txt", run.folder), b"third")


def transfers(run):
    caller, content = run.signed_in(), random.Random(7).randbytes(300_000)
    before, after, kind = multipart(leaf="C:\\tmp\\other.bin", part="filedata")
    reply = caller.request(
        upload_target("/alice/Docs", "parts.bin", len(content)),
        before + content + after,
        {"Content-Type": kind, "X-FC-Send-ETag": "1"},
    )
    run.check("upload answers exactly OK, with an ETag", reply.body == b"OK" and reply.headers["ETag"], reply.body)
    before, after, kind = multipart(part="file", appname="explorer", path="/alice/Docs", filename="fields.bin")
    run.same(
        "upload with its parameters as form fields",
        caller.request("/core/upload", before + b"12345" + after, {"Content-Type": kind}).body,
        b"OK",
    )
    where = {"filepath": "/alice/Docs/parts.bin", "filename": "parts.bin"}
    for method in ("GET", "POST"):
        run.same(f"downloadfile by {method}", caller.call("/core/downloadfile", method=method, **where).body, content)
    for asked, first, last in (
        ("bytes=10-19", 10, 20),
        ("bytes=-5", 299_995, 300_000),
        ("bytes=299990-", 299_990, 300_000),
    ):
        part = caller.call("/core/downloadfile", {"Range": asked}, "GET", **where)
        run.same(
            f"range {asked}",
            (part.status, part.body, part.headers["Content-Range"]),
            (206, content[first:last], f"bytes {first}-{last - 1}/300000"),
        )
    run.same(
        "a range outside the file",
        caller.call("/core/downloadfile", {"Range": "bytes=300000-"}, "GET", **where).status,
        416,
    )
    gone = caller.call("/core/downloadfile", method="GET", filepath="/alice/Docs/nothing", filename="nothing")
    run.same("download of what is not there is 404 with the envelope", (gone.status, gone.result), (404, 0))
    run.raises(
        "the client sees it as an HTTP error",
        requests.HTTPError,
        lambda: download(run.client(), "/alice/Docs/nothing", run.folder),
        "404",
    )
    archive = caller.call(
        "/core/downloadfilemulti", method="GET", count=2, filepath="/alice/Docs", fn1="parts.bin", fn2="deep"
    ).body
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        run.check(
            "downloadfilemulti is a sound zip",
            packed.testzip() is None and packed.read("parts.bin") == content,
            packed.namelist(),
        )
    left = upload_target("/alice/Docs", "unfinished.bin", 100, complete=0)
    before, after, kind = multipart()
    run.same(
        "a part of an upload", caller.request(left, before + b"1" * 50 + after, {"Content-Type": kind}).body, b"OK"
    )
    run.same(
        "an unfinished upload is no file", caller.call("/core/fileexists", file="/alice/Docs/unfinished.bin").result, 0
    )
    run.same("deletepartialuploads", caller.call("/core/deletepartialuploads", ignorets=1).result, 1)
    late = caller.request(
        upload_target("/alice/Docs", "unfinished.bin", 100, offset=50),
        before + b"1" * 50 + after,
        {"Content-Type": kind},
    )
    run.check(
        "an upload cannot go on after that",
        late.body != b"OK" and caller.call("/core/fileexists", file="/alice/Docs/unfinished.bin").result == 0,
        late.body,
    )


def strangers(run):
    run.server.add_user("bob", PASSWORD)
    client, caller = run.client("bob"), run.signed_in("bob")
    run.raises("a stranger lists nothing", (ValueError, requests.HTTPError), lambda: client.getfilelist("/alice"))
    run.raises(
        "a stranger creates nothing", (ServerError, requests.HTTPError), lambda: client.createfolder("/alice/mine")
    )
    run.raises(
        "a stranger uploads nothing",
        (ServerError, requests.HTTPError),
        lambda: client.upload_bytes(b"1", "/alice/mine"),
    )
    run.raises(
        "a stranger takes nothing away",
        (ServerError, requests.HTTPError),
        lambda: client.movefile("/alice/Docs", "/bob/Docs"),
    )
    run.raises(
        "a stranger copies nothing",
        (ServerError, requests.HTTPError),
        lambda: client.copyfile("/alice/Docs/notes.txt", "/bob/notes.txt"),
    )
    run.raises(
        "a user's adminproxyuserid is worth nothing",
        (ValueError, requests.HTTPError),
        lambda: client.getfilelist("/alice", adminproxyuserid=ADMIN),
    )
    status = caller.call(
        "/core/downloadfile", method="GET", filepath="/alice/Docs/notes.txt", filename="notes.txt"
    ).status
    run.check("a stranger downloads nothing", status in (403, 404), status)
    refused = caller.call("/admin/getuser", username=ADMIN)
    run.check(
        "a user session is no admin session", refused.status in (401, 403) and refused.result == 0, refused.status
    )
