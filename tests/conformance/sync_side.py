"""The calls of a sync client: it asks for the folders, waits for changes, and starts again when it must."""

import requests
from filecloudapi.datastructures import EntryType, SyncFolder

from harness import ADMIN


def sync(run):
    client, home = run.client(), f"/{ADMIN}"
    folders = client.getsyncfolderlist()
    run.same("getsyncfolderlist tells My Files", [folder.path for folder in folders], [home])
    folder = client.getsyncfolder(f"{home}/anything")
    run.same("getsyncfolder finds the version", folder, folders[0])
    run.same("nothing has changed", client.getsyncdelta(folder), [])

    client.createfolder(f"{home}/Synced")
    client.upload_str("twelve bytes", f"{home}/Synced/note.txt")
    delta = client.getsyncdelta(folder)
    note = next((item for item in delta if item.name == "note.txt"), None)
    run.same(
        "getsyncdelta tells folder and file",
        [(item.type, item.fullpath, item.size, item.isdeleted) for item in delta],
        [(EntryType.dir, f"{home}/Synced", 0, False), (EntryType.file, f"{home}/Synced/note.txt", 12, False)],
    )
    run.check("with what may be done", note and note.candownload and note.canupload and note.canrename, note)
    entry = client.fileinfo(f"{home}/Synced/note.txt")
    caller = run.signed_in()
    xml = caller.call("/core/fileinfo", file=f"{home}/Synced/note.txt", includeextrafields=1).xml
    run.same("with the ETag of the entry", (entry.fullsize, note and note.etag), (12, xml.findtext("./entry/etag")))

    first_poll = {"maxwaits": 0.05}
    client.waitforsyncdeltaitem(folder, f"{home}/Synced/note.txt", 12, False, **first_poll)
    run.check("waitforsyncdeltaitem sees an upload at its first poll", True)
    client.renamefile(f"{home}/Synced/", "note.txt", "letter.txt")
    client.waitforsyncdeltaitem(folder, f"{home}/Synced/letter.txt", 12, False, **first_poll)
    client.deletefile(f"{home}/Synced/letter.txt")
    client.waitforsyncdeltaitem(folder, f"{home}/Synced/letter.txt", 12, True, **first_poll)
    run.check("and a rename and a deletion", True)
    run.raises(
        "it waits in vain for what is not there",
        TimeoutError,
        lambda: client.waitforsyncdeltaitem(folder, f"{home}/nothing", 1, False, maxwaits=0.3),
    )
    for version in (1, folder.update_version + 1_000_000):
        run.raises(
            "a version of another time is a clear failure",
            requests.HTTPError,
            lambda version=version: client.getsyncdelta(SyncFolder(home, version)),
            "410",
        )
    everything = client.getsyncdelta(SyncFolder(home, 0))
    run.check("0 tells everything", any(item.fullpath == f"{home}/Synced" for item in everything), everything)
    refused = run.signed_in("bob").call("/app/sync/getsyncdelta", path=home, status="server,0;")
    run.same("a stranger is told nothing", (refused.status, refused.result), (200, 0))
