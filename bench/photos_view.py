"""Row 27: the portal's view of 50,000 photos, in Chromium."""

import json
import os
import pathlib
import random
import subprocess
import sys
import time

from harness import ADMIN, PASSWORD
from photos import photo
from servers import Cloudlet

GOALS = {"first": 300, "longest": 50, "memory": 30e6}
READING_SECONDS = 1800
MEASURING_SECONDS = 300
BROWSER = pathlib.Path(__file__).resolve().parent.parent / "tests/browser"
YEARS = 20


def fill(folder, count):
    """Small photos of twenty years, about ten a day, with the time in their names."""
    chance, content = random.Random(27), photo(64, 48)
    now = int(time.time())
    days = [now - chance.randrange(YEARS * 365) * 24 * 3600 for _ in range(max(1, count // 10))]
    for number in range(count):
        taken = time.gmtime(chance.choice(days) // 86400 * 86400 + chance.randrange(86400))
        target = folder / f"{taken.tm_year}/{taken.tm_mon:02}"
        target.mkdir(parents=True, exist_ok=True)
        # The comment makes each content another one.
        comment = b"\xff\xfe" + (2 + 8).to_bytes(2, "big") + b"%08d" % number
        name = time.strftime("IMG_%Y%m%d_%H%M%S", taken)
        (target / f"{name}_{number}.jpg").write_bytes(content[:2] + comment + content[2:])


def read_all(caller):
    """Waits until the server has read all photos."""
    deadline = time.monotonic() + READING_SECONDS
    while time.monotonic() < deadline:
        answer = caller.call("/core/getphotodays", path="/")
        if b"<iswhole>1</iswhole>" in answer.body:
            return
        time.sleep(2)
    raise RuntimeError("the photos were not read in time")


def row_27(bench):
    count = int(os.environ.get("BENCH_PHOTOS", "50000"))
    data = bench.work / "photographed"
    server = Cloudlet(bench.binary, data)
    server.prepare()
    fill(data / "files" / ADMIN, count)
    with server:
        begun = time.monotonic()
        read_all(server.signed_in())
        print(f"row 27: {count:,} photos read in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        command = ["node", "measure_photos.mjs", f"http://{server.address}", ADMIN, PASSWORD]
        told = subprocess.run(
            command, cwd=BROWSER, check=True, stdout=subprocess.PIPE, timeout=MEASURING_SECONDS
        ).stdout
    found = json.loads(told)
    milliseconds, megabytes = "{:.0f} ms".format, lambda value: f"{value / 1e6:.1f} MB"
    for key, what, goal, show in (
        ("first", "from the choice of the place to the first row", "<= 0.3 s", milliseconds),
        ("longest", "the longest frame while jumping through twenty years", "<= 50 ms", milliseconds),
        ("memory", "memory of the tab's scripts after that", "<= 30 MB", megabytes),
    ):
        name = f"view of {count:,} photos: {what}"
        bench.line(27, name, goal, {"cloudlet": found[key]}, show, good=found[key] <= GOALS[key])
    bench.line(27, "(99th percentile of the frames)", "-", {"cloudlet": found["percentile99"]}, milliseconds)
