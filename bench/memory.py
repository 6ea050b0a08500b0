"""Row 17: the memory that stays in use after a load. Row 18: a page of a folder, however many entries it has."""

import contextlib
import functools
import itertools
import os
import pathlib
import shutil
import statistics
import subprocess
import time
import urllib.parse

from load import at_once, curl, latencies, peak_growth, upload, wrk
from photos import photo
from servers import MIB, Cloudlet

MB = 1e6
REST_SECONDS = 10
GOAL_BYTES = 12 * MB
PHOTOS = 300
PAGE = 1000
FILE_CALL = "/core/downloadfile?filepath=/alice/f10k&filename=f10k"
FOLDER_SIZES = (10_000, 100_000, 1_000_000)


def megabytes(value):
    return f"{value / MB:.1f} MB"


def milliseconds(value):
    return f"{value:.1f} ms"


def fill(folder, count):
    """Empty files with usual names; made in an order that is not theirs."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        # Each number once, because the factor and the count have no common divisor.
        number = number * 7_368_787 % count
        os.close(os.open(folder / f"Some file with a usual name {number:07}.txt", os.O_CREAT | os.O_WRONLY, 0o600))


@contextlib.contextmanager
def folder_of(home, count):
    """A folder of so many files; removed again."""
    folder = home / f"many{count}"
    fill(folder, count)
    try:
        yield f"/alice/{folder.name}"
    finally:
        shutil.rmtree(folder)


def ask_for_photos(server, home, picture, first, count):
    """Small pictures of photos that nobody has seen, by 6 connections as a browser has them."""
    folder = home / "photos"
    folder.mkdir(exist_ok=True)
    numbers = range(first, first + count)
    for number in numbers:
        (folder / f"{number}.jpg").write_bytes(picture)
    left = iter(numbers)

    def browser():
        caller = server.signed_in()
        for number in left:
            target = f"/core/getfsthumbimage?name=/alice/photos/{number}.jpg&width=300&height=300"
            answer = caller.request(target, method="GET")
            while answer.status == 503:  # the thread that draws lets all others go first
                time.sleep(0.5)
                answer = caller.request(target, method="GET")
            if answer.status != 200:
                raise RuntimeError(f"row 17: a small picture: {answer.status} {answer.body[:300]!r}")

    at_once([browser] * 6)


def list_at_once(server, targets):
    """Whole listings, each on a connection of its own."""
    at_once([functools.partial(curl, server, target, server.cookie) for target in targets])


def after_rest(server):
    time.sleep(REST_SECONDS)
    return server.memory_bytes()


def wait_for_rest(server, longest=900):
    """Waits until the server has used no processor for REST_SECONDS, so that its index is written."""
    end = time.monotonic() + longest
    used = None
    while (now := server.cpu_seconds()) != used:
        if time.monotonic() > end:
            raise RuntimeError(f"the server still works after {longest} s")
        used = now
        time.sleep(REST_SECONDS)


def loads(server, home, big):
    """The loads: pairs of a name and a function that runs the load `times` times."""
    picture, numbers = photo(), itertools.count()

    def uploads(times):
        for _ in range(times):
            name = f"up{next(numbers)}"
            upload(server, big, name, server.cookie)
            (home / name).unlink()

    def calls(target, connections, times):
        wrk(server, target, connections, seconds=2 * times, cookie=server.cookie)

    def listings(path, times):
        for _ in range(times):
            list_at_once(server, [listing(path, 0, -1)])

    def photos(times):
        ask_for_photos(server, home, picture, next(numbers) * PHOTOS, PHOTOS * times // 10)

    yield "10 KiB downloads, 32 connections", functools.partial(calls, FILE_CALL, 32)
    yield "the same, 64 connections", functools.partial(calls, FILE_CALL, 64)
    yield "uploads of 1 GiB", uploads
    yield "calls that read the database, 32 connections", functools.partial(calls, "/core/fileinfo?file=/alice/f10k", 32)
    with folder_of(home, 100_000) as path:
        yield "whole listings of 100,000 entries", functools.partial(listings, path)
    yield f"small pictures of {PHOTOS // 10} photos of 12 megapixels", photos


def listing(path, start, limit, sort="name"):
    path = urllib.parse.quote(path)
    return f"/core/getfilelist?path={path}&start={start}&limit={limit}&sortby={sort}"


def read_anew(program):
    """Lets the kernel read a program from the disk when it starts, as after a restart of the machine. In the cache, a
    file that was just built lies in pieces of up to 2 MB, of which all is mapped if any of it runs."""
    descriptor = os.open(program, os.O_RDONLY)
    os.fsync(descriptor)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)


def row_17(bench):
    read_anew(bench.binary)
    big = bench.file("big", 1024 * MIB)
    server = Cloudlet(bench.binary, bench.work / "after")
    server.prepare()
    home = bench.work / "after/files/alice"
    home.mkdir(parents=True, exist_ok=True)
    (home / "f10k").write_bytes(os.urandom(10 * 1024))
    with server:
        server.cookie = server.signed_in().cookie_header
        # All loads use the same server, because a restart would hide the memory that a load leaves
        # behind.
        for what, run in loads(server, home, big):
            found = []
            for times in (1, 10):
                run(times)
                found.append(after_rest(server))
            for value, label in zip(found, (what, "(after ten times as much)"), strict=True):
                shown = f"memory 10 s after {what}" if label == what else label
                bench.line(17, shown, "<= 12 MB", {"cloudlet": value}, megabytes, good=value <= GOAL_BYTES)
        crowd(bench, server, home)


def crowd(bench, server, home):
    """Whole listings of large folders, all at once."""
    count, callers = 300_000, 8
    with folder_of(home, count) as path:
        list_at_once(server, [listing(path, 0, -1)])
        time.sleep(REST_SECONDS)
        peak = peak_growth(server, lambda: list_at_once(server, [listing(path, 0, -1)] * callers))
        # So many entries are written into the index for longer than the rest of the other loads.
        wait_for_rest(server)
        value = server.memory_bytes()
    what = f"{callers} listings of {count:,} at once"
    bench.line(17, f"memory 10 s after {what}, and after the index was written", "<= 12 MB", {"cloudlet": value}, megabytes, good=value <= GOAL_BYTES)
    bench.line(17, "(growth while they run)", "bounded", {"cloudlet": peak}, megabytes)


def read_names(folder):
    """Milliseconds that reading the names takes here, without looking at any of them."""

    def read():
        with os.scandir(folder) as entries:
            for _ in entries:
                pass

    return statistics.median(latencies(read, 3, 60))


def row_18(bench):
    server = Cloudlet(bench.binary, bench.work / "pages")
    server.prepare()
    home = bench.work / "pages/files/alice"
    largest = int(os.environ.get("BENCH_NAMES", FOLDER_SIZES[-1]))
    with server:
        caller = server.signed_in()
        first = {}
        for count in (size for size in FOLDER_SIZES if size <= largest):
            with folder_of(home, count) as path:
                # A folder that has just changed may change again without a new time.
                time.sleep(4)

                def page(start, sort, path=path):
                    answer = caller.request(listing(path, start, PAGE, sort), method="GET")
                    if answer.status != 200 or answer.body.count(b"<entry>") != PAGE:
                        raise RuntimeError(f"row 18: {answer.status} {answer.body[:300]!r}")

                def measured(sort, count=count):
                    starts = itertools.cycle([0, count // 2 // PAGE * PAGE, count - PAGE])
                    return statistics.median(latencies(lambda: page(next(starts), sort), 30, 60))

                # Making so many files, and the rest below, last longer than the server keeps an idle connection.
                caller.close()
                begun = time.perf_counter()
                page(0, "name")
                visit = (time.perf_counter() - begun) * 1000
                wait_for_rest(server)  # the index follows in the background
                caller.close()
                names = read_names(home / pathlib.Path(path).name)
                for sort in ("name", "date", "size"):
                    page(0, sort)
                    found = measured(sort)
                    least = first.setdefault(sort, found)
                    bench.line(
                        18,
                        f"a page of {PAGE:,} of {count:,} entries by {sort}",
                        f"<= 1.2 x that of {FOLDER_SIZES[0]:,}, or reading the names",
                        {"cloudlet": found},
                        milliseconds,
                        found / least,
                        found <= max(1.2 * least, names),
                    )
                bench.line(18, "(the first visit)", "-", {"cloudlet": visit}, milliseconds)
                bench.line(18, "(reading the names alone, without a server)", "-", {"cloudlet": names}, milliseconds)
                bench.line(18, "(memory afterwards)", "flat", {"cloudlet": after_rest(server)}, megabytes)
