"""Versions, the recycle bin and locks, as the client knows them."""

import filecloudapi.exceptions as exceptions

from harness import ADMIN


def versions(run):
    client, home = run.client(), f"/{ADMIN}"
    client.createfolder(f"{home}/Kept")
    for text in ("one", "three", "sixsix"):
        client.upload_str(text, f"{home}/Kept/keepsake.txt")
    kept = client.fileversions(f"{home}/Kept", "keepsake.txt")
    run.same(
        "fileversions tells the live content first",
        [(version.versionnumber, version.sizeinbytes, version.createdby, version.filename) for version in kept],
        [("3", "6", ADMIN, "keepsake.txt"), ("2", "5", ADMIN, "keepsake.txt"), ("1", "3", ADMIN, "keepsake.txt")],
    )
    run.check("with an id and a time for each", all(version.fileid and version.createdon for version in kept), kept)
    caller = run.signed_in()
    file = {"filepath": f"{home}/Kept", "filename": "keepsake.txt", "fileid": kept[2].fileid}
    run.same("makeversionlive", caller.call("/core/makeversionlive", **file).result, 1)
    run.same("the version is the content", client.downloadfile_no_retry(f"{home}/Kept/keepsake.txt", run.folder / "keepsake.txt"), None)
    run.same("byte for byte", (run.folder / "keepsake.txt").read_bytes(), b"one")
    live = client.fileversions(f"{home}/Kept", "keepsake.txt")[0]
    run.same("and keeps its id", live.fileid, kept[2].fileid)

    client.deletefile(f"{home}/Kept/keepsake.txt")
    binned = client.getfilelist(f"{home}/recyclebin").entries
    names = [entry.name for entry in binned]
    run.check("the recycle bin lists it", "keepsake.txt" in names, names)
    client.movefile(f"{home}/recyclebin/keepsake.txt", f"{home}/Kept/back.txt")
    run.same("moved out it is back, with its versions", len(client.fileversions(f"{home}/Kept", "back.txt")), 3)


def locks(run):
    client, path = run.client(), f"/{ADMIN}/Kept/back.txt"
    run.same("nothing is locked at first", client.getfilelockinfo(path).locked, False)
    client.lock(path, relative_expiration=60)
    client.waitforlock(path, maxwaits=0.3)
    info = client.getfilelockinfo(path)
    run.same("getfilelockinfo", (info.locked, info.readlock, info.lockedby), (True, False, ADMIN))
    run.raises(
        "waiting for its release is in vain", TimeoutError, lambda: client.waitforlockrelease(path, maxwaits=0.3)
    )
    client.lock(path, readlock=True)
    run.same("the lock's kind changes", client.getfilelockinfo(path).readlock, True)
    client.unlock(path)
    client.waitforlockrelease(path, maxwaits=0.3)
    run.check("waitforlockrelease sees the end", True)
    run.refused("what is not there cannot be locked", lambda: client.lock(f"{path}x"))
