"""Zip archives as Python's zipfile and unzip read them: a member above 4 GiB, what comes after it, names, times, empty folders."""

import datetime
import http.client
import os
import pathlib
import random
import shutil
import subprocess
import urllib.parse
import zipfile

from checks import MIB
from harness import ADMIN

WHEN = datetime.datetime(2024, 2, 29, 12, 34, 56)
SIZE = 4096 * MIB + 5 * MIB + 17


def archives(run):
    top = pathlib.Path(run.server.data, "files", ADMIN, "zipped")
    (top / "a folder/empty").mkdir(parents=True)
    with open(top / "a folder/large", "wb") as file:
        file.truncate(SIZE)
        for mark in (0, 2**31 - 3, 2**32 - 5, 4096 * MIB + 4 * MIB):
            file.seek(mark)
            file.write(random.Random(mark).randbytes(1000))
    name = "\u00dcml\u00e4ut \u7167\u7247 \U0001f600.txt"
    (top / "a folder" / name).write_bytes(b"some text")
    (top / "a folder/deeper").mkdir()
    (top / "a folder/deeper/last").write_bytes(b"at the end")
    for path in top.rglob("*"):
        os.utime(path, (WHEN.timestamp(), WHEN.timestamp()))
    target = run.folder / "archive.zip"
    announced, came = download(run, target)
    run.same("an archive above 4 GiB has the length that was announced", came, announced)
    with zipfile.ZipFile(target) as archive:
        found = {entry.filename: entry for entry in archive.infolist()}
        wanted = {"a folder/", "a folder/empty/", "a folder/large", f"a folder/{name}", "a folder/deeper/", "a folder/deeper/last"}
        run.same("zipfile: its entries", set(found), wanted)
        run.same("zipfile: a size above 4 GiB", found["a folder/large"].file_size, SIZE)
        behind = [entry.filename for entry in archive.infolist() if entry.header_offset > 2**32]
        run.check("zipfile: an entry that begins above 4 GiB", behind, list(found))
        run.same("zipfile: times", {entry.date_time for entry in found.values()}, {WHEN.timetuple()[:6]})
        run.same("zipfile: every checksum", archive.testzip(), None)
        run.same("zipfile: what is in a small one", archive.read("a folder/deeper/last"), b"at the end")
    if shutil.which("unzip"):
        done = subprocess.run(["unzip", "-tqq", target], capture_output=True, text=True, timeout=300)
        run.check("unzip -t finds nothing wrong", done.returncode == 0, done.stdout + done.stderr)
        back = run.folder / "unzipped"
        small = ["unzip", "-qq", target, f"a folder/{name}", "a folder/empty/", "-d", back]
        done = subprocess.run(small, capture_output=True, text=True, timeout=60, env={**os.environ, "LC_ALL": "C.UTF-8"})
        text = back / "a folder" / name
        run.check("unzip writes names in UTF-8", text.is_file(), done.stdout + done.stderr)
        run.same("unzip sets the time", text.is_file() and text.stat().st_mtime, WHEN.timestamp())
        run.check("unzip makes the empty folder", (back / "a folder/empty").is_dir())
    target.unlink()
    shutil.rmtree(top)


def download(run, target):
    """Writes the archive to a file in which zeros take up no room; the length announced, and how many bytes came."""
    caller = run.signed_in()
    query = urllib.parse.urlencode({"filepath": f"/{ADMIN}/zipped", "count": 1, "fn1": "a folder"})
    connection = http.client.HTTPConnection(run.server.address, timeout=120)
    connection.request("GET", f"/core/downloadfilemulti?{query}", headers={"Cookie": caller.cookie_header})
    answer = connection.getresponse()
    caller.observe("downloadfilemulti")
    announced, came, zeros = int(answer.headers["Content-Length"]), 0, bytes(MIB)
    with open(target, "wb") as file:
        while block := answer.read(MIB):
            came += len(block)
            if block == zeros[: len(block)]:
                file.seek(came)
            else:
                file.write(block)
        file.truncate(came)
    connection.close()
    return announced, came
