"""A file of more than 4 GiB, in parts and in one request."""

import datetime
import hashlib
import random

from checks import MIB
from harness import multipart, upload_target


def large(run):
    size, marks = 4096 * MIB + 321 * MIB + 17, (0, 2**31 - 3, 2**32 - 5, 2**32 + 20 * MIB + 1, 4096 * MIB + 320 * MIB)
    source = run.folder / "large.bin"
    with open(source, "wb") as file:
        file.truncate(size)
        for mark in marks:
            file.seek(mark)
            file.write(random.Random(mark).randbytes(MIB))
    client = run.client()
    client.upload_file(source, "/alice/large.bin", datetime.datetime.now())
    run.same("more than 4 GiB uploaded in parts: size", client.fileinfo("/alice/large.bin").fullsize, size)
    target = run.folder / "large.back"
    client.downloadfile_no_retry("/alice/large.bin", target)
    run.same("downloaded: size", target.stat().st_size, size)
    ranges = [0, *(max(0, mark - 1000) for mark in marks), size - 2 * MIB]
    run.same("downloaded: ranges", [digest(target, at) for at in ranges], [digest(source, at) for at in ranges])
    target.unlink()
    client.deletefile("/alice/large.bin")

    caller = run.signed_in()
    before, after, kind = multipart()
    length = len(before) + size + len(after)
    sent = caller.request(
        upload_target("/alice", "large one.bin", size),
        blocks(before, source, after),
        {"Content-Type": kind, "Content-Length": str(length)},
    )
    run.same("more than 4 GiB uploaded in one request", sent.body, b"OK")
    where = {"filepath": "/alice/large one.bin", "filename": "large one.bin"}
    found = [
        hashlib.sha256(
            caller.call("/core/downloadfile", {"Range": f"bytes={at}-{at + 2 * MIB - 1}"}, "GET", **where).body
        ).digest()
        for at in ranges
    ]
    run.same("its ranges", found, [digest(source, at) for at in ranges])


def digest(path, at):
    with open(path, "rb") as file:
        file.seek(at)
        return hashlib.sha256(file.read(2 * MIB)).digest()


def blocks(before, path, after):
    yield before
    with open(path, "rb") as file:
        while block := file.read(MIB):
            yield block
    yield after
