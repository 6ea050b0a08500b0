"""Runs the rows of the benchmark and prints one Markdown table; see README.md."""

import argparse
import contextlib
import functools
import os
import pathlib
import platform
import shutil
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "conformance"))
from rows import ROWS  # noqa: E402
from servers import COLUMNS, MIB, PEERS, Cloudlet  # noqa: E402


class Bench:
    """The files that are served, the servers, and the lines measured so far."""

    def __init__(self, binary, work, rounds):
        self.binary, self.work, self.rounds = pathlib.Path(binary).resolve(), pathlib.Path(work), rounds
        self.files, self.open_files = self.work / "data/files/alice", self.work / "open"
        self.stack, self.running, self.lines = contextlib.ExitStack(), {}, []
        processors = sorted(os.sched_getaffinity(0))
        self.all_processors = set(processors)
        two = len(processors) > 1
        self.server_processors, self.load_processors = ({processors[0]}, {processors[1]}) if two else (None, None)
        Cloudlet(self.binary, self.work / "data").prepare()
        self.files.mkdir(parents=True, exist_ok=True)
        self.open_files.mkdir()
        self.file("f10k", 10 * 1024)

    def file(self, name, size):
        """A file that every server offers; made once, and in the page cache afterwards."""
        path = self.files / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            block = os.urandom(min(size, MIB))
            with open(path, "wb") as file:
                for _ in range(size // max(1, len(block))):
                    file.write(block)
            other = self.open_files / name
            other.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, other)
        return path

    def server(self, name):
        """A running server that rows share; None when it is not installed."""
        if name not in self.running:
            kind = next((peer for peer in PEERS if peer.name == name), None)
            if kind and not kind.path():
                return None
            server = kind(self.open_files, self.work) if kind else Cloudlet(self.binary, self.work / "data")
            self.running[name] = self.stack.enter_context(server)
            if not kind:
                server.caller = server.signed_in()
                server.cookie = server.caller.cookie_header
        return self.running[name]

    def present(self, names=COLUMNS):
        return [server for server in map(self.server, names) if server]

    def fresh(self, *files):
        """A cloudlet of its own, not yet used, with an account and these files."""
        server = Cloudlet(self.binary, self.work / "fresh")
        folder = self.work / "fresh/files/alice"
        if not folder.exists():
            server.prepare()
            folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            if not (folder / file.name).exists():
                os.link(file, folder / file.name)
        return server

    def kinds(self, *files, without=()):
        """For each server that is installed, a function that makes one that is not yet used."""
        peers = [peer for peer in PEERS if peer.path() and peer.name not in without]
        return {
            "cloudlet": functools.partial(self.fresh, *files),
            **{peer.name: functools.partial(peer, self.open_files, self.work) for peer in peers},
        }

    def medians(self, measures, rounds=None):
        """Runs every measure in turn, several times; the medians of what they return."""
        found = {name: [] for name in measures}
        for _ in range(rounds or self.rounds):
            for name, measure in measures.items():
                found[name].append(measure())
        return {
            name: {key: statistics.median(one[key] for one in all_) for key in all_[0]} for name, all_ in found.items()
        }

    @contextlib.contextmanager
    def pinned(self, servers):
        """Servers on one processor and the load on another: all are compared on equal terms."""
        for server in servers if self.server_processors else ():
            server.pin(self.server_processors)
        try:
            yield
        finally:
            for server in servers:
                server.pin(self.all_processors)

    def line(self, row, what, goal, values, show, ratio=None, good=None):
        """One line of the table. `values` by server; `good`: is the goal met? None: no telling."""
        cells = [show(values[name]) if name in values else "-" for name in COLUMNS]
        verdict = {True: "yes", False: "**no**", None: "-"}[good]
        self.lines.append([str(row), what, goal, *cells, "-" if ratio is None else f"{ratio:.2f} x", verdict])
        print(f"row {row}, {what}: {cells[0]}, goal {goal}: {verdict}", file=sys.stderr, flush=True)

    def compared(self, row, what, goal, found, key, show, limit, other="nginx", at_least=True):
        """A line whose goal is a ratio to another server."""
        values = {name: one[key] for name, one in found.items()}
        ratio = values["cloudlet"] / values[other] if values.get(other) else None
        good = None if ratio is None else (ratio >= limit if at_least else ratio <= limit)
        self.line(row, what, goal, values, show, ratio, good)


def machine():
    processor = [
        line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith(("model name", "Model"))
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    system = f"Linux {platform.release()} {platform.machine()}"
    count, day = os.cpu_count(), time.strftime("%Y-%m-%d")
    return f"{(processor or ['?'])[0]}, {count} processors, {memory:.0f} GB, {system}, {day}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("binary")
    arguments.add_argument(
        "rows", nargs="*", type=int, metavar="ROW", help=f"of {', '.join(map(str, ROWS))}; without: all"
    )
    arguments.add_argument("--work", default=tempfile.gettempdir(), help="where files are made, up to 20 GiB of them")
    arguments.add_argument("--rounds", type=int, default=3, help="measurements for a median")
    given = arguments.parse_intermixed_args()
    rows = given.rows or list(ROWS)
    unknown = [row for row in rows if row not in ROWS]
    missing = [tool for tool in ("wrk", "curl") if not shutil.which(tool)]
    if unknown or missing:
        print(f"no such row: {unknown}" if unknown else f"not installed: {missing}", file=sys.stderr)
        return 2
    failed = 0
    with tempfile.TemporaryDirectory(dir=given.work) as work:
        bench = Bench(given.binary, work, given.rounds)
        with bench.stack:
            for row in rows:
                try:
                    ROWS[row](bench)
                except Exception as error:
                    failed += 1
                    print(f"row {row} failed: {type(error).__name__}: {error}", file=sys.stderr)
                    bench.lines.append([str(row), f"failed: {type(error).__name__}", *["-"] * (len(COLUMNS) + 3)])
    print(f"{machine()}; medians of at least {given.rounds}\n")
    header = ["#", "row", "goal", *COLUMNS, "ratio", "met"]
    for cells in (header, ["---"] * len(header), *bench.lines):
        print("| " + " | ".join(cells) + " |")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
