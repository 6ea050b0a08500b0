#!/usr/bin/env python3
"""Writes build/hot_functions.ld: the functions that a start and usual calls run, for the linker.

The kernel maps a program in pieces of at least 64 KB around what runs. If the functions that run lie together, it maps
a third less. Usage, after a release build: bench/hot_functions.py PROGRAM > build/hot_functions.ld; PROGRAM has symbols:

    cargo rustc --release --locked --bin cloudlet -- -C strip=none
"""

import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tests/conformance"))

from harness import ADMIN, PASSWORD, Caller, Server, multipart, upload_target  # noqa: E402
from photos import photo  # noqa: E402

# A compiler puts what it holds for unlikely into sections of another name, `.text.unlikely.NAME`.
SECTIONS = "    *(.text*.{})\n"
# Rust writes a hash behind each name, which another compiler or another version of a crate changes.
HASH = re.compile(r"17h[0-9a-f]{16}E$")
# In its newer names, which the standard library has, the hash stands before the name of each crate.
CRATE = re.compile(r"Cs[0-9A-Za-z]+_")
# Copies of a generic function have one name but for the hash. If those that run are less than this part of all of them,
# they are listed with their hashes, which another compiler or another kind of build changes.
PART = 0.5

HEAD = """/* The functions that a start and usual calls run. They lie together, so that the kernel maps less of the program.
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


def use(server):
    """What people do with a cloud every day."""
    caller = Caller(server.address)
    caller.call("/healthz", method="GET")
    caller.call("/", method="GET")
    succeeded(caller.sign_in())
    home, (content, tail, kind), picture = f"/{ADMIN}", multipart(), photo(800, 600)
    for number in range(5):
        succeeded(caller.call("/core/getauthenticationinfo"))
        succeeded(caller.call("/core/fileinfo", file=f"{home}/photo.jpg"))
        succeeded(caller.call("/core/downloadfile", method="GET", filepath=f"{home}/photo.jpg", filename="photo.jpg"))
        succeeded(caller.call("/core/getfilelist", path=home, start=0, limit=1000))
        succeeded(caller.call("/core/setdisplayname", dispname=f"Admin {number}"))
        target = upload_target(home, f"up{number}.jpg", len(picture))
        succeeded(caller.request(target, content + picture + tail, {"Content-Type": kind}))
        thumbnail = {"name": f"{home}/up{number}.jpg", "width": 300, "height": 300}
        while caller.call("/core/getfsthumbimage", method="GET", **thumbnail).status == 503:
            time.sleep(0.5)
        succeeded(caller.call("/core/getfsthumbimage", method="GET", **thumbnail))
    # The work in the background, and the rest after it.
    time.sleep(12)


def executed(program):
    """The names of the functions that run."""
    with tempfile.TemporaryDirectory() as directory:
        # Without it, the program would start itself again, and callgrind would end.
        environment = {**os.environ, "MIMALLOC_PURGE_DELAY": "0"}
        first = Server(program, f"{directory}/data", environment=environment)
        first.add_user(ADMIN, PASSWORD, admin=True)
        with first:
            time.sleep(1)
        home = pathlib.Path(directory, "data/files", ADMIN)
        home.mkdir(exist_ok=True)
        home.joinpath("photo.jpg").write_bytes(photo(800, 600))
        profile = f"{directory}/profile"
        runner = f"valgrind --tool=callgrind --demangle=no --callgrind-out-file={profile}"
        with Server(program, f"{directory}/data", runner=runner, environment=environment) as server:
            use(server)
        text = pathlib.Path(profile).read_text(errors="replace")
        return {name.partition("'")[0] for name in re.findall(r"^c?fn=\(\d+\) (.*)$", text, re.MULTILINE)}


def pattern(name):
    """The names of a function, whatever its hash is, and in whatever parts a C compiler splits it."""
    if HASH.search(name):
        return HASH.sub("17h*", name)
    if name.startswith("_R"):
        return CRATE.sub("Cs*_", name)
    return name if "." not in name else f"{name.partition('.')[0]}.*"


def main():
    program = sys.argv[1]
    functions = functions_of(program)
    addresses = {functions[name][0] for name in executed(program) & functions.keys()}
    ran = [name for name, (address, _) in functions.items() if address in addresses]
    of_all, of_ran = collections.Counter(), collections.Counter()
    for name, (_, size) in functions.items():
        of_all[pattern(name)] += size
    for name in ran:
        of_ran[pattern(name)] += functions[name][1]
    has_most = {found for found in of_ran if of_ran[found] >= PART * of_all[found]}
    names = sorted({pattern(name) if pattern(name) in has_most else name for name in ran})
    # All other copies follow. If the hashes are those of another build, the copies that run are at least among these.
    names += sorted(of_ran.keys() - has_most)
    sys.stdout.write(HEAD + "".join(map(SECTIONS.format, names)) + TAIL)
    print(f"{len(names)} names for {len(addresses)} functions", file=sys.stderr)


main()
