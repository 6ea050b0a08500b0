#!/usr/bin/env python3
"""Writes build/hot_functions.ld: the functions that a start and usual calls run, for the linker.

The kernel maps a program in pieces of at least 64 KB around what runs. If the functions that run lie together, it maps
a third to a half less. This needs valgrind and perf. PROGRAM has symbols:

    cargo rustc --release --locked --bin cloudlet -- -C strip=none
    bench/hot_functions.py --first PROGRAM > build/hot_functions.ld
    cargo rustc --release --locked --bin cloudlet -- -C strip=none
    bench/hot_functions.py PROGRAM > build/hot_functions.ld

The first list is by callgrind alone. What callgrind does not see lies apart from it in the second program, where perf
finds it: all that is alone in its piece. More rounds find the rest, if the lists are put together.
"""

import bisect
import collections
import functools
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tests/conformance"))

from harness import ADMIN, PASSWORD, Caller, Server, multipart, upload_target  # noqa: E402
from load import at_once  # noqa: E402
from photos import photo  # noqa: E402

# A compiler puts what it holds for unlikely into sections of another name, `.text.unlikely.NAME`.
SECTIONS = "    *(.text*.{})\n"
# Rust writes a hash behind each name, which another compiler or another version of a crate changes.
HASH = re.compile(r"17h[0-9a-f]{16}E$")
# In its newer names, which the standard library has, the hash stands before the name of each crate.
CRATE = re.compile(r"Cs[0-9A-Za-z]+_")
HOME, REST_SECONDS, CALLERS = f"/{ADMIN}", 12, 8

HEAD = """/* The functions that a start and usual calls run, in the order of their use. They lie together, so that the kernel maps
   less of the program.
   Written by bench/hot_functions.py. A name that no longer exists does no harm, and the program is only less compact
   if one is missing. */
SECTIONS
{
  .text.hot_functions :
  {
"""
TAIL = """  }
}
INSERT BEFORE .text;
"""


def functions_of(program):
    """The address and the size of each function by its name. Functions that are alike are one, with many names."""
    listed = subprocess.run(["nm", "-S", "--defined-only", program], capture_output=True, text=True, check=True)
    found = re.findall(r"^([0-9a-f]{16}) ([0-9a-f]{16}) [tTwW] (.*)$", listed.stdout, re.MULTILINE)
    return {name: (address, int(size, 16)) for address, size, name in found}


def succeeded(reply):
    """Fails if a call was refused, because a refusal runs little of what the call runs."""
    if reply.status != 200 or reply.result == 0:
        raise RuntimeError(f"refused with {reply.status}: {reply.body[:500]}")
    return reply


def prepare(home):
    home.joinpath("folder").mkdir(parents=True)
    home.joinpath("photo.jpg").write_bytes(photo(800, 600))
    for number in range(3000):
        home.joinpath("folder", f"Some file {number}.txt").touch()


def sign_in(caller):
    caller.call("/healthz", method="GET")
    caller.call("/", method="GET")
    succeeded(caller.sign_in())


def calls(caller):
    for number in range(5):
        succeeded(caller.call("/core/getauthenticationinfo"))
        succeeded(caller.call("/core/fileinfo", file=f"{HOME}/photo.jpg"))
        succeeded(caller.call("/core/downloadfile", method="GET", filepath=f"{HOME}/photo.jpg", filename="photo.jpg"))
        succeeded(caller.call("/core/setdisplayname", dispname=f"Admin {number}"))
        # This call is refused.
        caller.call("/core/fileinfo", file=f"{HOME}/nothing")


def listings(caller):
    succeeded(caller.call("/core/getfilelist", path=HOME, start=0, limit=1000))
    succeeded(caller.call("/core/getfilelist", path=f"{HOME}/folder", start=0, limit=-1))


def uploads(caller):
    content, tail, kind = multipart()
    for name, picture in [("small.jpg", photo(800, 600)), ("large.jpg", photo())]:
        target = upload_target(HOME, name, len(picture))
        succeeded(caller.request(target, content + picture + tail, {"Content-Type": kind}))


def changes(caller):
    own = f"folder of {threading.get_ident()}"
    succeeded(caller.call("/core/createfolder", path=HOME, name=own))
    succeeded(caller.call("/core/copyfile", path=HOME, name="photo.jpg", copyto=f"{HOME}/{own}"))
    succeeded(caller.call("/core/renamefile", path=f"{HOME}/{own}", name="photo.jpg", newname="renamed.jpg"))
    succeeded(caller.call("/core/deletefile", path=HOME, name=own))
    succeeded(caller.call("/core/search", location=HOME, keyword="photo"))


def thumbnails(caller):
    for name in ["small.jpg", "large.jpg"]:
        thumbnail = {"name": f"{HOME}/{name}", "width": 300, "height": 300}
        while caller.call("/core/getfsthumbimage", method="GET", **thumbnail).status == 503:
            time.sleep(0.5)
        succeeded(caller.call("/core/getfsthumbimage", method="GET", **thumbnail))


