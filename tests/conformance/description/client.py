"""The same as client.ts, with the package that openapi-python-client makes. Usage: client.py BASE_URL USER PASSWORD"""

import io
import sys

from cloudlet_client import Client
from cloudlet_client.api.authentication_and_system import core_loginguest
from cloudlet_client.api.files_and_folders import core_createfolder, core_getfilelist_get
from cloudlet_client.api.upload_and_download import core_downloadfile_get, core_upload
from cloudlet_client.models import (
    CoreCreatefolderBody,
    CoreLoginguestBody,
    CoreUploadBody,
    CoreUploadBodyComplete,
)
from cloudlet_client.types import File

BYTES = 3 * 1024 * 1024


def main():
    base_url, user, password = sys.argv[1:]
    failures = []

    def check(what, is_so):
        print(f"{'ok' if is_so else 'FAIL'} python: {what}")
        if not is_so:
            failures.append(what)

    # The package stores the cookies that the server sets.
    client = Client(base_url=base_url, headers={"Accept": "application/json"}, timeout=60)

    stranger = core_getfilelist_get.sync_detailed(client=client, path=f"/{user}")
    check("without a session: 401 with a reason", stranger.status_code == 401 and stranger.parsed.command[0].message)

    login = core_loginguest.sync_detailed(client=client, body=CoreLoginguestBody(userid=user, password=password))
    check("signs in", login.parsed.command[0].result == 1)

    folder = CoreCreatefolderBody(path=f"/{user}", name="made with python")
    check("makes a folder", core_createfolder.sync_detailed(client=client, body=folder).parsed.command[0].result == 1)
    again = core_createfolder.sync_detailed(client=client, body=folder)
    reason = again.parsed.command[0].message
    check(f"is refused with a message: {reason}", again.status_code == 400 and reason)
    check("and with a word", again.headers["X-Cloudlet-Error"] == "exists")

    content = bytes((at * 31 + (at >> 8)) % 256 for at in range(BYTES))
    body = CoreUploadBody(
        path=f"/{user}/made with python",
        filename="three.bin",
        filesize=BYTES,
        complete=CoreUploadBodyComplete.VALUE_1,
        file=File(payload=io.BytesIO(content), file_name="three.bin"),
    )
    check("uploads 3 MB", core_upload.sync_detailed(client=client, body=body).parsed == "OK")

    listed = core_getfilelist_get.sync_detailed(client=client, path=f"/{user}/made with python", limit=-1)
    [entry] = listed.parsed.entry
    check("lists it with its size", (entry.name, entry.fullsize, entry.type_) == ("three.bin", BYTES, "file"))

    client.get_httpx_client().headers["Range"] = "bytes=1000000-1000999"
    part = core_downloadfile_get.sync_detailed(client=client, filepath=f"/{user}/made with python/three.bin")
    check("downloads a range", part.status_code == 206 and part.parsed.payload.read() == content[1_000_000:1_001_000])
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
