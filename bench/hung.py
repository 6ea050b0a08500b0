"""Row 20: what calls take while a further disk hangs and many callers wait for it."""

import contextlib
import os
import pathlib
import statistics
import subprocess
import sys
import time

from load import connect, latencies, percentile_99
from servers import Cloudlet

CALLERS = 200
CALLS, SECONDS = 1000, 4
# The rounds alternate, so that what else runs on the machine disturbs both sides alike.
ROUNDS_MIN = 5
RATIO = 1.2
# On a machine that does nothing else a call takes a tenth of this.
NOISE_MILLISECONDS = 0.1
DISK = pathlib.Path(__file__).resolve().parent.parent / "tests/faulty_disk/disk.py"


class FaultyDisk:
    """A disk of the tests, which hangs on command. It needs FUSE and the right to mount."""

    def __init__(self, source, directory):
        command = [sys.executable, str(DISK), str(source), str(directory)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.answer() != "mounted":
            raise RuntimeError("the disk of the tests cannot be mounted here")

    def answer(self):
        return self.process.stdout.readline().strip()

    def tell(self, command):
        print(command, file=self.process.stdin, flush=True)
        answer = self.answer()
        if not answer or answer.startswith("failed"):
            raise RuntimeError(f"{command}: {answer}")
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)


def listing(server, cookie):
    """A request that enters the disk."""
    body = "path=/EXTERNAL/usb&start=0&limit=-1"
    head = [
        "POST /core/getfilelist HTTP/1.1",
        f"Host: {server.address}",
        f"Cookie: {cookie}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


@contextlib.contextmanager
def hanging(server, disk, cookie):
    """The disk hangs, and callers ask for it: as many as there are places wait inside, the others are turned away."""
    disk.tell("fault what=hang")
    opened = []
    try:
        for _ in range(CALLERS):
            connection = connect(server)
            opened.append(connection)
            connection.sendall(listing(server, cookie))
        time.sleep(1.5)
        if int(disk.tell("hanging")) < 1:
            raise RuntimeError("row 20: nobody waits for the disk")
        yield
    finally:
        disk.tell("heal")
        for connection in opened:
            connection.close()


def calls(caller):
    """The calls that are measured; none of them needs the disk."""
    file = "/core/downloadfile?filepath=/alice/f10k&filename=f10k"
    asked = {
        "a light call": "/core/getauthenticationinfo",
        "a call that looks at a file": "/core/fileinfo?file=/alice/f10k",
        "a download of 10 KiB": file,
        "the list of the disks": "/core/getfilelist?path=/EXTERNAL&start=0&limit=-1",
    }

    def call(target):
        if caller.request(target, method="GET").status != 200:
            raise RuntimeError(f"row 20: {target} was refused")

    return {name: (lambda target=target: call(target)) for name, target in asked.items()}


def measured(caller):
    found = {}
    for name, call in calls(caller).items():
        values = latencies(call, CALLS, SECONDS)
        found[name, "p50"] = statistics.median(values)
        found[name, "p99"] = percentile_99(values)
    return found


def is_there(caller):
    """Waits until the disk answers again."""
    for _ in range(200):
        if caller.request("/core/getfilelist?path=/EXTERNAL/usb&start=0&limit=-1", method="GET").status == 200:
            return
        time.sleep(0.1)
    raise RuntimeError("row 20: the disk does not come back")


def row_20(bench):
    ground = bench.work / "hung"
    source, directory = ground / "source", ground / "disk"
    own = ground / "data/files/alice"
    server = Cloudlet(bench.binary, ground / "data")
    server.prepare()
    for path in (source, directory, own):
        path.mkdir(parents=True, exist_ok=True)
    (source / "file").write_bytes(b"there")
    os.link(bench.file("f10k", 10 * 1024), own / "f10k")
    server.server.environment["CLOUDLET_VOLUMES"] = f"usb={directory}"
    disk = FaultyDisk(source, directory)
    try:
        with server:
            caller = server.signed_in()
            without, beside = [], []
            for _ in range(max(bench.rounds, ROUNDS_MIN)):
                is_there(caller)
                without.append(measured(caller))
                with hanging(server, disk, caller.cookie_header):
                    beside.append(measured(caller))
    finally:
        disk.close()
    show = "{:.2f} ms".format
    for key in without[0]:
        one, other = (statistics.median(found[key] for found in side) for side in (without, beside))
        name = f"{key[0]}, {key[1]}"
        bench.line(20, f"{name}, no disk hangs", "-", {"cloudlet": one}, show)
        good = other <= RATIO * one + NOISE_MILLISECONDS
        bench.line(
            20,
            f"{name}, while {CALLERS} callers ask for a disk that hangs",
            f"<= {RATIO} x",
            {"cloudlet": other},
            show,
            other / one,
            good,
        )