# What people do with a cloud every day, after its start. What all of them need comes before what one of them needs.
USES = [sign_in, calls, listings, uploads, changes, thumbnails]


def dumped(process, number, profile):
    """The names of the functions that have run since the dump before."""
    subprocess.run(["callgrind_control", "--dump", str(process.pid)], check=True, stdout=subprocess.DEVNULL)
    dump = pathlib.Path(f"{profile}.{number}")
    end = time.monotonic() + 60
    # Its last line is written when it is whole.
    while not (dump.exists() and "\ntotals:" in (text := dump.read_text(errors="replace"))):
        if time.monotonic() > end:
            raise RuntimeError(f"callgrind has not written {dump.name} within a minute")
        time.sleep(0.1)
    return {name.partition("'")[0] for name in re.findall(r"^c?fn=\(\d+\) (.*)$", text, re.MULTILINE)}


def used(program, runner, after_use):
    """Starts the program by a runner and uses it; calls `after_use` after the start and after each use."""
    with tempfile.TemporaryDirectory() as directory:
        # Without it, the program would start itself again, and callgrind would end.
        environment = {**os.environ, "MIMALLOC_PURGE_DELAY": "0"}
        first = Server(program, f"{directory}/data", environment=environment)
        first.add_user(ADMIN, PASSWORD, admin=True)
        with first:
            time.sleep(1)
        prepare(pathlib.Path(directory, "data/files", ADMIN))
        with Server(program, f"{directory}/data", runner=runner, environment=environment) as server:
            callers = [Caller(server.address) for _ in range(CALLERS)]
            for use in [None, *USES]:
                if use:
                    at_once([functools.partial(use, caller) for caller in callers])
                # The next call opens another connection.
                for caller in callers:
                    caller.close()
                # The work in the background, and the rest after it.
                time.sleep(REST_SECONDS)
                after_use(server.process)


def executed(program):
    """For the start and each use: the names of the functions that run, as callgrind sees them."""
    with tempfile.TemporaryDirectory() as directory:
        ran, profile = [], f"{directory}/profile"
        runner = f"valgrind --tool=callgrind --demangle=no --callgrind-out-file={profile}"
        used(program, runner, lambda process: ran.append(dumped(process, len(ran) + 1, profile)))
        return ran


def faulted(program):
    """The same for functions at which the kernel had to map a piece of the program. Some of them do not run below
    callgrind, because it lacks calls of the kernel and instructions of the processor."""
    with tempfile.TemporaryDirectory() as directory:
        ends, data = [], f"{directory}/perf.data"
        runner = f"perf record --quiet --event page-faults --count 1 --clockid CLOCK_MONOTONIC --output {data}"
        used(program, runner, lambda _: ends.append(time.monotonic()))
        command = ["perf", "script", "--input", data, "--fields", "time,ip,sym", "--no-demangle"]
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    ran = [set() for _ in ends]
    for at, name in re.findall(r"^ *([0-9.]+): +[0-9a-f]+ (\S+)", listed, re.MULTILINE):
        use = bisect.bisect_left(ends, float(at))
        # What runs at the end does not matter.
        if use < len(ends):
            ran[use].add(name)
    return ran


def in_order(ran):
    """The functions that run, each once: those of the start alone, those of most uses, and so on to those of one use."""
    uses_of = collections.defaultdict(set)
    for use, names in enumerate(ran):
        for name in names:
            uses_of[name].add(use)

    def place(name):
        uses = uses_of[name]
        return 0 not in uses, uses != {0}, -len(uses), sorted(uses), name

    return sorted(uses_of, key=place)


def pattern(name):
    """The names of a function, whatever its hash is, and in whatever parts a C compiler splits it."""
    if HASH.search(name):
        return HASH.sub("17h*", name)
    if name.startswith("_R"):
        return CRATE.sub("Cs*_", name)
    return name if "." not in name else f"{name.partition('.')[0]}.*"


def lines(ran, functions):
    """The names of the functions that run, in order, for the linker."""
    addresses = {}
    for name in ran:
        if name in functions:
            addresses.setdefault(functions[name][0], len(addresses))
    ran = [name for name, (address, _) in functions.items() if address in addresses]
    ran.sort(key=lambda name: (addresses[functions[name][0]], name))
    of_all, of_ran = collections.Counter(), collections.Counter()
    for name, (_, size) in functions.items():
        of_all[pattern(name)] += size
    for name in ran:
        of_ran[pattern(name)] += functions[name][1]
    names = [pattern(name) if of_ran[pattern(name)] == of_all[pattern(name)] else name for name in ran]
    # All other copies follow. If the hashes are those of another build, the copies that run are at least among these, in
    # the same order.
    return [*dict.fromkeys([*names, *map(pattern, ran)])]


def main():
    *options, program = sys.argv[1:]
    ran = executed(program)
    if options != ["--first"]:
        ran = [seen | others for seen, others in zip(ran, faulted(program), strict=True)]
    names = lines(in_order(ran), functions_of(program))
    sys.stdout.write(HEAD + "".join(map(SECTIONS.format, names)) + TAIL)
    print(f"{len(names)} names", file=sys.stderr)


main()
